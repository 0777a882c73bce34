extension Report {
    /// One day of all feeds.
    private struct DayTotal {
        let date: String
        let received: Int
        let rejected: Int

        /// Rejected per ten thousand received; nil on a day on which nothing came.
        var share: Int? {
            guard received > 0 else { return nil }
            let scaled = rejected.multipliedReportingOverflow(by: 10_000)
            return scaled.overflow ? 10_000 : scaled.partialValue / received
        }
    }

    /// The 30-day reject line: the share of records rejected, all feeds together.
    var rejectPicture: Picture {
        let days = dayTotals
        let top = max(100, Report.roundTop(days.compactMap(\.share).max() ?? 0))
        var drawing = Drawing()
        let (left, right, upper, lower) = (40.0, 352.0, 18.0, 128.0)
        for step in 0...2 {
            let y = lower - (lower - upper) * Double(step) / 2
            drawing.line(left, y, right, y, style: "axis")
            drawing.text(Report.percent(top * step / 2), x: left - 6, y: y + 4, anchor: "end")
        }
        func place(_ index: Int, _ share: Int) -> (x: Double, y: Double) {
            let across = days.count > 1 ? Double(index) / Double(days.count - 1) : 1
            return (
                left + (right - left) * across,
                lower - (lower - upper) * Double(share) / Double(top)
            )
        }
        var run: [(x: Double, y: Double)] = []
        for (index, day) in days.enumerated() {
            if let share = day.share {
                run.append(place(index, share))
                continue
            }
            if run.count > 1 { drawing.polyline(run, style: "trend") }
            run = []
        }
        if run.count > 1 { drawing.polyline(run, style: "trend") }
        for (index, day) in days.enumerated() {
            guard let share = day.share, share > 0 || index == days.count - 1 else { continue }
            let point = place(index, share)
            drawing.dot(
                x: point.x, y: point.y, radius: index == days.count - 1 ? 4 : 2.5, fill: "line")
        }
        labelDays(days, into: &drawing, place: place)
        return Picture(
            id: "rejects", heading: "Rejected, last 30 days",
            svg: drawing.svg(id: "rejects", title: rejectTitle(days), height: 152),
            table: rejectTable(days))
    }

    private func labelDays(
        _ days: [DayTotal], into drawing: inout Drawing, place: (Int, Int) -> (x: Double, y: Double)
    ) {
        guard let first = days.first, let last = days.last else {
            drawing.text("No earlier day is known.", x: 44, y: 70)
            return
        }
        if days.count > 1 { drawing.text(Figures.shortDate(first.date), x: 40, y: 146) }
        drawing.text(Figures.shortDate(last.date), x: 352, y: 146, anchor: "end")
        if let share = last.share {
            let point = place(days.count - 1, share)
            drawing.text(
                Report.percent(share), x: point.x, y: max(12, point.y - 8), anchor: "end",
                style: "t b")
        }
    }

    private var dayTotals: [DayTotal] {
        var sums: [String: (received: Int, rejected: Int)] = [:]
        for day in feeds.flatMap(\.history) {
            let sum = sums[day.date, default: (0, 0)]
            sums[day.date] = (sum.received &+ day.received, sum.rejected &+ day.rejected)
        }
        return sums.sorted { $0.key < $1.key }.suffix(30).map {
            DayTotal(date: $0.key, received: $0.value.received, rejected: $0.value.rejected)
        }
    }

    private func rejectTitle(_ days: [DayTotal]) -> String {
        guard let last = days.last, let share = last.share else {
            return "Rejected share of the last 30 days: nothing came on the last day"
        }
        let worst = days.max { ($0.share ?? 0) < ($1.share ?? 0) } ?? last
        return "Rejected share of the last \(days.count) days: \(Report.percent(share)) on "
            + "\(Figures.shortDate(last.date)), at most \(Report.percent(worst.share ?? 0)) on "
            + Figures.shortDate(worst.date)
    }

    private func rejectTable(_ days: [DayTotal]) -> Table {
        Table(
            name: "picture-rejects", caption: "Records rejected by day, all feeds",
            columns: [
                .words("date", "Date"), .figures("received", "Received"),
                .figures("rejected", "Rejected"), .figures("share", "Share"),
            ],
            rows: days.map {
                [
                    .text($0.date), .count($0.received), .count($0.rejected),
                    $0.share.map { .text(Report.percent($0)) } ?? .none,
                ]
            }, empty: "No earlier day is known.")
    }

    /// `2.5%` of 250 in ten thousand.
    private static func percent(_ share: Int) -> String {
        let tenths = (share + 5) / 10
        if share > 0, tenths == 0 { return "<0.1%" }
        return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }

    /// A round top for the axis, of 1, 2, 5, 10, 20, 50 or 100 %.
    private static func roundTop(_ share: Int) -> Int {
        [100, 200, 500, 1000, 2000, 5000].first { $0 >= share } ?? 10_000
    }
}
