extension Report {
    /// Held by age: one bar for each of the four ages.
    var heldPicture: Picture {
        let ages: [(title: String, count: Int)] = [
            ("0\u{2013}1 days", held.reduce(0) { $0 &+ $1.upTo1Day }),
            ("2\u{2013}7 days", held.reduce(0) { $0 &+ $1.upTo7Days }),
            ("8\u{2013}30 days", held.reduce(0) { $0 &+ $1.upTo30Days }),
            ("over 30 days", held.reduce(0) { $0 &+ $1.over30Days }),
        ]
        let total = ages.reduce(0) { $0 &+ $1.count }
        let most = max(1, ages.map(\.count).max() ?? 1)
        var drawing = Drawing()
        if total == 0 { drawing.text("Nothing is held.", x: 0, y: 14) }
        for (index, age) in ages.enumerated() where total > 0 {
            let y = 8 + Double(index) * 34
            drawing.text(age.title, x: 84, y: y + 15, anchor: "end")
            let width = 210 * Double(age.count) / Double(most)
            if age.count > 0 {
                drawing.bar(
                    x: 92, y: y, width: max(4, width), height: 22,
                    fill: index == 3 ? "rejected" : "held")
            } else {
                drawing.line(92, y, 92, y + 22, style: "axis")
            }
            drawing.text(
                Figures.grouped(age.count), x: 98 + (age.count > 0 ? max(4, width) : 0), y: y + 16,
                style: "t b")
        }
        let words = ages.map { "\($0.count) \($0.title)" }.joined(separator: ", ")
        return Picture(
            id: "held", heading: "Held, by age",
            svg: drawing.svg(
                id: "held", title: "Held records by age: \(total) in all, \(words)",
                height: total == 0 ? 24 : 140),
            table: Table(
                name: "picture-held", caption: "Held records by age",
                columns: [.words("age", "Age"), .figures("records", "Records")],
                rows: ages.map { [.text($0.title), .count($0.count)] },
                total: [.text("TOTAL"), .count(total)], empty: ""))
    }
}
