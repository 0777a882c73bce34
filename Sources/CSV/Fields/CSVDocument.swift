import Bytes
import Exchange

/// A parsed page of a table: its text and flat tables of cells and rows.
///
/// Scopes are ranges of rows. The text is the page's own bytes, or, for UTF-16, a copy in UTF-8.
public struct CSVDocument: Sendable {
    /// The page it was made from.
    let page: Page
    /// How the file's columns lie.
    let map: ColumnMap
    /// What cells and rows point into.
    let text: [UInt8]
    /// All cells, row by row.
    let cells: [Cell]
    /// All rows.
    let rows: [Row]
    /// By record, its first row; one more for the end.
    let firstRows: [UInt32]
    /// By record, what was noticed of it.
    let marks: [RecordMark]
    /// Where each record's text begins, when `text` is a copy; else empty.
    let textStarts: [UInt32]
    /// Values that occur twice in this page, by row.
    let twins: [Twin]

    /// What was noticed of a record.
    struct RecordMark: OptionSet, Sendable {
        let rawValue: UInt8
        /// It has bytes above 0x7F.
        static let high = RecordMark(rawValue: 1)
        /// Its bytes are not of the character set.
        static let undecodable = RecordMark(rawValue: 2)
    }

    /// A row that repeats an earlier row's value in a set of fields.
    struct Twin: Sendable {
        let row: Int
        /// The index in the schema's `uniqueSets`.
        let set: Int
    }

    /// The cells of row `index`.
    @inline(__always)
    func cells(ofRow index: Int) -> Range<Int> {
        let first = Int(rows[index].firstCell)
        let next = index + 1 < rows.count ? Int(rows[index + 1].firstCell) : cells.count
        return first..<next
    }

    /// The rows of record `index`.
    @inline(__always)
    func rows(ofRecord index: Int) -> Range<Int> {
        Int(firstRows[index])..<Int(firstRows[index + 1])
    }

    /// The cell of `field` in row `row`; nil when the file or the row does not have it.
    func cell(_ field: Int, inRow row: Int) -> Cell? {
        guard field < map.columns.count else { return nil }
        return cell(atColumn: Int(map.columns[field]), inRow: row)
    }

    /// The cell in the file's column `column` of row `row`; nil when the row does not have it.
    func cell(atColumn column: Int, inRow row: Int) -> Cell? {
        let range = cells(ofRow: row)
        guard column >= 0, column < range.count else { return nil }
        return cells[range.lowerBound + column]
    }

    /// A cell's content as text, without quotes.
    func string(of cell: Cell) -> String {
        let content = Cells.content(of: cell, in: text.span)
        let set = map.charset.keepsASCII ? map.charset : .utf8
        let count = content.count
        guard case .success(let string) = set.decode(content.span, 0..<count) else { return "" }
        return string
    }

    /// The place of `text[index]`, in row `row` of record `record`.
    func location(_ index: Int, row: Int, record: Int, path: String) -> Location {
        let frame = page.frames[record]
        guard row < rows.count else {
            return page.location(at: Int(frame.range.start), record: frame.number, path: path)
        }
        let start = Int(rows[row].range.start)
        let line =
            page.line + Int(rows[row].line)
            + Lines.breaks(in: text.span, start..<max(start, min(index, text.count)))
        var byte = index
        if !textStarts.isEmpty {
            let from = Int(textStarts[record])
            let before = String(
                decoding: text[from..<max(from, min(index, text.count))], as: UTF8.self)
            byte = Int(frame.range.start) + before.utf16.count * 2
        }
        return Location(byte: page.offset + byte, line: line, record: frame.number, path: path)
    }
}
