import Testing

@testable import Reports

@Suite struct `CSV` {
    private func file(_ name: String, of report: Report) throws -> String {
        try #require(report.csv().first { $0.name == name }).text
    }

    @Test func `each section has its file, also on an empty night`() {
        let names = Samples.empty.csv().map(\.name)
        #expect(names.count == 16)
        #expect(Set(names.map { $0.prefix(2) }).count == 12)
        #expect(Samples.empty.csv().allSatisfy { $0.text.hasSuffix("\r\n") })
    }

    @Test func `counts are whole numbers and money is plain dollars`() throws {
        let feeds = try file("03-feeds.csv", of: Samples.fortyFeeds)
        #expect(feeds.contains(",3000000,0,0,3000000,0,0,0,0,0,\r\n"))
        let money = try file("04-money.csv", of: Samples.trouble)
        #expect(
            money.hasSuffix(
                "pms-charges,837,unparsed,18450.00,17010.00,640.00,0.00,800.00,0.00,0.00\r\n"))
    }

    @Test func `a negative number stays a number`() throws {
        var report = Samples.trouble
        report.money.payments[0].adjustments = -10_005
        #expect(try file("04-payments.csv", of: report).contains(",5222.40,-100.05,"))
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t1", "\"'\t1\""), ("\r1", "\"'\r1\""), ("\n1", "\"'\n1\""), ("\r\n1", "\"'\r\n1\""),
        ("=\"a\",b", "\"'=\"\"a\"\",b\""), ("a,b", "\"a,b\""), ("a=b", "a=b"), ("", ""),
        ("=\u{301}1", "'=\u{301}1"), ("a\"\u{301}", "\"a\"\"\u{301}\""),
        ("\u{FF1D}1", "'\u{FF1D}1"),
    ])
    func `no text is a formula`(text: String, cell: String) {
        #expect(Array(CSVCell.text(text).utf8) == Array(cell.utf8))
    }

    @Test func `a hostile name stays in its cell`() throws {
        let text = try file("05-deliveries.csv", of: Samples.hostile)
        #expect(text.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\")\","))
        let unmapped = try file("10-unmapped-fields.csv", of: Samples.hostile)
        #expect(unmapped.contains(",\"'\r\n+cmd|' /C calc'!A0\","))
    }
}
