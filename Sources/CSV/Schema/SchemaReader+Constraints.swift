import Bytes
import Exchange

extension SchemaReader {
    // MARK: Constraints

    mutating func constraints(
        _ value: JSONValue, _ path: String, _ rule: inout FieldRule, _ part: inout FieldParts
    ) {
        guard case .object(let members) = value else {
            return report(SchemaFindings.unusable, path, "an object is wanted")
        }
        for member in members {
            let place = "\(path)/\(member.name)"
            switch member.name {
            case "required": if flag(member.value, place) { rule.needs.insert(.required) }
            case "unique": part.isUnique = flag(member.value, place)
            case "minLength", "maxLength":
                guard let length = member.value.int, length >= 0, hasLength(rule.type) else {
                    report(SchemaFindings.unusable, place, "a length, for a type that has one")
                    continue
                }
                rule.needs.insert(.length)
                if member.name == "minLength" {
                    rule.minLength = length
                } else {
                    rule.maxLength = length
                }
            case "minimum", "exclusiveMinimum":
                part.excludesMinimum = member.name != "minimum"
                part.minimum = bound(member.value, place, &rule, part)
            case "maximum", "exclusiveMaximum":
                part.excludesMaximum = member.name != "maximum"
                part.maximum = bound(member.value, place, &rule, part)
            case "pattern":
                part.pattern = pattern(member.value, place)
                if part.pattern != nil { rule.needs.insert(.pattern) }
            case "enum": options(member.value, place, &rule, &part)
            case "jsonSchema": report(SchemaFindings.noted, place, "a JSON Schema")
            default:
                let known = [
                    "required", "unique", "minLength", "maxLength", "minimum", "maximum",
                    "exclusiveMinimum", "exclusiveMaximum", "pattern", "enum", "jsonSchema",
                ]
                let near = NearestName.find(member.name, among: known)
                report(
                    SchemaFindings.unusable, place,
                    "no such constraint" + (near.map { "; did you mean `\($0)`?" } ?? ""))
            }
        }
    }

    private func hasLength(_ type: FieldType) -> Bool {
        switch type {
        case .string, .email, .uri, .binary, .uuid, .object, .array, .list, .any: true
        default: false
        }
    }

    private mutating func flag(_ value: JSONValue, _ path: String) -> Bool {
        if let flag = value.bool { return flag }
        report(SchemaFindings.unusable, path, "true or false is wanted")
        return false
    }

    /// A bound is written as a cell of the field would be, or as a JSON number.
    private mutating func bound(
        _ value: JSONValue, _ path: String, _ rule: inout FieldRule, _ part: FieldParts
    ) -> Measure {
        guard rule.type.isOrdered, let text = value.plain else {
            report(SchemaFindings.unusable, path, "a value, for a type that has an order")
            return .plain
        }
        let measure = measured(text, isJSONNumber: value.string == nil, rule, part)
        guard measure != .invalid, measure != .plain else {
            report(SchemaFindings.unusable, path, "a value of the field's type is wanted")
            return .plain
        }
        rule.needs.insert(.bounds)
        return measure
    }

    private func measured(
        _ text: String, isJSONNumber: Bool, _ rule: FieldRule, _ part: FieldParts
    ) -> Measure {
        let bytes = Array(text.utf8)
        let detail = FieldDetail(part)
        var rule = rule
        if isJSONNumber, rule.type == .number { rule.number = NumberForm() }
        let measure = TypeCheck.measure(bytes.span, 0..<bytes.count, rule, detail)
        guard measure == .invalid else { return measure }
        // A bound may also be in the default form where the column has a pattern of its own.
        var plain = rule
        switch rule.type {
        case .patternDate, .looseDate: plain.type = .date
        case .patternTime, .looseTime: plain.type = .time
        case .patternDatetime, .looseDatetime: plain.type = .datetime
        case .number: plain.number = NumberForm()
        default: return .invalid
        }
        return TypeCheck.measure(bytes.span, 0..<bytes.count, plain, detail)
    }

    private mutating func pattern(_ value: JSONValue, _ path: String) -> LinearPattern? {
        guard let text = value.string else {
            report(SchemaFindings.unusable, path, "a text is wanted")
            return nil
        }
        do {
            return try LinearPattern(text)
        } catch {
            report(SchemaFindings.unusable, path, error.reason)
            return nil
        }
    }

    private mutating func options(
        _ value: JSONValue, _ path: String, _ rule: inout FieldRule, _ part: inout FieldParts
    ) {
        guard let items = value.array, !items.isEmpty else {
            return report(SchemaFindings.unusable, path, "a list of values is wanted")
        }
        let texts = items.compactMap(\.plain)
        guard texts.count == items.count else {
            return report(SchemaFindings.unusable, path, "only single values can be compared")
        }
        rule.needs.insert(.options)
        part.options = ValueSet(texts)
        if rule.type.isOrdered {
            let (field, parts) = (rule, part)
            part.measures = zip(items, texts).map { item, text in
                measured(text, isJSONNumber: item.string == nil, field, parts)
            }
            .filter { $0 != .invalid && $0 != .plain }
        }
    }
}
