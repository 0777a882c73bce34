extension Report {
    /// Arrivals through the night: a lane for each feed, with when it was due and what came.
    var arrivalsPicture: Picture {
        let lanes = Report.lanes(arrivals)
        let axis = NightAxis(arrivals)
        var drawing = Drawing()
        let height = 22.0
        for (index, arrival) in lanes.enumerated() {
            let y = 16 + Double(index) * height
            drawing.text(Drawing.short(arrival.feed, 17), x: 0, y: y + 4)
            drawing.line(NightAxis.left, y, NightAxis.right, y, style: "axis")
            if let due = arrival.due, let x = axis.place(due) {
                drawing.line(x, y - 8, x, y + 8, style: "due")
                if arrival.state == .missing { drawing.cross(x: x, y: y) }
            }
            for slot in Report.merged(arrival.slots, axis) {
                let radius = 3 + min(4, Double(String(slot.files).utf8.count - 1) * 1.5)
                drawing.dot(
                    x: slot.x, y: y, radius: radius,
                    fill: arrival.state == .late ? "held" : "accepted")
            }
        }
        var y = 16 + Double(lanes.count) * height
        if lanes.isEmpty { drawing.text("Nothing was due and nothing came.", x: 0, y: 16) }
        if lanes.isEmpty { y += 12 }
        for hour in axis.hours {
            drawing.text(hour.text, x: hour.x, y: y + 6, anchor: "middle", style: "t s")
        }
        let end = drawArrivalLegend(y: y + 24, into: &drawing)
        return Picture(
            id: "arrivals", heading: "Arrivals through the night",
            svg: drawing.svg(id: "arrivals", title: arrivalsTitle, height: end),
            table: slotTable)
    }

    /// At most sixteen lanes: what is missing or late first, the others in their order.
    private static func lanes(_ arrivals: [Arrival]) -> [Arrival] {
        let shown = arrivals.filter { $0.due != nil || !$0.slots.isEmpty }
        guard shown.count > 16 else { return shown }
        let trouble = shown.filter { $0.state == .missing || $0.state == .late }
        let fine = shown.filter { $0.state != .missing && $0.state != .late }
        let kept = Array((trouble + fine).prefix(15))
        var rest = Arrival(feed: "\(shown.count - 15) others", window: "", state: .onTime)
        rest.slots = (trouble + fine).dropFirst(15).flatMap(\.slots)
        return kept + [rest]
    }

    /// Slots that would lie on top of each other, put together.
    private static func merged(
        _ slots: [Arrival.Slot], _ axis: NightAxis
    ) -> [(x: Double, files: Int)] {
        var dots: [(x: Double, files: Int)] = []
        for slot in slots.sorted(by: { $0.at < $1.at }) {
            guard let x = axis.place(slot.at) else { continue }
            if let last = dots.last, x - last.x < 5 {
                dots[dots.count - 1].files &+= slot.files
            } else {
                dots.append((x, slot.files))
            }
        }
        return dots
    }

    private func drawArrivalLegend(y: Double, into drawing: inout Drawing) -> Double {
        drawing.dot(x: 6, y: y, radius: 4, fill: "accepted")
        drawing.text("arrived", x: 15, y: y + 4, style: "t s")
        drawing.dot(x: 82, y: y, radius: 4, fill: "held")
        drawing.text("arrived late", x: 91, y: y + 4, style: "t s")
        drawing.line(182, y - 7, 182, y + 7, style: "due")
        drawing.text("due", x: 190, y: y + 4, style: "t s")
        drawing.cross(x: 238, y: y)
        drawing.text("missing", x: 248, y: y + 4, style: "t s")
        return y + 12
    }

    private var arrivalsTitle: String {
        func count(_ state: Arrival.State) -> Int { arrivals.filter { $0.state == state }.count }
        return "Arrivals through the night: \(count(.onTime)) feeds on time, \(count(.late)) late, "
            + "\(count(.missing)) missing"
    }

    private var slotTable: Table {
        Table(
            name: "picture-arrivals", caption: "Arrivals by feed and time",
            columns: [
                .words("feed", "Feed"), .words("due", "Due"), .words("at", "Arrived"),
                .figures("files", "Files"), .figures("records", "Records"),
                .words("state", "State"),
            ],
            rows: arrivals.flatMap { arrival -> [[Table.Cell]] in
                let due: Table.Cell = arrival.due.map { .time($0) } ?? .none
                let state = arrivalState(arrival)
                guard !arrival.slots.isEmpty else {
                    return [[.text(arrival.feed), due, .none, .count(0), .count(0), state]]
                }
                return arrival.slots.map {
                    [
                        .text(arrival.feed), due, .time($0.at), .count($0.files),
                        .count($0.records), state,
                    ]
                }
            }, empty: "Nothing was due and nothing came.")
    }
}

/// The axis of the night: from the first to the last time that is shown, in whole hours.
struct NightAxis {
    static let left = 122.0
    static let right = 340.0

    private let from: Int
    private let to: Int

    /// Finds the span of all dues and arrivals.
    init(_ arrivals: [Report.Arrival]) {
        let times = arrivals.flatMap { [$0.due].compactMap { $0 } + $0.slots.map(\.at) }
            .compactMap(NightAxis.minutes)
        let first = times.min() ?? 0
        let last = times.max() ?? 0
        from = times.isEmpty ? 0 : (first - first % 60) - (first % 60 == 0 ? 60 : 0)
        to = times.isEmpty ? 0 : last - last % 60 + 60
    }

    /// Where a time lies; nil when it is none.
    func place(_ iso: String) -> Double? {
        guard let minutes = NightAxis.minutes(iso), to > from else { return nil }
        let share = Double(minutes - from) / Double(to - from)
        return NightAxis.left + (NightAxis.right - NightAxis.left) * share
    }

    /// At most six full hours with their places.
    var hours: [(x: Double, text: String)] {
        guard to > from else { return [] }
        let span = (to - from) / 60
        let step = max(1, (span + 4) / 5)
        return stride(from: 0, through: span, by: step).map { hour in
            let minutes = from + hour * 60
            let clock = (minutes / 60 % 24 + 24) % 24
            return (
                NightAxis.left + (NightAxis.right - NightAxis.left) * Double(hour) / Double(span),
                (clock < 10 ? "0" : "") + "\(clock):00"
            )
        }
    }

    private static func minutes(_ iso: String) -> Int? {
        guard let day = Figures.dayNumber(iso), let minutes = Figures.minutes(iso) else {
            return nil
        }
        return day * 1440 + minutes
    }
}
