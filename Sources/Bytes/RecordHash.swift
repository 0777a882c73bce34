/// A quick 64-bit hash of a record's bytes, the same on every machine and in every run.
///
/// It witnesses that what was framed is what was accounted for (balance equation B9) and tells a
/// changed record from an unchanged one. It is no defence against an adversary: files are
/// identified by SHA-256.
public enum RecordHash {
    /// The hash of `range`.
    public static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        let raw = unsafe bytes.bytes
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: range.count)
        var index = range.lowerBound
        // Within `range`, which lies within the bytes: each load need not be checked again.
        while index &+ 16 <= range.upperBound {
            let low = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index, as: UInt64.self)
            let high = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index &+ 8, as: UInt64.self)
            state = fold(low.littleEndian ^ state, high.littleEndian ^ 0xE703_7ED1_A0B4_28DB)
            index &+= 16
        }
        if index &+ 8 <= range.upperBound {
            state = fold(bytes.eight(at: index) ^ state, 0x8EBC_6AF0_9C88_C6E3)
            index &+= 8
        }
        let tail = bytes.word(at: index, count: range.upperBound &- index)
        state = fold(tail ^ state, 0x5899_65CC_7537_4CC3)
        return fold(state, 0x1D8E_4E27_C47D_124F)
    }

    /// The hash of a whole array.
    public static func hash(_ bytes: [UInt8]) -> UInt64 { hash(bytes.span, 0..<bytes.count) }

    /// A state that has taken in one more number.
    @inline(__always)
    public static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
        fold(state ^ 0xE703_7ED1_A0B4_28DB, value ^ 0x8EBC_6AF0_9C88_C6E3)
    }

    /// The two halves of a full product, folded together.
    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low ^ left
    }
}
