import Bytes

/// Cuts one message; segments are kept, fields and stops go out as they are found.
///
/// Each block of sixteen bytes is compared with all delimiters at once: what is hit is a field's
/// end, a line's end, or a stop inside a field. So what a field is made of is known when it ends.
struct FrameLexer {
    /// What a block can add to a table at most, with room to spare.
    static let leastRoom = 32

    /// The segments of the page up to here.
    private(set) var segments: [SegmentEntry]
    /// The line that was reached.
    private(set) var line: Int
    /// Whether the frame is cut to its end.
    private(set) var isDone = false
    private let delimiters: Delimiters
    /// The record's place in the page.
    private let record: UInt32
    private let end: Int
    private var index: Int
    private var fieldStart: Int
    /// The segment that is being cut, when `isOpen`.
    private var open = SegmentEntry()
    private var isOpen = false
    private var high = SIMD16<UInt8>(repeating: 0)

    /// Prepares for the frame in `range`, behind the segments of the frames before it.
    init(
        _ span: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters, record: Int, line: Int,
        after segments: consuming [SegmentEntry]
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= span.count)
        self.segments = segments
        self.delimiters = delimiters
        self.record = UInt32(truncatingIfNeeded: record)
        self.line = line
        end = range.upperBound
        index = range.lowerBound
        fieldStart = index
    }

    /// How many bytes are still to be cut.
    var left: Int { end - index }
    /// Whether any byte of the frame is above 7F.
    var hasHighBytes: Bool { high.max() > 0x7F }

    /// Cuts as long as the tables have room.
    ///
    /// - Parameters:
    ///   - before: how many fields and stops the tables hold that `fields` and `stops` go on.
    ///   - bounds: for each field, how many stops there are up to its end.
    mutating func lex(
        _ span: Span<UInt8>, _ before: (fields: Int, stops: Int),
        _ fields: inout OutputSpan<ByteRange>, _ stops: inout OutputSpan<UInt32>,
        _ bounds: inout OutputSpan<UInt32>
    ) {
        if !isOpen {
            // A frame that begins with no segment's name may hold a line end in it.
            let name = index..<min(index + 3, end)
            line += Lines.breaks(in: span, name)
            begin(span, at: index, before, &fields, stops.count, &bounds)
        }
        let marks = Marks(delimiters)
        let raw = unsafe span.bytes
        let isWhole = SIMD16<UInt8>(repeating: 0xFF)
        let separator = delimiters.field
        var start = fieldStart
        defer { fieldStart = start }
        blocks: while index < end {
            guard fields.freeCapacity >= Self.leastRoom, stops.freeCapacity >= Self.leastRoom
            else { return }
            var block: SIMD16<UInt8>
            var valid = isWhole
            if index &+ 16 <= end {
                block = unsafe raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
            } else {
                (block, valid) = Self.rest(span, index..<end)
            }
            high |= block
            let hits = marks.hits(block)
            let places =
                unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
                & unsafeBitCast(valid, to: SIMD2<UInt64>.self)
            var at = index
            index &+= 16
            if places[0] | places[1] == 0 {
                // A long value, such as a document in Base64, is passed over in larger steps.
                if index &- start >= 128 { passOver(span) }
                continue
            }
            for half in 0..<2 {
                var word = (half == 0 ? places[0] : places[1]).littleEndian & 0x8080_8080_8080_8080
                while word != 0 {
                    let place = at &+ word.trailingZeroBitCount &>> 3
                    word &= word &- 1
                    let byte = span[place]
                    if byte == separator {
                        fields.append(ByteRange(start, place))
                        bounds.append(UInt32(truncatingIfNeeded: before.stops &+ stops.count))
                        start = place &+ 1
                    } else if Delimiters.isTerminator(byte) {
                        fieldStart = start
                        terminate(span, place, before, &fields, &stops, &bounds)
                        start = fieldStart
                        continue blocks
                    } else {
                        stops.append(UInt32(truncatingIfNeeded: place))
                    }
                }
                at &+= 8
            }
        }
        fieldStart = start
        if isOpen { close(at: end, before, &fields, stops.count, &bounds) }
        isDone = true
    }

    /// Passes over sixty-four bytes at a time while nothing in them is hit.
    @inline(never)
    private mutating func passOver(_ span: Span<UInt8>) {
        precondition(index >= 0 && end <= span.count)
        let marks = Marks(delimiters)
        let raw = unsafe span.bytes
        var seen = high
        var place = index
        while place &+ 64 <= end {
            var hits = SIMDMask<SIMD16<Int8>>(repeating: false)
            for step in 0..<4 {
                let block = unsafe raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: place &+ step &* 16, as: SIMD16<UInt8>.self)
                seen |= block
                hits .|= marks.hits(block)
            }
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if halves[0] | halves[1] != 0 { break }
            place &+= 64
        }
        high = seen
        index = place
    }

    /// The last bytes of a frame, fewer than sixteen, and which of the block are theirs.
    @inline(never)
    private static func rest(
        _ span: Span<UInt8>, _ range: Range<Int>
    ) -> (block: SIMD16<UInt8>, valid: SIMD16<UInt8>) {
        var block = SIMD16<UInt8>(repeating: 0)
        var valid = block
        for lane in 0..<range.count {
            block[lane] = span[range.lowerBound + lane]
            valid[lane] = 0xFF
        }
        return (block, valid)
    }

    /// Handles a line end at `place`, and sets where lexing goes on.
    private mutating func terminate(
        _ span: Span<UInt8>, _ place: Int, _ before: (fields: Int, stops: Int),
        _ fields: inout OutputSpan<ByteRange>, _ stops: inout OutputSpan<UInt32>,
        _ bounds: inout OutputSpan<UInt32>
    ) {
        var next = place
        while next < end, span[next] < 0x20, Padding.isPadding(span[next]) {
            if span[next] == 0x0D || (span[next] == 0x0A && (next == 0 || span[next - 1] != 0x0D)) {
                line += 1
            }
            next += 1
        }
        index = next
        if next < end, !isSegment(span, next) {
            open.isBroken = true
            stops.append(UInt32(truncatingIfNeeded: place))
            return
        }
        close(at: place, before, &fields, stops.count, &bounds)
        if next < end { begin(span, at: next, before, &fields, stops.count, &bounds) }
    }

    /// Begins a segment, and sets where its first field begins.
    private mutating func begin(
        _ span: Span<UInt8>, at start: Int, _ before: (fields: Int, stops: Int),
        _ fields: inout OutputSpan<ByteRange>, _ stops: Int, _ bounds: inout OutputSpan<UInt32>
    ) {
        var id: UInt32 = 0
        for index in start..<min(start + 3, end) { id = id << 8 | UInt32(span[index]) }
        open = SegmentEntry(
            id: id, start: UInt32(truncatingIfNeeded: start),
            line: UInt32(truncatingIfNeeded: line),
            firstField: UInt32(truncatingIfNeeded: before.fields &+ fields.count), record: record)
        isOpen = true
        // A segment may be its name alone: what follows is its end, and no separator.
        guard start + 3 < end, !Delimiters.isTerminator(span[start + 3]) else {
            index = min(start + 3, end)
            fieldStart = index
            return
        }
        index = start + 4
        fieldStart = index
        guard id == SegmentID.msh else { return }
        // HL7 v2 ch. 2: MSH-1 is the separator itself; what follows it is MSH-2.
        fields.append(ByteRange(start + 3, start + 4))
        bounds.append(UInt32(truncatingIfNeeded: before.stops &+ stops))
    }

    /// Ends the segment that is being cut, and its last field.
    private mutating func close(
        at end: Int, _ before: (fields: Int, stops: Int),
        _ fields: inout OutputSpan<ByteRange>, _ stops: Int, _ bounds: inout OutputSpan<UInt32>
    ) {
        if fieldStart <= end, end > Int(open.start) + 3 {
            fields.append(ByteRange(fieldStart, end))
            bounds.append(UInt32(truncatingIfNeeded: before.stops &+ stops))
        }
        open.end = UInt32(truncatingIfNeeded: end)
        open.fieldCount =
            UInt32(truncatingIfNeeded: before.fields &+ fields.count) &- open.firstField
        segments.append(open)
        isOpen = false
    }

    @inline(__always)
    private func isSegment(_ span: Span<UInt8>, _ start: Int) -> Bool {
        guard start + 3 <= end, Self.isLetter(span[start]), Self.isName(span[start + 1]),
            Self.isName(span[start + 2])
        else { return false }
        return start + 3 == end || span[start + 3] == delimiters.field
            || Delimiters.isTerminator(span[start + 3])
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    @inline(__always)
    private static func isName(_ byte: UInt8) -> Bool {
        isLetter(byte) || (byte >= 0x30 && byte <= 0x39)
    }
}

/// What a block of sixteen bytes is compared with.
private struct Marks {
    private let ends: SIMD16<UInt8>
    private let components: SIMD16<UInt8>
    private let repetitions: SIMD16<UInt8>
    private let escapes: SIMD16<UInt8>
    private let subcomponents: SIMD16<UInt8>
    private let space = SIMD16<UInt8>(repeating: 0x20)

    @inline(__always)
    init(_ delimiters: Delimiters) {
        ends = SIMD16(repeating: delimiters.field)
        components = SIMD16(repeating: delimiters.component)
        repetitions = SIMD16(repeating: delimiters.repetition)
        escapes = SIMD16(repeating: delimiters.escape)
        subcomponents = SIMD16(repeating: delimiters.subcomponent)
    }

    /// The lanes that hold a delimiter or a control character.
    @inline(__always)
    func hits(_ block: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        ((block .== ends) .| (block .== components))
            .| ((block .== repetitions) .| (block .== escapes))
            .| ((block .== subcomponents) .| (block .< space))
    }
}
