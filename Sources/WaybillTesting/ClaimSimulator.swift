/// A clearinghouse and payers, for tests: charges as the PMS writes them, and every answer that claims
/// get, from chance with a seed. It writes and reads X12 by itself, as a second witness, and keeps its
/// own books of what each claim must come to.
///
/// Every number in its files is made up. Amounts are in cents.
public struct ClaimSimulator: Sendable {
    /// What a claim must come to.
    public struct Entry: Sendable, Hashable {
        /// CLM02.
        public var charge: Int
        /// The state's name in the ledger.
        public var state: String
        /// All that was paid, less what was taken back.
        public var paid = 0
        /// What the patient owes.
        public var patient = 0

        /// States what a claim must come to.
        public init(charge: Int, state: String, paid: Int = 0, patient: Int = 0) {
            self.charge = charge
            self.state = state
            self.paid = paid
            self.patient = patient
        }
    }

    /// One file that comes back.
    public struct Answer: Sendable {
        /// The file's name.
        public var name: String
        /// What is in it.
        public var text: String
    }

    /// By the patient control number.
    public internal(set) var books: [String: Entry] = [:]
    /// What was paid for claims that were never sent.
    public internal(set) var unapplied = 0
    var chance: Chance
    let prefix: String
    private var control = 0
    var traces = 0

    /// Begins with `seed`, which is in every number that it gives out.
    public init(seed: UInt64) {
        chance = Chance(seed: seed)
        prefix = "SM\(seed)X"
    }

    // MARK: Charges

    /// A PMS charges file with that many claims of one to three lines.
    public mutating func charges(_ count: Int) -> String {
        let header =
            "CLAIM_ID,MRN,VISIT_ID,LAST_NAME,FIRST_NAME,DOB,SEX,ADDRESS,CITY,STATE,ZIP,PAYER,MEMBER_ID,"
            + "GROUP_NO,RENDERING_NPI,RENDERING_LAST,RENDERING_FIRST,DX1,DX2,DX3,CLAIM_TOTAL,LINE,"
            + "LINE_ID,SERVICE_DATE,CPT,MODIFIER,UNITS,CHARGE,POS,DX_POINTER1,DX_POINTER2"
        var rows: [String] = []
        var total = 0
        for number in 1...max(1, count) {
            let claim = "\(prefix)\(number)"
            let lines = (0...chance.below(3)).map { _ in 100 + chance.below(40_000) }
            let charge = lines.reduce(0, +)
            total += charge
            books[claim] = Entry(charge: charge, state: "awaiting")
            let day = 10 + chance.below(9)
            for (index, cents) in lines.enumerated() {
                rows.append(
                    [
                        claim, "P\(1000 + number % 9000)", "V\(number)", "Testcase", "Alder",
                        "02/11/1961", "F",
                        "10 Invented Lane", "Springfield", "IL", "62701", "SHP", "MB\(number)",
                        "G100", "1999999117", "Testdoctor", "Fern", "E119", "", "",
                        Self.dollars(charge), "\(index + 1)", "\(claim)L\(index + 1)",
                        "11/\(day)/2026", "99213", "", "1", Self.dollars(cents), "11", "1", "",
                    ].joined(separator: ","))
            }
        }
        rows.append("TRL,\(rows.count),\(Self.dollars(total))")
        return ([header] + rows).map { $0 + "\n" }.joined()
    }

    // MARK: Claims as they arrive

    /// One transaction set of an 837, as far as a clearinghouse quotes it.
    private struct Batch {
        var isa = "", gs = "", st = "", bht = ""
        var claims: [String] = []
    }

    /// Reads the sets of an 837.
    private static func batches(_ text: String) -> [Batch] {
        var batches: [Batch] = []
        var (isa, gs) = ("", "")
        for segment in text.split(whereSeparator: { $0 == "~" || $0.isNewline }) {
            let fields = segment.split(separator: "*", omittingEmptySubsequences: false).map(
                String.init)
            switch fields[0] {
            case "ISA": isa = fields[13]
            case "GS": gs = fields[6]
            case "ST": batches.append(Batch(isa: isa, gs: gs, st: fields[2]))
            case "BHT": batches[batches.count - 1].bht = fields[3]
            case "CLM": batches[batches.count - 1].claims.append(fields[1])
            default: break
            }
        }
        return batches
    }

    /// Every answer to these 837 files, in no order that anybody could count on.
    public mutating func answers(to files: [String]) -> [Answer] {
        var answers: [Answer] = []
        for file in files {
            let batches = Self.batches(file)
            for group in Dictionary(grouping: batches, by: { $0.isa + "|" + $0.gs }).values.sorted(
                by: { $0[0].gs < $1[0].gs })
            {
                answers += self.answers(to: group)
            }
        }
        answers.append(strangers())
        for index in answers.indices.dropFirst() {
            answers.swapAt(index, chance.below(index + 1))
        }
        return answers
    }

    private mutating func answers(to group: [Batch]) -> [Answer] {
        let isa = group[0].isa
        if chance.below(12) == 0 {
            for batch in group {
                for claim in batch.claims { books[claim]?.state = "rejectedEnvelope" }
            }
            return [interchange(isa, "R", "024")]
        }
        var answers = chance.below(3) == 0 ? [] : [interchange(isa, "A", "000")]
        let (acknowledgement, taken) = acknowledge(group)
        answers += acknowledgement
        var due: [(claim: String, settlement: Settlement)] = []
        for batch in taken {
            guard chance.below(10) > 0 else { continue }
            answers += statuses(batch, &due)
        }
        return answers + remittances(due)
    }

    // MARK: TA1 and 999

    private mutating func interchange(_ isa: String, _ code: String, _ note: String) -> Answer {
        file("TA1", group: nil, ["TA1*\(isa)*261119*0200*\(code)*\(note)"])
    }

    /// A 999 in one of the forms that are seen, or none; and the sets that were taken in.
    private mutating func acknowledge(_ group: [Batch]) -> ([Answer], [Batch]) {
        let count = group.count
        var segments = ["AK1*HC*\(group[0].gs)*005010X222A1"]
        var taken = group
        switch chance.below(8) {
        case 0: return ([], group)
        case 1:
            // All is refused, and no set is named.
            segments.append("AK9*R*\(count)*\(count)*0*5")
            taken = []
        case 2: segments.append("AK9*A*\(count)*\(count)*\(count)")
        default:
            let refused = Set(group.indices.filter { _ in chance.below(6) == 0 })
            let namesAll = chance.below(2) == 0
            for (index, batch) in group.enumerated() {
                let isRefused = refused.contains(index)
                guard namesAll || isRefused else { continue }
                segments.append("AK2*837*\(batch.st)*005010X222A1")
                segments += isRefused ? ["IK3*CLM*22**8", "IK4*2**6", "IK5*R*5"] : ["IK5*A"]
            }
            let word = refused.isEmpty ? "A" : refused.count == count ? "R" : "P"
            segments.append("AK9*\(word)*\(count)*\(count)*\(count - refused.count)")
            taken = group.indices.filter { !refused.contains($0) }.map { group[$0] }
        }
        let kept = Set(taken.map(\.st))
        for batch in group where !kept.contains(batch.st) {
            for claim in batch.claims { books[claim]?.state = "rejectedEnvelope" }
        }
        let answer = file(
            "999", group: ("FA", "005010X231A1"),
            ["ST*999*0001*005010X231A1"] + segments + ["SE*\(segments.count + 2)*0001"])
        return ([answer], taken)
    }

    // MARK: 277CA

    private mutating func statuses(
        _ batch: Batch, _ due: inout [(claim: String, settlement: Settlement)]
    ) -> [Answer] {
        var told: [(claim: String, accepted: Bool)] = []
        for claim in batch.claims {
            switch chance.below(20) {
            case 0: continue
            case 1, 2:
                told.append((claim, false))
                books[claim]?.state = "rejectedPayer"
            case 3:
                // Heard of only when it is paid.
                due.append((claim, settlement(claim)))
            case 4:
                // Settled, and refused by a 277CA that comes too late to mean anything.
                due.append((claim, settlement(claim)))
                let isSettled = books[claim]?.state != "pending"
                if isSettled { told.append((claim, false)) } else { told.append((claim, true)) }
            default:
                told.append((claim, true))
                books[claim]?.state = "pending"
                guard chance.below(5) > 0 else { continue }
                var settlement = settlement(claim)
                // Paid under no account number: the payer's own, which the 277CA tells, is the key.
                if chance.below(10) == 0 { settlement.loseAccount(claim) }
                due.append((claim, settlement))
            }
        }
        guard !told.isEmpty else { return [] }
        return [statusFile(batch, told)]
    }

    private mutating func statusFile(
        _ batch: Batch, _ told: [(claim: String, accepted: Bool)]
    ) -> Answer {
        func sum(_ accepted: Bool) -> Int {
            told.filter { $0.accepted == accepted }.reduce(0) {
                $0 + (books[$1.claim]?.charge ?? 0)
            }
        }
        let (good, bad) = (told.filter(\.accepted).count, told.filter { !$0.accepted }.count)
        var body = [
            "BHT*0085*08*\(prefix)C\(control)*20261119*1830*TH", "HL*1**20*1",
            "NM1*AY*2*SAMPLE CLEARINGHOUSE*****46*CLEARHOUSE", "TRN*1*\(prefix)C\(control)",
            "DTP*050*D8*20261119", "DTP*009*D8*20261119", "HL*2*1*21*1",
            "NM1*41*2*LARKSPUR SAMPLE CLINIC*****46*SAMPLECLINIC", "TRN*2*\(batch.bht)",
            "STC*A1:19:PR*20261119*WQ*\(Self.dollars(sum(true) + sum(false)))",
        ]
        if good > 0 { body.append("QTY*90*\(good)") }
        if bad > 0 { body.append("QTY*AA*\(bad)") }
        if good > 0 { body.append("AMT*YU*\(Self.dollars(sum(true)))") }
        if bad > 0 { body.append("AMT*YY*\(Self.dollars(sum(false)))") }
        body += ["HL*3*2*19*1", "NM1*85*2*LARKSPUR SAMPLE CLINIC*****XX*1999999000"]
        for (index, one) in told.enumerated() {
            let charge = Self.dollars(books[one.claim]?.charge ?? 0)
            body += [
                "HL*\(index + 4)*3*PT", "NM1*QC*1*TESTCASE*ALDER****MI*MB1", "TRN*2*\(one.claim)",
                one.accepted
                    ? "STC*A2:20:PR*20261119*WQ*\(charge)" : "STC*A7:164:IL*20261119*U*\(charge)",
            ]
            if one.accepted { body.append("REF*1K*ICN\(one.claim)") }
            body.append("DTP*472*D8*20261118")
        }
        return file(
            "277CA", group: ("HN", "005010X214"),
            ["ST*277*0001*005010X214"] + body + ["SE*\(body.count + 2)*0001"])
    }

    // MARK: Envelopes

    mutating func file(
        _ kind: String, group: (code: String, version: String)?, _ segments: [String]
    ) -> Answer {
        control += 1
        let number = 5_000 + control
        let padded = String(repeating: "0", count: 9 - String(number).count) + String(number)
        var all = [
            "ISA*00*          *00*          *ZZ*CLEARHOUSE     *ZZ*SAMPLECLINIC   *261119*1830*^*00501"
                + "*\(padded)*0*P*:"
        ]
        if let group {
            all.append(
                "GS*\(group.code)*CLEARHOUSE*SAMPLECLINIC*20261119*1830*\(number)*X*\(group.version)"
            )
        }
        all += segments
        if group != nil { all.append("GE*1*\(number)") }
        all.append("IEA*\(group == nil ? 0 : 1)*\(padded)")
        return Answer(name: "\(kind)_\(number).x12", text: all.map { $0 + "~\n" }.joined())
    }

    /// Cents as X12 and the PMS write dollars.
    static func dollars(_ cents: Int) -> String {
        let rest = abs(cents) % 100
        return (cents < 0 ? "-" : "") + "\(abs(cents) / 100)"
            + (rest == 0 ? "" : rest < 10 ? ".0\(rest)" : ".\(rest)")
    }
}
