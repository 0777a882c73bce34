import Bytes
import Exchange

/// Splits a page's records into rows and cells.
struct PageParser {
    private let page: Page
    private let map: ColumnMap
    private var lexer: Lexer
    private var text: [UInt8] = []
    private var firstRows: [UInt32] = []
    private var marks: [CSVDocument.RecordMark] = []
    private var textStarts: [UInt32] = []

    /// Splits `page`, whose file is as `map` says.
    static func parse(_ page: Page, _ map: ColumnMap, _ schema: TableSchema) -> CSVDocument {
        var parser = PageParser(page, map)
        if map.charset.keepsASCII { parser.splitInPlace() } else { parser.splitCopy() }
        parser.firstRows.append(UInt32(truncatingIfNeeded: parser.lexer.rows.count))
        let text = map.charset.keepsASCII ? page.bytes : parser.text
        var twins: [CSVDocument.Twin] = []
        if !schema.uniqueSets.isEmpty {
            twins = TwinSearch.find(
                schema, map, text.span, parser.lexer.cells.span, parser.lexer.rows.span)
        }
        return CSVDocument(
            page: page, map: map, text: text, cells: parser.lexer.cells, rows: parser.lexer.rows,
            firstRows: parser.firstRows, marks: parser.marks, textStarts: parser.textStarts,
            twins: twins)
    }

    private init(_ page: Page, _ map: ColumnMap) {
        self.page = page
        self.map = map
        lexer = Lexer(delimiter: map.delimiter)
        firstRows.reserveCapacity(page.frames.count + 1)
        marks.reserveCapacity(page.frames.count)
        lexer.rows.reserveCapacity(page.frames.count + 16)
        lexer.cells.reserveCapacity((page.frames.count + 1) * max(8, map.width))
    }

    private mutating func splitInPlace() {
        let source = page.bytes
        let bytes = source.span
        var position = 0
        for frame in page.frames {
            let start = Int(frame.range.start)
            if start > position {
                let breaks = Lines.breaks(in: bytes, position..<start)
                lexer.line &+= UInt32(truncatingIfNeeded: breaks)
            }
            position = Int(frame.range.end)
            firstRows.append(UInt32(truncatingIfNeeded: lexer.rows.count))
            lexer.sawHigh = false
            lexer.split(bytes, frame.range.range)
            marks.append(lexer.sawHigh ? .high : [])
        }
    }

    /// UTF-16: all records are put into one text in UTF-8, and split there.
    private mutating func splitCopy() {
        var gaps: [UInt32] = []
        var ends: [Int] = []
        var position = 0
        for frame in page.frames {
            gaps.append(lineBreaks(position..<Int(frame.range.start)))
            position = Int(frame.range.end)
            textStarts.append(UInt32(truncatingIfNeeded: text.count))
            switch map.charset.decode(page.bytes.span, frame.range.range) {
            case .success(let record):
                text += Array(record.utf8)
                marks.append([])
            case .failure: marks.append(.undecodable)
            }
            ends.append(text.count)
        }
        let copy = text
        for index in page.frames.indices {
            lexer.line &+= gaps[index]
            firstRows.append(UInt32(truncatingIfNeeded: lexer.rows.count))
            lexer.split(copy.span, Int(textStarts[index])..<ends[index])
        }
    }

    /// How many lines end in a range of UTF-16.
    private func lineBreaks(_ range: Range<Int>) -> UInt32 {
        guard range.count > 1,
            case .success(let gap) = map.charset.decode(page.bytes.span, range)
        else { return 0 }
        let bytes = Array(gap.utf8)
        let count = bytes.count
        return UInt32(truncatingIfNeeded: Lines.breaks(in: bytes.span, 0..<count))
    }
}

/// Finds rows of one page that repeat a value which may occur once only.
///
/// A page cannot see the others: across pages, Pipeline finds repeats by the record key.
enum TwinSearch {
    static func find(
        _ schema: TableSchema, _ map: ColumnMap, _ text: Span<UInt8>, _ cells: Span<Cell>,
        _ rows: Span<Row>
    ) -> [CSVDocument.Twin] {
        var twins: [CSVDocument.Twin] = []
        for (number, set) in schema.uniqueSets.enumerated() {
            var seen: [UInt64: [Int]] = [:]
            seen.reserveCapacity(rows.count)
            for row in 0..<rows.count {
                guard let hash = hash(set, row, map, text, cells, rows) else { continue }
                let earlier = seen[hash, default: []]
                let isTwin = earlier.contains { same(set, $0, row, map, text, cells, rows) }
                if isTwin {
                    twins.append(CSVDocument.Twin(row: row, set: number))
                } else {
                    seen[hash, default: []].append(row)
                }
            }
        }
        twins.sort { ($0.row, $0.set) < ($1.row, $1.set) }
        return twins
    }

    private static func cell(
        _ field: Int, _ row: Int, _ map: ColumnMap, _ cells: Span<Cell>, _ rows: Span<Row>
    ) -> Cell? {
        let column = Int(map.columns[field])
        let first = Int(rows[row].firstCell)
        let next = row + 1 < rows.count ? Int(rows[row + 1].firstCell) : cells.count
        guard column >= 0, first + column < next else { return nil }
        return cells[first + column]
    }

    /// Nil when a value is missing: what is missing is not the same as anything.
    private static func hash(
        _ set: [Int], _ row: Int, _ map: ColumnMap, _ text: Span<UInt8>, _ cells: Span<Cell>,
        _ rows: Span<Row>
    ) -> UInt64? {
        var hash: UInt64 = 0
        for field in set {
            guard let cell = cell(field, row, map, cells, rows), !cell.range.isEmpty else {
                return nil
            }
            hash = (hash &* 31) ^ RecordHash.hash(text, cell.range.range)
        }
        return hash
    }

    private static func same(
        _ set: [Int], _ left: Int, _ right: Int, _ map: ColumnMap, _ text: Span<UInt8>,
        _ cells: Span<Cell>, _ rows: Span<Row>
    ) -> Bool {
        for field in set {
            guard let one = cell(field, left, map, cells, rows),
                let other = cell(field, right, map, cells, rows),
                one.range.count == other.range.count
            else { return false }
            for offset in 0..<one.range.count
            where text[Int(one.range.start) + offset] != text[Int(other.range.start) + offset] {
                return false
            }
        }
        return true
    }
}
