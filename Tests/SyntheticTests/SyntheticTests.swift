import Synthetic
import Testing

@Suite struct SyntheticTests {
    private func text(_ file: some SyntheticFile) -> String {
        String(decoding: file.bytes(), as: UTF8.self)
    }

    @Test func `the same seed gives the same bytes and another seed others`() {
        #expect(
            LabResults(messages: 5, seed: 1).bytes() == LabResults(messages: 5, seed: 1).bytes())
        #expect(
            LabResults(messages: 5, seed: 1).bytes() != LabResults(messages: 5, seed: 2).bytes())
        #expect(ChargeTable(claims: 5, seed: 1).bytes() == ChargeTable(claims: 5, seed: 1).bytes())
    }

    @Test func `SplitMix64 gives the published numbers`() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test func `a batch of results counts its messages, each with its own id`() {
        let segments = text(LabResults(messages: 50, seed: 7)).split(separator: "\r")
        let ids = segments.filter { $0.hasPrefix("MSH") }.map { $0.split(separator: "|")[8] }
        #expect(ids.count == 50 && Set(ids).count == 50)
        #expect(segments.suffix(2) == ["BTS|50", "FTS|1"])
        let observations = segments.count { $0.hasPrefix("OBX") }
        #expect((400...600).contains(observations))
        let size = LabResults(messages: 200, seed: 7).bytes().count / 200
        #expect((1000...1500).contains(size), "\(size) bytes a message")
    }

    @Test func `an 837 has an ISA of 106 bytes, true counts and charges that add up`() {
        let all = text(ProfessionalClaims(claims: 25, seed: 3, claimsPerSet: 10))
        #expect(Array(all.utf8)[105] == UInt8(ascii: "~"))
        let segments = all.split(separator: "\n").map { String($0.dropLast()) }
        var count = 0
        var charge = 0
        var lines = 0
        var sets = 0
        for segment in segments {
            let parts = segment.split(separator: "*", omittingEmptySubsequences: false).map(
                String.init)
            count = parts[0] == "ST" ? 1 : count + 1
            switch parts[0] {
            case "CLM":
                #expect(charge == lines)
                (charge, lines) = (cents(parts[2]), 0)
                #expect(parts[1].utf8.count <= 20)
            case "SV1": lines += cents(parts[2])
            case "SE":
                #expect(parts[1] == String(count))
                sets += 1
            default: break
            }
        }
        #expect(charge == lines && charge > 0)
        #expect(sets == 3)
        #expect(segments.suffix(2) == ["GE*3*4", "IEA*1*000000004"])
    }

    @Test func `an 835's payment is the sum of its claims without what was withheld`() {
        let segments = text(Remittances(payments: 30, seed: 9)).split(separator: "\n")
            .map {
                $0.dropLast().split(separator: "*", omittingEmptySubsequences: false).map(
                    String.init)
            }
        var paid = 0
        var declared = 0
        var checked = 0
        var claim = (charge: 0, paid: 0, adjusted: 0)
        for parts in segments {
            switch parts[0] {
            case "BPR": (declared, paid) = (cents(parts[2]), 0)
            case "CLP":
                #expect(claim.charge - claim.adjusted == claim.paid)
                claim = (cents(parts[3]), cents(parts[4]), 0)
                paid += claim.paid
            case "CAS": claim.adjusted += cents(parts[3])
            case "PLB": paid -= cents(parts[4])
            case "SE":
                #expect(declared == paid && paid > 0)
                checked += 1
            default: break
            }
        }
        #expect(checked == 30)
    }

    @Test func `charges end with their own count and total`() {
        let rows = text(ChargeTable(claims: 40, seed: 2)).split(separator: "\r\n")
        let trailer = rows[rows.count - 1].split(separator: ",")
        #expect(trailer[1] == "\(rows.count - 2)")
        let sum = rows.dropFirst().dropLast().reduce(0) {
            $0 + cents(String($1.split(separator: ",")[13]))
        }
        #expect(cents(String(trailer[2])) == sum)
    }

    /// Cents of a plain decimal with at most two digits behind the point.
    private func cents(_ text: String) -> Int {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? String(parts[1]) : ""
        let digits =
            (parts.first ?? "") + rest + String(repeating: "0", count: max(0, 2 - rest.utf8.count))
        return Int(digits) ?? 0
    }
}
