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
