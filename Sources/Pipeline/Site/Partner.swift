public import Exchange

/// Somebody the clinic exchanges files with.
public struct Partner: Sendable {
    /// The name that feeds and destinations use.
    public let name: String
    /// Whom to call.
    public let contact: String?
    /// Identifiers and the rest, for the formats to read.
    public let node: SettingsNode

    static func read(_ node: SettingsNode) -> (Partner?, [Finding]) {
        var reader = SettingsReader(node)
        let name = reader.requiredString("partner")
        let contact = reader.string("contact")
        _ = reader.node("hl7")
        _ = reader.node("x12")
        _ = reader.string("note")
        let partner = name.map { Partner(name: $0, contact: contact, node: node) }
        return (partner, reader.finish())
    }
}
