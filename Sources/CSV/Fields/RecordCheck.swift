import Bytes
import Exchange

/// Checks one record: its rows' shape, its characters, then each cell against its field. Pure.
struct RecordCheck {
    private let document: CSVDocument
    private let schema: TableSchema
    private let ragged: CSVSettings.Ragged
    private let record: Int
    private var findings: [Finding] = []

    /// The most findings about one record.
    private static let limit = 200

    /// Appends what is wrong with record `index`.
    static func check(
        _ document: CSVDocument, record index: Int, _ schema: TableSchema, _ rules: [FieldRule],
        _ ragged: CSVSettings.Ragged, into findings: inout [Finding]
    ) {
        guard index + 1 < document.firstRows.count else { return }
        if document.marks[index].isEmpty, document.twins.isEmpty,
            isRight(document, document.rows(ofRecord: index), schema, rules)
        {
            return
        }
        var check = RecordCheck(document: document, schema: schema, ragged: ragged, record: index)
        check.run()
        if !check.findings.isEmpty { findings += check.findings }
    }

    /// Whether nothing at all is to be said of these rows: the hot path, without allocation.
    private static func isRight(
        _ document: CSVDocument, _ rows: Range<Int>, _ schema: TableSchema, _ rules: [FieldRule]
    ) -> Bool {
        let cells = document.cells.span
        let text = document.text.span
        let fields = document.map.fields
        let fieldOf = fields.span
        let ruleOf = rules.span
        for row in rows {
            let range = document.cells(ofRow: row)
            guard range.count == fieldOf.count else { return false }
            for column in 0..<range.count {
                let cell = cells[range.lowerBound + column]
                guard cell.flags.isSubset(of: .quoted) else { return false }
                let field = Int(fieldOf[column])
                if field >= 0,
                    CellCheck.fault(text, cell.range.range, field: field, schema, ruleOf) != nil
                {
                    return false
                }
            }
        }
        return true
    }

    private init(
        document: CSVDocument, schema: TableSchema, ragged: CSVSettings.Ragged, record: Int
    ) {
        self.document = document
        self.schema = schema
        self.ragged = ragged
        self.record = record
    }

    private mutating func run() {
        let rows = document.rows(ofRecord: record)
        if document.marks[record].contains(.undecodable) {
            let frame = document.page.frames[record]
            report(
                RecordFindings.notOfCharset, Int(frame.range.start), rows.lowerBound, "row",
                "\(document.map.charset)")
            return
        }
        let isForeign = document.marks[record].contains(.high)
        for row in rows {
            shape(row)
            if isForeign { foreignCells(row) } else { plainCells(row) }
        }
        if !document.twins.isEmpty { twins(rows) }
    }

    private mutating func report(
        _ kind: FindingKind, _ index: Int, _ row: Int, _ path: String, _ detail: String = ""
    ) {
        guard findings.count < RecordCheck.limit else { return }
        let place = document.location(index, row: row, record: record, path: path)
        findings.append(Finding(kind, at: place, detail))
    }

    // MARK: Shape

    private mutating func shape(_ row: Int) {
        let range = document.cells(ofRow: row)
        let width = document.map.width
        guard range.count != width, width > 0 else { return }
        let start = Int(document.rows[row].range.start)
        if range.count > CSVSettings.cellLimit {
            return report(RecordFindings.tooManyCells, start, row, "row", "\(range.count)")
        }
        if range.count < width {
            let path = document.map.name(ofColumn: range.count, schema)
            report(
                ragged: RecordFindings.tooFew, Int(document.rows[row].range.end), row, path,
                "\(range.count) of \(width)")
            return
        }
        let extra = document.cells[(range.lowerBound + width)..<range.upperBound]
        let place = Int(extra.first?.range.start ?? 0)
        if extra.allSatisfy(\.range.isEmpty) {
            report(RecordFindings.emptyTail, place, row, "row", "\(extra.count)")
        } else {
            report(
                ragged: RecordFindings.tooMany, place, row, "row", "\(range.count), not \(width)")
        }
    }

    private mutating func report(
        ragged kind: FindingKind, _ index: Int, _ row: Int, _ path: String, _ detail: String
    ) {
        let before = findings.count
        report(kind, index, row, path, detail)
        if ragged == .warn, findings.count > before { findings[before].severity = .warning }
    }

    private mutating func flags(_ cell: Cell, _ row: Int, _ column: Int) {
        let path = document.map.name(ofColumn: column, schema)
        let start = Int(cell.range.start)
        if cell.flags.contains(.open) { report(RecordFindings.quoteOpen, start, row, path) }
        if cell.flags.contains(.tail) {
            report(RecordFindings.tail, Int(cell.range.end), row, path)
        }
        if cell.flags.contains(.stray) { report(RecordFindings.strayQuote, start, row, path) }
        if cell.flags.contains(.null) { report(RecordFindings.null, start, row, path) }
    }

    // MARK: Cells

    /// Cells of ASCII, or of text that is known to be UTF-8: nothing to decode.
    private mutating func plainCells(_ row: Int) {
        for (column, index) in document.cells(ofRow: row).enumerated() {
            careful(document.cells[index], row, column, decode: false)
        }
    }

    /// Cells of a record with bytes above 0x7F.
    private mutating func foreignCells(_ row: Int) {
        let range = document.cells(ofRow: row)
        for column in 0..<range.count {
            careful(document.cells[range.lowerBound + column], row, column, decode: true)
        }
    }

    /// One cell that is quoted, escaped or not plain ASCII.
    private mutating func careful(_ cell: Cell, _ row: Int, _ column: Int, decode: Bool) {
        if !cell.flags.isSubset(of: [.quoted, .escaped]) { flags(cell, row, column) }
        let field = column < document.map.fields.count ? Int(document.map.fields[column]) : -1
        var content: [UInt8]?
        if cell.flags.contains(.escaped) {
            content = Cells.content(of: cell, in: document.text.span)
        }
        if decode {
            switch document.map.charset.decode(document.text.span, cell.range.range) {
            case .failure(let fault):
                return report(
                    RecordFindings.notOfCharset, fault.offset, row,
                    document.map.name(ofColumn: column, schema), "\(document.map.charset)")
            case .success(let string):
                // Doubled quotes are ASCII: they can be made single after decoding as well.
                if document.map.charset != .utf8 {
                    content = Array(
                        cell.flags.contains(.escaped)
                            ? string.replacingPairs().utf8 : string.utf8)
                }
            }
        }
        guard field >= 0 else { return }
        let kind: FindingKind?
        if let content {
            let count = content.count
            kind = CellCheck.fault(content.span, 0..<count, field: field, schema)
        } else {
            kind = CellCheck.fault(document.text.span, cell.range.range, field: field, schema)
        }
        if let kind { report(kind, cell, row, field) }
    }

    private mutating func report(_ kind: FindingKind, _ cell: Cell, _ row: Int, _ field: Int) {
        report(
            kind, Int(cell.range.start), row, schema.fieldNames[field],
            Expected.text(kind, field, schema))
    }

    private mutating func twins(_ rows: Range<Int>) {
        for twin in document.twins where rows.contains(twin.row) {
            guard let field = schema.uniqueSets[twin.set].first else { continue }
            let isKey = schema.isPrimaryKey(set: twin.set)
            let names = schema.uniqueSets[twin.set].map { schema.fieldNames[$0] }
            let index = document.cell(field, inRow: twin.row).map { Int($0.range.start) } ?? 0
            report(
                isKey ? RecordFindings.primaryKey : RecordFindings.unique, index, twin.row,
                schema.fieldNames[field], names.joined(separator: ", "))
        }
    }
}

extension String {
    /// With each pair of quotes made one.
    fileprivate func replacingPairs() -> String {
        var result = ""
        var isSecond = false
        for scalar in unicodeScalars {
            if scalar == "\"", isSecond {
                isSecond = false
                continue
            }
            isSecond = scalar == "\""
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}

/// What a schema expected, in words for a finding: never what was there.
enum Expected {
    static func text(_ kind: FindingKind, _ field: Int, _ schema: TableSchema) -> String {
        let rule = schema.rules[field]
        switch kind {
        case RecordFindings.minLength: return "at least \(rule.minLength)"
        case RecordFindings.maxLength: return "at most \(rule.maxLength)"
        case RecordFindings.options: return "\(schema.parts[field].options.count) are allowed"
        case RecordFindings.required, RecordFindings.unique, RecordFindings.pattern,
            RecordFindings.minimum, RecordFindings.maximum:
            return ""
        default:
            switch rule.type {
            case .date: return "expected YYYY-MM-DD"
            case .time: return "expected hh:mm:ss"
            case .datetime: return "expected YYYY-MM-DDThh:mm:ss with a zone or without"
            default: return ""
            }
        }
    }
}
