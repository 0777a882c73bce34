import Bytes

/// The check digit of an identifier (HL7 v2 ch. 2A, CX.2), by the scheme that CX.3 names.
enum CheckDigit {
    /// Whether `digit` goes with `number`; true where the scheme is not one that can be computed.
    static func fits(
        _ bytes: Span<UInt8>, number: Range<Int>, digit: Range<Int>, scheme: Range<Int>
    ) -> Bool {
        guard scheme.count == 3, bytes[scheme.lowerBound] == UInt8(ascii: "M"),
            bytes[scheme.lowerBound + 1] == UInt8(ascii: "1"), number.count <= 40
        else { return true }
        guard Lexical.isInteger(bytes, number), digit.count == 1,
            Lexical.isInteger(bytes, digit)
        else { return false }
        let stated = Int(bytes[digit.lowerBound] - 0x30)
        switch bytes[scheme.lowerBound + 2] {
        case UInt8(ascii: "0"): return stated == mod10(bytes, number)
        case UInt8(ascii: "1"): return mod11(bytes, number).contains(stated)
        default: return true
        }
    }

    /// From the right, every other digit is doubled; what is missing to the next ten.
    private static func mod10(_ bytes: Span<UInt8>, _ number: Range<Int>) -> Int {
        var sum = 0
        for (place, index) in number.reversed().enumerated() {
            let digit = Int(bytes[index] - 0x30)
            let value = place % 2 == 0 ? digit * 2 : digit
            sum += value / 10 + value % 10
        }
        return (10 - sum % 10) % 10
    }

    /// From the right, the digits are weighted 2 to 7 over and over. Where the remainder leaves no
    /// one digit, both that are in use are taken.
    private static func mod11(_ bytes: Span<UInt8>, _ number: Range<Int>) -> [Int] {
        var sum = 0
        for (place, index) in number.reversed().enumerated() {
            sum += Int(bytes[index] - 0x30) * (2 + place % 6)
        }
        let rest = sum % 11
        return rest < 2 ? [0, 1] : [11 - rest]
    }
}
