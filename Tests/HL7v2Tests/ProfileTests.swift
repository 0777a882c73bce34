import Exchange
import HL7v2
import Testing

/// What a guide in NIST's format finds once it is imported.
@Suite struct ProfileTests {
    @Test func `a message that follows the guide has no finding of it above info`() throws {
        #expect(try Guide.faults(Guide.clean) == [])
        let reading = try HL7.read(Guide.clean.joined(separator: "\r") + "\r", as: Guide.format())
        #expect(reading.faults == [])
    }

    /// One fault each: segment, field, its value, and what is found where.
    static let faults: [(String, Int, Int, String, [String])] = [
        ("Usage R", 1, 8, "", ["HL7-601 PID-8"]),
        ("Usage R of a component", 1, 3, "A123^^^^MR", ["HL7-601 PID-3.4"]),
        ("Usage R of a sub-component", 1, 5, "&X^JANE^^^^^L", ["HL7-601 PID-5.1.1"]),
        ("Usage X", 1, 2, "OLD", ["HL7-603 PID-2"]),
        ("Usage X of a component", 1, 3, "A123^7^^HILL^MR", ["HL7-603 PID-3.2"]),
        ("Cardinality", 1, 3, "A^^^H^MR~B^^^H^MR~C^^^H^MR~D^^^H^PI", ["HL7-605 PID-3[4]"]),
        ("Length", 0, 10, "123456789012345678901", ["HL7-606 MSH-10"]),
        ("Length below", 7, 2, "S", ["HL7-606 OBX[2]-2", "HL7-608 OBX[2]-5"]),
        ("Extra", 1, 12, "X", ["HL7-607 PID-12"]),
        ("Extra component", 1, 10, "1002-5^^HL70005^X", ["HL7-607 PID-10.4"]),
        ("Code Not Found", 1, 8, "Q", ["HL7-611 PID-8"]),
        ("EVS", 1, 8, "A", ["HL7-613 PID-8"]),
        ("Open ValueSet", 5, 3, "999-9^^LN", ["HL7-612 OBX[1]-3.1"]),
        ("Coded Element", 5, 6, "mg/dL^^L", ["HL7-615 OBX[1]-6.1"]),
        ("Coded Element, both", 3, 4, "24323-8^^LN^58410-2^^LN", ["HL7-615 OBR-4.1"]),
        ("several value sets", 6, 4, "CAP^^L", []),
        ("none of several", 6, 4, "ZZZ^^L", ["HL7-612 SPM-4.1"]),
        ("constant", 2, 1, "NW", ["HL7-621 ORC-1"]),
        ("constant component", 1, 5, "DOE^JANE^^^^^N", ["HL7-621 PID-5.7"]),
        ("Format", 1, 3, "A-1^^^HILL^MR", ["HL7-622 PID-3.1"]),
        ("AND, StringList", 0, 11, "D", ["HL7-622 MSH-9.3"]),
        ("AtLeastOnce", 0, 21, "OTHER^X", ["HL7-622 MSH-21.1"]),
        ("IMPLY", 5, 5, "95a", ["HL7-622 OBX[1]-5"]),
        ("NumberList", 6, 13, "4", ["HL7-622 SPM-13"]),
        ("path comparison", 2, 3, "F2^HILL", ["HL7-622 ORC-3.1"]),
        ("path comparison of times", 0, 7, "20260903101300", ["HL7-622 MSH-7.1"]),
        ("Value set in IMPLY", 3, 4, "58410-2^^LN", []),
        ("binding of its own document", 7, 11, "Q", ["HL7-611 OBX[2]-11"]),
        ("Predicate R", 3, 2, "", ["HL7-623 OBR-2"]),
        ("Predicate X", 2, 2, "", ["HL7-623 OBR-2"]),
        ("Predicate of a type", 0, 3, "LAB^2.16.840.1.1", ["HL7-623 MSH-3.3"]),
        ("Predicate X of a type", 0, 4, "HILL^^ISO", ["HL7-623 MSH-4.3"]),
        ("Predicate of a segment", 5, 6, "", ["HL7-623 OBX[1]-6"]),
        ("dynamic mapping", 5, 2, "SN", ["HL7-608 OBX[1]-5", "HL7-623 OBX[1]-6"]),
    ]

    @Test(arguments: faults.indices) func `a fault is found where it is`(_ index: Int) throws {
        let (name, segment, field, value, expected) = Self.faults[index]
        #expect(
            try Guide.faults(Guide.with(segment, field, value)).sorted() == expected.sorted(),
            "\(name)")
    }

    @Test func `a statement that should hold is a warning`() throws {
        var message = Guide.with(5, 7, "")
        message[5] = message[5].replacing("||N|", with: "|||")
        let reading = try HL7.read(message.joined(separator: "\r") + "\r", as: Guide.format())
        let found = reading.findings.filter { $0.code == "HL7-622" }
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.message.contains("HILL-5") == true)
    }

    @Test func `segments and groups have usage and cardinality`() throws {
        var message = Guide.clean
        message.remove(at: 2)
        let found = try Guide.faults(message)
        #expect(found == ["HL7-601 ORC", "HL7-622 OBR", "HL7-623 OBR-2"], "usage R of a segment")
        message = Guide.clean
        message.insert("NTE|1||x", at: 2)
        #expect(try Guide.faults(message) == ["HL7-603 NTE[1]"], "usage X of a segment")
        message = Guide.clean
        message.insert(contentsOf: ["NTE|2||x", "NTE|3||x"], at: 5)
        #expect(try Guide.faults(message) == ["HL7-605 NTE[3]"], "cardinality of a segment")
        message = Guide.clean + ["SPM|2|||SER^^HL70487"]
        #expect(try Guide.faults(message) == ["HL7-605 SPM[2]"], "cardinality of a group")
    }

    @Test func `a group is required by its condition`() throws {
        var message = Guide.with(3, 4, "58410-2^^LN")
        message.removeLast(2)
        let found = try Guide.faults(message)
        #expect(found == ["HL7-623 ORC"])
    }

    @Test func `a value set that a condition asks for is looked into`() throws {
        var message = Guide.with(3, 4, "58410-2^^LN")
        message[6] = "SPM|1|||CAP^^L"
        #expect(try Guide.faults(message) == ["HL7-622 SPM-4"])
    }

    @Test func `what is wanted where it is known is told as info`() throws {
        let found = try Guide.faults(Guide.with(1, 7, ""), infos: true)
        #expect(found.contains("HL7-602 PID-7"))
    }

    @Test func `the same segment has the flavor of its place`() throws {
        // OBX-6 is wanted in a result and not supported in an observation about a specimen.
        #expect(
            try Guide.faults(Guide.with(7, 6, "mg/dL")).contains("HL7-603 OBX[2]-6"))
    }

    @Test func `findings name NIST's categories and never a value`() throws {
        let kinds = ["HL7-601": "Usage", "HL7-605": "Cardinality", "HL7-606": "Length"]
        for item in Self.faults {
            let message = Guide.with(item.1, item.2, item.3)
            let reading = try HL7.read(message.joined(separator: "\r") + "\r", as: Guide.format())
            for finding in reading.findings where finding.code.hasPrefix("HL7-6") {
                if let word = kinds[finding.code] { #expect(finding.message.hasPrefix(word)) }
                #expect(!finding.detail.contains("JANE") && !finding.detail.contains("A123"))
            }
        }
    }

    @Test func `a message of another version is told not to be checked`() throws {
        let message = Guide.clean.map { $0.replacing("|2.5.1|", with: "|2.3|") }
        #expect(try Guide.faults(message) == ["HL7-631 MSH"])
    }

    @Test func `a format without an overlay finds nothing of one`() throws {
        #expect(try Guide.faults(Guide.with(1, 8, ""), as: HL7.format()) == [])
    }
}

/// Messages that somebody's transport or programmer has damaged.
@Suite struct DamagedMessageProfileTests {
    /// Seeded, so that a failure comes again.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    @Test func `damage of any kind gives findings in the message, never a crash`() throws {
        let format = try Guide.format()
        let clean = Array((Guide.clean.joined(separator: "\r") + "\r").utf8)
        let salt = Array(#"|^~\&"\#r0A"#.utf8)
        var chance = Seeded(state: 7)
        var found: Set<String> = []
        for _ in 0..<3000 {
            var bytes = clean
            for _ in 0..<Int.random(in: 1...6, using: &chance) {
                // MSH-1 and MSH-2 stay: without them there is no message.
                let index = Int.random(in: 9..<bytes.count, using: &chance)
                switch Int.random(in: 0..<4, using: &chance) {
                case 0: bytes[index] = salt.randomElement(using: &chance) ?? 0
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(salt.randomElement(using: &chance) ?? 0, at: index)
                default:
                    let end = min(bytes.count, index + Int.random(in: 1...60, using: &chance))
                    bytes.insert(contentsOf: Array(bytes[index..<end]), at: index)
                }
            }
            let reading = try HL7.read(bytes, as: format)
            for finding in reading.findings where finding.code.hasPrefix("HL7-6") {
                found.insert(finding.code)
                #expect((finding.location.byte ?? -1) <= bytes.count)
                #expect(finding.location.path?.isEmpty == false)
            }
        }
        // All that a damaged message can give comes up.
        #expect(found.isSuperset(of: ["HL7-601", "HL7-603", "HL7-605", "HL7-606", "HL7-607"]))
        #expect(found.isSuperset(of: ["HL7-608", "HL7-611", "HL7-615", "HL7-621", "HL7-622"]))
        #expect(found.isSuperset(of: ["HL7-623", "HL7-631"]))
    }
}
