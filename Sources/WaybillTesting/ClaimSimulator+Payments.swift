/// What payers decide, and the 835 files in which they tell it.
extension ClaimSimulator {
    /// The CLPs that settle one claim, in the payments that they come in: the first, the second.
    struct Settlement {
        var first: [String] = []
        var second: [String] = []
        var paidFirst = 0
        var paidSecond = 0

        /// Writes `0` where the account number stands; what was split bears other payer's numbers.
        mutating func loseAccount(_ claim: String) {
            guard first.count == 1 else { return }
            func lost(_ text: String) -> String {
                let mark = "CLP*\(claim)*"
                return text.hasPrefix(mark) ? "CLP*0*" + text.dropFirst(mark.count) : text
            }
            first = first.map(lost)
            second = second.map(lost)
        }
    }

    private static func clp(
        _ claim: String, _ status: String, _ charge: Int, _ paid: Int, _ patient: Int,
        _ group: String,
        part: String = ""
    ) -> String {
        let number = claim + part
        let off = charge - paid - patient
        var segments = [
            "CLP*\(claim)*\(status)*\(dollars(charge))*\(dollars(paid))*"
                + "\(patient == 0 ? "" : dollars(patient))*12*ICN\(number)*11*1"
        ]
        if off != 0 {
            segments.append("CAS*\(group)*\(off == charge ? "50" : "45")*\(dollars(off))")
        }
        if patient != 0 { segments.append("CAS*PR*3*\(dollars(patient))") }
        segments.append("NM1*QC*1*TESTCASE*ALDER****MI*MB1")
        return segments.joined(separator: "~")
    }

    /// Decides how a claim is settled, and writes it into the books.
    mutating func settlement(_ claim: String) -> Settlement {
        let charge = books[claim]?.charge ?? 0
        let paid = 1 + chance.below(charge)
        let patient = chance.below(3) == 0 ? chance.below(charge - paid + 1) : 0
        func book(_ state: String, _ paid: Int, _ patient: Int) {
            books[claim] = Entry(charge: charge, state: state, paid: paid, patient: patient)
        }
        var made = Settlement()
        let whole = Self.clp(claim, "1", charge, paid, patient, "CO")
        let back = Self.clp(claim, "22", -charge, -paid, -patient, "CO")
        made.first = [whole]
        made.paidFirst = paid
        switch chance.below(10) {
        case 0:
            // Denied as payers do it: processed, nothing paid, the charge borne by nobody.
            made.first = [Self.clp(claim, chance.below(4) == 0 ? "4" : "1", charge, 0, 0, "CO")]
            made.paidFirst = 0
            book("denied", 0, 0)
        case 1:
            made.first = [Self.clp(claim, "1", charge, 0, charge, "CO")]
            made.paidFirst = 0
            book("patient", 0, charge)
        case 2:
            // Split in two, of which the second is denied.
            let part = charge / 2
            made.first = [
                Self.clp(claim, "1", part, part, 0, "CO", part: "A"),
                Self.clp(claim, "1", charge - part, 0, 0, "CO", part: "B"),
            ]
            made.paidFirst = part
            book(part > 0 ? "paid" : "denied", part, 0)
        case 3:
            made.second = [back]
            made.paidSecond = -paid
            book("pending", 0, 0)
        case 4:
            made.second = [back, Self.clp(claim, "1", charge, 0, 0, "CO")]
            made.paidSecond = -paid
            book("denied", 0, 0)
        case 5:
            let corrected = 1 + chance.below(charge)
            made.second = [back, Self.clp(claim, "1", charge, corrected, 0, "CO")]
            made.paidSecond = corrected - paid
            book("paid", corrected, 0)
        default:
            book("paid", paid, patient)
        }
        return made
    }

    mutating func remittances(
        _ due: [(claim: String, settlement: Settlement)]
    ) -> [Answer] {
        var answers: [Answer] = []
        for start in stride(from: 0, to: due.count, by: 20) {
            let some = due[start..<min(start + 20, due.count)]
            let first = some.flatMap(\.settlement.first)
            let paid = some.reduce(0) { $0 + $1.settlement.paidFirst }
            answers += payment(first, paid, date: "20261119")
            let second = some.flatMap(\.settlement.second)
            let taken = some.reduce(0) { $0 + $1.settlement.paidSecond }
            if !second.isEmpty { answers += payment(second, taken, date: "20261125") }
        }
        return answers
    }

    /// A payment for claims that are not ours.
    mutating func strangers() -> Answer {
        let cents = 100 + chance.below(10_000)
        unapplied += cents
        return payment(
            [Self.clp("\(prefix)NOBODY", "1", cents, cents, 0, "CO")], cents, date: "20261119")[0]
    }

    /// One 835, with what the payer withholds, at times sent again under a number of its own.
    private mutating func payment(_ claims: [String], _ cents: Int, date: String) -> [Answer] {
        traces += 1
        // A payment is never negative: what is owed is carried forward (PLB FB).
        let withheld = cents > 0 && chance.below(4) == 0 ? chance.below(cents) : min(0, cents)
        let half = withheld / 2
        var adjustments: [String] = []
        if withheld != 0 {
            adjustments = [
                "PLB*1999999000*20261231*FB:\(prefix)*\(Self.dollars(half))*WO:\(prefix)*"
                    + "\(Self.dollars(withheld - half))"
            ]
        }
        func written(_ contact: String) -> [String] {
            let body =
                [
                    "BPR*I*\(Self.dollars(cents - withheld))*C*CHK************\(date)",
                    "TRN*1*\(prefix)T\(traces)*1990000021", "DTM*405*\(date)",
                    "N1*PR*SAMPLE HEALTH PLAN", "N3*1 PLACEHOLDER PLAZA",
                    "N4*PEORIA*IL*616020001", "REF*2U*SHP01",
                    "PER*BL*\(contact)*TE*2175550191",
                    "N1*PE*LARKSPUR SAMPLE CLINIC*XX*1999999000", "REF*TJ*990000001", "LX*1",
                ] + claims.flatMap { $0.split(separator: "~").map(String.init) } + adjustments
            return ["ST*835*0001"] + body + ["SE*\(body.count + 2)*0001"]
        }
        var answers = [file("835", group: ("HP", "005010X221A1"), written("DESK"))]
        if chance.below(6) == 0 {
            answers.append(
                file(
                    "835", group: ("HP", "005010X221A1"),
                    written(chance.below(2) == 0 ? "DESK" : "OTHER DESK")))
        }
        return answers
    }
}
