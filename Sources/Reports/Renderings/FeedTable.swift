/// The table of feeds in the terminal summary, fitted to 80 columns and a number of rows.
struct FeedTable {
    let report: Report
    /// How many feeds may be shown, the row that sums up the others included.
    let rows: Int

    /// The heading, the feeds and the total.
    var lines: [String] {
        guard !report.feeds.isEmpty else { return ["No feed took part."] }
        let shown = chosen
        let showsReplayed = report.totals.replayed != 0
        var figures = [headings(showsReplayed)]
        figures += (shown + [report.totals]).map { cells($0, showsReplayed) }
        let widths = figures[0].indices.map { column in
            figures.map { $0[column].utf8.count }.max() ?? 0
        }
        let figureWidth = widths.reduce(0) { $0 + $1 + 1 } + 4
        let longest = (shown.map { Plain.ascii($0.name).utf8.count } + [5]).max() ?? 5
        let nameWidth = min(longest, max(8, 80 - figureWidth - 2 - 8))
        let line = max(0, min(15, 80 - nameWidth - figureWidth - 2))
        let names = ["FEED"] + shown.map(\.name) + ["TOTAL"]
        let ends = ["30 days"] + shown.map { Sparkline.text($0.history, width: line) } + [hashWord]
        return figures.indices.map { row in
            Plain.cut(
                trimmed(
                    Plain.pad(Plain.cut(Plain.ascii(names[row]), to: nameWidth), to: nameWidth)
                        + joined(figures[row], widths, showsReplayed) + "  " + ends[row]), to: 80)
        }
    }

    /// The feeds to show: all, or those with trouble and then the largest, in the night's order.
    private var chosen: [Report.Feed] {
        let feeds = report.feeds
        guard feeds.count > rows else { return feeds }
        let ranked = feeds.indices.sorted { left, right in
            let first = weight(feeds[left])
            let second = weight(feeds[right])
            return first == second ? left < right : second.lexicographicallyPrecedes(first)
        }
        let kept = Set(ranked.prefix(max(0, rows - 1)))
        let rest = Report.sum(
            feeds.indices.filter { !kept.contains($0) }.map { feeds[$0] },
            name: "\(feeds.count - kept.count) others")
        return kept.sorted().map { feeds[$0] } + [rest]
    }

    /// How much a feed's row is worth showing.
    private func weight(_ feed: Report.Feed) -> [Int] {
        [
            feed.difference != 0 ? 1 : 0, feed.stoppedBy != nil ? 1 : 0,
            feed.rejected &+ feed.held, feed.duplicate, feed.taken,
        ]
    }

    private func headings(_ showsReplayed: Bool) -> [String] {
        ["RECV", "REL"] + (showsReplayed ? ["RPL"] : [])
            + ["ACC", "REJ", "DUP", "HELD", "FILT", "DIFF"]
    }

    private func cells(_ feed: Report.Feed, _ showsReplayed: Bool) -> [String] {
        ([feed.received, feed.released] + (showsReplayed ? [feed.replayed] : [])
            + [
                feed.accepted, feed.rejected, feed.duplicate, feed.held, feed.filtered,
                feed.difference,
            ]).map(short)
    }

    /// A count in at most seven places: from ten million on in millions.
    private func short(_ count: Int) -> String {
        guard count.magnitude >= 10_000_000 else { return String(count) }
        return String(count / 1_000_000) + "M"
    }

    private func joined(_ cells: [String], _ widths: [Int], _ showsReplayed: Bool) -> String {
        let bars = [showsReplayed ? 3 : 2, cells.count - 1]
        var text = ""
        for (index, cell) in cells.enumerated() {
            if bars.contains(index) { text += " |" }
            text += " " + String(repeating: " ", count: max(0, widths[index] - cell.utf8.count))
            text += cell
        }
        return text
    }

    private var hashWord: String {
        let hashes = report.equations.filter { $0.name == .b9 }
        if hashes.isEmpty { return "" }
        return hashes.allSatisfy(\.isBalanced) ? "hash ok" : "HASH BAD"
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
