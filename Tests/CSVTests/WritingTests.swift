import Bytes
import CSV
import Exchange
import Testing
import WaybillTesting

@Suite struct WritingTests {
    private let charges = """
        {"name": "CLAIM", "constraints": {"required": true}}, {"name": "NOTE"},
        {"name": "AMOUNT", "type": "number"}
        """

    private func envelope(_ entries: [(String, SettingsNode)] = []) throws -> Envelope {
        let clock = try #require(Timestamp(year: 2026, month: 11, day: 20, hour: 2))
        return Envelope(
            settings: settings(entries), clock: clock, batch: "B1", numbers: CountingNumbers())
    }

    private func node(
        _ format: CSVFormat, _ fields: [(String, RenderValue)]
    ) throws -> RenderNode<CSVPath> {
        var node = RenderNode<CSVPath>()
        for (name, value) in fields {
            node.fields.append((path: try format.path(name), value: value))
        }
        return node
    }

    @Test func `cells are quoted where they must be and read back as they were`() throws {
        let format = try format(charges)
        for note in [
            "plain", "a,b", "say \"hi\"", "two\r\nlines", " blanks ", "", "\u{E9}\u{1F600}",
        ] {
            let record = try node(
                format, [("AMOUNT", .text("1.50")), ("NOTE", .text(note)), ("CLAIM", .text("C1"))])
            let bytes = try format.render(record)
            let table = try Table(
                "CLAIM,NOTE,AMOUNT\r\n" + String(decoding: bytes, as: UTF8.self), format)
            #expect(table.values == [["C1", note, "1.50"]])
            #expect(table.codes == [[]])
        }
        let quoted = try format.render(
            node(format, [("CLAIM", .text("a\"b")), ("NOTE", .text("c"))]))
        #expect(String(decoding: quoted, as: UTF8.self) == "\"a\"\"b\",c,")
    }

    @Test func `children are rows that repeat the record's own fields`() throws {
        let format = try format(charges) { $0.lineEnd = .lf }
        var record = try node(format, [("CLAIM", .text("C1"))])
        record.children = [
            try node(format, [("AMOUNT", .text("1"))]), try node(format, [("AMOUNT", .text("2"))]),
        ]
        #expect(try String(decoding: format.render(record), as: UTF8.self) == "C1,,1\nC1,,2")
    }

    @Test func `what our own reader would refuse is not written`() throws {
        let format = try format(charges) { $0.charset = .iso8859(1) }
        func code(_ fields: [(String, RenderValue)]) throws -> String? {
            do {
                _ = try format.render(node(format, fields))
                return nil
            } catch let fault as WriteFault { return fault.finding.code }
        }
        #expect(try code([("CLAIM", .text("1")), ("AMOUNT", .text("1,5"))]) == "CSV-205")
        #expect(try code([("NOTE", .text("1"))]) == "CSV-301")
        #expect(try code([("CLAIM", .text("1")), ("NOTE", .text("\u{1F600}"))]) == "CSV-401")
        #expect(
            try code([("CLAIM", .text("1")), ("NOTE", .repetitions(["a", "b"]))]) == "CSV-403")
        #expect(try code([("CLAIM", .text("1")), ("NOTE", .text("a\u{0}"))]) == "CSV-107")
        #expect(try code([("CLAIM", .text("1")), ("NOTE", .null)]) == nil)
    }

    @Test func `an edit changes only the cells it names`() throws {
        let format = try format(charges)
        let text = "CLAIM,NOTE,AMOUNT\n\"C1\", as it \"is\" ,+01.50\nC2,\"x\"\"y\",2\n"
        let table = try Table(text, format)
        let document = format.parse(table.pages[0])
        func edit(_ record: Int, _ edits: [(String, RenderValue)]) throws -> String {
            let scope = format.scope(ofRecord: record, in: document)
            let made = try edits.map { NamedEdit(try format.path($0.0), within: scope, to: $0.1) }
            return String(
                decoding: try format.edit(document, record: record, edits: made), as: UTF8.self)
        }
        #expect(try edit(0, []) == "\"C1\", as it \"is\" ,+01.50")
        #expect(try edit(0, [("CLAIM", .text("C9"))]) == "\"C9\", as it \"is\" ,+01.50")
        #expect(
            try edit(1, [("AMOUNT", .text("3")), ("NOTE", .text("a,\"b\""))])
                == "C2,\"a,\"\"b\"\"\",3")
        #expect(try edit(1, [("NOTE", .null)]) == "C2,\"\",2")
        #expect(throws: WriteFault.self) { try edit(1, [("AMOUNT", .text("x"))]) }
    }

    @Test func `an edit of a file with other columns stands under the schema's header`() throws {
        let format = try format(charges)
        let table = try Table("EXTRA,AMOUNT,CLAIM,NOTE\nzz,2,C1,n\n", format)
        let document = format.parse(table.pages[0])
        let bytes = try format.edit(document, record: 0, edits: [])
        #expect(String(decoding: bytes, as: UTF8.self) == "C1,n,2")
    }

    @Test func `an edit in a group changes its own row`() throws {
        let format = try format(charges) { $0.group = "CLAIM" }
        let table = try Table("CLAIM,NOTE,AMOUNT\nC1,a,1\r\nC1,b,2\n", format)
        let document = format.parse(table.pages[0])
        let edit = NamedEdit(try format.path("NOTE"), within: 1..<2, to: .text("z"))
        let bytes = try format.edit(document, record: 0, edits: [edit])
        #expect(String(decoding: bytes, as: UTF8.self) == "C1,a,1\r\nC1,z,2")
    }

    @Test func `a file has its header and a trailer that is true, and reads back balanced`() throws
    {
        let format = try format(charges) {
            $0.group = "CLAIM"
            $0.money = "AMOUNT"
            $0.trailer = .init(match: "TRL", count: 1, total: 2)
        }
        var assembly = try format.assembly(envelope([("trailer", "TRL,{count},{total}")]))
        var file = try assembly.begin()
        file += try assembly.add(Array("C1,a,1.10\r\nC1,\"b\r\nc\",2.20".utf8))
        file += try assembly.add(Array("C2,,3".utf8))
        file += try assembly.finish()
        let text = String(decoding: file, as: UTF8.self)
        #expect(text.hasPrefix("CLAIM,NOTE,AMOUNT\r\nC1,a,1.10\r\n"))
        #expect(text.hasSuffix("C2,,3\r\nTRL,3,6.30\r\n"))
        let table = try Table(file, format)
        #expect(table.frames.map(\.cents) == [330, 300])
        #expect(table.fileCodes.isEmpty && table.closing.declaredCents == 630)
    }

    @Test func `an envelope's trailer must be the one that is read back`() throws {
        let format = try format(charges)
        #expect(throws: WriteFault.self) {
            try format.assembly(envelope([("trailer", "END,{count}")]))
        }
    }

    @Test func `UTF-16 is written and read back`() throws {
        let format = try format(charges) { $0.charset = .utf16LittleEndian }
        var assembly = try format.assembly(envelope([("bom", "true")]))
        var file = try assembly.begin()
        file += try assembly.add(
            format.render(node(format, [("CLAIM", .text("C\u{EB}")), ("AMOUNT", .text("1"))])))
        file += try assembly.finish()
        #expect(Array(file.prefix(2)) == [0xFF, 0xFE])
        #expect(try Table(file, format).values == [["C\u{EB}", "", "1"]])
    }

    @Test func `the census counts cells that hold something by column`() throws {
        let format = try format(charges)
        let table = try Table("CLAIM,NOTE,AMOUNT,X\n1,,2,y\n3,n,,\n", format)
        let document = format.parse(table.pages[0])
        var census = FieldCensus()
        for record in 0..<2 { format.census(document, record: record, into: &census) }
        let named = Dictionary(
            uniqueKeysWithValues: census.counts.map {
                (format.fieldName(ofCensusKey: $0.key), $0.value)
            })
        #expect(named == ["CLAIM": 2, "NOTE": 1, "AMOUNT": 1, "column 4 (not in the schema)": 1])
        #expect(try format.censusKey(of: format.path("NOTE")) == 1)
    }

    @Test func `a path that names nothing is told with the nearest`() throws {
        let format = try format(charges)
        let fault = #expect(throws: PathFault.self) { try format.path("AMOUNTS") }
        #expect(fault?.reason.contains("`AMOUNT`") == true)
    }
}
