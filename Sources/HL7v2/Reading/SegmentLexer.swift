import Bytes
import Exchange

/// Cuts messages into segments and fields, sixteen bytes at a time.
///
/// A segment begins at a line that matches `^[A-Z][A-Z0-9]{2}` followed by the message's field
/// separator or nothing; every other line goes on with the segment before it, which is then broken.
struct SegmentLexer {
    private var document: HL7Document

    /// Prepares for a page; the tables are allocated once, for pages as they are usual.
    init(bytes: [UInt8], offset: Int) {
        document = HL7Document(bytes: bytes, offset: offset)
        // What is long beyond that holds documents, whose fields are few.
        let usual = min(bytes.count, 2 * Page.target)
        document.fields.reserveCapacity(usual / 5)
        document.stopBounds.reserveCapacity(usual / 5)
        document.stops.reserveCapacity(usual / 8)
        document.segments.reserveCapacity(usual / 64)
    }

    /// Takes the tables out, leaving nothing behind.
    consuming func finish() -> HL7Document { document }

    /// Lexes one frame, which begins at `line`, and appends its record.
    ///
    /// - Returns: the line that the frame's end stands in.
    mutating func add(_ range: Range<Int>, number: Int, line: Int) -> Int {
        let bytes = document.bytes
        let span = bytes.span
        let first = document.segments.count
        let delimiters =
            span.starts(at: range.lowerBound, with: "MSH")
            ? Delimiters.read(span, at: range.lowerBound, end: range.upperBound) : .standard
        var lexer = FrameLexer(
            span, range, delimiters, record: document.records.count, line: line,
            after: document.segments)
        document.segments = []
        Self.run(
            &lexer, span, &document.fields, &document.stops, &document.stopBounds)
        document.segments = lexer.segments
        document.records.append(
            RecordEntry(
                number: number, range: ByteRange(range), line: line,
                segments: first..<document.segments.count, groups: 0..<0, faults: 0..<0,
                delimiters: delimiters, schema: 0, root: -1, hasHighBytes: lexer.hasHighBytes))
        return lexer.line
    }

    /// Lexes a frame in steps of a few thousand bytes, for which there is room beforehand: a
    /// document of megabytes in one field takes no more room than any other field.
    private static func run(
        _ lexer: inout FrameLexer, _ span: Span<UInt8>, _ fields: inout [ByteRange],
        _ stops: inout [UInt32], _ bounds: inout [UInt32]
    ) {
        while !lexer.isDone {
            let room = min(lexer.left, 4096) + FrameLexer.leastRoom
            reserve(room, in: &fields)
            reserve(room, in: &stops)
            reserve(room, in: &bounds)
            let before = (fields: fields.count, stops: stops.count)
            fields.append(addingCapacity: room) { fields in
                stops.append(addingCapacity: room) { stops in
                    bounds.append(addingCapacity: room) { bounds in
                        lexer.lex(span, before, &fields, &stops, &bounds)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func reserve<Element>(_ room: Int, in table: inout [Element]) {
        guard table.capacity - table.count < room else { return }
        table.reserveCapacity(max(table.count + room, 2 * table.count))
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
