import Bytes
import Exchange
import Testing
import WaybillTesting
import XML

@Suite struct WritingTests {
    private let format: XMLFormat
    private let document: XMLDocument
    private let original: String

    init() throws {
        format = try questionnaires()
        let text = responseSet(response("R1"))
        var framer = format.framer(over: MemorySource(Array(text.utf8)))
        let page = try #require(try framer.next())
        document = format.parse(page)
        original = String(decoding: page.bytes[page.frames[0].range.range], as: UTF8.self)
    }

    private func edit(_ changes: [(String, RenderValue)]) throws -> String {
        let scope = format.scope(ofRecord: 0, in: document)
        let edits = try changes.map { NamedEdit(try format.path($0.0), within: scope, to: $0.1) }
        return String(decoding: try format.edit(document, record: 0, edits: edits), as: UTF8.self)
    }

    private var selfContained: String {
        original.replacing(
            "<q:response ", with: "<q:response xmlns:q=\"urn:waybill:portal:questionnaire\" ")
    }

    @Test func `an edit without changes is the record with its namespaces`() throws {
        #expect(try edit([]) == selfContained)
    }

    @Test func `an edit changes only what it names`() throws {
        let made = try edit([
            ("q:patient/@mrn", .text("M\"9")), ("q:visit", .text("A<B")),
            ("q:item[2]/q:answer", .repetitions(["x"])),
        ])
        #expect(
            made
                == selfContained.replacing("\"M100\"", with: "\"M&quot;9\"")
                .replacing("V77", with: "A&lt;B").replacing("fine", with: "x").replacing(
                    "mostly", with: ""))
    }

    @Test func `an element that is not there is added where the schema wants it`() throws {
        let scope = format.scope(ofRecord: 0, in: document)
        let item = try #require(
            format.occurrences(of: try format.path("q:item"), within: scope, in: document).last)
        let edits = [
            NamedEdit(try format.path("q:text"), within: item, to: .text("Mood")),
            NamedEdit(try format.path("q:answer[1]/@code"), within: item, to: .text("C1")),
        ]
        #expect(throws: WriteFault.self) { try format.edit(document, record: 0, edits: edits) }
        let made = String(
            decoding: try format.edit(document, record: 0, edits: [edits[0]]), as: UTF8.self)
        #expect(made.contains("<q:item linkId=\"2\"><q:text>Mood</q:text><q:answer>fine"))
        let attribute = NamedEdit(try format.path("q:answer/@code"), within: item, to: .text("C1"))
        let coded = String(
            decoding: try format.edit(document, record: 0, edits: [attribute]), as: UTF8.self)
        #expect(coded.contains("<q:answer code=\"C1\">mostly"))
    }

    @Test func `what XML cannot carry or a path cannot name is a fault`() throws {
        #expect(throws: WriteFault.self) { try edit([("q:visit", .text("a\u{1}b"))]) }
        #expect(throws: WriteFault.self) { try edit([("q:patient", .text("x"))]) }
        #expect(throws: WriteFault.self) { try edit([("count(q:item)", .text("x"))]) }
    }

    @Test func `rendered records assembled into a document read back clean with a true count`()
        throws
    {
        let requests = try XMLTests.format(
            [("schema", "portal/questionnaire-request")],
            namespaces: ["r": "urn:waybill:portal:questionnaire-request"])
        func record(_ id: String) throws -> [UInt8] {
            // In no particular order: the schema knows it.
            let fields: [(path: XMLPath, value: RenderValue)] = [
                (try requests.path("r:questionnaire"), .text("PHQ-9")),
                (try requests.path("r:appointment/r:start"), .text("2026-11-23T09:00:00-06:00")),
                (try requests.path("r:appointment/@id"), .text("A5")),
                (try requests.path("@id"), .text(id)),
                (try requests.path("r:mrn"), .text("M100")),
            ]
            return try requests.render(RenderNode(fields: fields))
        }
        let mark = Mark(file: "d.yaml", line: 1, column: 1)
        let sender = SettingsNode.Entry(
            key: "sender", mark: mark, value: SettingsNode(.scalar("clinic"), at: mark))
        let created = SettingsNode.Entry(
            key: "created", mark: mark, value: SettingsNode(.scalar("{now}"), at: mark))
        let envelope = SettingsNode(
            .map([
                .init(
                    key: "root", mark: mark, value: SettingsNode(.scalar("r:requests"), at: mark)),
                .init(key: "count", mark: mark, value: SettingsNode(.scalar("count"), at: mark)),
                .init(
                    key: "attributes", mark: mark,
                    value: SettingsNode(.map([sender, created]), at: mark)),
            ]), at: mark)
        let clock = try #require(Timestamp(iso: "2026-11-20T02:00:00-06:00"))
        var assembly = try requests.assembly(
            Envelope(settings: envelope, clock: clock, batch: "B1", numbers: CountingNumbers()))
        var file = try assembly.begin()
        let records = [try record("Q1"), try record("Q2")]
        for bytes in records { file += try assembly.add(bytes) }
        file += try assembly.finish()
        let back = try read(file, as: requests)
        #expect(back.codes == [])
        #expect(back.records.map(\.bytes) == records)
        #expect(back.closing.counts == [EnvelopeCount("@count", declared: 2, counted: 2)])
        #expect(
            String(decoding: file, as: UTF8.self).contains("created=\"2026-11-20T02:00:00-06:00\""))
    }

    @Test func `groups are rendered in order and values are escaped`() throws {
        let item = try format.path("q:item")
        func child(_ link: String, _ answers: [String]) throws -> RenderNode<XMLPath> {
            RenderNode(
                group: item,
                fields: [
                    (try format.path("q:answer"), .repetitions(answers)),
                    (try format.path("@linkId"), .text(link)),
                    (try format.path("q:text"), .text("Q \(link)")),
                ])
        }
        let node = RenderNode(
            fields: [
                (try format.path("q:completed"), .text("2026-11-19T18:30:00Z")),
                (try format.path("q:questionnaire"), .text("PHQ-9")),
                (try format.path("@id"), .text("R9")),
                (try format.path("q:patient/@mrn"), .text("M1")),
                (try format.path("q:patient/q:name/q:given"), .repetitions(["Ann", "B"])),
                (try format.path("q:patient/q:name/q:family"), .text("<&>\"'")),
                (try format.path("q:patient/q:birthDate"), .text("1980-02-29")),
            ], children: [try child("1", ["a"]), try child("2", ["b", "c"])])
        let bytes = try format.render(node)
        let back = try read(responseSet(String(decoding: bytes, as: UTF8.self)), as: format)
        #expect(back.codes == [], "\(String(decoding: bytes, as: UTF8.self))")
        let page = Page(
            bytes: bytes, offset: 0, line: 1,
            frames: [Frame(range: ByteRange(0, bytes.count), number: 1, hash: 0)])
        let again = format.parse(page)
        let scope = format.scope(ofRecord: 0, in: again)
        func values(_ path: String) throws -> [String] {
            format.values(of: try format.path(path), within: scope, in: again).map(\.text)
        }
        #expect(try values("q:patient/q:name/q:family") == ["<&>\"'"])
        #expect(try values("q:item/q:answer") == ["a", "b", "c"])
        #expect(try values("q:patient/q:name/q:given") == ["Ann", "B"])
    }

    @Test func `without a root a file holds one record`() throws {
        let note = try XMLTests.format([])
        let clock = try #require(Timestamp(iso: "2026-11-20"))
        var assembly = try note.assembly(
            Envelope(settings: nil, clock: clock, batch: "B1", numbers: CountingNumbers()))
        var file = try assembly.begin() + assembly.add(Array("<a/>".utf8))
        #expect(throws: WriteFault.self) { _ = try assembly.add(Array("<a/>".utf8)) }
        file += try assembly.finish()
        #expect(try read(file, as: note).codes == [])
    }

    @Test func `settings that are wrong are findings where they stand`() {
        func codes(_ pairs: [(String, String)]) -> [String] {
            let node = settings([("type", "xml")] + pairs)
            return XMLFamily().read(node, schemas: ShippedSchemas()).findings.map(\.code)
        }
        #expect(codes([("schema", "portal/nothing")]) == ["XML-301"])
        #expect(codes([("record", "q:item")]) == ["SET-102"])
        #expect(codes([("money", "a[")]) == ["SET-102"])
        #expect(codes([("chraset", "UTF-8")]) == ["SET-103"])
        let broken = OwnSchemas(files: [
            "xml/b.xsd":
                "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='nothing'/></xs:schema>"
        ])
        let found = XMLFamily().read(settings([("type", "xml"), ("schema", "b")]), schemas: broken)
        #expect(found.format == nil)
        #expect(found.findings.map(\.code) == ["XML-301"])
    }

    @Test func `a schema may be made of several files of ours`() throws {
        let files = OwnSchemas(files: [
            "xml/a/main.xsd":
                "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:include schemaLocation='types.xsd'/><xs:element name='d' type='T'/></xs:schema>",
            "xml/a/types.xsd":
                "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:simpleType name='T'><xs:restriction base='xs:int'/></xs:simpleType></xs:schema>",
        ])
        let made = try XMLTests.format([("schema", "a/main")], schemas: files)
        #expect(try read("<d>1</d>", as: made).codes == [])
        #expect(try read("<d>x</d>", as: made).codes == ["XML-106"])
    }
}
