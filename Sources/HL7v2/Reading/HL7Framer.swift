import Bytes
import Exchange

/// Cuts HL7 content into messages: each from the M of its MSH to its last segment's terminator.
///
/// FHS, BHS, BTS and FTS belong to the envelope, MLLP bytes, NUL, SUB and blank lines to nothing.
/// Segments that stand where no MSH came before them are framed as a record of their own, which
/// then fails: no line is lost without an account. Memory is bounded by the largest message.
struct HL7Framer: Framer {
    /// A message longer than this is not read.
    static let longest = 64 * 1024 * 1024

    private var source: TranscodingSource
    /// What is read from `source`, once it is known what it serves.
    private var intake: Intake
    private var scanner = LineScanner()
    private var envelope: EnvelopeTally
    private var isStarted = false
    private var isDone = false
    private var number = 0

    init(_ source: any ByteSource, settings: HL7Settings) {
        self.source = TranscodingSource(source)
        intake = Intake(MemorySource([]))
        envelope = EnvelopeTally(settings: settings)
    }

    var closing: Closing { envelope.closing }

    mutating func next() throws(SystemError) -> Page? {
        while !isDone {
            if let page = try step(), !page.frames.isEmpty { return page }
        }
        return nil
    }

    /// Reads and frames one page, which may turn out to hold the envelope only.
    private mutating func step() throws(SystemError) -> Page? {
        if !isStarted {
            isStarted = true
            try source.begin()
            intake = Intake(source)
            if source.charset != nil { envelope.noteUTF16() }
        }
        var cut = 0
        while true {
            Self.scan(intake, with: &scanner)
            if intake.isAtEnd {
                cut = intake.pending.count
                break
            }
            let last = scanner.marks.last?.start ?? 0
            if last >= Page.target {
                // Everything before the last mark is whole.
                cut = last
                break
            }
            if scanner.isOutside, scanner.scanned >= Page.target {
                cut = scanner.scanned
                break
            }
            if intake.pending.count - last > Self.longest {
                // What is whole before it is kept.
                if last > 0 { return page(last) }
                envelope.refuse(.tooLong)
                isDone = true
                return nil
            }
            try intake.fill(to: intake.pending.count + Page.target)
        }
        if intake.isAtEnd { isDone = true }
        return page(cut)
    }

    private static func scan(_ intake: borrowing Intake, with scanner: inout LineScanner) {
        scanner.scan(intake.pending.span, isAtEnd: intake.isAtEnd)
    }

    private static func take(
        _ cut: Int, of intake: borrowing Intake, from scanner: inout LineScanner
    ) -> (marks: [LineScanner.Mark], breaks: Int) {
        scanner.take(cut, of: intake.pending.span)
    }

    private mutating func page(_ cut: Int) -> Page? {
        let offset = intake.offset
        let line = intake.line
        let (marks, breaks) = Self.take(cut, of: intake, from: &scanner)
        let bytes = intake.take(cut, breaks: breaks)
        envelope.note(scanner)
        let span = bytes.span
        var frames: [Frame] = []
        for (index, mark) in marks.enumerated() {
            let limit = index + 1 < marks.count ? marks[index + 1].start : cut
            func place() -> Location {
                Location(byte: offset + mark.start, line: line + mark.breaks)
            }
            guard mark.kind == .message || mark.kind == .orphan else {
                envelope.add(mark.kind, span, mark.start..<limit, at: place)
                continue
            }
            number += 1
            let range = mark.start..<Self.end(span, mark.start, limit)
            envelope.addMessage(isWhole: mark.kind == .message, at: place)
            frames.append(
                Frame(
                    range: ByteRange(range), number: number, part: envelope.part,
                    hash: RecordHash.hash(span, range)))
        }
        if isDone { envelope.finish() }
        return Page(
            bytes: bytes, offset: offset, line: line, frames: frames,
            context: source.charset == nil ? nil : HL7PageContext())
    }

    /// Where a message ends: after its last terminator, or its last byte when it has none.
    private static func end(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Int {
        var end = limit
        if end - start >= 3, bytes.starts(at: end - 3, with: "\u{FEFF}") { end -= 3 }
        while end > start, Padding.isPadding(bytes[end - 1]) { end -= 1 }
        if end < limit, bytes[end] == 0x0D {
            end += 1
            if end < limit, bytes[end] == 0x0A { end += 1 }
        } else if end < limit, bytes[end] == 0x0A {
            end += 1
        }
        return end
    }
}
