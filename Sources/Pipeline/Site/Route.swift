public import Exchange

/// Which accepted records go where. Records that match no route are held, never dropped.
public struct Route: Sendable {
    /// The name.
    public let name: String
    /// An SQL condition over the workspace's record columns.
    public let when: String
    /// The destinations.
    public let to: [String]
    /// Whether a record's legs go together or not at all.
    public let together: Bool
    /// Whether records that match are looked at by no later route.
    public let stops: Bool
    /// Where it stands.
    public let mark: Mark

    static func read(_ node: SettingsNode) -> (Route?, [Finding]) {
        var reader = SettingsReader(node)
        let name = reader.requiredString("name") ?? ""
        let when = reader.requiredString("when") ?? "1"
        let to = reader.required("to") == nil ? [] : reader.strings("to") ?? []
        let together = reader.flag("together") ?? false
        let stops = reader.flag("stop") ?? false
        _ = reader.string("note")
        let route = Route(
            name: name, when: when, to: to, together: together, stops: stops, mark: node.mark)
        return (name.isEmpty ? nil : route, reader.finish())
    }
}

/// A quality rule: a `SELECT` that returns the records it concerns.
public struct Rule: Sendable {
    /// What happens to the records it returns.
    public enum Action: String, Sendable, CaseIterable { case flag, hold, reject, filter }

    /// The id, which is its finding code: `LAB-201`.
    public let id: String
    /// Who deals with it.
    public let owner: Role
    /// What happens.
    public let action: Action
    /// What is wrong.
    public let message: String
    /// What to do about it.
    public let fix: String
    /// The query; its first column is a record id.
    public let sql: String
    /// Where it stands.
    public let mark: Mark

    /// The kind of finding it makes.
    public var kind: FindingKind {
        FindingKind(
            id, action == .reject ? .error : .warning, owner: owner, what: message, fix: fix)
    }

    static func read(_ node: SettingsNode) -> (Rule?, [Finding]) {
        var reader = SettingsReader(node)
        let id = reader.requiredString("id") ?? ""
        let owner = reader.choice("owner", Role.self) ?? .analyst
        let action = reader.choice("action", Action.self) ?? .flag
        let message = reader.requiredString("message") ?? ""
        let fix = reader.string("fix") ?? "Look at the record; the rule's owner decides."
        let sql = reader.requiredString("sql") ?? ""
        _ = reader.string("note")
        let rule = Rule(
            id: id, owner: owner, action: action, message: message, fix: fix, sql: sql,
            mark: node.mark)
        return (id.isEmpty || sql.isEmpty ? nil : rule, reader.finish())
    }
}
