import Markup
import Testing

@Suite struct SchemaTests {
    private static let source = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:element name="list"><xs:complexType><xs:sequence>
            <xs:element name="entry" type="Entry" minOccurs="0" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType></xs:element>
          <xs:complexType name="Entry"><xs:sequence>
            <xs:element name="day" type="xs:date"/><xs:element name="note" minOccurs="0"/>
          </xs:sequence></xs:complexType>
        </xs:schema>
        """

    private func schema(hoisting local: String? = nil) throws -> Schema {
        try Schema.compile("t.xsd", hoisting: local) { path in
            path == "t.xsd" ? Array(SchemaTests.source.utf8) : nil
        }
    }

    private func piece(_ text: String) -> Piece {
        let bytes = Array(text.utf8)
        return Piece(bytes: bytes, range: 0..<bytes.count, nameLength: 5)
    }

    private let good = "<entry><day>2026-02-28</day></entry>"
    private let bad = "<entry><day>2026-02-30</day></entry>"

    @Test func `a local element is validated alone when it was hoisted, and only then`() throws {
        #expect(try schema().check(piece(good)).map(\.kind) == [.unknownRoot])
        #expect(try schema(hoisting: "entry").check(piece(good)) == [])
    }

    @Test func `what one piece leaves behind does not touch the next, thousands of times`() throws {
        let schema = try schema(hoisting: "entry")
        for turn in 0..<2500 {
            #expect(schema.check(piece(good)).isEmpty)
            if turn % 7 == 0 {
                #expect(schema.check(piece(bad)).map(\.kind) == [.type])
                #expect(schema.check(piece("<entry><day")).map(\.kind).contains(.malformed))
            }
        }
    }

    @Test func `many threads share a schema`() async throws {
        let schema = try schema(hoisting: "entry")
        let (good, bad) = (piece(good), piece(bad))
        let answers = await withTaskGroup(of: Bool.self) { group in
            for turn in 0..<400 {
                group.addTask {
                    turn % 2 == 0
                        ? schema.check(good).isEmpty
                        : schema.check(bad).map(\.kind) == [.type]
                            && schema.check(bad)[0].element == 1
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 400)
        #expect(!answers.contains(false))
    }

    @Test func `an empty piece is never taken for a valid one`() throws {
        let nothing = Piece(bytes: [], range: 0..<0, nameLength: 0)
        #expect(!(try schema(hoisting: "entry").check(nothing)).isEmpty)
        #expect(!WellFormedness.check(nothing).isEmpty)
    }

    @Test func `the outline knows the order of children through types`() throws {
        let outline = try schema().outline
        #expect(outline.children["entry"] == ["day", "note"])
        #expect(outline.position(of: "note", in: "entry") == 1)
        #expect(outline.globals == ["list"])
    }

    @Test func `a schema that does not compile says where`() {
        #expect(throws: SchemaFault.self) {
            try Schema.compile("missing.xsd") { _ in nil }
        }
        do {
            _ = try Schema.compile("t.xsd") { _ in
                Array(SchemaTests.source.replacing("type=\"Entry\"", with: "type=\"Absent\"").utf8)
            }
            Issue.record("it compiled")
        } catch {
            #expect(error.line == 3)
        }
    }
}
