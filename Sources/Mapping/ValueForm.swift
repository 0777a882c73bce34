public import Bytes

/// How a system writes a value: the `format:` of a dictionary's line.
public enum ValueForm: Sendable, Hashable {
    /// As the canonical form itself: text; plain decimals; ISO dates are `iso`.
    case plain
    /// HL7's times in any precision.
    case hl7
    /// ISO 8601 extended in any precision.
    case iso
    /// X12 D8: `CCYYMMDD`.
    case d8
    /// X12 RD8: `CCYYMMDD-CCYYMMDD`; D8 is read too. Canonical: `2026-11-01/2026-11-03`.
    case rd8
    /// The first day, or the last, of an RD8.
    case rd8Start, rd8End
    /// Unicode's date letters.
    case pattern(DatePattern)
    /// Money or numbers with a currency sign and grouping: `$1,234.50`, `(12.00)`.
    case grouped
    /// Money as a whole number of cents.
    case cents
    /// Decimals in X12's shortest form (type R).
    case shortest

    /// The form that `text` names for values of `type`; nil when it names none.
    init?(_ text: String, type: ValueType) {
        switch (type, text) {
        case (.date, "hl7"), (.dateTime, "hl7"): self = .hl7
        case (.date, "iso"), (.dateTime, "iso"): self = .iso
        case (.date, "d8"), (.dateTime, "d8"): self = .d8
        case (.date, "rd8"): self = .rd8
        case (.date, "rd8.start"): self = .rd8Start
        case (.date, "rd8.end"): self = .rd8End
        case (.date, _), (.dateTime, _):
            guard let pattern = DatePattern(text) else { return nil }
            self = .pattern(pattern)
        case (.money, "cents"): self = .cents
        case (.money, "grouped"), (.decimal, "grouped"): self = .grouped
        case (.money, "shortest"), (.decimal, "shortest"): self = .shortest
        case (_, "plain"): self = .plain
        default: return nil
        }
    }

    /// The form when a dictionary of `format` says none.
    static func usual(for type: ValueType, in format: String) -> ValueForm {
        switch (type, format) {
        case (.date, "hl7v2"), (.dateTime, "hl7v2"): .hl7
        case (.date, "x12"): .d8
        case (.dateTime, "x12"): .hl7
        case (.date, _), (.dateTime, _): .iso
        case (.decimal, "x12"), (.money, "x12"): .shortest
        default: .plain
        }
    }

    /// The forms that a `format:` may name for `type`, for messages.
    static func words(for type: ValueType) -> String {
        switch type {
        case .date: "hl7, iso, d8, rd8, rd8.start, rd8.end or a pattern such as MM/dd/yyyy"
        case .dateTime: "hl7, iso, d8 or a pattern such as yyyy-MM-dd HH:mm"
        case .money: "plain, grouped, shortest or cents"
        case .decimal: "plain, grouped or shortest"
        default: "plain"
        }
    }
}
