import Bytes
import Exchange
import Testing
import WaybillTesting
import XML

@Suite struct ReadingTests {
    @Test func `a clean document gives its records and no finding`() throws {
        let text = responseSet(response("R1") + response("R2"), count: 2)
        let reading = try read(text, as: questionnaires())
        #expect(reading.codes == [])
        #expect(reading.records.count == 2)
        #expect(reading.closing.isComplete)
        #expect(reading.closing.counts == [EnvelopeCount("@count", declared: 2, counted: 2)])
        #expect(
            String(decoding: reading.records[0].bytes, as: UTF8.self).hasPrefix(
                "<q:response id=\"R1\">"))
        #expect(
            String(decoding: reading.records[0].bytes, as: UTF8.self).hasSuffix("</q:response>"))
    }

    @Test func `one wrong date rejects its record alone and is told at its byte, line and path`()
        throws
    {
        let text = responseSet(response("R1") + response("R2", birth: "1980-02-30"), count: 2)
        let reading = try read(text, as: questionnaires())
        #expect(reading.records.map(\.findings.count) == [0, 1])
        let finding = try #require(reading.records[1].findings.first)
        #expect(finding.code == "XML-106")
        #expect(finding.location.path == "/q:response/q:patient/q:birthDate")
        #expect(finding.location.record == 2)
        let before = text[
            ..<(try #require(text.firstRange(of: "<q:birthDate>1980-02-30")).lowerBound)]
        #expect(finding.location.byte == before.utf8.count)
        #expect(finding.location.line == before.filter { $0 == "\n" }.count + 1)
        #expect(!finding.message.contains("1980-02-30"))
    }

    @Test(
        arguments: [
            ("<q:visit>V77</q:visit>", "<q:vizit>V77</q:vizit>", "XML-102", "/q:response/q:vizit"),
            (" id=\"R1\"", "", "XML-105", "/q:response"),
            ("mrn=\"M100\"", "mrn=\"M 1!\"", "XML-108", "/q:response/q:patient/@mrn"),
            (
                "type=\"integer\"", "type=\"float\"", "XML-107",
                "/q:response/q:item[1]/q:answer/@type"
            ),
            (
                "type=\"integer\"", "kind=\"integer\"", "XML-104",
                "/q:response/q:item[1]/q:answer/@kind"
            ),
            (
                "<q:family>O&#39;Hara &amp; Sons</q:family>", "", "XML-102",
                "/q:response/q:patient/q:name/q:given"
            ),
            (
                "<q:completed>2026-11-19T18:30:00-06:00</q:completed>",
                "<q:completed>19/11/2026</q:completed>",
                "XML-106", "/q:response/q:completed"
            ),
            ("linkId=\"2\"", "linkId=\"1\"", "XML-111", "/q:response/q:item[2]"),
            ("Sleep", "Sl&eep;p", "XML-100", "/q:response/q:item[1]/q:text"),
            ("<q:answer>fine", "<p:answer>fine", "XML-100", nil),
        ] as [(String, String, String, String?)])
    func `each break of the schema has its own code and path`(
        find: String, replacement: String, code: String, path: String?
    ) throws {
        let broken = response("R1").replacingOccurrences(find, replacement)
        let reading = try read(responseSet(broken), as: questionnaires())
        if path == nil {
            // The end tag no longer fits: the document itself is broken.
            #expect(reading.codes == ["XML-010"])
        } else {
            #expect(reading.codes.contains(code), "\(reading.codes)")
            let finding = try #require(reading.findings.first { $0.code == code })
            #expect(finding.location.path == path)
        }
    }

    @Test func `what is wrong around the records condemns the file`() throws {
        let text = responseSet(response()).replacingOccurrences("sender=\"portal\" ", "")
        let reading = try read(text, as: questionnaires())
        #expect(reading.records.map(\.findings.count) == [0])
        let finding = try #require(reading.closing.findings.kept.first)
        #expect(finding.code == "XML-105")
        #expect(finding.kind.reach == .file)
        #expect(finding.location.path == "/q:responseSet")
        #expect(finding.location.line == 2)
    }

    @Test func `an element that the envelope does not have is found between the records`() throws {
        let text = responseSet(response("R1") + "<q:note/>" + response("R2"), count: 2)
        let reading = try read(text, as: questionnaires())
        #expect(reading.records.map(\.findings.count) == [0, 0])
        #expect(reading.codes == ["XML-102"])
        #expect(reading.findings.first?.location.path == "/q:responseSet/q:note")
    }

    @Test func `a declared count that differs is a warning`() throws {
        let reading = try read(responseSet(response(), count: 3), as: questionnaires())
        #expect(reading.codes == ["XML-021"])
        #expect(reading.closing.counts == [EnvelopeCount("@count", declared: 3, counted: 1)])
    }

    @Test func `a truncated document is not complete and keeps its whole records`() throws {
        let whole = responseSet(response("R1") + response("R2"), count: 2)
        for cut in [1, 60, 300, 900, whole.utf8.count - 5] {
            let reading = try read(Array(whole.utf8.prefix(cut)), as: questionnaires())
            #expect(!reading.closing.isComplete, "cut at \(cut)")
            #expect(reading.codes == ["XML-011"], "cut at \(cut)")
            #expect(reading.closing.findings.kept.first?.kind.reach == .file)
        }
    }

    @Test func `records and findings do not depend on how the source chops its reads`() throws {
        let text = responseSet(
            response("R1") + response("R2", birth: "x") + "<!-- > -->" + response("R3"), count: 9)
        let whole = try read(text, as: questionnaires())
        for chunk in [1, 2, 3, 7, 64, 1000] {
            let chopped = try read(text, as: questionnaires(), chunk: chunk)
            #expect(chopped.records.map(\.bytes) == whole.records.map(\.bytes))
            #expect(chopped.records.map(\.hash) == whole.records.map(\.hash))
            #expect(chopped.findings == whole.findings)
        }
    }

    @Test func `any prefix and any changed byte lead to findings and never to a trap`() throws {
        let bytes = Array(responseSet(response()).utf8)
        let format = try questionnaires()
        for cut in stride(from: 0, to: bytes.count, by: 3) {
            let reading = try read(Array(bytes.prefix(cut)), as: format)
            #expect(!reading.codes.isEmpty)
        }
        for place in stride(from: 0, to: bytes.count, by: 5) {
            for value: UInt8 in [0, 0x3C, 0x3E, 0x22, 0x26, 0xFF] {
                var changed = bytes
                changed[place] = value
                _ = try read(changed, as: format)
            }
        }
    }

    @Test func `a large document is cut into pages of which each holds whole records`() throws {
        let body = (1...1500).map { response("R\($0)") }.joined()
        let text = responseSet(body, count: 1500)
        let format = try questionnaires()
        var framer = format.framer(over: MemorySource(Array(text.utf8), chunk: 5000))
        var pages = 0
        var records = 0
        while let page = try framer.next() {
            pages += 1
            records += page.frames.count
            for frame in page.frames {
                #expect(page.bytes[Int(frame.range.start)] == UInt8(ascii: "<"))
                #expect(
                    page.location(at: Int(frame.range.start)).line == 3 + (frame.number - 1) * 9)
            }
        }
        #expect(records == 1500)
        #expect(pages > 2)
        #expect(framer.closing.findings.total == 0)
    }

    @Test func `a document without settings is read by the schema that declares its root`() throws {
        let text = responseSet(response("R1") + response("R2"), count: 2)
        let family = XMLFamily()
        let sniffed = family.sniff(Array(text.utf8))
        #expect(sniffed?.transaction == "{urn:waybill:portal:questionnaire}responseSet")
        let made = family.format(for: sniffed, schema: nil, level: 5, schemas: ShippedSchemas())
        let format = try #require(made.format as? XMLFormat)
        #expect(format.schemaName == "portal/questionnaire")
        #expect(try read(text, as: format).records.count == 2)
    }
}

extension String {
    /// `replacingOccurrences` without Foundation's labels.
    func replacingOccurrences(_ old: String, _ new: String) -> String {
        self.replacing(old, with: new)
    }
}
