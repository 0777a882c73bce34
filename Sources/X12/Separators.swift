import Bytes

/// Finds the separators of a run of segments, eight bytes at a time.
struct Separators {
    private let element: UInt64
    private let segment: UInt64
    private let component: UInt64
    private let repetition: UInt64
    private let delimiters: Delimiters
    /// For each segment of the last run, the index in the marks of its end.
    private(set) var ends: [UInt32] = []
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
    /// and to `parts` that of every component and repetition separator. Where the last segment has
    /// no terminator, the end of the range stands for it.
    mutating func find(
        in span: Span<UInt8>, _ range: Range<Int>, marks: inout [UInt32], parts: inout [UInt32]
    ) {
        ends.removeAll(keepingCapacity: true)
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + Self.step)
            let before = marks.count
            marks.append(addingCapacity: end - start) { output in
                var index = start
                while index + 8 <= end {
                    word(
                        span.word(at: index, count: 8), .max, index, before, into: &output,
                        parts: &parts)
                    index += 8
                }
                if index < end {
                    let length = end - index
                    word(
                        span.word(at: index, count: length), (1 << UInt64(length * 8)) - 1, index,
                        before, into: &output, parts: &parts)
                }
            }
            start = end
        }
        let last = ends.last.map { Int(marks[Int($0)]) + 1 } ?? range.lowerBound
        if last < range.upperBound {
            ends.append(UInt32(truncatingIfNeeded: marks.count))
            marks.append(UInt32(truncatingIfNeeded: range.upperBound))
        }
    }

    /// Takes eight bytes, of which those that `isThere` masks belong to the range.
    @inline(__always)
    private mutating func word(
        _ word: UInt64, _ isThere: UInt64, _ index: Int, _ before: Int, into output: inout OutputSpan<UInt32>,
        parts: inout [UInt32]
    ) {
        let stops = ByteWord.places(word, segment) & isThere
        var hits = ByteWord.places(word, element) & isThere | stops
        var others =
            (ByteWord.places(word, component) | ByteWord.places(word, repetition)) & isThere & ~hits
        let odd = ByteWord.unprintable(word) & isThere
        if odd != 0 { unprintable(word, odd & ~(hits | others)) }
        while hits != 0 {
            let bit = hits & (0 &- hits)
            if stops & bit != 0 {
                ends.append(UInt32(truncatingIfNeeded: before + output.count))
            }
            output.append(UInt32(truncatingIfNeeded: index + bit.trailingZeroBitCount >> 3))
            hits ^= bit
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
        breaks += lines.nonzeroBitCount
        if odd != lines { sawOther = true }
    }
}
