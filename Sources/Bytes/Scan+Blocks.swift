extension Span where Element == UInt8 {
    /// The start of the first 16 bytes at or after `start` that hold one of four bytes or a control
    /// character (below 20); where fewer than 16 are left before `end`, the start of those.
    ///
    /// Long runs of text are passed over so; the caller looks at the block that stopped it.
    public func skip(
        _ start: Int, _ end: Int, without one: UInt8, _ two: UInt8, _ three: UInt8, _ four: UInt8
    ) -> Int {
        precondition(start >= 0 && end <= count)
        let raw = unsafe bytes
        let ones = SIMD16<UInt8>(repeating: one)
        let twos = SIMD16<UInt8>(repeating: two)
        let threes = SIMD16<UInt8>(repeating: three)
        let fours = SIMD16<UInt8>(repeating: four)
        let space = SIMD16<UInt8>(repeating: 0x20)
        var index = start
        while index &+ 16 <= end {
            let block = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
            let hits =
                ((block .== ones) .| (block .== twos)) .| ((block .== threes) .| (block .== fours))
                .| (block .< space)
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if halves[0] | halves[1] != 0 { return index }
            index &+= 16
        }
        return index
    }

    /// The same for one byte, control characters and bytes above 7F.
    public func skipASCII(_ start: Int, _ end: Int, without one: UInt8) -> Int {
        precondition(start >= 0 && end <= count)
        let raw = unsafe bytes
        let ones = SIMD16<UInt8>(repeating: one)
        let space = SIMD16<Int8>(repeating: 0x20)
        var index = start
        while index &+ 16 <= end {
            let block = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
            // As signed numbers, bytes above 7F are below 20 too.
            let hits =
                (block .== ones) .| (unsafe unsafeBitCast(block, to: SIMD16<Int8>.self) .< space)
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if halves[0] | halves[1] != 0 { return index }
            index &+= 16
        }
        return index
    }

    /// The first index in `range` that holds one of three bytes, or nil. `range` must lie within
    /// the span.
    public func firstIndex(
        of one: UInt8, or two: UInt8, or three: UInt8, in range: Range<Int>
    ) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let raw = unsafe bytes
        let ones = SIMD16<UInt8>(repeating: one)
        let twos = SIMD16<UInt8>(repeating: two)
        let threes = SIMD16<UInt8>(repeating: three)
        @inline(__always)
        func hits(_ index: Int) -> SIMDMask<SIMD16<Int8>> {
            let block = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
            return ((block .== ones) .| (block .== twos)) .| (block .== threes)
        }
        var index = range.lowerBound
        while index &+ 16 <= range.upperBound {
            let halves = unsafe unsafeBitCast(hits(index), to: SIMD2<UInt64>.self)
            let (low, high) = (halves[0].littleEndian, halves[1].littleEndian)
            if low != 0 { return index &+ low.trailingZeroBitCount &>> 3 }
            if high != 0 { return index &+ 8 &+ high.trailingZeroBitCount &>> 3 }
            index &+= 16
            guard index &- range.lowerBound >= 128 else { continue }
            // A long line, such as a document in Base64, is passed over in larger steps.
            while index &+ 64 <= range.upperBound {
                let any =
                    (hits(index) .| hits(index &+ 16))
                    .| (hits(index &+ 32) .| hits(index &+ 48))
                let both = unsafe unsafeBitCast(any, to: SIMD2<UInt64>.self)
                if both[0] | both[1] != 0 { break }
                index &+= 64
            }
        }
        while index < range.upperBound {
            let byte = self[index]
            if byte == one || byte == two || byte == three { return index }
            index &+= 1
        }
        return nil
    }
}
