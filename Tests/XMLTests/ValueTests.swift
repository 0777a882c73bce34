import Bytes
import Exchange
import Testing
import XML

@Suite struct ValueTests {
    private let format: XMLFormat
    private let page: Page
    private let document: XMLDocument

    init() throws {
        format = try questionnaires()
        let text = responseSet(response("R1") + response("R2", mrn: "M200"), count: 2)
        var framer = format.framer(over: MemorySource(Array(text.utf8)))
        page = try #require(try framer.next())
        document = format.parse(page)
    }

    private func values(_ notation: String, record: Int = 0) throws -> [String] {
        let scope = format.scope(ofRecord: record, in: document)
        return format.values(of: try format.path(notation), within: scope, in: document).map(\.text)
    }

    @Test func `XPath reaches elements, attributes, text and computed values`() throws {
        #expect(try values("q:patient/@mrn") == ["M100"])
        #expect(try values("q:patient/@mrn", record: 1) == ["M200"])
        #expect(try values("q:patient/q:name/q:family") == ["O'Hara & Sons"])
        #expect(try values("q:visit/text()") == ["V77"])
        #expect(try values("q:item[@linkId='2']/q:answer") == ["fine", "mostly"])
        #expect(try values("//q:answer") == ["2", "fine", "mostly"])
        #expect(try values("count(q:item)") == ["2"])
        #expect(try values("concat(@id, '-', q:visit)") == ["R1-V77"])
        #expect(try values("q:nothing") == [])
        #expect(try values("@id", record: 1) == ["R2"])
    }

    @Test func `a group's occurrences are scopes in which paths are relative`() throws {
        let scope = format.scope(ofRecord: 1, in: document)
        let items = format.occurrences(of: try format.path("q:item"), within: scope, in: document)
        #expect(items.count == 2)
        let link = try format.path("@linkId")
        #expect(
            items.flatMap { format.values(of: link, within: $0, in: document).map(\.text) } == [
                "1", "2",
            ])
        let answer = try format.path("q:answer")
        #expect(items.map { format.values(of: answer, within: $0, in: document).count } == [1, 2])
        #expect(
            items.allSatisfy { scope.contains($0.lowerBound) && $0.upperBound <= scope.upperBound })
    }

    @Test func `a value knows where it stands in the page`() throws {
        let scope = format.scope(ofRecord: 1, in: document)
        let value = try #require(
            format.values(of: try format.path("q:visit"), within: scope, in: document).first)
        #expect(page.bytes[value.index...].starts(with: "V77</q:visit>".utf8))
        #expect(value.description == "<3 bytes withheld>")
    }

    @Test func `a path that is no XPath or whose prefix is unknown is refused`() {
        #expect(throws: PathFault.self) { try format.path("q:item[") }
        #expect(throws: PathFault.self) { try format.path("hl7:item") }
        #expect(throws: PathFault.self) { try format.path("") }
        #expect(throws: Never.self) { try format.path("descendant::q:item[. = 'a:b']") }
    }

    @Test func `a record that is opened again without its document still parses`() throws {
        let saved = try #require((page.context as? any SavedContext)?.saved)
        #expect((format.context(saved: Array("no such charset".utf8)) as? XMLContext) == nil)
        for context in [page.context, format.context(saved: saved), nil] {
            let frame = page.frames[1]
            let bytes = Array(page.bytes[frame.range.range])
            let again = Page(
                bytes: bytes, offset: 0, line: 1,
                frames: [Frame(range: ByteRange(0, bytes.count), number: 1, hash: frame.hash)],
                context: context)
            let checked = validate(Parsed(again, as: format), as: format)
            #expect(checked.findings == [[]])
            let scope = format.scope(ofRecord: 0, in: checked.document)
            let found = format.values(
                of: try format.path("q:patient/@mrn"), within: scope, in: checked.document)
            #expect(found.map(\.text) == ["M200"])
        }
    }

    @Test func `the census counts what holds something and names it`() throws {
        var census = FieldCensus()
        format.census(document, record: 0, into: &census)
        let named = Dictionary(
            uniqueKeysWithValues: census.counts.map {
                (format.fieldName(ofCensusKey: $0.key), $0.value)
            })
        #expect(named["item/answer"] == 3)
        #expect(named["patient/@mrn"] == 1)
        #expect(named["item"] == nil)
        let key = try #require(format.censusKey(of: try format.path("q:item/q:answer")))
        #expect(format.fieldName(ofCensusKey: key) == "item/answer")
        #expect(format.censusKey(of: try format.path("count(q:item)")) == nil)
        #expect(format.recordType(document, record: 0) == "response")
    }

    @Test func `money is tallied by the framer, and an amount that is none is a finding`() throws {
        let bills = try XMLTests.format([("record", "bill"), ("money", "line/@net")])
        let reading = try read(
            "<d><bill><line net='10.50'/><line net='0.05'/></bill><bill><line net='1,000'/></bill></d>",
            as: bills)
        #expect(reading.records.map(\.cents) == [1055, 0])
        #expect(reading.records.map { $0.findings.map(\.code) } == [[], ["XML-120"]])
    }

    @Test
    func `a document without a schema is one record, and C-CDA's namespace is reached by prefix`()
        throws
    {
        let note = try XMLTests.format([], namespaces: ["c": "urn:hl7-org:v3"])
        let text = """
            <?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="CDA.xsl"?>
            <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <code code="34133-9"/><recordTarget><patientRole><id extension="M100"/></patientRole></recordTarget>
            <entry><value xsi:type="CD" code="E11.9"/></entry></ClinicalDocument>
            """
        var framer = note.framer(over: MemorySource(Array(text.utf8)))
        let page = try #require(try framer.next())
        let document = note.parse(page)
        let scope = note.scope(ofRecord: 0, in: document)
        func value(_ path: String) throws -> [String] {
            note.values(of: try note.path(path), within: scope, in: document).map(\.text)
        }
        #expect(try value("c:recordTarget//c:id/@extension") == ["M100"])
        #expect(try value("c:entry/c:value/@code") == ["E11.9"])
        #expect(try value("code") == [])
        #expect(note.recordType(document, record: 0) == "ClinicalDocument")
        #expect(framer.closing.isComplete)
    }

    @Test func `a record may be named by a path, and others of its name are left alone`() throws {
        let chosen = try XMLTests.format([("record", "/d/list/r")])
        let reading = try read(
            "<d><r>a</r><list><r>b</r><x><r>c</r></x></list><r>d</r></d>", as: chosen)
        #expect(reading.records.map { String(decoding: $0.bytes, as: UTF8.self) } == ["<r>b</r>"])
    }
}
