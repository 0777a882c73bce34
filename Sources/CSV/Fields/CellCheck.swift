import Bytes
import Exchange

/// What is wrong with a cell, in one byte.
enum CellFault: UInt8, Sendable {
    case none, required, type, minLength, maxLength, minimum, maximum, pattern, options

    /// The kind of finding, for a field of `type`; nil when nothing is wrong.
    func kind(_ type: FieldType) -> FindingKind? {
        switch self {
        case .none: nil
        case .required: RecordFindings.required
        case .type: RecordFindings.notOf(type)
        case .minLength: RecordFindings.minLength
        case .maxLength: RecordFindings.maxLength
        case .minimum: RecordFindings.minimum
        case .maximum: RecordFindings.maximum
        case .pattern: RecordFindings.pattern
        case .options: RecordFindings.options
        }
    }
}

/// Checks one cell's content against its field: type, then constraints (Table Schema, "field
/// constraints"). Pure.
enum CellCheck {
    /// What is wrong with the content in `range` (UTF-8, without escapes); `.none` when nothing is.
    @inline(__always)
    static func fault(
        _ bytes: Span<UInt8>, _ range: Range<Int>, field: Int, _ schema: TableSchema,
        _ rules: Span<FieldRule>
    ) -> CellFault {
        let rule = rules[field]
        if isMissing(bytes, range, rule, field, schema) {
            return rule.needs.contains(.required) ? .required : .none
        }
        if rule.isFree, rule.needs.isSubset(of: [.required, .missing]) { return .none }
        switch rule.type {
        case .number, .integer:
            let measure = rule.number.read(bytes, range)
            if measure == .invalid { return .type }
            if rule.needs.isSubset(of: [.required, .missing]) { return .none }
            return constraints(bytes, range, measure, field, rule, schema)
        case .date:
            let measure = TimeForms.date(bytes, range)
            if measure == .invalid { return .type }
            if rule.needs.isSubset(of: [.required, .missing]) { return .none }
            return constraints(bytes, range, measure, field, rule, schema)
        default: return slow(bytes, range, field, rule, schema)
        }
    }

    /// The same, for a single cell.
    static func fault(
        _ bytes: Span<UInt8>, _ range: Range<Int>, field: Int, _ schema: TableSchema
    ) -> CellFault {
        let rules = schema.rules
        return fault(bytes, range, field: field, schema, rules.span)
    }

    @inline(__always)
    private static func isMissing(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ rule: FieldRule, _ field: Int,
        _ schema: TableSchema
    ) -> Bool {
        if !rule.needs.contains(.missing) { return range.isEmpty }
        return schema.details[field].parts.missing.contains(bytes, range)
    }

    /// Whether the content means that nothing is stated.
    static func isMissing(
        _ bytes: Span<UInt8>, _ range: Range<Int>, field: Int, _ schema: TableSchema
    ) -> Bool {
        isMissing(bytes, range, schema.rules[field], field, schema)
    }

    @inline(never)
    private static func slow(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ field: Int, _ rule: FieldRule,
        _ schema: TableSchema
    ) -> CellFault {
        let measure = TypeCheck.measure(bytes, range, rule, schema.details[field])
        if measure == .invalid { return .type }
        return constraints(bytes, range, measure, field, rule, schema)
    }

    @inline(never)
    private static func constraints(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ measure: Measure, _ field: Int,
        _ rule: FieldRule, _ schema: TableSchema
    ) -> CellFault {
        let detail = schema.details[field]
        if rule.needs.contains(.length) {
            let length = length(bytes, range, measure)
            if length < rule.minLength { return .minLength }
            if length > rule.maxLength { return .maxLength }
        }
        if rule.needs.contains(.bounds) {
            let fault = bounds(measure, detail)
            if fault != .none { return fault }
        }
        if rule.needs.contains(.pattern),
            detail.pattern?.matches(bytes, range) == false
        {
            return .pattern
        }
        if rule.needs.contains(.options), !detail.parts.options.contains(bytes, range),
            !detail.parts.measures.contains(where: { isSame($0, measure) })
        {
            return .options
        }
        return .none
    }

    private static func isSame(_ left: Measure, _ right: Measure) -> Bool {
        left.isLess(than: right) == false && right.isLess(than: left) == false
    }

    /// Characters of a text, items of a collection.
    private static func length(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ measure: Measure
    ) -> Int {
        if case .count(let items) = measure { return items }
        var count = 0
        for index in range where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private static func bounds(_ measure: Measure, _ detail: FieldDetail) -> CellFault {
        if detail.parts.minimum != .plain {
            if measure.isLess(than: detail.parts.minimum) == true { return .minimum }
            if detail.parts.excludesMinimum, detail.parts.minimum.isLess(than: measure) != true {
                return .minimum
            }
        }
        if detail.parts.maximum != .plain {
            if detail.parts.maximum.isLess(than: measure) == true { return .maximum }
            if detail.parts.excludesMaximum, measure.isLess(than: detail.parts.maximum) != true {
                return .maximum
            }
        }
        return .none
    }
}
