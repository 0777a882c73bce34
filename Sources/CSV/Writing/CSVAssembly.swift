import Bytes
import Exchange

/// Builds a destination file: header row, records each with their line end, trailer.
///
/// Settings, in `envelope:`: `header: true` (as the format says when not stated), `bom: false`,
/// `trailer: "TRL,{count},{total}"`, where `{count}` is the rows or records (as the format's
/// `trailer: counts:` says), `{rows}`, `{records}`, `{total}` the money column's sum with two
/// decimals, `{batch}` the batch's id and `{today}` its date as yyyyMMdd.
struct CSVAssembly: Assembly {
    private let format: CSVFormat
    private let clock: Timestamp
    private let batch: String
    private var hasHeader: Bool
    private var hasMark = false
    private var template: String?
    private var rows = 0
    private var records = 0
    private var cents: Int64 = 0
    private var moneyForm = NumberForm()
    private let moneyColumn: Int

    let controlNumbers: [String: String] = [:]

    init(_ format: CSVFormat, _ envelope: Envelope) throws(WriteFault) {
        self.format = format
        clock = envelope.clock
        batch = envelope.batch
        hasHeader = format.settings.hasHeader
        moneyColumn = format.settings.money.flatMap { format.schema.index(of: $0) } ?? -1
        if moneyColumn >= 0 {
            let rule = format.schema.rules[moneyColumn]
            if rule.type == .number || rule.type == .integer { moneyForm = rule.number }
        }
        if let settings = envelope.settings { try read(settings) }
    }

    private mutating func read(_ settings: SettingsNode) throws(WriteFault) {
        var reader = SettingsReader(settings)
        hasHeader = reader.flag("header") ?? hasHeader
        hasMark = reader.flag("bom") ?? false
        template = reader.string("trailer")
        if let fault = reader.finish().first(where: { $0.severity == .error }) {
            throw WriteFault(fault)
        }
        guard let template else { return }
        var lexer = Lexer(delimiter: format.writer.delimiter)
        let bytes = Array(template.utf8)
        let count = bytes.count
        lexer.split(bytes.span, 0..<count)
        let first = lexer.cells.first.map { Cells.text(of: $0, in: bytes.span) }
        guard let trailer = format.settings.trailer, trailer.match == first else {
            throw WriteFault(Finding(WriteFindings.trailerMismatch))
        }
    }

    mutating func begin() throws(WriteFault) -> [UInt8] {
        var bytes = hasMark ? try format.writer.encode("\u{FEFF}", path: nil) : []
        if hasHeader, !format.schema.isOpen {
            bytes += try format.writer.row(format.outputNames)
            bytes += try lineEnd()
        }
        return bytes
    }

    mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8] {
        records += 1
        let text = CSVFormat.utf8(record, format.writer.charset)
        var lexer = Lexer(delimiter: format.writer.delimiter)
        let count = text.count
        lexer.split(text.span, 0..<count)
        rows += lexer.rows.count
        if moneyColumn >= 0 {
            for row in lexer.rows {
                let index = Int(row.firstCell) + moneyColumn
                guard index < lexer.cells.count else { continue }
                let amount = moneyForm.read(text.span, lexer.cells[index].range.range).cents ?? 0
                cents = cents.addingClamped(amount)
            }
        }
        return record + (try lineEnd())
    }

    mutating func finish() throws(WriteFault) -> [UInt8] {
        guard let template else { return [] }
        let counts = format.settings.trailer?.counts ?? .rows
        var text = template
        let today = DatePattern("yyyyMMdd")?.format(clock) ?? ""
        for (name, value) in [
            ("{count}", String(counts == .rows ? rows : records)), ("{rows}", String(rows)),
            ("{records}", String(records)),
            ("{total}", ExactDecimal(cents: cents).text(decimals: 2)),
            ("{batch}", batch), ("{today}", today),
        ] {
            text = text.split(separator: name, omittingEmptySubsequences: false)
                .joined(separator: value)
        }
        return try format.writer.encode(text, path: nil) + lineEnd()
    }

    private func lineEnd() throws(WriteFault) -> [UInt8] {
        try format.writer.encode(
            String(decoding: format.settings.lineEnd.bytes, as: UTF8.self), path: nil)
    }
}
