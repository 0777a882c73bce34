import Bytes

/// A name with its namespace; the namespace is empty where there is none.
struct ExpandedName: Sendable, Hashable {
    /// The namespace's name.
    let namespace: String
    /// The local part.
    let local: String

    /// Reads `{namespace}local`, `prefix:local` with the prefixes of the settings, or `local`.
    init?(_ text: some StringProtocol, namespaces: [String: String]) {
        if text.hasPrefix("{") {
            guard let close = text.firstIndex(of: "}") else { return nil }
            namespace = String(text[text.index(after: text.startIndex)..<close])
            local = String(text[text.index(after: close)...])
        } else if let colon = text.firstIndex(of: ":") {
            guard let name = namespaces[String(text[..<colon])] else { return nil }
            namespace = name
            local = String(text[text.index(after: colon)...])
        } else {
            namespace = ""
            local = String(text)
        }
        guard !local.isEmpty, !local.contains(where: { "{}/:@[] ".contains($0) }) else {
            return nil
        }
    }

    /// Makes a name of its parts.
    init(namespace: String, local: String) {
        self.namespace = namespace
        self.local = local
    }
}

/// A namespace declaration: `xmlns:prefix="uri"`, or `xmlns="uri"` with an empty prefix.
struct Declaration: Sendable, Hashable {
    /// The prefix.
    let prefix: String
    /// The namespace's name; empty undoes the default one.
    let uri: String
}

/// Which elements are records.
enum RecordSelector: Sendable, Hashable {
    /// The document's own element: the whole document is one record.
    case root
    /// Elements of this name, at any depth.
    case named(ExpandedName)
    /// Elements reached from the root by these names, the root's first.
    case path([ExpandedName])

    /// Reads a `record:` setting: a name, or a path of names that begins with `/`.
    init?(_ text: String, namespaces: [String: String]) {
        guard text.hasPrefix("/") else {
            guard let name = ExpandedName(text, namespaces: namespaces) else { return nil }
            self = .named(name)
            return
        }
        var steps: [ExpandedName] = []
        for step in RecordSelector.steps(text.dropFirst()) {
            guard let name = ExpandedName(step, namespaces: namespaces) else { return nil }
            steps.append(name)
        }
        guard !steps.isEmpty else { return nil }
        self = .path(steps)
    }

    /// The name of a record; nil for the root's.
    var name: ExpandedName? {
        switch self {
        case .root: nil
        case .named(let name): name
        case .path(let steps): steps.last
        }
    }

    /// Splits at `/` outside of braces.
    private static func steps(_ text: Substring) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "{": depth += 1
            case "}": depth -= 1
            case "/" where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }
}

/// What a page of records must know of the document around them.
public struct XMLContext: Sendable, Hashable {
    /// The namespaces in force where the records stand, innermost last.
    let declarations: [Declaration]
    /// The encoding of the page's bytes.
    let charset: Charset
}
