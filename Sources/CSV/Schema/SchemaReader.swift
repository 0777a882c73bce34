import Bytes
import Exchange

/// Reads a Frictionless Table Schema (versions 1 and 2) from JSON.
struct SchemaReader {
    let name: String
    var findings: [Finding] = []

    /// Reads the schema called `name` from `json`. Nil, with findings, when it cannot be used.
    static func read(_ json: [UInt8], name: String) -> (schema: TableSchema?, findings: [Finding]) {
        var reader = SchemaReader(name: name)
        let schema = reader.schema(json)
        return (schema, reader.findings)
    }

    private init(name: String) { self.name = name }

    mutating func report(_ kind: FindingKind, _ path: String, _ detail: String) {
        findings.append(
            Finding(kind, at: Location(path: name.isEmpty ? path : "\(name)#\(path)"), detail))
    }

    mutating func schema(_ json: [UInt8]) -> TableSchema? {
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
    mutating func missingValues(_ value: JSONValue?, _ path: String) -> [String]? {
        guard let value else { return nil }
        guard let items = value.array else {
            report(SchemaFindings.unusable, path, "a list of texts is wanted")
            return nil
        }
        return items.compactMap { $0.string ?? $0["value"]?.string }
    }

    mutating func primaryKey(
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

    mutating func uniqueKeys(_ value: JSONValue?) {
        guard let keys = value?.array, !keys.isEmpty else { return }
        report(SchemaFindings.noted, "uniqueKeys", "\(keys.count) of them")
    }

    mutating func foreignKeys(
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

    mutating func field(
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

    mutating func type(
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

    mutating func choose(
        _ format: String, _ known: [String: FieldType], _ path: String
    ) -> FieldType {
        if let type = known[format] { return type }
        report(
            SchemaFindings.unusable, path + "/format",
            "`\(format)` is none of \(known.keys.sorted().joined(separator: ", "))")
        return .any
    }

    mutating func time(
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

    mutating func number(
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

    mutating func byte(_ text: String, _ path: String) -> UInt8 {
        let bytes = Array(text.utf8)
        if bytes.count == 1, !ASCII.isDigit(bytes[0]), bytes[0] < 0x80 { return bytes[0] }
        report(SchemaFindings.unusable, path, "one character of ASCII is wanted")
        return 0
    }

    mutating func words(_ value: JSONValue?, _ path: String) -> ValueSet? {
        guard let value else { return nil }
        if let texts = value.strings, !texts.isEmpty { return ValueSet(texts) }
        report(SchemaFindings.unusable, path, "a list of texts is wanted")
        return nil
    }

    /// Version 2's list: items between delimiters in one cell.
    mutating func list(
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
