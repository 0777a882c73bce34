import Bytes

/// Cuts messages into segments and fields, eight bytes at a time.
///
/// A segment begins at a line that matches `^[A-Z][A-Z0-9]{2}` followed by the message's field
/// separator or nothing; every other line goes on with the segment before it, which is then broken.
struct SegmentLexer {
    private(set) var document: HL7Document

    init(bytes: [UInt8], offset: Int) {
        document = HL7Document(bytes: bytes, offset: offset)
        document.fields.reserveCapacity(bytes.count / 5)
        document.segments.reserveCapacity(bytes.count / 48)
    }

    /// Takes the tables out, leaving nothing behind.
    consuming func finish() -> HL7Document { document }

    /// Changes the tables in place.
    mutating func update(_ body: (inout HL7Document) -> Void) { body(&document) }

    /// Lexes one frame and appends its record.
    mutating func add(_ range: Range<Int>, number: Int, line: Int) {
        let bytes = document.bytes
        let span = bytes.span
        let first = document.segments.count
        let delimiters =
            span.starts(at: range.lowerBound, with: "MSH")
            ? Delimiters.read(span, at: range.lowerBound, end: range.upperBound) : .standard
        let high = lex(span, range, delimiters, line)
        document.records.append(
            RecordEntry(
                number: number, range: ByteRange(range), line: line,
                segments: first..<document.segments.count, groups: 0..<0, faults: 0..<0,
                delimiters: delimiters, schema: 0, root: -1, hasHighBytes: high))
    }

    /// - Returns: whether any byte is above 7F.
    private mutating func lex(
        _ span: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters, _ line: Int
    ) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= span.count)
        let end = range.upperBound
        let separator = delimiters.field
        let wide = Word.repeated(separator)
        let raw = unsafe span.bytes
        var high: UInt64 = 0
        var line = line
        var index = open(span, range.lowerBound, end, delimiters, line)
        var fieldStart = index
        while index < end {
            if index + 8 <= end {
                let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                    .littleEndian
                high |= word
                var hits =
                    Word.matches(word, wide) | Word.matches(word, Word.carriageReturn)
                    | Word.matches(word, Word.lineFeed)
                var moved = false
                while hits != 0 {
                    let place = index + hits.trailingZeroBitCount >> 3
                    if span[place] == separator {
                        document.fields.append(ByteRange(fieldStart, place))
                        fieldStart = place + 1
                        hits &= hits &- 1
                    } else {
                        index = terminate(span, place, end, delimiters, &fieldStart, &line)
                        moved = true
                        break
                    }
                }
                if !moved { index += 8 }
                continue
            }
            let byte = span[index]
            high |= UInt64(byte)
            if byte == separator {
                document.fields.append(ByteRange(fieldStart, index))
                index += 1
                fieldStart = index
            } else if Delimiters.isTerminator(byte) {
                index = terminate(span, index, end, delimiters, &fieldStart, &line)
            } else {
                index += 1
            }
        }
        if fieldStart <= end, let last = document.segments.last, Int(last.end) == 0 {
            close(at: end, fieldStart)
        }
        return high & 0x8080_8080_8080_8080 != 0
    }

    /// Handles a line end at `place`; returns where lexing goes on.
    private mutating func terminate(
        _ span: Span<UInt8>, _ place: Int, _ end: Int, _ delimiters: Delimiters,
        _ fieldStart: inout Int, _ line: inout Int
    ) -> Int {
        var next = place
        while next < end, span[next] < 0x20, Padding.isPadding(span[next]) {
            if span[next] == 0x0D || (span[next] == 0x0A && (next == 0 || span[next - 1] != 0x0D)) {
                line += 1
            }
            next += 1
        }
        if next < end, !Self.isSegment(span, next, end, delimiters.field) {
            document.segments[document.segments.count - 1].isBroken = true
            return next
        }
        close(at: place, fieldStart)
        guard next < end else {
            fieldStart = end + 1
            return end
        }
        let start = open(span, next, end, delimiters, line)
        fieldStart = start
        return start
    }

    /// Begins a segment; returns where its first field begins.
    private mutating func open(
        _ span: Span<UInt8>, _ start: Int, _ end: Int, _ delimiters: Delimiters, _ line: Int
    ) -> Int {
        var id: UInt32 = 0
        for index in start..<min(start + 3, end) { id = id << 8 | UInt32(span[index]) }
        document.segments.append(
            SegmentEntry(
                id: id, start: UInt32(truncatingIfNeeded: start), end: 0,
                line: UInt32(truncatingIfNeeded: line),
                firstField: UInt32(truncatingIfNeeded: document.fields.count), fieldCount: 0,
                node: SegmentEntry.unplaced, rule: 0xFF, isBroken: false))
        guard id == SegmentID.msh, start + 3 < end,
            !Delimiters.isTerminator(span[start + 3])
        else { return min(start + 4, end) }
        // HL7 v2 ch. 2: MSH-1 is the separator itself; what follows it is MSH-2.
        document.fields.append(ByteRange(start + 3, start + 4))
        return start + 4
    }

    private mutating func close(at end: Int, _ fieldStart: Int) {
        let last = document.segments.count - 1
        let start = Int(document.segments[last].start)
        if fieldStart <= end, end > start + 3 {
            document.fields.append(ByteRange(fieldStart, end))
        }
        document.segments[last].end = UInt32(truncatingIfNeeded: end)
        document.segments[last].fieldCount =
            UInt32(truncatingIfNeeded: document.fields.count) - document.segments[last].firstField
    }

    @inline(__always)
    private static func isSegment(
        _ span: Span<UInt8>, _ start: Int, _ end: Int, _ separator: UInt8
    ) -> Bool {
        guard start + 3 <= end, isLetter(span[start]), isName(span[start + 1]),
            isName(span[start + 2])
        else { return false }
        return start + 3 == end || span[start + 3] == separator
            || Delimiters.isTerminator(span[start + 3])
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    @inline(__always)
    private static func isName(_ byte: UInt8) -> Bool {
        isLetter(byte) || (byte >= 0x30 && byte <= 0x39)
    }
}

/// Eight bytes compared at once.
enum Word {
    static let carriageReturn = repeated(0x0D)
    static let lineFeed = repeated(0x0A)
    @inline(__always)
    static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
    /// The high bit of each byte that is equal in both; exact, no false hits.
    @inline(__always)
    static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        let low = (difference & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
        return ~(low | difference | 0x7F7F_7F7F_7F7F_7F7F)
    }
}

/// Bytes that stand around messages and belong to none: line ends, MLLP frames, NUL, SUB.
enum Padding {
    @inline(__always)
    static func isPadding(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00, 0x0A, 0x0B, 0x0D, 0x1A, 0x1C: true
        default: false
        }
    }
}
