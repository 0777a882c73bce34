public import Exchange

/// Somebody the clinic exchanges files with.
public struct Partner: Sendable {
    /// The name that feeds and destinations use.
    public let name: String
    /// Whom to call.
    public let contact: String?
    /// How long its answers to claims may take; nil when nobody watches.
    public let clocks: ClaimClocks?
    /// Identifiers and the rest, for the formats to read.
    public let node: SettingsNode

    static func read(_ node: SettingsNode) -> (Partner?, [Finding]) {
        var reader = SettingsReader(node)
        let name = reader.requiredString("partner")
        let contact = reader.string("contact")
        _ = reader.node("hl7")
        _ = reader.node("x12")
        _ = reader.string("note")
        var clocks: ClaimClocks?
        if let inner = reader.node("clocks") {
            let (value, findings) = ClaimClocks.read(inner)
            reader.report(findings)
            clocks = value
        }
        let partner = name.map {
            Partner(name: $0, contact: contact, clocks: clocks, node: node)
        }
        return (partner, reader.finish())
    }
}
