extension Table {
    /// The table as its template sees it.
    var scope: Scope {
        var scope = Scope()
        let shown = columns.filter { !$0.isBelow }
        scope.text("caption", caption)
        scope.text("empty", empty)
        scope.flag("hasRows", !rows.isEmpty)
        scope.text("span", String(shown.count))
        scope.list(
            "heads",
            shown.map { column in
                var head = Scope()
                head.text("title", column.title)
                head.flag("figure", column.isFigure)
                return head
            })
        scope.list(
            "rows",
            rows.map { cells in
                var row = Scope()
                row.markup("cells", markup(of: cells))
                let more = below(cells)
                row.flag("hasMore", !more.isNull)
                row.markup("more", more)
                return row
            })
        scope.flag("hasTotal", total != nil)
        scope.markup("total", markup(of: total ?? []))
        return scope
    }

    /// One row's cells; the first heads the row.
    private func markup(of cells: [Cell]) -> HTML {
        var text = ""
        for (index, cell) in cells.enumerated() where index < columns.count {
            let column = columns[index]
            if column.isBelow { continue }
            let content = TableCell.markup(cell)
            let style = TableCell.style(cell, in: column)
            let attribute = style.isEmpty ? "" : " class=\"\(style)\""
            text +=
                index == 0
                ? "<th scope=\"row\"\(attribute)>\(content)</th>"
                : "<td\(attribute)>\(content)</td>"
        }
        return HTML(markup: text)
    }

    /// What stands under a row: the cells of the columns for longer words, with their headings.
    private func below(_ cells: [Cell]) -> HTML {
        var text = ""
        for (column, cell) in zip(columns, cells) where column.isBelow {
            let content = TableCell.markup(cell)
            if content.isEmpty { continue }
            text += "<span class=\"item\"><b>"
            text += HTML(escaping: column.title).renderText + ":</b> " + content + "</span> "
        }
        return HTML(markup: text)
    }
}

/// How one cell is written on a page.
enum TableCell {
    /// The cell's content; empty when there is nothing to say.
    static func markup(_ cell: Table.Cell) -> String {
        switch cell {
        case .text(let text): HTML(escaping: text).renderText
        case .code(let text): code(text)
        case .count(let value): Figures.grouped(value)
        case .cents(let cents): Figures.amount(cents)
        case .time(let iso): time(iso)
        case .state(let word, let tone):
            "<span class=\"state \(tone.rawValue)\">" + HTML(escaping: word).renderText + "</span>"
        case .none: ""
        }
    }

    /// What is read letter by letter; when short, it is never broken.
    private static func code(_ text: String) -> String {
        guard !text.isEmpty else { return "" }
        let style = text.utf8.count <= 16 ? "code short" : "code"
        return "<span class=\"\(style)\">" + HTML(escaping: text).renderText + "</span>"
    }

    /// The classes of the cell.
    static func style(_ cell: Table.Cell, in column: Table.Column) -> String {
        switch cell {
        case .count(0), .cents(0): "n z"
        case .count, .cents: "n"
        case .time: "time"
        case .text(let text) where !column.isFigure && text.utf8.count > 40: "w"
        default: column.isFigure ? "n" : ""
        }
    }

    /// `20 Nov 05:12`, with the whole time for machines.
    private static func time(_ iso: String) -> String {
        let date = Figures.shortDate(iso)
        let short = Figures.minutes(iso) == nil ? date : date + " " + Figures.clock(iso)
        guard short != iso else { return HTML(escaping: iso).renderText }
        return "<time datetime=\"\(HTML(escaping: iso).renderText)\">"
            + HTML(escaping: short).renderText + "</time>"
    }
}
