import Markup

/// A field or group of a record: an expression of XPath 1.0, relative to the record's element (or,
/// within a group, to the group's).
public struct XMLPath: Sendable, Hashable, CustomStringConvertible {
    /// One step of a path that can be written.
    struct Step: Sendable, Hashable {
        /// What it names.
        enum Kind: Sendable, Hashable { case element, attribute }
        /// What it names.
        let kind: Kind
        /// The name with its namespace.
        let name: ExpandedName
        /// The prefix to write it with.
        let prefix: String
        /// `[@name='value']`: which of several, and how a new one begins.
        let condition: Condition?
    }

    /// A step's condition.
    struct Condition: Sendable, Hashable {
        /// The attribute.
        let attribute: String
        /// Its value.
        let value: String
    }

    /// As it was written.
    public let notation: String
    /// The expression.
    let expression: XPath
    /// Its steps, when it is simple enough to be written: names, an attribute last, one condition
    /// a step. Empty for `.` and `text()`; nil for any other expression.
    let steps: [Step]?

    /// Compiles `notation`.
    init(_ notation: String, namespaces: [String: String]) throws(XPathFault) {
        self.notation = notation
        expression = try XPath(notation, namespaces: namespaces)
        steps = XMLPath.steps(notation, namespaces)
    }

    /// The notation.
    public var description: String { notation }

    /// Whether both say the same.
    public static func == (left: XMLPath, right: XMLPath) -> Bool {
        left.notation == right.notation && left.expression.namespaces == right.expression.namespaces
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(notation) }

    private static func steps(_ notation: String, _ namespaces: [String: String]) -> [Step]? {
        var steps: [Step] = []
        let parts = split(notation)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part == "." || (part == "text()" && isLast) { continue }
            var text = part
            var condition: Condition?
            if text.hasSuffix("]") {
                guard let bracket = text.firstIndex(of: "["),
                    let made = XMLPath.condition(text[bracket...])
                else { return nil }
                condition = made
                text = text[..<bracket]
            }
            let isAttribute = text.hasPrefix("@")
            if isAttribute { text = text.dropFirst() }
            guard !isAttribute || (isLast && condition == nil), !text.hasPrefix("{"),
                let name = ExpandedName(text, namespaces: namespaces), Escape.isName(name.local)
            else { return nil }
            let prefix = text.firstIndex(of: ":").map { String(text[..<$0]) } ?? ""
            steps.append(
                Step(
                    kind: isAttribute ? .attribute : .element, name: name, prefix: prefix,
                    condition: condition))
        }
        return steps
    }

    /// Splits at `/` outside of brackets and quotes.
    private static func split(_ notation: String) -> [Substring] {
        var parts: [Substring] = []
        var start = notation.startIndex
        var depth = 0
        var quote: Character?
        for index in notation.indices {
            let letter = notation[index]
            if let open = quote {
                if letter == open { quote = nil }
                continue
            }
            switch letter {
            case "'", "\"": quote = letter
            case "[": depth += 1
            case "]": depth -= 1
            case "/" where depth == 0:
                parts.append(notation[start..<index])
                start = notation.index(after: index)
            default: break
            }
        }
        parts.append(notation[start...])
        return parts
    }

    /// Reads `[@name='value']`.
    private static func condition(_ text: Substring) -> Condition? {
        guard text.hasPrefix("[@"), let equals = text.firstIndex(of: "=") else { return nil }
        let name = text.dropFirst(2).prefix { $0 != "=" && $0 != " " }
        let value = text[text.index(after: equals)...].dropLast().drop { $0 == " " }
        guard let quote = value.first, quote == "'" || quote == "\"", value.last == quote,
            value.count >= 2, Escape.isName(name)
        else { return nil }
        let inner = value.dropFirst().dropLast()
        guard !inner.contains(quote) else { return nil }
        return Condition(attribute: String(name), value: String(inner))
    }
}
