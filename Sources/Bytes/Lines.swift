/// Line numbers as a person's editor counts them: CR, LF and CRLF each end one line.
public enum Lines {
    /// How many lines end within `range`. A CRLF that `range` cuts in two counts where its LF is
    /// when the CR lies before `range`, never twice.
    public static func breaks(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        guard !range.isEmpty else { return 0 }
        // The first byte alone looks back, so that blocks always can.
        let first = bytes[range.lowerBound]
        var count = 0
        if first == 0x0D {
            count = 1
        } else if first == 0x0A {
            count = range.lowerBound > 0 && bytes[range.lowerBound - 1] == 0x0D ? 0 : 1
        }
        let carriageReturn = SIMD16<UInt8>(repeating: 0x0D)
        let lineFeed = SIMD16<UInt8>(repeating: 0x0A)
        return count
            + bytes.blocks((range.lowerBound + 1)..<range.upperBound) { block, before in
                // CR, and LF without a CR before it.
                (block .== carriageReturn) .| ((block .== lineFeed) .& (before .!= carriageReturn))
            }
    }
}

extension Span where Element == UInt8 {
    /// How many bytes of `range` equal one of three.
    public func count(of one: UInt8, _ two: UInt8, _ three: UInt8, in range: Range<Int>) -> Int {
        guard !range.isEmpty else { return 0 }
        let first = self[range.lowerBound]
        let head = first == one || first == two || first == three ? 1 : 0
        let (ones, twos, threes) = (
            SIMD16<UInt8>(repeating: one), SIMD16<UInt8>(repeating: two),
            SIMD16<UInt8>(repeating: three)
        )
        return head
            + blocks((range.lowerBound + 1)..<range.upperBound) { block, _ in
                (block .== ones) .| (block .== twos) .| (block .== threes)
            }
    }

    /// Counts the lanes that `matches` marks, 16 bytes at a time.
    ///
    /// Vectors are compared with vectors only: the operations that take a scalar are slow.
    ///
    /// - Parameters:
    ///   - range: lies within the span and begins behind its first byte, since each block is shown
    ///     with the 16 bytes that begin one byte earlier.
    ///   - matches: judges a block and the bytes before each of its bytes.
    @inline(__always)
    fileprivate func blocks(
        _ range: Range<Int>,
        _ matches: (SIMD16<UInt8>, SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>>
    ) -> Int {
        precondition(range.lowerBound >= 1 && range.upperBound <= count)
        let raw = unsafe bytes
        var total = 0
        var index = range.lowerBound
        while index + 16 <= range.upperBound {
            // A lane holds up to 255 before it must be emptied.
            let stop = Swift.min(range.upperBound - 15, index + 16 * 255)
            var lanes = SIMD16<Int8>(repeating: 0)
            while index < stop {
                let block = unsafe raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
                let before = unsafe raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: index &- 1, as: SIMD16<UInt8>.self)
                // A lane of a mask is -1 where it is true.
                lanes &-= unsafe unsafeBitCast(matches(block, before), to: SIMD16<Int8>.self)
                index &+= 16
            }
            total += Self.sum(lanes)
        }
        guard index < range.upperBound else { return total }
        var block = SIMD16<UInt8>(repeating: 0)
        var before = block
        let rest = range.upperBound - index
        for lane in 0..<rest {
            block[lane] = self[index + lane]
            before[lane] = self[index + lane - 1]
        }
        let hits = unsafe unsafeBitCast(matches(block, before), to: SIMD16<Int8>.self)
        for lane in 0..<rest where hits[lane] != 0 { total += 1 }
        return total
    }

    private static func sum(_ lanes: SIMD16<Int8>) -> Int {
        var total = 0
        for lane in 0..<16 { total += Int(UInt8(bitPattern: lanes[lane])) }
        return total
    }
}
