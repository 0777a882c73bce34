/// A batch of ORU^R01 messages in HL7 v2.5.1, as a laboratory sends it at night: FHS, BHS, the
/// messages of about 1.2 KB with 8 to 12 OBX each, BTS and FTS with true counts.
public struct LabResults: SyntheticFile {
    private let seed: UInt64
    private let messages: Int
    private let terminator: String
    private var position = -1

    /// Describes a batch.
    /// - Parameters:
    ///   - messages: how many.
    ///   - seed: the same seed gives the same bytes; MSH-10 is unique within and across seeds.
    ///   - terminator: the segment terminator; CR by the standard.
    public init(messages: Int, seed: UInt64, terminator: String = "\r") {
        self.messages = messages
        self.seed = seed
        self.terminator = terminator
    }

    /// The next one.
    public mutating func next() -> [UInt8]? {
        defer { position += 1 }
        if position < 0 { return header() }
        if position < messages { return message(position) }
        return position == messages ? trailer() : nil
    }

    private func lines(_ lines: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += Array(line.utf8)
            bytes += Array(terminator.utf8)
        }
        return bytes
    }

    private func header() -> [UInt8] {
        let common = "|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120013000-0600||"
        return lines([
            "FHS\(common)LAB\(seed).HL7||F\(seed)", "BHS\(common)ORU||B\(seed)",
        ])
    }

    private func trailer() -> [UInt8] { lines(["BTS|\(messages)", "FTS|1"]) }

    /// A test: code, name, units, least and greatest usual value in tenths.
    private static let tests: [(String, String, String, Int, Int)] = [
        ("2345-7", "Glucose SerPl-mCnc", "mg/dL", 700, 990),
        ("3094-0", "BUN SerPl-mCnc", "mg/dL", 70, 200),
        ("2160-0", "Creat SerPl-mCnc", "mg/dL", 6, 13),
        ("2951-2", "Sodium SerPl-sCnc", "mmol/L", 1350, 1450),
        ("2823-3", "Potassium SerPl-sCnc", "mmol/L", 35, 51),
        ("2075-0", "Chloride SerPl-sCnc", "mmol/L", 980, 1070),
        ("2028-9", "CO2 SerPl-sCnc", "mmol/L", 230, 290),
        ("17861-6", "Calcium SerPl-mCnc", "mg/dL", 86, 103),
        ("2885-2", "Prot SerPl-mCnc", "g/dL", 60, 83),
        ("1751-7", "Albumin SerPl-mCnc", "g/dL", 35, 50),
        ("6768-6", "ALP SerPl-cCnc", "U/L", 440, 1470),
        ("1742-6", "ALT SerPl-cCnc", "U/L", 70, 560),
    ]

    private func message(_ index: Int) -> [UInt8] {
        var random = SplitMix64(seed: seed &* 0x1_0000_0001 &+ UInt64(truncatingIfNeeded: index))
        let person = Person(number: random.number(0...49_999))
        let id = "\(seed)-\(index + 1)"
        let drawn =
            "20261119\(pad(random.number(7...15), 2))\(pad(random.number(0...59), 2))00-0600"
        let order = "\(seed)\(pad(index + 1, 8))"
        let name = "\(person.last)^\(person.first)"
        let address = "\(person.street)^^\(person.city)^\(person.state)^\(person.zip.prefix(5))^USA"
        let doctor = "\(npi(random.number(0...40)))^WELBY^MARCUS^^^DR^^^NPI"
        var made = [
            "MSH|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120013000-0600||ORU^R01^ORU_R01|\(id)|P|2.5.1",
            "PID|1||\(person.record)^^^CLINIC^MR||\(name)||\(person.birth.compact)|\(person.sex)"
                + "|||\(address)||^PRN^PH^^^217^555\(pad(random.number(100...199), 4))",
            "PV1|1|O",
            "ORC|RE|P\(order)^EHR|F\(order)^ACMELAB|||||||||\(doctor)",
            "OBR|1|P\(order)^EHR|F\(order)^ACMELAB|24323-8^Comprehensive metabolic panel^LN|||\(drawn)"
                + "|||||||||\(doctor)||||||20261119213000-0600||CH|F",
        ]
        let count = random.number(8...12)
        for (number, test) in LabResults.tests.prefix(count).enumerated() {
            made.append(observation(number + 1, test, &random))
        }
        return lines(made)
    }

    private func observation(
        _ number: Int, _ test: (String, String, String, Int, Int), _ random: inout SplitMix64
    ) -> String {
        let (code, name, units, low, high) = test
        let spread = max(1, (high - low) / 5)
        let value = max(1, random.number((low - spread)...(high + spread)))
        let flag = value < low ? "L" : value > high ? "H" : "N"
        func tenths(_ value: Int) -> String { "\(value / 10).\(value % 10)" }
        return "OBX|\(number)|NM|\(code)^\(name)^LN||\(tenths(value))|\(units)^\(units)^UCUM"
            + "|\(tenths(low))-\(tenths(high))|\(flag)|||F"
    }
}
