/// A file of payments, 835 (005010X221A1): one ST for each payment, with claims whose lines, CAS
/// and CLP add up, now and then a PLB, and BPR02 that is their sum.
public struct Remittances: SyntheticFile {
    private let seed: UInt64
    private let payments: Int
    private let claimsPerPayment: Int
    private let envelope: X12Envelope
    private var position = -1
    private var isDone = false

    /// Describes a file.
    /// - Parameters:
    ///   - payments: how many transaction sets.
    ///   - claimsPerPayment: how many CLP in each; one payment is made in memory at a time.
    ///   - seed: the same seed gives the same bytes.
    public init(payments: Int, claimsPerPayment: Int = 50, seed: UInt64) {
        self.seed = seed
        self.payments = payments
        self.claimsPerPayment = claimsPerPayment
        envelope = X12Envelope(
            functional: "HP", guide: "005010X221A1", control: Int(seed % 999_999_999) + 1,
            sender: "CLEARHOUSE", receiver: "CLINIC")
    }

    /// The next one.
    public mutating func next() -> [UInt8]? {
        guard !isDone else { return nil }
        defer { position += 1 }
        if position < 0 { return envelope.opening }
        if position < payments { return payment(position) }
        isDone = true
        return envelope.closing(payments)
    }

    /// One line of a claim, in cents.
    private struct Line {
        let procedure: String
        let charge: Int
        let contractual: Int
        let patient: Int
        var paid: Int { charge - contractual - patient }
    }

    private func payment(_ index: Int) -> [UInt8] {
        var random = SplitMix64(seed: seed &* 0x1_0000_0005 &+ UInt64(truncatingIfNeeded: index))
        let payer = random.pick(Names.payers)
        var body: [String] = []
        var paid = 0
        for claim in 0..<claimsPerPayment {
            paid += self.claim(index * claimsPerPayment + claim, &random, into: &body)
        }
        var withheld = 0
        if random.chance(20), paid > 5000 {
            withheld = random.number(1...50) * 100
            body.append("PLB*\(npi(70_000))*20261231*WO:R\(seed % 1000)\(index)*\(plain(withheld))")
        }
        var set = X12Set("835", number: index + 1, guide: nil)
        let amount = plain(paid - withheld)
        set.add(
            "BPR*I*\(amount)*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765"
                + "*20261120")
        set.add("TRN*1*\(seed % 1_000_000)T\(pad(index + 1, 6))*1512345678")
        set.add("DTM*405*20261119")
        set.add("N1*PR*\(payer.0)")
        set.add("N3*1 PAYER PLAZA")
        set.add("N4*CHICAGO*IL*606141000")
        set.add("PER*BL*PROVIDER SERVICES*TE*8005550100")
        set.add("N1*PE*EXAMPLE CLINIC*XX*\(npi(70_000))")
        set.add("LX*1")
        for segment in body { set.add(segment) }
        set.close()
        return set.take()
    }

    /// Adds one CLP with its lines, and returns what was paid.
    private func claim(_ number: Int, _ random: inout SplitMix64, into body: inout [String]) -> Int
    {
        let person = Person(number: random.number(0...49_999))
        let isDenied = random.chance(6)
        let lines = (0..<random.number(1...4)).map { _ in
            let procedure = random.pick(Names.procedures)
            let charge = random.number(procedure.1...procedure.2) * 100 + 25 * random.number(0...3)
            let contractual = isDenied ? charge : charge * random.number(20...50) / 100
            let patient = isDenied ? 0 : min(charge - contractual, random.number(0...4) * 500)
            return Line(
                procedure: procedure.0, charge: charge, contractual: contractual, patient: patient)
        }
        let account = "\(seed % 1_000_000)C\(pad(number + 1, 8))"
        let charge = lines.reduce(0) { $0 + $1.charge }
        let paid = lines.reduce(0) { $0 + $1.paid }
        let patient = lines.reduce(0) { $0 + $1.patient }
        let share = patient > 0 ? plain(patient) : ""
        body.append(
            "CLP*\(account)*1*\(plain(charge))*\(plain(paid))*\(share)*12*P\(seed % 1000)\(pad(number, 9))*11*1"
        )
        body.append("NM1*QC*1*\(person.last)*\(person.first)****MI*\(person.member)")
        let day = "202611\(pad(random.number(1...14), 2))"
        for (index, line) in lines.enumerated() {
            body.append(
                "SVC*HC:\(line.procedure)*\(plain(line.charge))*\(plain(line.paid))**1")
            body.append("DTM*472*\(day)")
            if line.contractual > 0 {
                body.append("CAS*CO*\(isDenied ? "29" : "45")*\(plain(line.contractual))")
            }
            if line.patient > 0 { body.append("CAS*PR*3*\(plain(line.patient))") }
            body.append("REF*6R*\(account)L\(index + 1)")
            if !isDenied { body.append("AMT*B6*\(plain(line.paid + line.patient))") }
        }
        return paid
    }
}
