import Foundation

/// A small JSON Schema validator: the keywords that `schemas/report.schema.json` uses, no others.
/// A keyword that it does not know is itself a complaint, so that no rule is passed over unseen.
struct SchemaCheck {
    let root: JSONValue

    init(file: String) throws {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appending(path: "schemas").path) {
            guard folder.path != "/" else { throw CocoaError(.fileNoSuchFile) }
            folder.deleteLastPathComponent()
        }
        let data = try Data(contentsOf: folder.appending(path: "schemas/\(file)"))
        root = try JSONDecoder().decode(JSONValue.self, from: data)
    }

    /// What is wrong with a value; empty when it conforms.
    func complaints(about value: JSONValue) -> [String] { check(value, against: root, at: "") }

    private func check(_ value: JSONValue, against schema: JSONValue, at path: String) -> [String] {
        guard case .object(let keywords) = schema else { return ["\(path): not a schema"] }
        return keywords.flatMap { check(value, keyword: $0.key, $0.value, in: schema, at: path) }
    }

    private func check(
        _ value: JSONValue, keyword: String, _ rule: JSONValue, in schema: JSONValue,
        at path: String
    ) -> [String] {
        switch (keyword, rule, value) {
        case ("$schema", _, _), ("$defs", _, _), ("title", _, _), ("description", _, _): return []
        case ("$ref", .string(let target), _):
            guard target.hasPrefix("#/$defs/"),
                let found = root["$defs"]?[String(target.dropFirst(8))]
            else { return ["\(path): no \(target)"] }
            return check(value, against: found, at: path)
        case ("type", .string(let type), _):
            return matches(value, type) ? [] : ["\(path): not of type \(type)"]
        case ("const", let only, _): return value == only ? [] : ["\(path): not the constant"]
        case ("enum", .array(let choices), _):
            return choices.contains(value) ? [] : ["\(path): none of the choices"]
        case ("required", .array(let names), .object(let members)):
            return names.compactMap {
                guard case .string(let name) = $0, members[name] == nil else { return nil }
                return "\(path): \(name) is missing"
            }
        case ("properties", .object(let properties), .object(let members)):
            return members.flatMap { name, member in
                properties[name].map { check(member, against: $0, at: "\(path)/\(name)") } ?? []
            }
        case ("additionalProperties", .bool(false), .object(let members)):
            return members.keys.filter { schema["properties"]?[$0] == nil }.map {
                "\(path): \($0) is unknown"
            }
        case ("items", let rule, .array(let elements)):
            return elements.enumerated().flatMap {
                check($0.element, against: rule, at: "\(path)/\($0.offset)")
            }
        case ("maxItems", .integer(let most), .array(let elements)):
            return elements.count <= most ? [] : ["\(path): too many"]
        case ("minimum", .integer(let least), .integer(let number)):
            return number >= least ? [] : ["\(path): under \(least)"]
        case ("minLength", .integer(let least), .string(let text)):
            return text.count >= least ? [] : ["\(path): too short"]
        case ("pattern", .string(let pattern), .string(let text)):
            let found = try? Regex(pattern).firstMatch(in: text)
            return found == nil ? ["\(path): does not match"] : []
        case ("required", _, _), ("properties", _, _), ("additionalProperties", .bool(false), _),
            ("items", _, _), ("maxItems", _, _), ("minimum", _, _), ("minLength", _, _),
            ("pattern", _, _):
            return []
        default: return ["\(path): the check does not know the keyword \(keyword)"]
        }
    }

    private func matches(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"),
            (.number, "number"), (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
