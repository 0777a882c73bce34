public import Bytes
public import Exchange

/// Cuts a table into pages of whole records, and tallies rows, money and the trailer.
///
/// Header, trailer, blank lines and line ends lie in no frame. A frame holds one row without its
/// line end, or, where rows are grouped, the rows of one group with what stands between them.
/// Every page carries the file's `ColumnMap`. Memory is bounded by `recordLimit`.
public struct CSVFramer: Framer {
    private let schema: TableSchema
    private let settings: CSVSettings
    private var intake: Intake
    /// What is known of the file so far; final after the last page.
    public private(set) var closing = Closing()
    private var scanner: RowScanner?
    private var map: ColumnMap
    private var lexer = Lexer(delimiter: 0x2C)
    private var charset = Charset.utf8
    private var groupColumn = -1
    private var moneyColumn = -1
    private var moneyForm = NumberForm()
    private var tally: TrailerTally?
    private var open: OpenRecord?
    private var frames: [Frame] = []
    private var isDone = false
    private var records = 0
    private var rows = 0
    private var cents: Int64 = 0
    private var blankLines = 0
    private var endings: UInt8 = 0
    private var fault: Finding?

    /// A record whose last row may still come.
    private struct OpenRecord {
        var range: Range<Int>
        var key: [UInt8]
        var cents: Int64
    }

    /// Reads `source` by `schema` and `settings`.
    init(_ source: any ByteSource, schema: TableSchema, settings: CSVSettings) {
        self.schema = schema
        self.settings = settings
        intake = Intake(source)
        map = ColumnMap.plain(schema, delimiter: 0x2C, charset: .utf8)
        tally = settings.trailer.map(TrailerTally.init)
    }

    /// The next one.
    public mutating func next() throws(SystemError) -> Page? {
        guard !isDone else { return nil }
        if scanner == nil {
            guard try begin() else {
                finish()
                return nil
            }
        }
        while true {
            let more = scan()
            if let cut = boundary(more) {
                if frames.isEmpty { _ = take(cut) } else { return page(cut) }
                continue
            }
            if fault != nil { break }
            if !more, intake.isAtEnd { break }
            try fill()
        }
        closeOpen()
        finish()
        return frames.isEmpty ? nil : page(fault == nil ? intake.pending.count : lastEnd)
    }

    // MARK: The beginning of the file

    /// Finds the byte-order mark, the delimiter and the header. False when nothing can be read.
    private mutating func begin() throws(SystemError) -> Bool {
        try intake.fill(to: 64 << 10)
        charset = settings.charset ?? .utf8
        if let mark = Charset.byteOrderMark(intake.pending.span) {
            if let stated = settings.charset, stated != mark.charset {
                note(FileFindings.markDiffers, "\(mark.charset), not \(stated)")
            }
            charset = mark.charset
            _ = intake.take(mark.length)
        }
        if intake.pending.isEmpty {
            try intake.fill(to: 64 << 10)
            if intake.pending.isEmpty {
                note(FileFindings.empty, "no bytes")
                closing.isComplete = false
                return false
            }
        }
        let delimiter = settings.delimiter ?? sniffed()
        lexer = Lexer(delimiter: delimiter)
        scanner = RowScanner(delimiter: delimiter, charset: charset)
        map = ColumnMap.plain(schema, delimiter: delimiter, charset: charset)
        if settings.hasHeader {
            guard try header(delimiter) else { return false }
        }
        groupColumn = column(settings.group)
        moneyColumn = column(settings.money)
        if let money = settings.money, let field = schema.index(of: money) {
            let rule = schema.rules[field]
            if rule.type == .number || rule.type == .integer { moneyForm = rule.number }
        }
        return true
    }

    private mutating func sniffed() -> UInt8 {
        let head = Array(intake.pending.prefix(16 << 10))
        let text = CSVFormat.utf8(head, charset)
        let found = Sniffer.delimiter(
            text, isWhole: intake.isAtEnd && head.count == intake.pending.count,
            names: schema.fieldNames)
        if found == nil, schema.fieldNames.count != 1 {
            note(FileFindings.delimiterUnclear, "comma, semicolon, tab and bar were tried")
        }
        return found ?? 0x2C
    }

    private mutating func header(_ delimiter: UInt8) throws(SystemError) -> Bool {
        while true {
            let bytes = intake.pending
            guard let found = scanner?.next(in: bytes.span, isAtEnd: intake.isAtEnd) else {
                if intake.isAtEnd {
                    note(FileFindings.empty, "only blank lines")
                    return false
                }
                if bytes.count > settings.recordLimit {
                    note(FileFindings.recordTooLong, "the header row")
                    closing.isComplete = false
                    return false
                }
                try fill()
                continue
            }
            endings |= 1 << found.ending
            if found.row.isEmpty {
                blankLines += 1
                continue
            }
            lex(found.row, bytes)
            let place = location(found.row.lowerBound, bytes)
            let text = lexedText(found.row, bytes)
            let names = lexer.cells.map { Cells.text(of: $0, in: text.span) }
            let match = HeaderMatch(
                names, schema, delimiter: delimiter, charset: charset, at: place)
            map = match.map
            closing.findings.append(contentsOf: match.findings)
            let isHeader = !match.findings.contains { $0.kind == FileFindings.headerMissing }
            if !isHeader { tally = nil }
            return isHeader
        }
    }

    /// The column in the file of the field called `name`; -1 when there is none.
    private func column(_ name: String?) -> Int {
        guard let name else { return -1 }
        if let field = schema.index(of: name) { return Int(map.columns[field]) }
        return map.names.firstIndex(of: name) ?? -1
    }

    // MARK: Rows

    /// Takes rows in until a page is full or bytes run out. True when the page is full.
    private mutating func scan() -> Bool {
        let bytes = intake.pending
        while let found = scanner?.next(in: bytes.span, isAtEnd: intake.isAtEnd) {
            take(found, bytes)
            if fault != nil { return false }
            if found.next >= Page.target, boundaryPlace >= Page.target { return true }
        }
        let start = open?.range.lowerBound ?? scanner?.rowStart ?? 0
        if bytes.count - start > settings.recordLimit {
            fault = Finding(
                FileFindings.recordTooLong, at: location(start, bytes),
                "more than \(settings.recordLimit) bytes; the rest of the file was not read")
        }
        return false
    }

    private mutating func take(_ found: RowScanner.Found, _ bytes: [UInt8]) {
        endings |= 1 << found.ending
        if found.row.isEmpty || isBlank(found.row, bytes) {
            blankLines += 1
            return
        }
        if found.ending == 0, isPadding(found.row, bytes) {
            note(
                FileFindings.padding, "\(found.row.count) bytes",
                at: location(found.row.lowerBound, bytes))
            return
        }
        if found.isOpen {
            note(FileFindings.endsInQuotes, "", at: location(found.row.lowerBound, bytes))
            closing.isComplete = false
        }
        guard groupColumn >= 0 || moneyColumn >= 0 || tally != nil else {
            return add(found.row, bytes, key: [], cents: 0)
        }
        lex(found.row, bytes)
        let text = lexedText(found.row, bytes)
        if isTrailer(text) {
            closeOpen(bytes)
            let place = location(found.row.lowerBound, bytes)
            tally?.read(
                lexer.cells, text.span, at: place, rows: rows, records: records, cents: cents,
                money: moneyForm)
            return
        }
        if tally?.isSeen == true {
            let place = location(found.row.lowerBound, bytes)
            tally?.note(at: place)
        }
        var amount: Int64 = 0
        if moneyColumn >= 0, moneyColumn < lexer.cells.count {
            amount = moneyForm.read(text.span, lexer.cells[moneyColumn].range.range).cents ?? 0
        }
        guard groupColumn >= 0, groupColumn < lexer.cells.count else {
            return add(found.row, bytes, key: [], cents: amount)
        }
        let cell = lexer.cells[groupColumn]
        if let record = open, cell.flags.isSubset(of: .quoted), !record.key.isEmpty,
            text.span.equals(cell.range.range, record.key)
        {
            return extend(found.row, bytes, cents: amount)
        }
        let key = Cells.content(of: cell, in: text.span)
        add(found.row, bytes, key: key, cents: amount)
    }

    /// Adds a row to the open record.
    private mutating func extend(_ row: Range<Int>, _ bytes: [UInt8], cents amount: Int64) {
        guard let record = open else { return }
        let start = record.range.lowerBound
        let sum = record.cents.addingClamped(amount)
        rows += 1
        cents = cents.addingClamped(amount)
        open?.range = start..<row.upperBound
        open?.cents = sum
        limit(from: start, to: row.upperBound, bytes)
    }

    /// Adds a row to the open record or makes it the next.
    private mutating func add(
        _ row: Range<Int>, _ bytes: [UInt8], key: [UInt8], cents amount: Int64
    ) {
        if groupColumn >= 0, let record = open, !key.isEmpty, record.key == key {
            return extend(row, bytes, cents: amount)
        }
        rows += 1
        cents = cents.addingClamped(amount)
        if groupColumn >= 0 {
            closeOpen(bytes)
            open = OpenRecord(range: row, key: key, cents: amount)
        } else {
            frame(row, bytes, amount)
        }
        limit(from: row.lowerBound, to: row.upperBound, bytes)
    }

    /// Gives up on the file when a record is longer than the limit.
    private mutating func limit(from start: Int, to end: Int, _ bytes: [UInt8]) {
        guard end - start > settings.recordLimit else { return }
        fault = Finding(
            FileFindings.recordTooLong, at: location(start, bytes),
            "more than \(settings.recordLimit) bytes; the rest of the file was not read")
        if open == nil, !frames.isEmpty {
            frames.removeLast()
            records -= 1
        }
        open = nil
    }

    private mutating func closeOpen() {
        let bytes = intake.pending
        closeOpen(bytes)
    }

    private mutating func closeOpen(_ bytes: [UInt8]) {
        guard let record = open else { return }
        open = nil
        if fault == nil { frame(record.range, bytes, record.cents) }
    }

    private mutating func frame(_ range: Range<Int>, _ bytes: [UInt8], _ amount: Int64) {
        records += 1
        let hash = RecordHash.hash(bytes.span, range)
        frames.append(Frame(range: ByteRange(range), number: records, hash: hash, cents: amount))
    }

    private func isBlank(_ row: Range<Int>, _ bytes: [UInt8]) -> Bool {
        guard row.count < 64, bytes[row.lowerBound] == 0x20, scanner?.low == nil else {
            return false
        }
        return bytes[row].allSatisfy { $0 == 0x20 }
    }

    /// Whether a last line is only NUL or SUB bytes, as CP/M and DOS filled up files.
    private func isPadding(_ row: Range<Int>, _ bytes: [UInt8]) -> Bool {
        guard bytes[row.lowerBound] == 0x1A || bytes[row.lowerBound] == 0 else { return false }
        return scanner?.low == nil && bytes[row].allSatisfy { $0 == 0x1A || $0 == 0 }
    }

    private func isTrailer(_ text: [UInt8]) -> Bool {
        guard let tally, let first = lexer.cells.first else { return false }
        return text.span.equals(first.range.range, tally.match)
    }

    /// Splits one row; the cells lie in `lexedText` of the same row.
    private mutating func lex(_ row: Range<Int>, _ bytes: [UInt8]) {
        lexer.clear()
        if scanner?.low == nil, map.charset.keepsASCII {
            lexer.split(bytes.span, row)
        } else {
            let text = lexedText(row, bytes)
            let count = text.count
            lexer.split(text.span, 0..<count)
        }
    }

    /// The bytes that the cells of a row point into.
    private func lexedText(_ row: Range<Int>, _ bytes: [UInt8]) -> [UInt8] {
        guard scanner?.low != nil else { return bytes }
        if case .success(let text) = charset.decode(bytes.span, row) { return Array(text.utf8) }
        return []
    }

    // MARK: Pages

    private var lastEnd: Int { frames.last.map { Int($0.range.end) } ?? 0 }

    /// Where the bytes that are done with end.
    private var boundaryPlace: Int { open?.range.lowerBound ?? scanner?.rowStart ?? 0 }

    private func boundary(_ isFull: Bool) -> Int? {
        guard fault == nil else { return nil }
        let place = boundaryPlace
        return place >= Page.target ? place : nil
    }

    private mutating func page(_ count: Int) -> Page {
        let (offset, line) = (intake.offset, intake.line)
        let made = frames
        frames = []
        return Page(bytes: take(count), offset: offset, line: line, frames: made, context: map)
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        scanner?.shift(by: count)
        if let record = open {
            open?.range = (record.range.lowerBound - count)..<(record.range.upperBound - count)
        }
        return intake.take(count)
    }

    private mutating func fill() throws(SystemError) {
        let have = intake.pending.count
        let wanted = have < Page.target ? Page.target + (64 << 10) : min(have * 2, have + (8 << 20))
        try intake.fill(to: wanted)
    }

    // MARK: The end of the file

    private mutating func finish() {
        isDone = true
        let bytes = intake.pending
        if let fault {
            closing.findings.append(fault)
            closing.isComplete = false
        }
        if blankLines > 0 { note(FileFindings.blankLines, "\(blankLines)") }
        if (endings & 0b1110).nonzeroBitCount > 1 { note(FileFindings.mixedLineEnds, "") }
        guard tally != nil else { return }
        let end = location(bytes.count, bytes)
        tally?.finish(at: end)
        guard let tally else { return }
        closing.findings.append(contentsOf: tally.findings)
        closing.counts = tally.counts
        closing.declaredCents = tally.declaredCents
        if !tally.isSeen { closing.isComplete = false }
        if !tally.findings.isEmpty { closing.parts[0] = .hold }
    }

    private func location(_ index: Int, _ bytes: [UInt8]) -> Location {
        let breaks = Lines.breaks(in: bytes.span, 0..<min(index, bytes.count))
        return Location(byte: intake.offset + index, line: intake.line + breaks)
    }

    private mutating func note(
        _ kind: FindingKind, _ detail: String, at place: Location = Location()
    ) {
        closing.findings.append(Finding(kind, at: place, detail))
    }
}
