import Foundation

/// JSON as a value, for the schema check.
indirect enum JSONValue: Decodable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// This value with `change` applied to the member at `path`.
    func changing(_ path: [String], _ change: (JSONValue?) -> JSONValue?) -> JSONValue {
        guard let key = path.first else { return change(self) ?? .null }
        switch self {
        case .object(var members):
            members[key] =
                path.count == 1
                ? change(members[key])
                : members[key]?.changing(Array(path.dropFirst()), change)
            return .object(members)
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index) else { return self }
            elements[index] = elements[index].changing(Array(path.dropFirst()), change)
            return .array(elements)
        default: return self
        }
    }
}
