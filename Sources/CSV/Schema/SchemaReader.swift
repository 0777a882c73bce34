import Bytes
import Exchange

/// Reads a Frictionless Table Schema (versions 1 and 2) from JSON.
struct SchemaReader {
    private let name: String
    private var findings: [Finding] = []

    /// Reads the schema called `name` from `json`. Nil, with findings, when it cannot be used.
    static func read(_ json: [UInt8], name: String) -> (schema: TableSchema?, findings: [Finding]) {
        var reader = SchemaReader(name: name)
        let schema = reader.schema(json)
        return (schema, reader.findings)
    }

    private init(name: String) { self.name = name }

    private mutating func report(_ kind: FindingKind, _ path: String, _ detail: String) {
        findings.append(
            Finding(kind, at: Location(path: name.isEmpty ? path : "\(name)#\(path)"), detail))
    }

    private mutating func schema(_ json: [UInt8]) -> TableSchema? {
        let top: JSONValue
        let start = Charset.byteOrderMark(json.span)?.length ?? 0
        do {
            top = try JSONValue.read(json.span, start..<json.count)
        } catch {
            report(SchemaFindings.broken, "", "byte \(error.byte): expected \(error.expected)")
            return nil
        }
        // A resource descriptor holds its schema in `schema`.
        let root = top["fields"] == nil ? top["schema"] ?? top : top
        guard let fields = root["fields"]?.array else {
            report(SchemaFindings.unusable, "fields", "a list of fields is wanted")
            return nil
        }
        let missing = missingValues(root["missingValues"], "missingValues") ?? [""]
        var rules: [FieldRule] = []
        var parts: [FieldParts] = []
        for (index, field) in fields.enumerated() {
            guard let fieldName = field["name"]?.string, !fieldName.isEmpty else {
                report(SchemaFindings.unusable, "fields/\(index)", "a field wants a name")
                continue
            }
            if parts.contains(where: { $0.name == fieldName }) {
                report(SchemaFindings.unusable, "fields/\(fieldName)", "the name occurs twice")
                continue
            }
            let (rule, part) = self.field(field, fieldName, missing)
            rules.append(rule)
            parts.append(part)
        }
        let key = primaryKey(root["primaryKey"], &rules, parts)
        uniqueKeys(root["uniqueKeys"])
        let foreign = foreignKeys(root["foreignKeys"], parts)
        guard !findings.contains(where: { $0.severity == .error }) else { return nil }
        return TableSchema(
            name: name, rules: rules, parts: parts, primaryKey: key, foreignKeys: foreign)
    }

    /// `["", "-"]`, or since version 2 `[{"value": "", "label": …}]`.
    private mutating func missingValues(_ value: JSONValue?, _ path: String) -> [String]? {
        guard let value else { return nil }
        guard let items = value.array else {
            report(SchemaFindings.unusable, path, "a list of texts is wanted")
            return nil
        }
        return items.compactMap { $0.string ?? $0["value"]?.string }
    }

    private mutating func primaryKey(
        _ value: JSONValue?, _ rules: inout [FieldRule], _ parts: [FieldParts]
    ) -> [Int] {
        guard let value else { return [] }
        guard let names = value.strings else {
            report(SchemaFindings.unusable, "primaryKey", "a name or a list of names is wanted")
            return []
        }
        var key: [Int] = []
        for name in names {
            guard let index = parts.firstIndex(where: { $0.name == name }) else {
                let near = NearestName.find(name, among: parts.map(\.name))
                report(
                    SchemaFindings.unusable, "primaryKey",
                    "no field `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
                continue
            }
            // A key identifies: no part of it may be missing.
            rules[index].needs.insert(.required)
            key.append(index)
        }
        return key
    }

    private mutating func uniqueKeys(_ value: JSONValue?) {
        guard let keys = value?.array, !keys.isEmpty else { return }
        report(SchemaFindings.noted, "uniqueKeys", "\(keys.count) of them")
    }

    private mutating func foreignKeys(
        _ value: JSONValue?, _ parts: [FieldParts]
    ) -> [TableSchema.ForeignKey] {
        guard let items = value?.array else { return [] }
        var keys: [TableSchema.ForeignKey] = []
        for (index, item) in items.enumerated() {
            guard let fields = item["fields"]?.strings,
                let reference = item["reference"], let target = reference["fields"]?.strings,
                fields.count == target.count
            else {
                report(
                    SchemaFindings.unusable, "foreignKeys/\(index)",
                    "fields and reference.fields of equal length are wanted")
                continue
            }
            for name in fields where !parts.contains(where: { $0.name == name }) {
                report(SchemaFindings.unusable, "foreignKeys/\(index)", "no field `\(name)`")
            }
            let resource = reference["resource"]?.string ?? ""
            keys.append(.init(fields: fields, resource: resource, reference: target))
            report(SchemaFindings.noted, "foreignKeys/\(index)", "a foreign key to `\(resource)`")
        }
        return keys
    }

    // MARK: One field

    private mutating func field(
        _ field: JSONValue, _ name: String, _ missing: [String]
    ) -> (FieldRule, FieldParts) {
        var rule = FieldRule()
        var part = FieldParts(name: name)
        let path = "fields/\(name)"
        let own = missingValues(field["missingValues"], path + "/missingValues") ?? missing
        part.missing = ValueSet(own)
        part.missingText = own.contains("") ? "" : own.first ?? ""
        if own != [""] { rule.needs.insert(.missing) }
        let typeName = field["type"]?.string ?? "string"
        type(typeName, field, path, &rule, &part)
        if let constraints = field["constraints"] {
            self.constraints(constraints, path + "/constraints", &rule, &part)
        }
        return (rule, part)
    }

    private mutating func type(
        _ name: String, _ field: JSONValue, _ path: String, _ rule: inout FieldRule,
        _ part: inout FieldParts
    ) {
        let format = field["format"]?.string ?? "default"
        switch name {
        case "string":
            rule.type = choose(
                format,
                [
                    "default": .string, "email": .email, "uri": .uri, "binary": .binary,
                    "uuid": .uuid,
                ], path)
        case "number", "integer":
            rule.type = name == "number" ? .number : .integer
            rule.number = number(field, path, isInteger: name == "integer")
        case "boolean":
            rule.type = .boolean
            if let words = words(field["trueValues"], path + "/trueValues") { part.truths = words }
            if let words = words(field["falseValues"], path + "/falseValues") {
                part.falsehoods = words
            }
        case "object": rule.type = .object
        case "array": rule.type = .array
        case "list": list(field, path, &rule, &part)
        case "date": rule.type = time(format, .date, .looseDate, .patternDate, path, &part)
        case "time": rule.type = time(format, .time, .looseTime, .patternTime, path, &part)
        case "datetime":
            rule.type = time(format, .datetime, .looseDatetime, .patternDatetime, path, &part)
        case "year": rule.type = .year
        case "yearmonth": rule.type = .yearmonth
        case "duration": rule.type = .duration
        case "geopoint":
            rule.type = choose(
                format, ["default": .geopoint, "array": .geopointArray, "object": .geopointObject],
                path)
        case "geojson":
            rule.type = choose(format, ["default": .geojson, "topojson": .topojson], path)
        case "any": rule.type = .any
        default:
            let types = [
                "string", "number", "integer", "boolean", "object", "array", "list", "date", "time",
                "datetime", "year", "yearmonth", "duration", "geopoint", "geojson", "any",
            ]
            let near = NearestName.find(name, among: types)
            report(
                SchemaFindings.unusable, path + "/type",
                "no type `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
        }
    }

    private mutating func choose(
        _ format: String, _ known: [String: FieldType], _ path: String
    ) -> FieldType {
        if let type = known[format] { return type }
        report(
            SchemaFindings.unusable, path + "/format",
            "`\(format)` is none of \(known.keys.sorted().joined(separator: ", "))")
        return .any
    }

    private mutating func time(
        _ format: String, _ plain: FieldType, _ loose: FieldType, _ pattern: FieldType,
        _ path: String, _ part: inout FieldParts
    ) -> FieldType {
        switch format {
        case "default": return plain
        case "any": return loose
        default:
            // `fmt:%d/%m/%Y` is how drafts of the standard wrote patterns.
            let text = format.hasPrefix("fmt:") ? String(format.dropFirst(4)) : format
            let wantsDate = plain != .time
            if let made = StrptimePattern(text), made.hasDate == wantsDate,
                plain != .date || !made.hasTime
            {
                part.strptime = made
                return pattern
            }
            report(
                SchemaFindings.unusable, path + "/format",
                "`\(format)` is neither default, any nor a pattern of strptime for this type")
            return .any
        }
    }

    private mutating func number(
        _ field: JSONValue, _ path: String, isInteger: Bool
    ) -> NumberForm {
        var form = NumberForm()
        form.isInteger = isInteger
        if let mark = field["decimalChar"]?.string {
            form.decimal = byte(mark, path + "/decimalChar")
        }
        if let mark = field["groupChar"]?.string { form.group = byte(mark, path + "/groupChar") }
        form.isBare = field["bareNumber"]?.bool ?? true
        if isInteger { form.decimal = 0 }
        if form.group == form.decimal, form.group != 0 {
            report(SchemaFindings.unusable, path, "decimalChar and groupChar are the same")
        }
        return form
    }

    private mutating func byte(_ text: String, _ path: String) -> UInt8 {
        let bytes = Array(text.utf8)
        if bytes.count == 1, !ASCII.isDigit(bytes[0]), bytes[0] < 0x80 { return bytes[0] }
        report(SchemaFindings.unusable, path, "one character of ASCII is wanted")
        return 0
    }

    private mutating func words(_ value: JSONValue?, _ path: String) -> ValueSet? {
        guard let value else { return nil }
        if let texts = value.strings, !texts.isEmpty { return ValueSet(texts) }
        report(SchemaFindings.unusable, path, "a list of texts is wanted")
        return nil
    }

    /// Version 2's list: items between delimiters in one cell.
    private mutating func list(
        _ field: JSONValue, _ path: String, _ rule: inout FieldRule, _ part: inout FieldParts
    ) {
        rule.type = .list
        if let mark = field["delimiter"]?.string {
            part.separator = byte(mark, path + "/delimiter")
        }
        part.itemType = choose(
            field["itemType"]?.string ?? "string",
            [
                "string": .string, "integer": .integer, "boolean": .boolean, "number": .number,
                "datetime": .datetime, "date": .date, "time": .time,
            ], path + "/itemType")
    }
}

extension SchemaReader {
    // MARK: Constraints

    private mutating func constraints(
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
        var rule = rule
        if isJSONNumber, rule.type == .number { rule.number = NumberForm() }
        let measure = TypeCheck.measure(bytes.span, 0..<bytes.count, rule, part)
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
        return TypeCheck.measure(bytes.span, 0..<bytes.count, plain, part)
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
