import Testing

@testable import Reports

@Suite struct `the terminal summary` {
    @Test(arguments: Samples.all.map(\.name))
    func `it has at most 24 lines of at most 80 plain ASCII columns`(name: String) throws {
        let report = try #require(Samples.all.first { $0.name == name }).report
        let lines = report.summary().split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        #expect(lines.count <= 24)
        #expect(lines.allSatisfy { $0.utf8.count <= 80 })
        #expect(report.summary().utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
        #expect(lines.contains { $0.hasPrefix("FILES ") })
    }

    @Test func `a troubled night reads at a glance`() {
        let text = Samples.trouble.summary()
        #expect(
            text.hasPrefix("WAYBILL 20261120T080000Z-01  AMBER  balanced; portal-forms missing"))
        #expect(text.contains("\nNext: IT: Call noc: portal-forms did not come (due 01:30)\n"))
        #expect(text.contains("\n      Lab: Ask the lab to send the result again"))
        #expect(text.contains("\nlab-results   42   2 |  39   2   1    2    0 |    0  "))
        #expect(text.contains("\nTOTAL         85   2 |  80   3   1    3    0 |    0  hash ok\n"))
        #expect(text.contains("\nFILES 9 = 1 not ready + 8 (6 ok, 1 rejected, 1 duplicate)\n"))
        #expect(
            text.contains(
                "\n837 $18,450.00 = 17,010.00 accepted + 640.00 rejected + 800.00 held\n"))
        #expect(text.contains("\n835 BPR02 $9,212.40 = CLP04 9,312.40 - PLB 150.00, off by 50.00"))
    }

    @Test func `every equation that fails is named with its figures`() {
        let text = Samples.outOfBalance.summary()
        #expect(text.contains("\nFAILS B2 records lab-results: 44 against 43, +1\n"))
        #expect(text.contains("\nFAILS B9 hash lab-results: "))
        #expect(text.contains("\nFAILS B10 assembly lab-results_20261120T080000Z-01_1.hl7: 39 "))
        #expect(text.contains("HASH BAD"))
    }

    @Test func `where too many fail the others are counted by name`() {
        let text = Samples.fortyFeeds.summary()
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("FAILS B9") }.count == 4)
        #expect(text.contains("\nFAILS also: B9 x 8\n"))
    }

    @Test func `of forty feeds those without a row of their own are summed up`() {
        var report = Samples.fortyFeeds
        report.equations = []
        let lines = report.summary().split(separator: "\n")
        let first = lines.firstIndex { $0.hasPrefix("FEED") } ?? 0
        let last = lines.firstIndex { $0.hasPrefix("TOTAL") } ?? 0
        let shown = last - first - 2
        #expect(shown > 5)
        #expect(lines[last - 1].hasPrefix("\(40 - shown) others "))
    }

    @Test func `colour comes only when asked for`() {
        #expect(!Samples.outOfBalance.summary().contains("\u{1B}"))
        let coloured = Samples.outOfBalance.summary(colour: .ansi)
        #expect(coloured.contains("\u{1B}[1;97;41m RED \u{1B}[0m"))
        #expect(coloured.contains("\u{1B}[31mFAILS B2"))
    }

    @Test(arguments: [
        (0, 0, " "), (10, 0, "."), (100, 4, ":"), (100, 5, "|"), (10, 10, "|"),
    ])
    func `a day's mark says how much was rejected`(received: Int, rejected: Int, mark: String) {
        let day = Report.Feed.Day(date: "2026-11-20", received: received, rejected: rejected)
        #expect(Sparkline.text([day], width: 15) == mark)
    }

    @Test func `of days put together the worst is shown`() {
        let days = Samples.history(received: 100, rejected: [1: 50])
        #expect(Sparkline.text(days, width: 15) == "|..............")
    }
}
