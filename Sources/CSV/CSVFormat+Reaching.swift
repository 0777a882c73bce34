import Bytes
public import Exchange

extension CSVFormat {
    /// Compiles a field's or group's notation: see `Format`.
    public func path(_ notation: String) throws(PathFault) -> CSVPath {
        if let field = schema.index(of: notation) { return .field(field) }
        if notation == "row" { return .rows }
        if schema.isOpen { return .named(notation) }
        let near = NearestName.find(notation, among: schema.fieldNames + ["row"])
        throw PathFault(
            "the schema has no column `\(notation)`"
                + (near.map { "; did you mean `\($0)`?" } ?? ""))
    }

    /// The whole of a record: see `Format`.
    public func scope(ofRecord index: Int, in document: CSVDocument) -> Range<Int> {
        document.rows(ofRecord: index)
    }

    /// The occurrences of a group: see `Format`.
    public func occurrences(
        of group: CSVPath, within scope: Range<Int>, in document: CSVDocument
    ) -> [Range<Int>] {
        guard group == .rows else { return [] }
        return scope.clamped(to: 0..<document.rows.count).map { $0..<($0 + 1) }
    }

    /// In a scope of several rows each value is told once, in the order of first appearance: what
    /// every line of a claim repeats is one value of the claim.
    public func values(
        of path: CSVPath, within scope: Range<Int>, in document: CSVDocument
    ) -> [FieldValue] {
        var values: [FieldValue] = []
        for row in scope.clamped(to: 0..<document.rows.count) {
            guard let cell = cell(path, row, document), !isMissing(cell, path, document) else {
                continue
            }
            let text = document.string(of: cell)
            guard !values.contains(where: { $0.text == text }) else { continue }
            values.append(FieldValue(text, at: index(of: cell, row, document)))
        }
        return values
    }

    /// Counts the fields that hold something: see `Format`.
    public func census(
        _ document: CSVDocument, record index: Int, into census: inout FieldCensus
    ) {
        for row in document.rows(ofRecord: index) {
            for (column, place) in document.cells(ofRow: row).enumerated()
            where !document.cells[place].range.isEmpty {
                let field = column < document.map.fields.count ? document.map.fields[column] : -1
                census.count(field >= 0 ? UInt64(field) : CSVFormat.foreign | UInt64(column))
            }
        }
    }

    /// A census key's field: see `Format`.
    public func fieldName(ofCensusKey key: UInt64) -> String {
        if key < UInt64(schema.fieldNames.count) { return schema.fieldNames[Int(key)] }
        return "column \((key & ~CSVFormat.foreign) + 1) (not in the schema)"
    }

    /// A field's census key: see `Format`.
    public func censusKey(of path: CSVPath) -> UInt64? {
        if case .field(let index) = path { return UInt64(index) }
        return nil
    }

    /// Tables have no types of record.
    public func recordType(_ document: CSVDocument, record index: Int) -> String { "" }

    /// The mark of census keys for columns that the schema does not have.
    private static let foreign: UInt64 = 1 << 32

    /// The cell that `path` names in `row`.
    func cell(_ path: CSVPath, _ row: Int, _ document: CSVDocument) -> Cell? {
        switch path {
        case .rows: nil
        case .field(let field): document.cell(field, inRow: row)
        case .named(let name):
            document.map.names.firstIndex(of: name).flatMap {
                document.cell(atColumn: $0, inRow: row)
            }
        }
    }

    private func isMissing(_ cell: Cell, _ path: CSVPath, _ document: CSVDocument) -> Bool {
        guard case .field(let field) = path else { return cell.range.isEmpty }
        return CellCheck.isMissing(document.text.span, cell.range.range, field: field, schema)
    }

    /// Where a cell begins in the page's bytes.
    private func index(of cell: Cell, _ row: Int, _ document: CSVDocument) -> Int {
        let start = Int(cell.range.start)
        guard !document.textStarts.isEmpty else { return start }
        let record = (document.firstRows.lastIndex { Int($0) <= row } ?? 0)
        let known = min(record, document.textStarts.count - 1)
        let place = document.location(start, row: row, record: known, path: "")
        return (place.byte ?? document.page.offset) - document.page.offset
    }
}
