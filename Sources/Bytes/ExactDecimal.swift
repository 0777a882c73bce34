/// An exact decimal number: `coefficient × 10^-scale`. Money is never anything else.
///
/// Coefficients have up to 36 digits; what does not fit is refused at parsing and traps in sums
/// (the sum of all money in the world in units of 10^-18 fits).
public struct ExactDecimal: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// All digits as one whole number, with the sign.
    public let coefficient: Int128
    /// How many of the digits stand behind the point, 0 to 18.
    public let scale: Int

    /// Nothing.
    public static let zero = ExactDecimal(coefficient: 0, scale: 0)

    /// Makes a number from its parts, dropping zeros at the end of the fraction.
    public init(coefficient: Int128, scale: Int) {
        var coefficient = coefficient
        var scale = scale
        while scale > 0, coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        self.coefficient = coefficient
        self.scale = scale
    }

    /// A whole number of cents.
    public init(cents: Int64) { self.init(coefficient: Int128(cents), scale: 2) }

    /// Reads `[+-]digits[.digits]` or `[+-].digits`; no exponent, no grouping, no blanks.
    public init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        var negative = false
        if index < range.upperBound, bytes[index] == 0x2D || bytes[index] == 0x2B {
            negative = bytes[index] == 0x2D
            index += 1
        }
        var coefficient: Int128 = 0
        var digits = 0
        var scale = 0
        var pointSeen = false
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == 0x2E {
                if pointSeen { return nil }
                pointSeen = true
            } else if byte >= 0x30, byte <= 0x39 {
                if coefficient != 0 || byte != 0x30 { digits += 1 }
                if pointSeen { scale += 1 }
                if digits > 36 || scale > 18 { return nil }
                coefficient = coefficient * 10 + Int128(byte - 0x30)
            } else {
                return nil
            }
            index += 1
        }
        let first = range.lowerBound + (negative || startsWithPlus(bytes, range) ? 1 : 0)
        guard range.upperBound - first - (pointSeen ? 1 : 0) > 0 else { return nil }
        self.init(coefficient: negative ? -coefficient : coefficient, scale: scale)
    }

    /// Reads the same form from text.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, 0..<bytes.count)
    }

    /// The value in whole cents; nil when it has a finer fraction or does not fit.
    public var cents: Int64? {
        guard scale <= 2 else { return nil }
        let product = coefficient.multipliedReportingOverflow(
            by: scale == 2 ? 1 : scale == 1 ? 10 : 100)
        return product.overflow ? nil : Int64(exactly: product.partialValue)
    }

    /// The sum.
    public static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        let scale = max(left.scale, right.scale)
        return ExactDecimal(
            coefficient: left.coefficient(at: scale) + right.coefficient(at: scale), scale: scale)
    }

    /// The difference.
    public static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal { left + -right }

    /// The difference.
    public static prefix func - (value: ExactDecimal) -> ExactDecimal {
        ExactDecimal(coefficient: -value.coefficient, scale: value.scale)
    }

    /// Adds in place.
    public static func += (left: inout ExactDecimal, right: ExactDecimal) { left = left + right }

    /// Whether the left comes before the right.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let scale = max(left.scale, right.scale)
        return left.coefficient(at: scale) < right.coefficient(at: scale)
    }

    private func coefficient(at scale: Int) -> Int128 {
        var result = coefficient
        for _ in self.scale..<max(scale, self.scale) { result *= 10 }
        return result
    }

    /// The shortest plain form: `-12.5`, `0`, `.5` is written `0.5`. This is X12's form of R.
    public var description: String { text(decimals: 0) }

    /// The plain form with at least `decimals` digits behind the point.
    public func text(decimals: Int) -> String {
        var digits = String(coefficient.magnitude)
        var places = scale
        while places < decimals {
            digits += "0"
            places += 1
        }
        if places > 0 {
            while digits.utf8.count <= places { digits = "0" + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
        }
        return coefficient < 0 ? "-" + digits : digits
    }
}

private func startsWithPlus(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    !range.isEmpty && bytes[range.lowerBound] == 0x2B
}
