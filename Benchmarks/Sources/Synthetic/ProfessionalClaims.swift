/// A file of professional claims, 837P (005010X222A1): one interchange and group, sets of at most
/// `claimsPerSet` claims, the patient always the subscriber, charges that add up.
public struct ProfessionalClaims: SyntheticFile {
    private static let guide = "005010X222A1"
    private let seed: UInt64
    private let claims: Int
    private let claimsPerSet: Int
    private let envelope: X12Envelope
    private var position = -1
    private var sets = 0
    private var set: X12Set?
    private var level = 1
    private var isDone = false

    /// Describes a file.
    /// - Parameters:
    ///   - claims: how many.
    ///   - seed: the same seed gives the same bytes; CLM01 is unique within and across seeds.
    ///   - claimsPerSet: the most in one ST; 5,000 at most by the guide's advice.
    public init(claims: Int, seed: UInt64, claimsPerSet: Int = 1000) {
        self.seed = seed
        self.claims = claims
        self.claimsPerSet = max(1, claimsPerSet)
        envelope = X12Envelope(
            functional: "HC", guide: ProfessionalClaims.guide, control: Int(seed % 999_999_999) + 1,
            sender: "CLINIC", receiver: "CLEARHOUSE")
    }

    /// The next one.
    public mutating func next() -> [UInt8]? {
        guard !isDone else { return nil }
        if position < 0 {
            position = 0
            return envelope.opening
        }
        if position == claims {
            isDone = true
            set?.close()
            return (set?.take() ?? []) + envelope.closing(sets)
        }
        var before: [UInt8] = []
        if position % claimsPerSet == 0 {
            set?.close()
            before = set?.take() ?? []
            open()
        }
        claim(position)
        position += 1
        return before + (set?.take() ?? [])
    }

    private mutating func open() {
        sets += 1
        level = 1
        var set = X12Set("837", number: sets, guide: ProfessionalClaims.guide)
        set.add("BHT*0019*00*\(seed)B\(sets)*20261120*0130*CH")
        set.add("NM1*41*2*EXAMPLE CLINIC*****46*CLINIC")
        set.add("PER*IC*BILLING OFFICE*TE*2175550100")
        set.add("NM1*40*2*CLEARHOUSE*****46*CLEARHOUSE")
        set.add("HL*1**20*1")
        set.add("NM1*85*2*EXAMPLE CLINIC*****XX*\(npi(70_000))")
        set.add("N3*100 CLINIC WAY")
        set.add("N4*SPRINGFIELD*IL*627011234")
        set.add("REF*EI*371234567")
        self.set = set
    }

    private mutating func claim(_ index: Int) {
        guard var set else { return }
        var random = SplitMix64(seed: seed &* 0x1_0000_0003 &+ UInt64(truncatingIfNeeded: index))
        let person = Person(number: random.number(0...49_999))
        let payer = random.pick(Names.payers)
        level += 1
        set.add("HL*\(level)*1*22*0")
        set.add("SBR*P*18*******CI")
        set.add("NM1*IL*1*\(person.last)*\(person.first)****MI*\(person.member)")
        set.add("N3*\(person.street)")
        set.add("N4*\(person.city)*\(person.state)*\(person.zip)")
        set.add("DMG*D8*\(person.birth.compact)*\(person.sex)")
        set.add("NM1*PR*2*\(payer.0)*****PI*\(payer.1)")
        let account = "\(seed % 1_000_000)C\(pad(index + 1, 8))"
        var procedures: [(String, Int)] = []
        for _ in 0..<random.number(1...4) {
            let procedure = random.pick(Names.procedures)
            procedures.append(
                (
                    procedure.0,
                    random.number(procedure.1...procedure.2) * 100 + 25 * random.number(0...3)
                ))
        }
        let total = procedures.reduce(0) { $0 + $1.1 }
        set.add("CLM*\(account)*\(plain(total))***11:B:1*Y*A*Y*Y")
        let first = random.number(0...(Names.diagnoses.count - 1))
        let second = (first + 1 + random.number(0...3)) % Names.diagnoses.count
        set.add("HI*ABK:\(Names.diagnoses[first])*ABF:\(Names.diagnoses[second])")
        let doctor = random.number(0...40)
        set.add("NM1*82*1*\(Names.last[doctor])*\(Names.male[doctor % 20])****XX*\(npi(doctor))")
        set.add("PRV*PE*PXC*207Q00000X")
        let day = "202611\(pad(random.number(1...19), 2))"
        for (line, procedure) in procedures.enumerated() {
            set.add("LX*\(line + 1)")
            set.add("SV1*HC:\(procedure.0)*\(plain(procedure.1))*UN*1***1:2")
            set.add("DTP*472*D8*\(day)")
            set.add("REF*6R*\(account)L\(line + 1)")
        }
        self.set = set
    }
}
