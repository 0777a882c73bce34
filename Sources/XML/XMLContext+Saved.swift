import Bytes
public import Exchange

extension XMLContext: SavedContext {
    /// The encoding and the declarations: `UTF-8`, then prefix and address of each, with the
    /// separators of ASCII, which XML cannot carry.
    public var saved: [UInt8] {
        var parts = [charset.description]
        parts += declarations.map { "\($0.prefix)\u{1F}\($0.uri)" }
        return Array(parts.joined(separator: "\u{1E}").utf8)
    }

    /// Reads what `saved` wrote; nil for anything else.
    init?(saved: [UInt8]) {
        guard let text = String(validating: saved, as: UTF8.self) else { return nil }
        let parts = text.split(separator: "\u{1E}", omittingEmptySubsequences: false)
        guard let first = parts.first, let charset = Charset(name: String(first)) else {
            return nil
        }
        var declarations: [Declaration] = []
        for part in parts.dropFirst() {
            let fields = part.split(separator: "\u{1F}", omittingEmptySubsequences: false)
            guard fields.count == 2 else { return nil }
            declarations.append(Declaration(prefix: String(fields[0]), uri: String(fields[1])))
        }
        self.init(declarations: declarations, charset: charset)
    }
}

extension XMLFormat: ContextRestoring {
    /// The context of a re-opened page: see `ContextRestoring`.
    public func context(saved: [UInt8]) -> (any Sendable)? { XMLContext(saved: saved) }
}
