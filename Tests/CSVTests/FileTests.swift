import Bytes
import CSV
import Exchange
import Testing

@Suite struct HeaderTests {
    @Test func `columns may come in any order`() throws {
        let table = try Table("DOB,MRN,NAME\n01/31/1980,7,Doe\n", format(patients))
        #expect(table.values == [["7", "Doe", "01/31/1980"]])
        #expect(table.codes == [[]])
    }

    @Test func `a missing required column rejects the file, another is a warning`() throws {
        let table = try Table("NAME,DOB\nDoe,01/31/1980\n", format(patients))
        #expect(table.fileCodes == ["CSV-003"])
        #expect(table.closing.findings.kept[0].location.path == "MRN")
        #expect(try Table("MRN,NAME\n1,Doe\n", format(patients)).fileCodes == ["CSV-004"])
    }

    @Test func `an unknown column is told with the nearest name`() throws {
        let table = try Table("MRN,NAMES,DOB\n1,Doe,01/31/1980\n", format(patients))
        #expect(table.fileCodes == ["CSV-004", "CSV-005"])
        #expect(table.closing.findings.kept[1].detail == "column 2; did you mean `NAME`?")
        #expect(table.closing.findings.kept[1].location.path == "NAMES")
    }

    @Test func `a column that occurs twice rejects the file`() throws {
        #expect(try Table("MRN,NAME,DOB,MRN\n1,a,,2\n", format(patients)).fileCodes == ["CSV-006"])
    }

    @Test func `names that differ in case or blanks are taken`() throws {
        let table = try Table("mrn, Name ,DOB\n1,a,\n", format(patients))
        #expect(table.fileCodes == ["CSV-007", "CSV-007"])
        #expect(table.values == [["1", "a", ""]])
    }

    @Test func `a first row that names nothing is no header, and nothing of it is shown`() throws {
        let table = try Table("4711,Canary,01/31/1980\n", format(patients))
        #expect(table.fileCodes == ["CSV-002"])
        let text = table.closing.findings.kept.map { "\($0)" }.joined()
        #expect(!text.contains("Canary") && !text.contains("4711"))
    }

    @Test func `without a header the schema's order counts`() throws {
        let table = try Table("7,Doe,01/31/1980\n", format(patients) { $0.hasHeader = false })
        #expect(table.values == [["7", "Doe", "01/31/1980"]])
    }

    @Test func `a record is opened again with its saved context, or without in the schema's order`()
        throws
    {
        let format = try format(patients)
        let table = try Table("DOB,MRN,NAME\n01/31/1980,7,Doe\n", format)
        let page = table.pages[0]
        let saved = try #require((page.context as? any SavedContext)?.saved)
        let bytes = page.bytes(of: 0)
        let frame = Frame(range: ByteRange(0, bytes.count), number: 1, hash: 0)
        let again = Page(
            bytes: bytes, offset: 0, line: 1, frames: [frame],
            context: format.context(saved: saved))
        let document = format.parse(again)
        let path = try format.path("MRN")
        #expect(format.values(of: path, within: 0..<1, in: document).map(\.text) == ["7"])

        let plain = Array("8,Roe,02/01/1990".utf8)
        let bare = Page(
            bytes: plain, offset: 0, line: 1,
            frames: [Frame(range: ByteRange(0, plain.count), number: 1, hash: 0)])
        #expect(
            format.values(of: path, within: 0..<1, in: format.parse(bare)).map(\.text) == ["8"])
    }
}

extension Page {
    func bytes(of index: Int) -> [UInt8] { Array(bytes[frames[index].range.range]) }
}

@Suite struct TrailerAndGroupTests {
    private let lines = """
        {"name": "CLAIM"}, {"name": "CODE"},
        {"name": "AMOUNT", "type": "number", "constraints": {"minimum": 0}}
        """

    private func charges(
        _ trailer: CSVSettings.Trailer? = .init(match: "TRL", count: 1, total: 2)
    ) throws -> CSVFormat {
        try format(lines) {
            $0.group = "CLAIM"
            $0.money = "AMOUNT"
            $0.trailer = trailer
        }
    }

    @Test func `consecutive rows of a group are one record with the sum of its money`() throws {
        let text = "CLAIM,CODE,AMOUNT\nA,1,10.00\nA,2,5.5\nB,1,1\nA,3,2\nTRL,4,18.50\n"
        let table = try Table(text, charges())
        #expect(table.records == ["A,1,10.00\nA,2,5.5", "B,1,1", "A,3,2"])
        #expect(table.frames.map(\.cents) == [1550, 100, 200])
        #expect(table.fileCodes.isEmpty && table.closing.parts.isEmpty)
        #expect(table.closing.declaredCents == 1850)
        #expect(table.closing.counts == [EnvelopeCount("TRL count", declared: 4, counted: 4)])
        #expect(table.values[0] == ["A", "1|2", "10.00|5.5"])
    }

    @Test func `each row of a group is an occurrence of row`() throws {
        let format = try charges(nil)
        let table = try Table("CLAIM,CODE,AMOUNT\nA,1,10\n\nA,2,5\n", format)
        let document = format.parse(table.pages[0])
        let scope = format.scope(ofRecord: 0, in: document)
        let rows = try format.occurrences(of: format.path("row"), within: scope, in: document)
        #expect(rows == [0..<1, 1..<2])
        let code = try format.path("CODE")
        #expect(
            rows.map { format.values(of: code, within: $0, in: document)[0].text } == ["1", "2"])
    }

    @Test(arguments: [
        ("A,1,10\nTRL,2,10\n", "CSV-021"), ("A,1,10\nTRL,1,11\n", "CSV-022"),
        ("A,1,10\n", "CSV-020"), ("A,1,10\nTRL,1,10\nB,1,0\n", "CSV-023"),
        ("A,1,10\nTRL,x,10\n", "CSV-024"), ("A,1,10\nTRL,1\n", "CSV-024"),
    ])
    func `a trailer that is missing or disagrees holds the file`(rows: String, code: String) throws
    {
        let table = try Table("CLAIM,CODE,AMOUNT\n" + rows, charges())
        #expect(table.fileCodes == [code])
        #expect(table.closing.parts[0] == .hold)
        #expect(table.closing.findings.kept.allSatisfy { $0.kind.reach == .part })
    }

    @Test func `a trailer may count records`() throws {
        let text = "CLAIM,CODE,AMOUNT\nA,1,10\nA,2,5\nB,1,1\nTRL,2\n"
        let table = try Table(text, charges(.init(match: "TRL", count: 1, counts: .records)))
        // The last record is closed before the trailer is compared.
        #expect(table.fileCodes.isEmpty)
    }

    @Test func `groups that cross pages stay whole`() throws {
        var text = "CLAIM,CODE,AMOUNT\n"
        for claim in 0..<20_000 { for line in 1...3 { text += "C\(claim),\(line),1.25\n" } }
        let table = try Table(text + "TRL,60000,75000.00\n", charges(), chunk: 9_973)
        #expect(table.pages.count > 2)
        #expect(table.frames.count == 20_000)
        #expect(table.frames.allSatisfy { $0.cents == 375 })
        #expect(table.fileCodes.isEmpty)
    }

    @Test func `findings in a group name the row's own line`() throws {
        let table = try Table("CLAIM,CODE,AMOUNT\nA,1,10\nA,2,-5\n", charges(nil))
        #expect(table.codes == [["CSV-305"]])
        #expect(
            table.findings[0][0].location == Location(byte: 29, line: 3, record: 1, path: "AMOUNT"))
    }
}
