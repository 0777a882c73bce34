import Bytes

/// Finds the separators of a run of segments, eight bytes at a time.
struct Separators {
    private let element: UInt64
    private let segment: UInt64
    private let component: UInt64
    private let repetition: UInt64
    private let delimiters: Delimiters
    /// How many line breaks were found that end no segment.
    private(set) var breaks = 0
    /// Whether some byte is neither printable ASCII, a line break nor a separator.
    private(set) var sawOther = false

    init(_ delimiters: Delimiters) {
        self.delimiters = delimiters
        element = ByteWord.all(delimiters.element)
        segment = ByteWord.all(delimiters.segment)
        component = ByteWord.all(delimiters.component)
        repetition = ByteWord.all(delimiters.repetition)
    }

    /// How many bytes are looked at before the tables are asked for room again.
    static let step = 4096

    /// Appends to `marks` the place of every element separator and segment terminator in `range`,
    /// and to `parts` that of every component and repetition separator. Where the range does not end with
    /// a terminator, its end stands for one.
    mutating func find(
        in span: Span<UInt8>, _ range: Range<Int>, marks: inout [UInt32], parts: inout [UInt32]
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + Self.step)
            marks.append(addingCapacity: end - start) { output in
                var index = start
                while index + 8 <= end {
                    word(span.eight(at: index), .max, index, into: &output, parts: &parts)
                    index += 8
                }
                if index < end {
                    let length = end - index
                    word(
                        span.word(at: index, count: length), (1 << UInt64(length * 8)) - 1, index,
                        into: &output, parts: &parts)
                }
            }
            start = end
        }
        if range.isEmpty || span[range.upperBound - 1] == delimiters.segment { return }
        marks.append(UInt32(truncatingIfNeeded: range.upperBound))
    }

    /// Takes eight bytes, of which those that `isThere` masks belong to the range.
    @inline(__always)
    private mutating func word(
        _ word: UInt64, _ isThere: UInt64, _ index: Int, into output: inout OutputSpan<UInt32>,
        parts: inout [UInt32]
    ) {
        var hits = (ByteWord.places(word, element) | ByteWord.places(word, segment)) & isThere
        var others =
            (ByteWord.places(word, component) | ByteWord.places(word, repetition)) & isThere & ~hits
        let odd = ByteWord.unprintable(word) & isThere
        if odd != 0 { unprintable(word, odd & ~(hits | others)) }
        while hits != 0 {
            output.append(UInt32(truncatingIfNeeded: index + hits.trailingZeroBitCount >> 3))
            hits &= hits &- 1
        }
        while others != 0 {
            parts.append(UInt32(truncatingIfNeeded: index + others.trailingZeroBitCount >> 3))
            others &= others &- 1
        }
    }

    @inline(__always)
    private mutating func unprintable(_ word: UInt64, _ odd: UInt64) {
        let lines =
            (ByteWord.places(word, ByteWord.all(0x0A)) | ByteWord.places(word, ByteWord.all(0x0D)))
            & odd
        breaks += ByteWord.count(lines)
        if odd != lines { sawOther = true }
    }
}
