import Bytes

/// A parsed page of HL7 v2 messages: its bytes and flat tables of segments, fields and groups.
///
/// Repetitions, components and sub-components are split when somebody asks for them.
public struct HL7Document: Sendable {
    /// The page's bytes.
    public let bytes: [UInt8]
    /// The offset of `bytes[0]` in the content.
    let offset: Int
    /// Whether the file was UTF-16 and the bytes are its UTF-8.
    var isTranscoded = false
    /// One for each frame of the page.
    var records: [RecordEntry] = []
    /// All segments of all records, in order.
    var segments: [SegmentEntry] = []
    /// All fields of all segments; MSH-1 and MSH-2 stand in it like any other.
    var fields: [ByteRange] = []
    /// Where delimiters, escape characters and control characters stand inside fields, in order.
    var stops: [UInt32] = []
    /// The stops of field `index` are those from `stopBounds[index]` up to `stopBounds[index + 1]`;
    /// one entry more than there are fields.
    var stopBounds: [UInt32] = [0]
    /// Occurrences of groups, in order of their beginning, outer before inner.
    var groups: [GroupEntry] = []
    /// What does not fit the structure.
    var faults: [StructureFault] = []
}

/// One message.
struct RecordEntry: Sendable {
    var number: Int
    var range: ByteRange
    var line: Int
    var segments: Range<Int>
    var groups: Range<Int>
    var faults: Range<Int>
    var delimiters: Delimiters
    /// Index of the schema it is read by.
    var schema: Int
    /// How that schema goes with its version.
    var reading = HL7Format.Reading.own
    /// The root node of its structure; -1 when it has none.
    var root: Int
    /// Whether a byte of it is above 7F.
    var hasHighBytes: Bool
}

/// One segment.
struct SegmentEntry: Sendable {
    static let unplaced: UInt16 = 0xFFFF
    var id: UInt32 = 0
    var start: UInt32 = 0
    /// One past the last byte, before its terminator.
    var end: UInt32 = 0
    var line: UInt32 = 0
    var firstField: UInt32 = 0
    var fieldCount: UInt32 = 0
    /// The record it belongs to.
    var record: UInt32 = 0
    /// Its node in the structure, or `unplaced`.
    var node = SegmentEntry.unplaced
    /// The index of its rule in the schema, or 0xFF.
    var rule: UInt8 = 0xFF
    /// Whether a line break lies inside.
    var isBroken = false
}

/// One occurrence of a group.
struct GroupEntry: Sendable {
    var node: UInt16
    var start: UInt32
    var end: UInt32
}

/// A segment that does not fit where it stands, or one that is missing there.
struct StructureFault: Sendable {
    enum Kind: UInt8, Sendable { case unexpected, sequence, missing, repeated, tolerated }
    var kind: Kind
    /// The segment at fault; for `missing`, the one before the gap.
    var segment: UInt32
    /// The node of what is missing.
    var node: UInt16
}

extension HL7Document {
    /// The range of field `number` (from 1) of a segment; nil beyond its last.
    @inline(__always)
    func field(_ number: Int, of segment: SegmentEntry) -> ByteRange? {
        guard number >= 1, number <= Int(segment.fieldCount) else { return nil }
        return fields[Int(segment.firstField) + number - 1]
    }

    /// Whether field `index` of `fields` is one run of text: no component, repetition or
    /// sub-component delimiter, no escape character and no control character stands in it.
    ///
    /// The lexer knows it without another look at the bytes. A plain field is its own first
    /// repetition, first component and first sub-component, and needs no decoding of escapes.
    @inline(__always)
    func isPlain(_ index: Int) -> Bool { stopBounds[index] == stopBounds[index + 1] }

    /// The bytes of component `component` of the first repetition of a field of MSH; empty when
    /// there is none.
    func header(_ number: Int, component: Int = 1, of record: RecordEntry) -> [UInt8] {
        headerRange(number, component, of: record).map { bytes.span.copy($0) } ?? []
    }

    /// The same as a key that compares with `Schema.pack`; 0 when there is none.
    func headerKey(_ number: Int, component: Int = 1, of record: RecordEntry) -> UInt64 {
        headerRange(number, component, of: record).map { Schema.pack(bytes.span, $0) } ?? 0
    }

    private func headerRange(
        _ number: Int, _ component: Int, of record: RecordEntry
    ) -> Range<Int>? {
        guard let first = record.segments.first, segments[first].id == SegmentID.msh,
            let range = field(number, of: segments[first]), !range.isEmpty
        else { return nil }
        let span = bytes.span
        let repetition = Pieces.first(span, range.range, record.delimiters.repetition)
        return Pieces.piece(span, repetition, record.delimiters.component, component)
    }

    /// The record that holds segment `index`.
    func record(ofSegment index: Int) -> RecordEntry? {
        segments.indices.contains(index) ? records[Int(segments[index].record)] : nil
    }
}

/// Splits a run of bytes at a delimiter, as far as is asked for.
enum Pieces {
    /// What stands before the first `delimiter` (0: there is no such delimiter).
    static func first(_ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiter: UInt8) -> Range<Int> {
        guard delimiter != 0, let hit = bytes.firstIndex(of: delimiter, in: range) else {
            return range
        }
        return range.lowerBound..<hit
    }

    /// Piece `number`, counted from 1; nil beyond the last.
    static func piece(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiter: UInt8, _ number: Int
    ) -> Range<Int>? {
        guard delimiter != 0 else { return number == 1 ? range : nil }
        var cursor = Cursor(range)
        var left = number
        while true {
            let atEnd = cursor.isAtEnd
            let piece = cursor.scan(upTo: delimiter, in: bytes)
            left -= 1
            if left == 0 { return piece }
            if atEnd || piece.upperBound == range.upperBound { return nil }
        }
    }

    /// All pieces; one, empty, for an empty range.
    static func all(_ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiter: UInt8) -> [Range<Int>] {
        guard delimiter != 0 else { return [range] }
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        while let hit = bytes.firstIndex(of: delimiter, in: start..<range.upperBound) {
            pieces.append(start..<hit)
            start = hit + 1
        }
        pieces.append(start..<range.upperBound)
        return pieces
    }
}
