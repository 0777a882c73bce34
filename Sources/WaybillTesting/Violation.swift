/// One way in which an implementation breaks its contract.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// Which clause of the contract: `chunks`, `order`, `alone`.
    public let clause: String
    /// What was seen, with the seed or position that shows it again.
    public let detail: String

    /// Describes a breach.
    public init(_ clause: String, _ detail: String) {
        self.clause = clause
        self.detail = detail
    }

    /// The clause and what was seen.
    public var description: String { "\(clause): \(detail)" }
}
