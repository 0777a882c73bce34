import Bytes

/// What stands between two escape characters, by HL7 v2 ch. 2, "Use of escape sequences in text
/// fields".
enum EscapeSyntax {
    /// A sequence of any text, one of formatted text (FT) only, or none of the standard's.
    enum Kind { case plain, formatting, unknown }

    /// Judges the bytes between the two escape characters.
    static func kind(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Kind {
        guard let first = range.first else { return .unknown }
        switch bytes[first] {
        case UInt8(ascii: "F"), UInt8(ascii: "S"), UInt8(ascii: "R"), UInt8(ascii: "E"),
            UInt8(ascii: "T"), UInt8(ascii: "P"):
            return range.count == 1 ? .plain : .unknown
        case UInt8(ascii: "H"), UInt8(ascii: "N"):
            return range.count == 1 ? .formatting : .unknown
        case UInt8(ascii: "X"):
            return range.count > 1 && range.count % 2 == 1 && isHex(bytes, range)
                ? .plain : .unknown
        case UInt8(ascii: "C"):
            return range.count == 5 && isHex(bytes, range) ? .plain : .unknown
        case UInt8(ascii: "M"):
            return (range.count == 5 || range.count == 7) && isHex(bytes, range)
                ? .plain : .unknown
        case UInt8(ascii: "Z"): return .plain
        case UInt8(ascii: "."): return isCommand(bytes, range) ? .formatting : .unknown
        default: return .unknown
        }
    }

    private static func isHex(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.dropFirst().allSatisfy { index in
            switch bytes[index] {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
            default: false
            }
        }
    }

    /// `.br .ce .fi .nf`, and `.sp .in .ti .sk` with a number.
    private static func isCommand(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 3 else { return false }
        let name = UInt16(bytes[range.lowerBound + 1]) << 8 | UInt16(bytes[range.lowerBound + 2])
        var index = range.lowerBound + 3
        switch name {
        case 0x6272, 0x6365, 0x6669, 0x6E66: return range.count == 3
        case 0x7370: if range.count == 3 { return true }
        case 0x696E, 0x7469, 0x736B: break
        default: return false
        }
        if index < range.upperBound, bytes[index] == 0x20 { index += 1 }
        if index < range.upperBound, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
        return Lexical.isInteger(bytes, index..<range.upperBound)
    }
}
