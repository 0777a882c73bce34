import Bytes
import Exchange

/// Checks one cell's content against its field: type, then constraints (Table Schema, "field
/// constraints"). Pure.
enum CellCheck {
    /// What is wrong with the content in `range` (UTF-8, without escapes); nil when nothing is.
    @inline(__always)
    static func fault(
        _ bytes: Span<UInt8>, _ range: Range<Int>, field: Int, _ schema: TableSchema,
        _ rules: Span<FieldRule>
    ) -> FindingKind? {
        let rule = rules[field]
        if isMissing(bytes, range, rule, field, schema) {
            return rule.needs.contains(.required) ? RecordFindings.required : nil
        }
        if rule.isFree, rule.needs.isSubset(of: [.required, .missing]) { return nil }
        switch rule.type {
        case .number, .integer:
            let measure = rule.number.read(bytes, range)
            if measure == .invalid { return RecordFindings.notOf(rule.type) }
            if rule.needs.isSubset(of: [.required, .missing]) { return nil }
            return constraints(bytes, range, measure, field, rule, schema)
        case .date:
            let measure = TimeForms.date(bytes, range)
            if measure == .invalid { return RecordFindings.notOf(rule.type) }
            if rule.needs.isSubset(of: [.required, .missing]) { return nil }
            return constraints(bytes, range, measure, field, rule, schema)
        default: return slow(bytes, range, field, rule, schema)
        }
    }

    /// The same, for a single cell.
    static func fault(
        _ bytes: Span<UInt8>, _ range: Range<Int>, field: Int, _ schema: TableSchema
    ) -> FindingKind? {
        let rules = schema.rules
        return fault(bytes, range, field: field, schema, rules.span)
    }

    @inline(__always)
    private static func isMissing(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ rule: FieldRule, _ field: Int,
        _ schema: TableSchema
    ) -> Bool {
        if !rule.needs.contains(.missing) { return range.isEmpty }
        return schema.parts[field].missing.contains(bytes, range)
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
    ) -> FindingKind? {
        let measure = TypeCheck.measure(bytes, range, rule, schema.parts[field])
        if measure == .invalid { return RecordFindings.notOf(rule.type) }
        return constraints(bytes, range, measure, field, rule, schema)
    }

    @inline(never)
    private static func constraints(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ measure: Measure, _ field: Int,
        _ rule: FieldRule, _ schema: TableSchema
    ) -> FindingKind? {
        if rule.needs.contains(.length) {
            let length = length(bytes, range, measure)
            if length < rule.minLength { return RecordFindings.minLength }
            if length > rule.maxLength { return RecordFindings.maxLength }
        }
        if rule.needs.contains(.bounds), let fault = bounds(measure, schema.parts[field]) {
            return fault
        }
        if rule.needs.contains(.pattern),
            schema.parts[field].pattern?.matches(bytes, range) == false
        {
            return RecordFindings.pattern
        }
        if rule.needs.contains(.options), !schema.parts[field].options.contains(bytes, range),
            !schema.parts[field].measures.contains(where: { isSame($0, measure) })
        {
            return RecordFindings.options
        }
        return nil
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

    private static func bounds(_ measure: Measure, _ parts: borrowing FieldParts) -> FindingKind? {
        if parts.minimum != .plain {
            if measure.isLess(than: parts.minimum) == true { return RecordFindings.minimum }
            if parts.excludesMinimum, parts.minimum.isLess(than: measure) != true {
                return RecordFindings.minimum
            }
        }
        if parts.maximum != .plain {
            if parts.maximum.isLess(than: measure) == true { return RecordFindings.maximum }
            if parts.excludesMaximum, measure.isLess(than: parts.maximum) != true {
                return RecordFindings.maximum
            }
        }
        return nil
    }
}
