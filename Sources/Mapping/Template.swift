import Exchange

/// A text with names in braces: `ADT^{event}^ADT_A01`, `{patient.name.family}`; `{{` and `}}`
/// are braces.
///
/// A name with a dot is a canonical field; any other is a variable that the caller gives.
public struct Template: Sendable, Hashable {
    /// A run of text, or a name.
    enum Part: Sendable, Hashable {
        case text(String)
        case variable(String)
        case field(String)
    }

    /// The variables that assembling gives, and `n`, the number of the occurrence in its group.
    public static let variables = TemplateVariable.allCases.map(\.rawValue)

    let parts: [Part]
    /// The template as it was written.
    public let source: String

    /// Reads `source`; nil when a brace is not closed.
    init?(_ source: String) {
        var parts: [Part] = []
        var text = ""
        var rest = Substring(source)
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "{", rest.first == "{" {
                text.append("{")
                rest = rest.dropFirst()
            } else if character == "{" {
                guard let close = rest.firstIndex(of: "}") else { return nil }
                let name = String(rest[..<close])
                rest = rest[rest.index(after: close)...]
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(name.contains(".") ? .field(name) : .variable(name))
            } else if character == "}" {
                guard rest.first == "}" else { return nil }
                text.append("}")
                rest = rest.dropFirst()
            } else {
                text.append(character)
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
        self.source = source
    }

    /// The canonical fields it names.
    public var fields: [String] {
        parts.compactMap { if case .field(let name) = $0 { name } else { nil } }
    }

    /// The variables it names.
    var variables: [String] {
        parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }
}
