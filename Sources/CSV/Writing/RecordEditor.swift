import Bytes
import Exchange

/// Changes cells of one record, and leaves every other byte as it is.
struct RecordEditor {
    private let document: CSVDocument
    private let record: Int
    private let format: CSVFormat
    /// New texts, by cell.
    private var changes: [Int: String] = [:]

    init(_ document: CSVDocument, record: Int, _ format: CSVFormat) {
        self.document = document
        self.record = record
        self.format = format
    }

    /// Notes a change in each row of its scope.
    mutating func note(_ edit: FieldEdit, at path: CSVPath) throws(WriteFault) {
        let (name, column, field) = try place(path)
        let text = try format.text(edit.value, field, name)
        if let field { try format.verify(text, field) }
        for row in edit.scope.clamped(to: document.rows(ofRecord: record)) {
            let cells = document.cells(ofRow: row)
            guard column >= 0, column < cells.count else {
                throw WriteFault(
                    Finding(
                        WriteFindings.noSuchCell,
                        at: Location(record: document.page.frames[record].number, path: name)))
            }
            changes[cells.lowerBound + column] = text
        }
    }

    private func place(_ path: CSVPath) throws(WriteFault) -> (String, Int, Int?) {
        switch path {
        case .field(let field) where field < document.map.columns.count:
            return (format.schema.fieldNames[field], Int(document.map.columns[field]), field)
        case .named(let name):
            return (name, document.map.names.firstIndex(of: name) ?? -1, nil)
        default: throw WriteFault(Finding(WriteFindings.noSuchCell, "a path of another schema"))
        }
    }

    /// The record with its changes.
    func bytes() throws(WriteFault) -> [UInt8] {
        if document.marks[record].contains(.undecodable) {
            throw WriteFault(
                Finding(
                    WriteFindings.unreadable,
                    at: Location(record: document.page.frames[record].number)))
        }
        return isNative ? try inPlace() : try afresh()
    }

    /// Whether the source lies as this format writes.
    private var isNative: Bool {
        let map = document.map
        let hasColumns = format.schema.isOpen || map.isIdentity
        return hasColumns && map.delimiter == format.writer.delimiter
            && map.charset == format.writer.charset && map.charset.keepsASCII
    }

    private func inPlace() throws(WriteFault) -> [UInt8] {
        let range = document.page.frames[record].range.range
        let source = document.text
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count + 64)
        var position = range.lowerBound
        for index in changes.keys.sorted() {
            guard let text = changes[index] else { continue }
            let cell = document.cells[index]
            let outer = cell.outer.clamped(to: range)
            bytes += source[position..<max(position, outer.lowerBound)]
            let written = format.writer.cell(
                text, isQuoted: cell.flags.contains(.quoted), isAlone: document.map.width == 1)
            bytes += try format.writer.encode(written, path: nil)
            position = max(position, outer.upperBound)
        }
        return bytes + source[position..<range.upperBound]
    }

    private func afresh() throws(WriteFault) -> [UInt8] {
        var bytes: [UInt8] = []
        let end = try format.writer.encode(
            String(decoding: format.settings.lineEnd.bytes, as: UTF8.self), path: nil)
        for (number, row) in document.rows(ofRecord: record).enumerated() {
            if number > 0 { bytes += end }
            bytes += try format.writer.row(texts(ofRow: row))
        }
        return bytes
    }

    private func texts(ofRow row: Int) -> [String] {
        let range = document.cells(ofRow: row)
        func text(_ column: Int, or missing: String) -> String {
            guard column >= 0, column < range.count else { return missing }
            let index = range.lowerBound + column
            return changes[index] ?? document.string(of: document.cells[index])
        }
        if format.schema.isOpen { return (0..<range.count).map { text($0, or: "") } }
        return format.schema.fieldNames.indices.map {
            text(Int(document.map.columns[$0]), or: format.schema.details[$0].parts.missingText)
        }
    }
}
