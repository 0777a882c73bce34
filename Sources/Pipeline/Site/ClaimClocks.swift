import Exchange

/// How long a partner's answers may take, and how long a claim may be filed: `clocks:` of a partner,
/// in seconds. What is not set is not watched.
public struct ClaimClocks: Sendable, Hashable {
    /// From sending a claim to its TA1.
    public var ta1: Int?
    /// From sending a claim to its 999.
    public var group: Int?
    /// From sending a claim to its 277CA.
    public var status: Int?
    /// From sending a claim to its 835.
    public var payment: Int?
    /// From the day of service to the last day on which the payer takes the claim.
    public var timely: Int?

    /// Reads `ta1 999 277ca 835 timely`.
    static func read(_ node: SettingsNode) -> (ClaimClocks, [Finding]) {
        var reader = SettingsReader(node)
        var clocks = ClaimClocks()
        clocks.ta1 = reader.seconds("ta1")
        clocks.group = reader.seconds("999")
        clocks.status = reader.seconds("277ca")
        clocks.payment = reader.seconds("835")
        clocks.timely = reader.seconds("timely")
        return (clocks, reader.finish())
    }
}
