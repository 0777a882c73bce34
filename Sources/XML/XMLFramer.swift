import Bytes
import Exchange
import Markup

/// Cuts a document into pages of whole record elements, and refuses what must not reach libxml2.
///
/// It reads tags, not text: nesting, quotes and namespaces, in linear time and in memory bounded by
/// the largest record. What stands around the records is kept apart (`Skeleton`) and checked when
/// the document closes.
struct XMLFramer: Framer {
    private let format: XMLFormat
    private var intake: Intake
    private var charset = Charset.utf8
    private var shadow: [UInt8] = []
    private var isWide = false
    private var isStarted = false
    private var isDone = false

    private var scanner = Scanner()
    private var open = OpenElements()
    private var position = 0
    private var lineMark = (position: 0, line: 1)
    private var firstLine = 1

    private var frames: [(range: Range<Int>, number: Int)] = []
    private var record: (start: Int, depth: Int)?
    private var scope = 0
    private var declarations: [Declaration] = []
    private var number = 0
    private var rootSeen = false
    private var declaredCount: Int?
    private var skeleton = Skeleton()

    private(set) var closing = Closing()

    /// Reads the document that `source` serves.
    init(_ source: any ByteSource, format: XMLFormat) {
        self.format = format
        intake = Intake(source)
    }

    mutating func next() throws(SystemError) -> Page? {
        if !isStarted { try begin() }
        while !isDone {
            if record == nil, let last = frames.last, last.range.upperBound >= Page.target {
                return page(upTo: last.range.upperBound)
            }
            if record == nil, frames.isEmpty, position > 64 * 1024 { discard() }
            switch token() {
            case .start(let name, let isEmpty, let end):
                if let page = start(units, name, isEmpty, end) { return page }
            case .end(let name, let end): self.end(units, name, end)
            case .text(let end), .cdata(let end): other(units, end, isText: true)
            case .aside(let end): other(units, end, isText: false)
            case .incomplete: try more()
            case .fault(let fault, let at): refuse(fault, at)
            }
        }
        guard let last = frames.last else { return nil }
        return page(upTo: last.range.upperBound)
    }

    // MARK: Reading

    /// What is scanned: the bytes that were read, or their shadow. Nothing holds on to it while
    /// more is read, which would copy it.
    private var units: [UInt8] { isWide ? shadow : intake.pending }

    private mutating func token() -> Token {
        let units = units
        return scanner.token(units, at: position, end: units.count)
    }

    private mutating func begin() throws(SystemError) {
        isStarted = true
        try intake.fill(to: 4096)
        let encoding = Encoding(Array(intake.pending.prefix(4096)), default: format.charset)
        charset = encoding.charset
        isWide = Wide.isWide(charset)
        if isWide { Wide.extend(&shadow, intake.pending, charset) }
        position = isWide ? encoding.mark / 2 : encoding.mark
        if encoding.isDoubtful {
            closing.findings.append(Finding(XMLFinding.encoding, at: Location(byte: 0, line: 1)))
            isDone = true
        }
        if intake.pending.isEmpty {
            closing.isComplete = false
            closing.findings.append(Finding(XMLFinding.truncated, at: Location(byte: 0, line: 1)))
            isDone = true
        }
    }

    /// Reads on, twice as far each time, so that rescanning one long token stays linear.
    private mutating func more() throws(SystemError) {
        let count = units.count
        if let record, (count - record.start) * scale > format.recordLimit {
            stop(Finding(XMLFinding.recordTooLarge, at: location(record.start)))
            return
        }
        if (count - position) * scale > 2 * ScanLimit.text {
            refuse(.textTooLong, position)
            return
        }
        let step = max(64 * 1024, min((count - position) * scale, 8 << 20))
        let grew = try intake.fill(to: count * scale + step)
        if grew {
            if isWide { Wide.extend(&shadow, intake.pending, charset) }
            return
        }
        finish(units)
    }

    /// The source has ended where no token is whole: white space after the root, or too early.
    private mutating func finish(_ bytes: [UInt8]) {
        if rootSeen, open.depth == 0, record == nil {
            var rest = position
            while rest < bytes.count, Scanner.isSpace(bytes[rest]) { rest += 1 }
            if rest == bytes.count { close() } else { refuse(.outside, rest) }
        } else if !rootSeen, bytes[position...].allSatisfy({ !Scanner.isSpace($0) && $0 != 0x3C }) {
            closing.isComplete = false
            refuse(.outside, position)
        } else {
            refuse(.truncated, bytes.count)
        }
    }

    // MARK: Tokens

    private mutating func start(
        _ bytes: [UInt8], _ name: Range<Int>, _ isEmpty: Bool, _ end: Int
    ) -> Page? {
        let at = position
        if open.depth == 0, rootSeen {
            refuse(.outside, at)
            return nil
        }
        if open.depth >= ScanLimit.depth {
            refuse(.tooDeep, at)
            return nil
        }
        if record != nil {
            open.push(bytes, name: name, scanner: scanner)
            if isEmpty { open.drop() }
            position = end
            return nil
        }
        let outer = open.scope
        let before = frames.isEmpty || outer != scope ? open.declarations : declarations
        open.push(bytes, name: name, scanner: scanner)
        if !rootSeen { root(bytes) }
        guard open.isRecord(bytes, name: name, format.selector) else {
            skeleton.start(
                text(bytes, at..<end), name: name.count, at: place(at), line: line(bytes, at),
                path: open.path)
            if isEmpty {
                skeleton.end([])
                open.drop()
            }
            position = end
            return nil
        }
        // Records of one page share the namespaces around them.
        if let last = frames.last, outer != scope {
            open.drop()
            if open.depth == 0 { rootSeen = false }
            return page(upTo: last.range.upperBound)
        }
        scope = outer
        declarations = before
        if format.selector != .root {
            skeleton.record(
                text(bytes, at..<end), at: place(at), line: line(bytes, at), path: open.path)
        }
        position = end
        record = (at, open.depth)
        if isEmpty {
            open.drop()
            closeRecord()
        }
        return nil
    }

    private mutating func end(_ bytes: [UInt8], _ name: Range<Int>, _ end: Int) {
        let at = position
        let depth = open.depth
        guard open.pop(bytes, name: name) else {
            refuse(.mismatch, at)
            return
        }
        position = end
        if let record, record.depth == depth {
            closeRecord()
        } else if record == nil {
            skeleton.end(text(bytes, at..<end))
        }
    }

    private mutating func other(_ bytes: [UInt8], _ end: Int, isText: Bool) {
        if record == nil {
            if isText, open.depth == 0 {
                let rest = bytes[position..<end].firstIndex { !Scanner.isSpace($0) }
                if let rest {
                    refuse(.outside, rest)
                    return
                }
            }
            if open.depth > 0 { skeleton.other(text(bytes, position..<end)) }
        }
        position = end
    }

    private mutating func closeRecord() {
        guard let start = record?.start else { return }
        number += 1
        frames.append((start..<position, number))
        record = nil
    }

    /// Looks at the root's attributes for the count it declares.
    private mutating func root(_ bytes: [UInt8]) {
        rootSeen = true
        guard let wanted = format.countAttribute else { return }
        for (index, name) in scanner.names.enumerated()
        where bytes[name.range].elementsEqual(wanted.utf8) {
            declaredCount = Int(OpenElements.text(bytes, scanner.values[index].range))
        }
    }

    // MARK: Pages

    private var scale: Int { isWide ? 2 : 1 }

    /// The offset in the content of unit `position`.
    private func place(_ position: Int) -> Int { intake.offset + position * scale }

    /// The bytes of an envelope's part, in UTF-8.
    private func text(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        if charset == .utf8 { return Array(bytes[range]) }
        let own = (range.lowerBound * scale)..<(range.upperBound * scale)
        guard case .success(let text) = charset.decode(intake.pending.span, own) else {
            // Not text in this encoding: libxml2 will say so of these bytes.
            return Array(bytes[range])
        }
        return Array(text.utf8)
    }

    /// The line of `at`; places are asked for in rising order, so each byte is looked at once.
    private mutating func line(_ bytes: [UInt8], _ at: Int) -> Int {
        if at > lineMark.position {
            let breaks = Lines.breaks(in: bytes.span, lineMark.position..<at)
            lineMark = (at, lineMark.line + breaks)
        }
        return lineMark.line
    }

    private mutating func location(_ at: Int) -> Location {
        let bytes = units
        let line = line(bytes, min(at, bytes.count))
        return Location(byte: place(at), line: line)
    }

    /// Drops what was scanned and belongs to no record.
    private mutating func discard() {
        _ = cut(position)
    }

    /// Takes `count` units off; returns their bytes, offset and line.
    private mutating func cut(_ count: Int) -> (bytes: [UInt8], offset: Int, line: Int) {
        let offset = intake.offset
        let first = firstLine
        firstLine += breaks(before: count)
        lineMark = (max(0, lineMark.position - count), max(lineMark.line, firstLine))
        if lineMark.position == 0 { lineMark.line = firstLine }
        if isWide { shadow.removeFirst(count) }
        position -= count
        return (intake.take(count * scale), offset, first)
    }

    private func breaks(before count: Int) -> Int {
        let bytes = units
        let breaks = Lines.breaks(in: bytes.span, 0..<min(count, bytes.count))
        return breaks
    }

    private mutating func page(upTo end: Int) -> Page {
        let taken = frames
        frames = []
        let context = XMLContext(declarations: declarations, charset: charset)
        let (bytes, offset, line) = cut(end)
        let made = taken.map { entry in
            let range = (entry.range.lowerBound * scale)..<(entry.range.upperBound * scale)
            return Frame(
                range: ByteRange(range), number: entry.number,
                hash: RecordHash.hash(bytes.span, range))
        }
        let page = Page(bytes: bytes, offset: offset, line: line, frames: made, context: context)
        return format.money == nil ? page : format.counted(page)
    }

    // MARK: Closing

    private mutating func refuse(_ fault: ScanFault, _ at: Int) {
        if fault == .truncated { closing.isComplete = false }
        stop(
            Finding(XMLFinding.kind(fault), at: location(at), XMLFinding.detail(fault)))
    }

    private mutating func stop(_ finding: Finding) {
        var finding = finding
        if record != nil { finding.location.record = number + 1 }
        closing.isComplete = closing.isComplete && rootSeen && open.depth == 0
        closing.findings.append(finding)
        record = nil
        isDone = true
    }

    /// The document closed: the envelope is checked as a whole.
    private mutating func close() {
        isDone = true
        if format.selector != .root {
            closing.findings.append(contentsOf: skeleton.findings(format.schema))
        }
        if number == 0 { closing.findings.append(Finding(XMLFinding.noRecords)) }
        guard let declaredCount, let name = format.countAttribute else { return }
        closing.counts.append(EnvelopeCount("@\(name)", declared: declaredCount, counted: number))
        if declaredCount != number {
            closing.findings.append(
                Finding(
                    XMLFinding.count, at: Location(path: "/@\(name)"),
                    "declared \(declaredCount), counted \(number)"))
        }
    }
}
