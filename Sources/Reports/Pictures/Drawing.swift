/// An inline SVG in the making: 360 units wide, so that its text stays readable on a phone.
///
/// Shapes take their colours from classes of the style sheet, light or dark.
struct Drawing {
    /// The width of every picture, in its own units.
    static let width = 360

    private var body = ""

    /// A filled rectangle; at least `least` wide.
    mutating func bar(x: Double, y: Double, width: Double, height: Double, fill: String) {
        body +=
            "<rect class=\"f-\(fill)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" "
            + "height=\"\(n(height))\"/>"
    }

    /// A straight line of a class: `axis`, `due`, `trend`.
    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
        body +=
            "<line class=\"\(style)\" x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" "
            + "y2=\"\(n(y2))\"/>"
    }

    /// A line through points.
    mutating func polyline(_ points: [(x: Double, y: Double)], style: String) {
        let list = points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
        body += "<polyline class=\"\(style)\" points=\"\(list)\"/>"
    }

    /// A filled dot.
    mutating func dot(x: Double, y: Double, radius: Double, fill: String) {
        body += "<circle class=\"f-\(fill)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\"/>"
    }

    /// A cross, for what is not there.
    mutating func cross(x: Double, y: Double) {
        body +=
            "<path class=\"missing\" d=\"M\(n(x - 4)) \(n(y - 4))L\(n(x + 4)) \(n(y + 4))"
            + "M\(n(x + 4)) \(n(y - 4))L\(n(x - 4)) \(n(y + 4))\"/>"
    }

    /// Text; `anchor` is `start`, `middle` or `end`.
    mutating func text(
        _ text: String, x: Double, y: Double, anchor: String = "start", style: String = "t"
    ) {
        body +=
            "<text class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\" text-anchor=\"\(anchor)\">"
            + HTML(escaping: text).renderText + "</text>"
    }

    /// The whole picture with its title, which screen readers say.
    func svg(id: String, title: String, height: Double) -> HTML {
        HTML(
            markup: "<svg viewBox=\"0 0 \(Drawing.width) \(n(height))\" role=\"img\" "
                + "aria-labelledby=\"\(id)-title\"><title id=\"\(id)-title\">"
                + HTML(escaping: title).renderText + "</title>" + body + "</svg>")
    }

    /// A name that fits into `places` characters.
    static func short(_ name: String, _ places: Int) -> String {
        name.count <= places ? name : String(name.prefix(places - 1)) + "\u{2026}"
    }

    /// A coordinate, to a tenth.
    private func n(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e6 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = tenths.magnitude % 10
        return sign + String(tenths.magnitude / 10) + (rest == 0 ? "" : ".\(rest)")
    }
}

/// A picture with its caption and the table behind it.
struct Picture {
    /// The id of the figure in the page.
    let id: String
    /// The heading over it.
    let heading: String
    /// The drawing.
    let svg: HTML
    /// The same figures as a table.
    let table: Table
}
