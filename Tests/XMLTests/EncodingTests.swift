import Bytes
import Exchange
import Testing
import XML

@Suite struct EncodingTests {
    private let body =
        "<d>\n<r id=\"1\"><name>Zo\u{EB} M\u{FC}ller</name></r>\n<r id=\"2\"><bad></r></d>"
    private let good =
        "<d>\r\n<r id=\"1\"><name>Zo\u{EB} M\u{FC}ller</name></r>\r\n<r id=\"2\"/></d>"

    private func names(_ bytes: [UInt8], _ format: XMLFormat) throws -> [String] {
        let path = try format.path("name")
        var framer = format.framer(over: MemorySource(bytes, chunk: 11))
        var found: [String] = []
        while let page = try framer.next() {
            let document = format.parse(page)
            for index in page.frames.indices {
                let scope = format.scope(ofRecord: index, in: document)
                found += format.values(of: path, within: scope, in: document).map(\.text)
            }
        }
        #expect(framer.closing.findings.kept == [])
        return found
    }

    @Test func `the same document in every encoding gives the same values`() throws {
        let plain = try format([("record", "r")])
        let expected = ["Zo\u{EB} M\u{FC}ller"]
        #expect(try names(Array(good.utf8), plain) == expected)
        #expect(try names([0xEF, 0xBB, 0xBF] + Array(good.utf8), plain) == expected)
        for name in ["ISO-8859-1", "windows-1252", "ISO-8859-15"] {
            let charset = try #require(Charset(name: name))
            let text = "<?xml version=\"1.0\" encoding=\"\(name)\"?>" + good
            #expect(try names(try #require(charset.encode(text)), plain) == expected, "\(name)")
        }
        for charset in [Charset.utf16LittleEndian, .utf16BigEndian] {
            let text = "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + good
            #expect(try names(try #require(charset.encode(text)), plain) == expected, "\(charset)")
            #expect(try names(try #require(charset.encode(good)), plain) == expected, "\(charset)")
        }
    }

    @Test func `places in UTF-16 and Latin-1 are those of the original bytes`() throws {
        let schemas = OwnSchemas(files: [
            "xml/t.xsd": """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
            <xs:element name="d"><xs:complexType><xs:sequence>
            <xs:element name="r" maxOccurs="unbounded"><xs:complexType><xs:sequence>
            <xs:element name="name" type="xs:string"/><xs:element name="n" type="xs:int"/>
            </xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
            </xs:schema>
            """
        ])
        let typed = try format([("record", "r"), ("schema", "t")], schemas: schemas)
        let text =
            "<d>\r\n<r><name>\u{EB}</name><n>1</n></r>\r\n<r><name>\u{EB}\u{EB}</name>\r\n<n>x</n></r></d>"
        let before = text[..<(try #require(text.firstRange(of: "<n>x")).lowerBound)]
        let wide = try #require(Charset.utf16LittleEndian.encode("\u{FEFF}" + text))
        let found = try read(wide, as: typed).findings
        #expect(found.map(\.code) == ["XML-106"])
        #expect(found.first?.location.byte == 2 + before.utf16.count * 2)
        #expect(found.first?.location.line == 4)
        let head = "<?xml version='1.0' encoding='ISO-8859-1'?>"
        let narrow = try #require(Charset.iso8859(1).encode(head + text))
        let narrowFound = try read(narrow, as: typed).findings
        #expect(narrowFound.first?.location.byte == head.utf8.count + before.unicodeScalars.count)
        #expect(narrowFound.first?.location.line == 4)
    }

    @Test func `an encoding nobody knows, or that the bytes contradict, is refused`() throws {
        let plain = try format([("record", "r")])
        for text in [
            "<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><d><r/></d>",
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><d><r/></d>",
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><d><r/></d>",
        ] {
            #expect(try read(text, as: plain).codes == ["XML-013"])
        }
    }

    @Test func `a byte that the encoding lacks rejects its record at that byte`() throws {
        let plain = try format([("record", "r")])
        let head = Array("<?xml version=\"1.0\" encoding=\"US-ASCII\"?><d><r>a".utf8)
        let reading = try read(head + [0xE4] + Array("</r><r>b</r></d>".utf8), as: plain)
        #expect(reading.records.map(\.findings.count) == [1, 0])
        #expect(reading.findings.first?.code == "XML-014")
        #expect(reading.findings.first?.location.byte == head.count)
        let utf8 = Array("<d><r>a".utf8) + [0xE4] + Array("</r><r>b</r></d>".utf8)
        #expect(try read(utf8, as: plain).codes == ["XML-100"])
    }
}
