/// Charges as a PMS exports them: CSV with a header, the lines of a claim one below the other,
/// and a trailer `TRL,rows,total`.
public struct ChargeTable: SyntheticFile {
    /// Its Frictionless Table Schema.
    public static let schema = """
        {"fields": [
          {"name": "CLAIM", "type": "string", "constraints": {"required": true, "maxLength": 20}},
          {"name": "LINE", "type": "integer", "constraints": {"required": true, "minimum": 1}},
          {"name": "MRN", "type": "string", "constraints": {"required": true, "pattern": "MRN[0-9]{7}"}},
          {"name": "LAST", "type": "string"},
          {"name": "FIRST", "type": "string"},
          {"name": "DOB", "type": "date", "format": "%m/%d/%Y"},
          {"name": "SEX", "type": "string", "constraints": {"enum": ["F", "M"]}},
          {"name": "MEMBER", "type": "string"},
          {"name": "PAYER", "type": "string"},
          {"name": "DOS", "type": "date", "constraints": {"required": true, "minimum": "2000-01-01"}},
          {"name": "POS", "type": "string", "constraints": {"pattern": "[0-9]{2}"}},
          {"name": "CPT", "type": "string", "constraints": {"pattern": "[0-9A-Z][0-9]{3}[0-9A-Z]"}},
          {"name": "UNITS", "type": "integer", "constraints": {"minimum": 1, "maximum": 999}},
          {"name": "AMOUNT", "type": "number", "constraints": {"required": true, "minimum": 0}},
          {"name": "DX1", "type": "string", "constraints": {"required": true}},
          {"name": "DX2", "type": "string"},
          {"name": "NPI", "type": "string", "constraints": {"pattern": "[12][0-9]{9}"}},
          {"name": "NOTE", "type": "string"}
        ], "missingValues": [""]}
        """

    private let seed: UInt64
    private let claims: Int
    private var position = -1
    private var rows = 0
    private var cents = 0
    private var isDone = false

    /// Describes a file.
    /// - Parameters:
    ///   - claims: how many, of one to four lines each.
    ///   - seed: the same seed gives the same bytes; CLAIM is unique within and across seeds.
    public init(claims: Int, seed: UInt64) {
        self.seed = seed
        self.claims = claims
    }

    /// The next one.
    public mutating func next() -> [UInt8]? {
        guard !isDone else { return nil }
        defer { position += 1 }
        if position < 0 {
            return Array(
                ("CLAIM,LINE,MRN,LAST,FIRST,DOB,SEX,MEMBER,PAYER,DOS,POS,CPT,UNITS,AMOUNT,DX1,DX2,"
                    + "NPI,NOTE\r\n").utf8)
        }
        if position < claims { return claim(position) }
        isDone = true
        return Array("TRL,\(rows),\(fixed(cents))\r\n".utf8)
    }

    private func fixed(_ cents: Int) -> String { "\(cents / 100).\(pad(cents % 100, 2))" }

    private mutating func claim(_ index: Int) -> [UInt8] {
        var random = SplitMix64(seed: seed &* 0x1_0000_0007 &+ UInt64(truncatingIfNeeded: index))
        let person = Person(number: random.number(0...49_999))
        let payer = random.pick(Names.payers)
        let first = random.number(0...(Names.diagnoses.count - 1))
        let second = (first + 1) % Names.diagnoses.count
        let day = Day(year: 2026, month: 11, day: random.number(1...19))
        let doctor = npi(random.number(0...40))
        var bytes: [UInt8] = []
        for line in 1...random.number(1...4) {
            let procedure = random.pick(Names.procedures)
            let charge = random.number(procedure.1...procedure.2) * 100 + 25 * random.number(0...3)
            let note = random.chance(5) ? "\"seen today, \"\"stable\"\"\"" : ""
            rows += 1
            cents += charge
            bytes += Array(
                ("\(seed % 1_000_000)C\(pad(index + 1, 8)),\(line),\(person.record),\(person.last),"
                    + "\(person.first),\(person.birth.american),\(person.sex),\(person.member),"
                    + "\(payer.1),\(day.dashed),11,\(procedure.0),1,\(fixed(charge)),"
                    + "\(Names.diagnoses[first]),\(Names.diagnoses[second]),\(doctor),\(note)\r\n")
                    .utf8)
        }
        return bytes
    }
}
