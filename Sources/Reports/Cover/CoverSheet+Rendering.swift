extension CoverSheet {
    /// The sheet as plain ASCII text, at most 80 columns, each line ended by a newline.
    public func text() -> String {
        let wide = lines.map { $0.term.utf8.count }.max() ?? 0
        var text = "COVER SHEET  claim file handed to billing\n"
        text += String(repeating: "-", count: 79) + "\n"
        for line in lines {
            let head = Plain.pad(line.term, to: wide) + "  "
            let room = 80 - wide - 2
            let value = Plain.ascii(line.value)
            for (index, part) in Plain.chunks(value, of: room).enumerated() {
                text += (index == 0 ? head : String(repeating: " ", count: wide + 2)) + part + "\n"
            }
        }
        text +=
            "\n\nTaken over by  ______________________________  Date, time  __________________\n"
        return text
    }

    /// The sheet as a self-contained page for the printer.
    ///
    /// Throws only when a template of this module is broken, which a test rules out.
    public func html() throws -> String {
        var scope = Scope()
        scope.text("file", file)
        scope.text("site", site)
        scope.text("claims", Figures.count(claims, "claim"))
        scope.text("dollars", Figures.dollars(cents))
        scope.markup("css", HTML(markup: StyleSheet.css(footer: "Waybill \(batch)")))
        scope.markup("own", HTML(markup: CoverTemplate.css))
        let table = Table(
            name: "cover", caption: "The file",
            columns: [.words("what", "What"), .words("value", "Value")],
            rows: lines.map { [.text($0.term), .text($0.value)] }, empty: "")
        scope.list("table", [table.scope])
        return try Templates.render("cover", scope)
    }

    private var lines: [(term: String, value: String)] {
        [
            ("File", file), ("SHA-256", sha256), ("Bytes", Figures.grouped(bytes)),
            ("Claims", Figures.grouped(claims)), ("Dollars", Figures.dollars(cents)),
        ] + controls.map { ("Control \($0.element)", $0.number) } + [
            ("Batch", batch), ("Destination", destination), ("Site", site),
            ("Collected by", collectedBy), ("Collected at", collectedAt),
        ]
    }
}
