extension Report {
    /// Outcomes by feed: one bar a feed, the five outcomes as shares of what came in.
    ///
    /// Anything that is not nothing is at least four units wide: one reject among a hundred thousand
    /// can be seen. Of many feeds those with trouble, then the largest, have a bar of their own.
    var outcomesPicture: Picture {
        let most = 12
        var shown = feeds
        if feeds.count > most {
            let ranked = feeds.indices.sorted { left, right in
                let first = (feeds[left].rejected &+ feeds[left].held, feeds[left].taken)
                let second = (feeds[right].rejected &+ feeds[right].held, feeds[right].taken)
                return first == second ? left < right : first > second
            }
            let kept = ranked.prefix(most - 1).sorted()
            let rest = Report.sum(
                Set(feeds.indices).subtracting(kept).map { feeds[$0] },
                name: "\(feeds.count - kept.count) others")
            shown = kept.map { feeds[$0] } + [rest]
        }
        var drawing = Drawing()
        var y = 12.0
        for feed in shown {
            drawing.text(Drawing.short(feed.name, 26), x: 0, y: y, style: "t b")
            drawing.text(Report.story(of: feed), x: 360, y: y, anchor: "end")
            Report.drawBar(of: feed, y: y + 5, into: &drawing)
            y += 31
        }
        if shown.isEmpty { drawing.text("Nothing came in.", x: 0, y: y) }
        let height = Report.drawLegend(y: shown.isEmpty ? y + 20 : y, into: &drawing)
        let sum = totals
        return Picture(
            id: "outcomes", heading: "Outcomes by feed",
            svg: drawing.svg(
                id: "outcomes",
                title: "Outcomes by feed: \(sum.taken) records in, \(sum.accepted) accepted, "
                    + "\(sum.rejected) rejected, \(sum.duplicate) duplicate, \(sum.held) held, "
                    + "\(sum.filtered) filtered", height: height),
            table: outcomesTable)
    }

    private static func parts(of feed: Feed) -> [(name: String, count: Int)] {
        [
            ("accepted", feed.accepted), ("rejected", feed.rejected),
            ("duplicate", feed.duplicate), ("held", feed.held), ("filtered", feed.filtered),
        ]
    }

    private static func story(of feed: Feed) -> String {
        let troubles = [(feed.rejected, "rejected"), (feed.held, "held")].filter { $0.0 != 0 }
            .map { "\(Figures.grouped($0.0)) \($0.1)" }
        return ([Figures.grouped(feed.taken)] + troubles).joined(separator: " \u{B7} ")
    }

    private static func drawBar(of feed: Feed, y: Double, into drawing: inout Drawing) {
        let present = parts(of: feed).filter { $0.count > 0 }
        let total = present.reduce(0.0) { $0 + Double($1.count) }
        drawing.bar(x: 0, y: y, width: 360, height: 10, fill: "track")
        guard total > 0 else { return }
        let small = present.filter { Double($0.count) / total * 360 < 4 }
        let large = present.reduce(0.0) { sum, part in
            Double(part.count) / total * 360 < 4 ? sum : sum + Double(part.count)
        }
        let room = 360 - 4 * Double(small.count)
        var x = 0.0
        for part in present {
            let isSmall = Double(part.count) / total * 360 < 4
            let width = isSmall ? 4 : Double(part.count) / large * room
            drawing.bar(x: x, y: y, width: max(1, width - 1), height: 10, fill: part.name)
            x += width
        }
    }

    /// Draws the five colours with their words; answers where it ends.
    private static func drawLegend(y: Double, into drawing: inout Drawing) -> Double {
        for (part, x) in zip(parts(of: Feed(name: "")), [0.0, 76, 146, 222, 276]) {
            drawing.bar(x: x, y: y - 5, width: 9, height: 9, fill: part.name)
            drawing.text(part.name, x: x + 13, y: y + 3, style: "t s")
        }
        return y + 10
    }

    private var outcomesTable: Table {
        func row(_ feed: Feed) -> [Table.Cell] {
            [.text(feed.name)] + Report.parts(of: feed).map { .count($0.count) }
        }
        return Table(
            name: "picture-outcomes", caption: "Outcomes by feed, in records",
            columns: [.words("feed", "Feed")]
                + Report.parts(of: Feed(name: "")).map {
                    .figures($0.name, $0.name.capitalizedFirst)
                },
            rows: feeds.map(row), total: row(totals), empty: "Nothing came in.")
    }
}

extension String {
    /// The text with its first letter as a capital.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
