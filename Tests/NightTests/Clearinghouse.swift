import Foundation
import Ledger
import WaybillTesting

/// What the sample clinic's clearinghouse sends back, written for one night at a time.
struct Clearinghouse {
    let clinic: Clinic

    init(_ clinic: Clinic) { self.clinic = clinic }

    /// A clinic that sent the ten claims of the first sample night in one set: ISA13 1, GS06 1.
    static func afterClaims() throws -> Clearinghouse {
        let clinic = try Clinic()
        try clinic.drop("night-0")
        try clinic.run("night-0")
        return Clearinghouse(clinic)
    }

    static let feeds = ["claim-ta1", "claim-999", "claim-277ca", "claim-277", "era-835"]

    /// The night with that number: answers, and charges when they lie there.
    @discardableResult
    func run(_ night: Int, feeds: [String] = Self.feeds) throws -> Program.Ended {
        try clinic.run("2026-11-\(20 + night)T02:00:00-06:00", feeds: feeds)
    }

    // MARK: Files

    /// Puts an interchange of one group into the inbox.
    /// - Parameter number: ISA13 and GS06, never used twice.
    private func drop(
        _ kind: String, _ number: Int, group: String, version: String, _ segments: [String]
    ) throws {
        let padded = String(repeating: "0", count: 9 - String(number).count) + String(number)
        let all =
            [
                "ISA*00*          *00*          *ZZ*CLEARHOUSE     *ZZ*SAMPLECLINIC   *261119*1830"
                    + "*^*00501*\(padded)*0*P*:",
                "GS*\(group)*CLEARHOUSE*SAMPLECLINIC*20261119*1830*\(number)*X*\(version)",
            ] + segments + ["GE*1*\(number)", "IEA*1*\(padded)"]
        try clinic.write(
            "inbox/clearinghouse/\(kind)_\(number).x12", all.map { $0 + "~\n" }.joined())
    }

    /// An 835 of one payment.
    func pay(
        _ number: String, trace: String, amount: String, date: String = "20261119",
        payer: String = "1990000021",
        _ claims: [String], adjustments: [String] = []
    ) throws {
        let body =
            [
                "BPR*I*\(amount)*C*CHK************\(date)", "TRN*1*\(trace)*\(payer)",
                "DTM*405*\(date)", "N1*PR*SAMPLE HEALTH PLAN", "N3*1 PLACEHOLDER PLAZA",
                "N4*PEORIA*IL*616020001", "REF*2U*SHP01", "PER*BL*PROVIDER DESK*TE*2175550191",
                "N1*PE*LARKSPUR SAMPLE CLINIC*XX*1999999000", "REF*TJ*990000001", "LX*1",
            ] + claims.flatMap { $0.components(separatedBy: "~\n") } + adjustments
        try drop(
            "835", 800 + (Int(number) ?? 0), group: "HP", version: "005010X221A1",
            ["ST*835*0001"] + body + ["SE*\(body.count + 2)*0001"])
    }

    /// A CLP with what takes its charge down to what is paid.
    static func claim(
        _ number: String, _ status: String = "1", charge: String, paid: String, off: String
    ) -> String {
        "CLP*\(number)*\(status)*\(charge)*\(paid)**12*ICN\(number)*11*1~\nCAS*CO*45*\(off)~\n"
            + "NM1*QC*1*TESTCASE*ALDER****MI*SHP701001"
    }

    /// A 999 of one set; its segments between ST and SE.
    func acknowledge(_ number: String, _ segments: [String]) throws {
        try drop(
            "999", 900 + (Int(number) ?? 0), group: "FA", version: "005010X231A1",
            ["ST*999*0001*005010X231A1"] + segments + ["SE*\(segments.count + 2)*0001"])
    }

    /// A 277 of the payer: for each claim its number, its status and its charge.
    func tell(_ number: String, _ claims: [(claim: String, status: String, charge: String)]) throws
    {
        var body = [
            "BHT*0010*08*REF\(number)*20261119*1830*DG", "HL*1**20*1",
            "NM1*PR*2*SAMPLE HEALTH PLAN*****PI*SHP01", "HL*2*1*21*1",
            "NM1*41*2*SAMPLE CLEARINGHOUSE*****46*CLEARHOUSE", "HL*3*2*19*1",
            "NM1*1P*2*LARKSPUR SAMPLE CLINIC*****XX*1999999000",
        ]
        for (index, claim) in claims.enumerated() {
            body += [
                "HL*\(index + 4)*3*22*0", "NM1*IL*1*TESTCASE*ALDER****MI*SHP701001",
                "TRN*2*\(claim.claim)", "STC*\(claim.status)*20261119**\(claim.charge)*0",
                "REF*1K*SH\(claim.claim)", "REF*EJ*\(claim.claim)", "DTP*472*D8*20261118",
            ]
        }
        try drop(
            "277", 700 + (Int(number) ?? 0), group: "HN", version: "005010X212",
            ["ST*277*0001*005010X212"] + body + ["SE*\(body.count + 2)*0001"])
    }

    // MARK: What the ledger and the outboxes say

    private func claims() throws -> [ClaimRow] {
        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        return try ledger.claims(state: nil)
    }

    /// How many claims are in each state.
    func states() throws -> [String: Int] {
        Dictionary(grouping: try claims()) { "\($0.state)" }.mapValues(\.count)
    }

    /// What was paid for each line of a claim.
    func lines(_ number: String) throws -> [String] {
        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        return try ledger.claims(pcn: Array(number.utf8)).flatMap {
            try ledger.paidLines(claim: $0.id)
        }
        .map { line in
            let cents = String(line.paid % 100)
            return "\(line.sequence): \(line.paid / 100)." + (cents.count == 1 ? "0" : "") + cents
        }
    }

    /// How many postings have no claim.
    func unapplied() throws -> Int {
        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        return try ledger.unapplied().count
    }

    /// How many claims stand on each rung.
    func steps() throws -> [ClaimStep: Int] {
        Dictionary(grouping: try claims(), by: \.standing.step).mapValues(\.count)
    }

    /// What the PMS was told last of each claim: in the files of claim status, or of payments.
    func told(in kind: String = "status") -> [String: String] {
        var told: [String: String] = [:]
        let files = clinic.outbox().filter { $0.key.hasPrefix("pms/claim-status/claim_\(kind)_") }
        for file in files.sorted(by: { $0.key < $1.key }) {
            let lines = String(decoding: file.value, as: UTF8.self)
                .split(whereSeparator: \.isNewline).map {
                    $0.split(separator: ",", omittingEmptySubsequences: false)
                }
            guard let claim = lines.first?.firstIndex(of: "CLAIM_ID"),
                let status = lines.first?.firstIndex(of: "STATUS")
            else { continue }
            for line in lines.dropFirst() { told[String(line[claim])] = String(line[status]) }
        }
        return told
    }

    // MARK: What the report says

    /// The payments of the last report, with their sums.
    func payments() throws -> [String] {
        guard let money = try report()["money"] as? [String: Any],
            let payments = money["payments"] as? [[String: Any]]
        else { return [] }
        return payments.map { payment in
            func dollars(_ name: String) -> String {
                let cents = payment[name] as? Int ?? 0
                let rest = String(abs(cents) % 100)
                return (cents < 0 ? "-" : "") + "\(abs(cents) / 100)."
                    + (rest.count == 1 ? "0" : "") + rest
            }
            return "\(payment["trace"] as? String ?? "") \(dollars("paid")) = "
                + "\(dollars("claims")) - \(dollars("adjustments"))"
        }
    }

    /// The last report.
    func report() throws -> [String: Any] {
        let reports = clinic.files("outbox/reports").filter { $0.key.hasSuffix("report.json") }
        guard let last = reports.max(by: { $0.key < $1.key }) else { return [:] }
        return try JSONSerialization.jsonObject(with: Data(last.value)) as? [String: Any] ?? [:]
    }
}
