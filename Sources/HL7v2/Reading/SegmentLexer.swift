import Bytes

/// Cuts messages into segments and fields, eight bytes at a time.
///
/// A segment begins at a line that matches `^[A-Z][A-Z0-9]{2}` followed by the message's field
/// separator or nothing; every other line goes on with the segment before it, which is then broken.
struct SegmentLexer {
    private var document: HL7Document

    /// Prepares for `frames`, whose fields are counted first: the table is allocated once.
    init(bytes: [UInt8], offset: Int, frames: some Sequence<Range<Int>>) {
        document = HL7Document(bytes: bytes, offset: offset)
        let span = bytes.span
        var fields = 0
        for frame in frames { fields += Self.fieldLimit(span, frame) }
        document.fields.reserveCapacity(fields)
        document.segments.reserveCapacity(bytes.count / 64)
    }

    /// Takes the tables out, leaving nothing behind.
    consuming func finish() -> HL7Document { document }

    /// Lexes one frame and appends its record.
    mutating func add(_ range: Range<Int>, number: Int, line: Int) {
        let bytes = document.bytes
        let span = bytes.span
        let first = document.segments.count
        let delimiters = Self.delimiters(span, range)
        var tables = LexedTables(
            segments: document.segments, firstField: document.fields.count, line: line)
        document.segments = []
        var high = false
        document.fields.append(addingCapacity: Self.fieldLimit(span, range)) { output in
            high = tables.lex(span, range, delimiters, &output)
        }
        document.segments = tables.segments
        document.records.append(
            RecordEntry(
                number: number, range: ByteRange(range), line: line,
                segments: first..<document.segments.count, groups: 0..<0, faults: 0..<0,
                delimiters: delimiters, schema: 0, root: -1, hasHighBytes: high))
    }

    private static func delimiters(_ span: Span<UInt8>, _ range: Range<Int>) -> Delimiters {
        span.starts(at: range.lowerBound, with: "MSH")
            ? Delimiters.read(span, at: range.lowerBound, end: range.upperBound) : .standard
    }

    /// No frame has more fields: one for each separator and each line, MSH-1 and the last besides.
    private static func fieldLimit(_ span: Span<UInt8>, _ range: Range<Int>) -> Int {
        span.count(of: delimiters(span, range).field, 0x0D, 0x0A, in: range) + 3
    }
}

/// The tables of the frame that is being lexed; fields go out as they are found.
private struct LexedTables {
    var segments: [SegmentEntry]
    /// The index of the next field.
    var firstField: Int
    var line: Int

    /// - Returns: whether any byte is above 7F.
    mutating func lex(
        _ span: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters,
        _ fields: inout OutputSpan<ByteRange>
    ) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= span.count)
        let base = firstField
        let end = range.upperBound
        let separator = delimiters.field
        let wide = Word.repeated(separator)
        let raw = unsafe span.bytes
        var high: UInt64 = 0
        var index = open(span, range.lowerBound, end, delimiters, &fields)
        var fieldStart = index
        while index + 8 <= end {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                .littleEndian
            high |= word
            var hits = Word.matches(word, wide)
            let controls = Word.controls(word)
            if controls != 0 {
                // Only what stands before the first line end is cut here.
                let place = controls.trailingZeroBitCount >> 3
                let limit = index + place
                hits &= (1 << UInt64(place << 3)) &- 1
                while hits != 0 {
                    let hit = index + hits.trailingZeroBitCount >> 3
                    fields.append(ByteRange(fieldStart, hit))
                    fieldStart = hit + 1
                    hits &= hits &- 1
                }
                if Delimiters.isTerminator(span[limit]) {
                    index = terminate(span, limit, end, delimiters, &fieldStart, &fields, base)
                } else {
                    index = limit + 1
                    if span[limit] == separator {
                        fields.append(ByteRange(fieldStart, limit))
                        fieldStart = index
                    }
                }
                continue
            }
            while hits != 0 {
                let hit = index + hits.trailingZeroBitCount >> 3
                fields.append(ByteRange(fieldStart, hit))
                fieldStart = hit + 1
                hits &= hits &- 1
            }
            index += 8
            // A long value, such as a document in Base64, is passed over in larger steps.
            if index - fieldStart >= 64, index + 16 <= end {
                index = span.skipASCII(index, end, without: separator)
            }
        }
        while index < end {
            let byte = span[index]
            high |= UInt64(byte)
            if byte == separator {
                fields.append(ByteRange(fieldStart, index))
                index += 1
                fieldStart = index
            } else if Delimiters.isTerminator(byte) {
                index = terminate(span, index, end, delimiters, &fieldStart, &fields, base)
            } else {
                index += 1
            }
        }
        if fieldStart <= end, let last = segments.last, Int(last.end) == 0 {
            close(at: end, fieldStart, &fields, base)
        }
        firstField = base + fields.count
        return high & 0x8080_8080_8080_8080 != 0
    }

    /// Handles a line end at `place`; returns where lexing goes on.
    private mutating func terminate(
        _ span: Span<UInt8>, _ place: Int, _ end: Int, _ delimiters: Delimiters,
        _ fieldStart: inout Int, _ fields: inout OutputSpan<ByteRange>, _ base: Int
    ) -> Int {
        var next = place
        while next < end, span[next] < 0x20, Padding.isPadding(span[next]) {
            if span[next] == 0x0D || (span[next] == 0x0A && (next == 0 || span[next - 1] != 0x0D)) {
                line += 1
            }
            next += 1
        }
        if next < end, !Self.isSegment(span, next, end, delimiters.field) {
            segments[segments.count - 1].isBroken = true
            return next
        }
        close(at: place, fieldStart, &fields, base)
        guard next < end else {
            fieldStart = end + 1
            return end
        }
        firstField = base + fields.count
        let start = open(span, next, end, delimiters, &fields)
        fieldStart = start
        return start
    }

    /// Begins a segment; returns where its first field begins.
    private mutating func open(
        _ span: Span<UInt8>, _ start: Int, _ end: Int, _ delimiters: Delimiters,
        _ fields: inout OutputSpan<ByteRange>
    ) -> Int {
        var id: UInt32 = 0
        for index in start..<min(start + 3, end) { id = id << 8 | UInt32(span[index]) }
        segments.append(
            SegmentEntry(
                id: id, start: UInt32(truncatingIfNeeded: start), end: 0,
                line: UInt32(truncatingIfNeeded: line),
                firstField: UInt32(truncatingIfNeeded: firstField), fieldCount: 0,
                node: SegmentEntry.unplaced, rule: 0xFF, isBroken: false))
        // A segment may be its name alone: what follows is its end, and no separator.
        guard start + 3 < end, !Delimiters.isTerminator(span[start + 3]) else {
            return min(start + 3, end)
        }
        guard id == SegmentID.msh else { return start + 4 }
        // HL7 v2 ch. 2: MSH-1 is the separator itself; what follows it is MSH-2.
        fields.append(ByteRange(start + 3, start + 4))
        return start + 4
    }

    private mutating func close(
        at end: Int, _ fieldStart: Int, _ fields: inout OutputSpan<ByteRange>, _ base: Int
    ) {
        let last = segments.count - 1
        let start = Int(segments[last].start)
        if fieldStart <= end, end > start + 3 { fields.append(ByteRange(fieldStart, end)) }
        segments[last].end = UInt32(truncatingIfNeeded: end)
        segments[last].fieldCount =
            UInt32(truncatingIfNeeded: base + fields.count) - segments[last].firstField
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
    @inline(__always)
    static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
    /// The high bit of each byte that is equal in both; exact, no false hits.
    @inline(__always)
    static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        let low = (difference & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
        return ~(low | difference | 0x7F7F_7F7F_7F7F_7F7F)
    }
    /// The high bit of bytes below 20; the lowest hit is exact, those above it may be false.
    @inline(__always)
    static func controls(_ word: UInt64) -> UInt64 {
        (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
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
