/// A place in a settings file.
public struct Mark: Hashable, Sendable, CustomStringConvertible {
    /// The file, relative to the site.
    public let file: String
    /// 1-based.
    public let line: Int
    /// 1-based.
    public let column: Int

    /// Marks a place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// A text that is safe to log.
    public var description: String { "\(file):\(line):\(column)" }
}

/// A value in a settings file, with the place where it stands.
public struct SettingsNode: Sendable, Hashable {
    /// What a node holds.
    public indirect enum Content: Sendable, Hashable {
        case scalar(String)
        case list([SettingsNode])
        case map([Entry])
    }

    /// One key of a map.
    public struct Entry: Sendable, Hashable {
        /// The key's text.
        public let key: String
        /// Where the key stands.
        public let mark: Mark
        /// Its value.
        public let value: SettingsNode

        /// Makes an entry.
        public init(key: String, mark: Mark, value: SettingsNode) {
            self.key = key
            self.mark = mark
            self.value = value
        }
    }

    /// What it holds.
    public let content: Content
    /// Where it stands.
    public let mark: Mark
    /// Whether a scalar was written in quotes (so that `"yes"` stays text).
    public let isQuoted: Bool

    /// Makes a node.
    public init(_ content: Content, at mark: Mark, isQuoted: Bool = false) {
        self.content = content
        self.mark = mark
        self.isQuoted = isQuoted
    }

    /// The scalar's text.
    public var text: String? {
        if case .scalar(let text) = content { return text }
        return nil
    }
    /// The items of a list; nil for anything else.
    public var list: [SettingsNode]? {
        if case .list(let items) = content { return items }
        return nil
    }
    /// The entries of a map; nil for anything else.
    public var map: [Entry]? {
        if case .map(let entries) = content { return entries }
        return nil
    }
    /// The value of `key` in a map.
    public subscript(key: String) -> SettingsNode? { map?.first { $0.key == key }?.value }
}
