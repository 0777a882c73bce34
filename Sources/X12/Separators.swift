import Bytes

/// Finds separators, eight bytes at a time.
enum Separators {
    /// How many bytes are looked at before the table is asked for room again.
    static let step = 4096

    /// Appends the place of every `one` and `other` in `range`, ascending.
    static func find(
        _ one: UInt8, _ other: UInt8, in span: Span<UInt8>, _ range: Range<Int>,
        into marks: inout [UInt32]
    ) {
        let first = ByteWord.all(one)
        let second = ByteWord.all(other)
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + step)
            marks.append(addingCapacity: end - start) { output in
                var index = start
                while index < end {
                    let length = min(8, end - index)
                    var hits =
                        ByteWord.places(span.word(at: index, count: length), first)
                        | ByteWord.places(span.word(at: index, count: length), second)
                    while hits != 0 {
                        let place = hits.trailingZeroBitCount >> 3
                        // Bytes beyond the end are zeros, which are found when a separator is NUL.
                        if place < length {
                            output.append(UInt32(truncatingIfNeeded: index + place))
                        }
                        hits &= hits &- 1
                    }
                    index += 8
                }
            }
            start = end
        }
    }
}
