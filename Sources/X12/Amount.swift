import Bytes

/// Money being added up: exact, at a fixed scale of 18 decimals, so that adding is one addition.
///
/// X12's decimals have up to 18 digits (R 1/18). Longer ones are told by the element's own check
/// and count as nothing; sums wrap instead of trapping, which no money there is can come near.
struct Amount: Equatable {
    private var units: Int128

    static let zero = Amount(units: 0)

    private init(units: Int128) { self.units = units }

    /// Reads `[-]digits[.digits]`; anything else is nothing.
    @inline(__always)
    init(_ span: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        let isNegative = index < range.upperBound && span[index] == 0x2D
        if isNegative { index += 1 }
        var value: UInt64 = 0
        var digits = 0
        var decimals = -1
        while index < range.upperBound {
            let byte = span[index]
            if byte.isDigit {
                value = value &* 10 &+ UInt64(byte &- 0x30)
                if value > 0 { digits += 1 }
                if decimals >= 0 { decimals += 1 }
            } else if byte == 0x2E, decimals < 0 {
                decimals = 0
            } else {
                self = .zero
                return
            }
            index += 1
        }
        guard digits <= 18, decimals <= 18 else {
            self = .zero
            return
        }
        let scaled = value.multipliedFullWidth(by: Amount.powers[18 - max(0, decimals)])
        let magnitude = Int128(truncatingIfNeeded: scaled.high) << 64 | Int128(scaled.low)
        units = isNegative ? 0 &- magnitude : magnitude
    }

    /// 10 to the power of the index.
    private static let powers: [UInt64] = {
        var all: [UInt64] = [1]
        for _ in 0..<18 { all.append((all.last ?? 1) &* 10) }
        return all
    }()

    @inline(__always)
    static func + (left: Amount, right: Amount) -> Amount {
        Amount(units: left.units &+ right.units)
    }
    @inline(__always)
    static func - (left: Amount, right: Amount) -> Amount {
        Amount(units: left.units &- right.units)
    }
    @inline(__always)
    static func += (left: inout Amount, right: Amount) { left = left + right }
    @inline(__always)
    static func -= (left: inout Amount, right: Amount) { left = left - right }
}
