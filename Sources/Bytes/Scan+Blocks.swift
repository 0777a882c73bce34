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
        while index + 16 <= end {
            let block = unsafe raw.unsafeLoadUnaligned(
                fromByteOffset: index, as: SIMD16<UInt8>.self)
            let hits =
                ((block .== ones) .| (block .== twos)) .| ((block .== threes) .| (block .== fours))
                .| (block .< space)
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if halves[0] | halves[1] != 0 { return index }
            index += 16
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
        while index + 16 <= end {
            let block = unsafe raw.unsafeLoadUnaligned(
                fromByteOffset: index, as: SIMD16<UInt8>.self)
            // As signed numbers, bytes above 7F are below 20 too.
            let hits =
                (block .== ones) .| (unsafe unsafeBitCast(block, to: SIMD16<Int8>.self) .< space)
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if halves[0] | halves[1] != 0 { return index }
            index += 16
        }
        return index
    }
}
