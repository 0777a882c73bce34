extension Span where Element == UInt8 {
    /// The eight bytes from `start` on as one number, the first byte lowest; they must lie within
    /// the span.
    @inlinable
    @inline(__always)
    public func eight(at start: Int) -> UInt64 {
        precondition(start >= 0 && start <= count - 8)
        let raw = unsafe bytes
        return unsafe raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian
    }

    /// Up to eight bytes from `start` on as one number: the first byte lowest, zeros above.
    ///
    /// Short codes are compared and short values are classed a word at a time; the run must lie
    /// within the span.
    @inlinable
    @inline(__always)
    public func word(at start: Int, count length: Int) -> UInt64 {
        precondition(start >= 0 && length >= 0 && length <= 8 && start <= count - length)
        if start <= count - 8 {
            let raw = unsafe bytes
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
                .littleEndian
            // Shifted in two steps, because a shift by 64 is none that the machine knows.
            let unwanted = UInt64(truncatingIfNeeded: 8 - length) &* 8
            return length == 0 ? 0 : (word &<< unwanted) &>> unwanted
        }
        var word: UInt64 = 0
        var place = length
        while place > 0 {
            place -= 1
            word = word << 8 | UInt64(self[start + place])
        }
        return word
    }
}

/// Questions about the eight bytes of a word at once; each answer is exact.
public enum ByteWord {
    /// A word whose bytes are all `byte`.
    @inlinable
    @inline(__always)
    public static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The top bit of each byte that equals the one that `pattern` repeats; no other bit.
    @inlinable
    @inline(__always)
    public static func places(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let other = word ^ pattern
        return
            ~((other & 0x7F7F_7F7F_7F7F_7F7F &+ 0x7F7F_7F7F_7F7F_7F7F) | other
            | 0x7F7F_7F7F_7F7F_7F7F)
    }

    /// How many bytes `places` names.
    @inlinable
    @inline(__always)
    public static func count(_ places: UInt64) -> Int {
        Int(truncatingIfNeeded: ((places &>> 7) &* 0x0101_0101_0101_0101) &>> 56)
    }

    /// The top bit of each byte that is no printable ASCII, 0x20 to 0x7E; no other bit.
    @inlinable
    @inline(__always)
    public static func unprintable(_ word: UInt64) -> UInt64 {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        let ink = low &+ 0x6060_6060_6060_6060
        let delete = low &+ 0x0101_0101_0101_0101
        return (~ink | delete | word) & 0x8080_8080_8080_8080
    }

    /// Whether every byte is a digit.
    @inlinable
    @inline(__always)
    public static func isDigits(_ word: UInt64) -> Bool {
        let tens = word & 0xF0F0_F0F0_F0F0_F0F0
        let above = (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
        return tens == 0x3030_3030_3030_3030 && above == 0x3030_3030_3030_3030
    }

    /// The number that eight digits write, the first of them the highest.
    @inlinable
    @inline(__always)
    public static func number(_ digits: UInt64) -> Int {
        var value = digits & 0x0F0F_0F0F_0F0F_0F0F
        value = (value &* 10) &+ (value &>> 8)
        let low = (value & 0x0000_00FF_0000_00FF) &* (100 + (1_000_000 << 32))
        let high = ((value &>> 16) & 0x0000_00FF_0000_00FF) &* (1 + (10_000 << 32))
        return Int(truncatingIfNeeded: (low &+ high) &>> 32)
    }
}
