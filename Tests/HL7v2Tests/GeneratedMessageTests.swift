import Exchange
import Testing
import WaybillTesting

@testable import HL7v2

@Suite struct GeneratedMessageTests {
    /// The versions with schemas of their own.
    static let schemas: [String: Schema] = {
        let all = HL7v2Family.versions.compactMap {
            SchemaReader.read(version: $0, from: ShippedSchemas()).schema
        }
        return Dictionary(all.map { ($0.version, $0) }, uniquingKeysWith: { first, _ in first })
    }()
    /// A code of each table.
    static let codes: [Int: String] = {
        let common = ShippedSchemas().file("hl7v2/common.schema") ?? []
        return MessageGenerator.codes(String(decoding: common, as: UTF8.self))
    }()
    /// Every structure in every version that has it, with one of its events.
    static let all: [(version: String, name: String, event: String)] = {
        HL7v2Family.versions.flatMap { version in
            let schema = schemas[version]
            let roots = schema.map { $0.roots.keys.sorted() } ?? []
            return roots.compactMap { name in
                schema?.events.filter { $0.value == name }.keys.min().map {
                    (version, name, $0.replacing("^*", with: "^R01"))
                }
            }
        }
    }()

    private func generate(
        _ version: String, _ name: String, _ event: String, _ extent: MessageGenerator.Extent
    ) throws -> String {
        let schema = try #require(Self.schemas[version])
        var generator = MessageGenerator(schema, extent, first: Self.codes)
        return generator.message(name, event: event)
    }

    @Test func `the four versions have their structures`() {
        let names = Dictionary(grouping: Self.all, by: \.version).mapValues { $0.map(\.name) }
        let old = [
            "ACK", "ADT_A01", "ADT_A39", "DFT_P03", "MDM_T02", "ORM_O01", "ORU_R01", "SIU_S12",
            "VXU_V04",
        ]
        #expect(names["2.3"] == old)
        #expect(names["2.3.1"] == old)
        #expect(names["2.4"]?.sorted() == (old + ["ADT_A05", "OML_O21"]).sorted())
        #expect(names["2.5.1"]?.sorted() == (old + ["ADT_A05", "OML_O21", "ORU_R30"]).sorted())
    }

    @Test(arguments: all.map { "\($0.version) \($0.name)" }, MessageGenerator.Extent.allCases)
    func `a message with all of its structure, or the least of it, has no finding above info`(
        name: String, extent: MessageGenerator.Extent
    ) throws {
        let one = try #require(Self.all.first { "\($0.version) \($0.name)" == name })
        let text = try generate(one.version, one.name, one.event, extent)
        let reading = try HL7.read(text)
        #expect(reading.faults == [])
        #expect(reading.texts == [text])
        #expect(reading.closing.findings.total == 0)
    }

    @Test(arguments: all.map { "\($0.version) \($0.name)" })
    func `each required segment that is left out is told`(name: String) throws {
        let one = try #require(Self.all.first { "\($0.version) \($0.name)" == name })
        let lines = try generate(one.version, one.name, one.event, .least)
            .split(separator: "\r").map(String.init)
        for index in lines.indices.dropFirst() {
            var rest = lines
            let left = rest.remove(at: index)
            let reading = try HL7.read(rest.joined(separator: "\r"))
            let id = left.prefix(3)
            let isOptional = left.hasPrefix("OBX") && one.version < "2.5"
            #expect(
                isOptional || reading.errors.contains { $0.hasPrefix("HL7-204") },
                "\(id) of \(name)")
        }
    }

    @Test(arguments: all.map { "\($0.version) \($0.name)" })
    func `what is quickly passed is what the full check passes`(name: String) throws {
        let one = try #require(Self.all.first { "\($0.version) \($0.name)" == name })
        let text = try generate(one.version, one.name, one.event, .most)
        let format = try HL7.format()
        var seed: UInt64 = 7
        func next(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        let marks = Array("|^~\\&\"A9. -\u{1}".utf8)
        for _ in 0..<25 {
            var bytes = Array(text.utf8)
            for _ in 0..<3 { bytes[9 + next(bytes.count - 9)] = marks[next(marks.count)] }
            let document = HL7.document(bytes, as: format)
            var quick: [Finding] = []
            format.check(document, record: 0, into: &quick)
            var full: [Finding] = []
            format.check(document, record: 0, into: &full, everyField: true)
            #expect(quick == full)
        }
    }
}
