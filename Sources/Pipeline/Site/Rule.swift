public import Exchange

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
