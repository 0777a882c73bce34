import Bytes
import CSV
import Exchange
import Testing

@Suite struct GrammarTests {
    private let two = "{\"name\": \"a\"}, {\"name\": \"b\"}"

    @Test func `quotes, doubled quotes, delimiters and line ends within quotes are content`() throws
    {
        let table = try Table("a,b\r\n\"x,\"\"y\"\"\",\"1\r\n2\"\r\n\"\",z\r\n", format(two))
        #expect(table.values == [["x,\"y\"", "1\r\n2"], ["", "z"]])
        #expect(table.codes == [[], []])
        #expect(table.fileCodes.isEmpty)
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `each line end gives the same records`(end: String) throws {
        let table = try Table(["a,b", "1,2", "3,4"].joined(separator: end) + end, format(two))
        #expect(table.records == ["1,2", "3,4"])
        #expect(table.pages.first?.location(at: 4 + end.utf8.count - 1).line == 2)
    }

    @Test func `the last row needs no line end`() throws {
        #expect(try Table("a,b\n1,2\n3,4", format(two)).records == ["1,2", "3,4"])
    }

    @Test func `mixed line ends are told once`() throws {
        let table = try Table("a,b\n1,2\r\n3,4\r5,6\n", format(two))
        #expect(table.records == ["1,2", "3,4", "5,6"])
        #expect(table.fileCodes == ["CSV-009"])
    }

    @Test func `blank lines are no records and are told once`() throws {
        let table = try Table("\n\na,b\n\n1,2\n   \n\n3,4\n\n", format(two))
        #expect(table.records == ["1,2", "3,4"])
        #expect(table.closing.findings.kept.map(\.detail) == ["6"])
    }

    @Test func `a quote within an unquoted cell is data and a warning`() throws {
        let table = try Table("a,b\n5\"6,x\n", format(two))
        #expect(table.values == [["5\"6", "x"]])
        #expect(table.codes == [["CSV-103"]])
    }

    @Test func `text behind a closing quote is an error at that text`() throws {
        let table = try Table("a,b\n\"x\"y,z\n", format(two))
        #expect(table.codes == [["CSV-102"]])
        #expect(table.findings[0][0].location == Location(byte: 6, line: 2, record: 1, path: "a"))
    }

    @Test func `a quote that never closes is an error of the record that it opens`() throws {
        let table = try Table("a,b\n1,2\n3,\"4\n5,6\n", format(two))
        #expect(table.records == ["1,2", "3,\"4\n5,6\n"])
        #expect(table.codes == [[], ["CSV-101"]])
        #expect(table.fileCodes == ["CSV-025"])
        #expect(!table.closing.isComplete)
        #expect(table.findings[1][0].location.line == 3)
    }

    @Test func `rows with too few and too many cells are errors, empty ones behind a warning`()
        throws
    {
        let table = try Table("a,b\n1\n1,2,3\n1,2,,\n1,2\n", format(two))
        #expect(table.codes == [["CSV-104"], ["CSV-105"], ["CSV-109"], []])
        #expect(table.findings[0][0].location.path == "b")
    }

    @Test func `ragged rows are warnings where the settings say so`() throws {
        let table = try Table("a,b\n1\n1,2,3\n", format(two) { $0.ragged = .warn })
        #expect(table.findings.map { $0.map(\.severity) } == [[.warning], [.warning]])
        #expect(table.values == [["1", ""], ["1", "2"]])
    }

    @Test func `a NUL in a cell is an error at the cell`() throws {
        let table = try Table("a,b\n1,2\u{0}3\n", format(two))
        #expect(table.codes == [["CSV-107"]])
        #expect(table.findings[0][0].location.path == "b")
    }

    @Test func `padding at the end is no record`() throws {
        let table = try Table("a,b\n1,2\n\u{1A}\u{1A}", format(two))
        #expect(table.records == ["1,2"])
        #expect(table.fileCodes == ["CSV-012"])
    }

    @Test func `a byte-order mark is passed by and places stay those of the file`() throws {
        let table = try Table("\u{FEFF}a,b\n1\n", format(two))
        #expect(table.pages[0].offset == 3)
        #expect(table.findings[0][0].location.byte == 8)
        #expect(table.fileCodes.isEmpty)
    }

    @Test(arguments: [Charset.utf16LittleEndian, .utf16BigEndian])
    func `UTF-16 gives the same values, and places in the file`(set: Charset) throws {
        let text = "\u{FEFF}a,b\r\n\"Zo\u{EB}\",2\r\n\u{1F600},\"x\r\ny\"\r\nbad\r\n"
        let bytes = try #require(set.encode(text))
        let table = try Table(bytes, format(two))
        #expect(table.values == [["Zo\u{EB}", "2"], ["\u{1F600}", "x\r\ny"], ["bad", ""]])
        #expect(table.codes == [[], [], ["CSV-104"]])
        // The place is the row's end, where the missing cell should be.
        #expect(table.findings[2][0].location.byte == bytes.count - 4)
        #expect(table.findings[2][0].location.line == 5)
    }

    @Test func `ISO 8859-1 is decoded as the settings say, and UTF-8 is not guessed`() throws {
        let bytes = Array("a,b\nZo".utf8) + [0xEB] + Array(",2\n".utf8)
        let right = try Table(bytes, format(two) { $0.charset = .iso8859(1) })
        #expect(right.values == [["Zo\u{EB}", "2"]])
        #expect(right.codes == [[]])
        let wrong = try Table(bytes, format(two))
        #expect(wrong.codes == [["CSV-106"]])
        #expect(wrong.findings[0][0].location.byte == 6)
    }

    @Test(arguments: [",", ";", "\t", "|"])
    func `the delimiter is found out`(delimiter: String) throws {
        let text = "a\(delimiter)b\n\"x,;|\ty\"\(delimiter)2\n"
        let table = try Table(text, format(two) { $0.delimiter = nil })
        #expect(table.values == [["x,;|\ty", "2"]])
    }

    @Test func `chunks of every size give the same pages and findings`() throws {
        let text =
            "a,b\r\n\"x,\"\"y\"\"\",\"1\r\n2\"\r\n\r\n3\r\n\"4\"\"\",\"5\"x\r\n6,7\r8,9\n\"open,\r\n"
        let whole = try Table(text, format(two))
        #expect(whole.records.count == 6)
        for chunk in 1...text.utf8.count {
            let table = try Table(text, format(two), chunk: chunk)
            #expect(table.records == whole.records)
            #expect(table.findings == whole.findings)
            #expect(table.closing.findings.kept == whole.closing.findings.kept)
            #expect(table.frames.map(\.hash) == whole.frames.map(\.hash))
        }
    }

    @Test func `any prefix and any changed byte give findings and never a trap`() throws {
        let text = Array("a,b\r\n\"x,\"\"y\"\"\",\"1\r\n2\"\r\n3,4\r\n\"\u{E9}\",5\r\n".utf8)
        let format = try format(two) { $0.delimiter = nil }
        for count in 0...text.count { _ = try Table(Array(text[0..<count]), format) }
        for index in text.indices {
            for byte in [UInt8(0), 0x22, 0x0A, 0x0D, 0x2C, 0xFF, 0x80] {
                var changed = text
                changed[index] = byte
                _ = try Table(changed, format)
            }
        }
    }

    @Test func `large files come in pages of whole records with true places`() throws {
        var text = "a,b\n"
        for number in 0..<60_000 { text += "\(number),\"value \(number)\"\n" }
        text += "bad\n"
        let table = try Table(text, format(two), chunk: 10_007)
        #expect(table.pages.count > 3)
        #expect(table.frames.map(\.number) == Array(1...60_001))
        #expect(table.codes.last == ["CSV-104"])
        #expect(table.findings.last?[0].location.line == 60_002)
        #expect(table.findings.last?[0].location.byte == text.utf8.count - 1)
    }

    @Test func `a line longer than the limit is a finding about the file`() throws {
        let text = "a,b\n1,2\n" + String(repeating: "x", count: 3_000_000) + "\n5,6\n"
        let table = try Table(text, format(two) { $0.recordLimit = 1 << 20 }, chunk: 65_536)
        #expect(table.fileCodes == ["CSV-011"])
        #expect(table.records == ["1,2"])
        #expect(table.closing.findings.kept[0].location.line == 3)
        #expect(table.closing.findings.kept[0].kind.reach == .file)
    }

    @Test func `no bytes are an empty file`() throws {
        #expect(try Table("", format(two)).fileCodes == ["CSV-001"])
        #expect(try Table("\n\n", format(two)).fileCodes == ["CSV-001", "CSV-010"])
    }
}
