import Exchange

/// A small CSV in the settings (a crosswalk), read by RFC 4180: commas, quotes doubled inside
/// quotes, CRLF or LF, a header row. A byte-order mark is skipped; lines that are blank or begin
/// with `#` outside quotes are skipped.
struct SettingsTable {
    /// One row: its cells, and the 1-based line it begins on.
    struct Row {
        var line: Int
        var cells: [String]
    }

    /// The rows, the header first.
    var rows: [Row] = []
    /// The line of a quote that was never closed or that stands inside a bare cell.
    var faultLine: Int?

    init(_ text: String) {
        var scalars = Substring(text).unicodeScalars
        if scalars.first == "\u{FEFF}" { scalars = scalars.dropFirst() }
        var line = 1
        var row = Row(line: 1, cells: [])
        var cell = String.UnicodeScalarView()
        var quoted = false
        var wasQuoted = false
        func endCell() {
            row.cells.append(String(cell))
            cell = String.UnicodeScalarView()
            wasQuoted = false
        }
        func endRow() {
            let isBlank = row.cells.isEmpty && cell.isEmpty && !wasQuoted
            let isComment = (row.cells.first?.first ?? cell.first.map(Character.init)) == "#"
            if !isBlank {
                endCell()
                if !isComment { rows.append(row) }
            }
            row = Row(line: line, cells: [])
            cell = String.UnicodeScalarView()
            wasQuoted = false
        }
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            index = scalars.index(after: index)
            if quoted {
                if scalar == "\n" { line += 1 }
                if scalar != "\"" {
                    cell.append(scalar)
                } else if index < scalars.endIndex, scalars[index] == "\"" {
                    cell.append("\"")
                    index = scalars.index(after: index)
                } else {
                    quoted = false
                }
                continue
            }
            switch scalar {
            case "\"":
                if cell.isEmpty && !wasQuoted {
                    quoted = true
                } else {
                    faultLine = faultLine ?? line
                }
                wasQuoted = true
            case ",": endCell()
            case "\r": break
            case "\n":
                line += 1
                endRow()
            default: cell.append(scalar)
            }
        }
        if quoted { faultLine = faultLine ?? row.line }
        endRow()
    }
}
