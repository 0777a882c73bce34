import Exchange
import Foundation
import Mapping
import Testing

@Suite struct SchemaTests {
    private func schema(_ name: String) throws -> [String: Any] {
        var folder = URL(filePath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        let data = try Data(contentsOf: folder.appending(path: "schemas/settings/\(name).json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func properties(_ schema: [String: Any], _ definition: String) throws -> [String: Any] {
        let definitions = try #require(schema["definitions"] as? [String: Any])
        let object = try #require(definitions[definition] as? [String: Any])
        return try #require(object["properties"] as? [String: Any])
    }

    @Test(arguments: [
        "feed", "partner", "dictionary", "rules", "routes", "destinations", "site", "tests",
    ])
    func `a schema is draft-07 and refuses unknown keys`(name: String) throws {
        let schema = try schema(name)
        #expect(schema["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
        #expect(schema["additionalProperties"] as? Bool == false)
        #expect((schema["required"] as? [String])?.isEmpty == false)
    }

    @Test(arguments: [("field", "fields"), ("constant", "constants"), ("group", "each")])
    func `the dictionary's schema and its reader know the same keys`(
        definition: String, key: String
    ) throws {
        let known = try properties(try schema("dictionary"), definition).keys.sorted()
        let line = known.map { "\($0): x" }.joined(separator: ", ")
        let yaml =
            "dictionary: d\nsystem: s\nentity: patient\nformat: csv\n\(key):\n  - {\(line), zzzzzz: x}\n"
        let unknown = Bench.dictionary(yaml).findings.filter { $0.code == "SET-103" }
        #expect(unknown.count == 1)
        #expect(unknown.first?.message.contains("`zzzzzz`") == true)
        // And the reader asks for nothing that the schema lacks: it would name it as nearest.
        for name in known {
            let read = Bench.dictionary(
                "dictionary: d\nsystem: s\nentity: patient\nformat: csv\n\(key):\n  - {\(name)q: x}\n"
            )
            #expect(
                read.findings.contains { $0.message.contains("`\(name)`") || $0.code == "SET-101" })
        }
    }

    @Test func `the types of the schema are those of the model`() throws {
        let type = try #require(
            try properties(try schema("dictionary"), "field")["type"] as? [String: Any])
        #expect(type["enum"] as? [String] == ValueType.allCases.map(\.rawValue))
    }
}
