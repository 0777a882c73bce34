import Bytes

/// What a cell's value comes to, as far as a bound can be set beside it. No allocation.
enum Measure: Hashable, Sendable {
    /// The text is not of the type.
    case invalid
    /// It is of the type, and the type has no order.
    case plain
    /// `mantissa × 10^-scale`, up to 18 digits.
    case exact(Int64, scale: Int)
    /// A longer number.
    case wide(ExactDecimal)
    /// A number with an exponent, or INF or NaN.
    case real(Double)
    /// A place in time or on a scale of its own: days, microseconds, months, years.
    case key(Int64)
    /// How many items a list, array or object has.
    case count(Int)

    /// Whether `self` comes before `other`; nil when they cannot be compared.
    func isLess(than other: Measure) -> Bool? {
        switch (self, other) {
        case (.key(let left), .key(let right)): return left < right
        case (.exact(let left, let leftScale), .exact(let right, let rightScale)):
            let scale = max(leftScale, rightScale)
            return Int128(left) * Measure.power(scale - leftScale)
                < Int128(right) * Measure.power(scale - rightScale)
        case (.real(let left), _):
            guard let right = other.double else { return nil }
            return left < right
        case (_, .real(let right)):
            guard let left = double else { return nil }
            return left < right
        default:
            guard let left = decimal, let right = other.decimal else { return nil }
            return left < right
        }
    }

    /// The number exactly, when it is one.
    var decimal: ExactDecimal? {
        switch self {
        case .exact(let mantissa, let scale):
            ExactDecimal(coefficient: Int128(mantissa), scale: scale)
        case .wide(let decimal): decimal
        default: nil
        }
    }

    /// The number in whole cents; nil when it has a finer fraction, does not fit or is no number.
    var cents: Int64? {
        switch self {
        case .exact(let mantissa, let scale) where scale <= 2:
            let factor: Int64 = scale == 2 ? 1 : scale == 1 ? 10 : 100
            let product = mantissa.multipliedReportingOverflow(by: factor)
            return product.overflow ? nil : product.partialValue
        case .exact, .wide: return decimal?.cents
        default: return nil
        }
    }

    private var double: Double? {
        switch self {
        case .real(let value): value
        case .exact(let mantissa, let scale): Double(mantissa) / Double(Measure.power(scale))
        case .wide(let decimal): Double(decimal.description)
        default: nil
        }
    }

    private static func power(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<max(0, exponent) { result *= 10 }
        return result
    }
}
