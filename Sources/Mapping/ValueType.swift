/// What a canonical value is. Values themselves are text in one fixed form for each type.
public enum ValueType: String, Sendable, Hashable, CaseIterable {
    /// Any text, kept as it stands.
    case string
    /// A code; crosswalks translate between systems' codes.
    case code
    /// `2026-11-20`, or with less precision `2026-11`, `2026`; or an interval of two, `a/b`.
    case date
    /// ISO 8601 extended at any precision: `2026-11-20T08:05:00-06:00`.
    case dateTime
    /// A plain decimal, its digits kept: `5.0` stays `5.0`.
    case decimal
    /// A plain decimal with two digits behind the point: `12.50`.
    case money
    /// A whole number without leading zeros.
    case integer
    /// `true` or `false`.
    case boolean

    /// Whether a value that one system states as `self` may stand in a field of type `canonical`.
    func fits(_ canonical: ValueType) -> Bool {
        if self == canonical || canonical == .string { return true }
        switch (self, canonical) {
        case (.string, .code), (.date, .dateTime), (.dateTime, .date): return true
        case (.integer, .decimal), (.money, .decimal), (.decimal, .money): return true
        case (.integer, .code), (.integer, .money): return true
        default: return false
        }
    }

    /// The type that decides the form of a value stated as `self` for a field of type `canonical`:
    /// the narrower of the two.
    func meeting(_ canonical: ValueType) -> ValueType {
        switch (self, canonical) {
        case (.date, .dateTime), (.dateTime, .date): .date
        case (.decimal, .money), (.integer, .money): .money
        default: self
        }
    }
}
