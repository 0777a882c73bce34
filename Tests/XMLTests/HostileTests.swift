import Exchange
import Testing
import XML

/// Files made to hurt: each is refused by the framer, before libxml2 sees it (reliability 2.4).
/// All of them together must be quick: the suite has a limit of a minute, and needs a second.
@Suite struct HostileTests {
    private let plain: XMLFormat

    init() throws { plain = try format([("record", "r")]) }

    private func codes(_ text: String) throws -> [String] { try read(text, as: plain).codes }

    @Test func `a billion laughs are refused for their DOCTYPE`() throws {
        var text = "<?xml version=\"1.0\"?>\n<!DOCTYPE d [<!ENTITY a0 \"ha\">"
        for level in 1...9 {
            let uses = String(repeating: "&a\(level - 1);", count: 10)
            text += "<!ENTITY a\(level) \"\(uses)\">"
        }
        let reading = try read(text + "]><d><r>&a9;</r></d>", as: plain)
        #expect(reading.codes == ["XML-001"])
        #expect(reading.records.isEmpty)
        #expect(reading.closing.findings.kept.first?.location.line == 2)
    }

    @Test func `quadratic blow-up is refused for its DOCTYPE`() throws {
        let entity = String(repeating: "a", count: 80_000)
        let uses = String(repeating: "&x;", count: 25_000)
        #expect(
            try codes("<!DOCTYPE d [<!ENTITY x \"\(entity)\">]><d><r>\(uses)</r></d>") == [
                "XML-001"
            ])
    }

    @Test func `an external entity is refused for its DOCTYPE`() throws {
        #expect(
            try codes("<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><d><r>&x;</r></d>")
                == ["XML-001"])
        #expect(
            try codes("<!DOCTYPE d SYSTEM \"http://127.0.0.1/d.dtd\"><d><r/></d>") == ["XML-001"])
    }

    @Test func `a DOCTYPE within the root is refused too`() throws {
        #expect(try codes("<d><r><!DOCTYPE x></r></d>") == ["XML-001"])
    }

    @Test func `two hundred thousand attributes are refused at the first too many`() throws {
        let attributes = (0..<200_000).map { "a\($0)=\"1\"" }.joined(separator: " ")
        #expect(try codes("<d><r \(attributes)/></d>") == ["XML-003"])
    }

    @Test func `a start tag over 64 KB is refused`() throws {
        let value = String(repeating: "x", count: 65_600)
        #expect(try codes("<d><r a=\"\(value)\"/></d>") == ["XML-002"])
        #expect(try codes("<d><r a=\"\(value)") == ["XML-002"])
    }

    @Test func `nesting beyond 128 is refused, in a record and around it`() throws {
        let open = String(repeating: "<a>", count: 100_000)
        #expect(try codes("<d><r>\(open)") == ["XML-004"])
        #expect(try codes(open) == ["XML-004"])
        let fits = String(repeating: "<a>", count: 126) + String(repeating: "</a>", count: 126)
        #expect(try codes("<d><r>\(fits)</r></d>") == [])
    }

    @Test func `a text over 10 MB is refused, also as a comment or CDATA`() throws {
        let long = String(repeating: "x", count: 10 << 20 | 1)
        #expect(try codes("<d><r>\(long)</r></d>") == ["XML-005"])
        #expect(try codes("<d><r><!--\(long)--></r></d>") == ["XML-005"])
        #expect(try codes("<d><r><![CDATA[\(long)]]></r></d>") == ["XML-005"])
    }

    @Test func `a record over its limit is refused`() throws {
        let small = try format([("record", "r"), ("record_limit", "100000")])
        let body = String(repeating: "<a>text</a>", count: 40_000)
        let reading = try read("<d><r>\(body)</r></d>", as: small)
        #expect(reading.codes == ["XML-006"])
        #expect(reading.findings.first?.location.record == 1)
    }

    @Test func `an entity nobody declared rejects its record, and nothing is fetched`() throws {
        #expect(try codes("<d><r>&x;</r><r>fine</r></d>") == ["XML-100"])
    }

    @Test func `an instance cannot bring its own schema`() throws {
        let text = responseSet(response()).replacing(
            "<q:response ",
            with: "<q:response xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                + "xsi:schemaLocation=\"urn:waybill:portal:questionnaire file:///etc/passwd\" ")
        #expect(try read(text, as: questionnaires()).codes == [])
    }

    @Test(arguments: [
        ("", "XML-011"), ("   \n", "XML-011"), ("\0\0\0\0", "XML-012"), ("PK\u{3}\u{4}", "XML-012"),
        ("<d></d><d></d>", "XML-012"), ("<d></d>x", "XML-012"), ("<d><r></d></r>", "XML-010"),
        ("<d a=1/>", "XML-010"), ("<d a='1'b='2'/>", "XML-010"), ("< d/>", "XML-010"),
        ("<d/>", "XML-020"), ("<d", "XML-011"),
    ])
    func `bytes that are no document are a finding`(text: String, code: String) throws {
        #expect(try codes(text) == [code])
    }
}
