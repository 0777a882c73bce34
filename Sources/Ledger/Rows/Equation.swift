/// One balance equation, as it came out for one unit.
public struct Equation: Sendable, Hashable {
    /// One named number of a side.
    public struct Part: Sendable, Hashable {
        /// `accepted`, `opening`.
        public let name: String
        /// How much.
        public let value: Int64

        /// Names a number.
        public init(_ name: String, _ value: Int64) {
            self.name = name
            self.value = value
        }
    }

    /// The batch.
    public let batch: Int64
    /// The release unit.
    public let unit: String
    /// `B1` to `B10`.
    public let law: String
    /// The feed it is about; empty for the whole unit.
    public let feed: String
    /// What is set side by side: `records`, `money`.
    public let name: String
    /// The receipt or delivery it is about; empty for none.
    public let object: String
    /// The left side.
    public let left: Int64
    /// The right side.
    public let right: Int64
    /// Whether a difference stops the unit; the rest tests whoever wrote the file.
    public let gates: Bool
    /// What the sides are made of.
    public let parts: [Part]

    /// Left minus right.
    public var difference: Int64 { left - right }
    /// Whether both sides agree.
    public var isOK: Bool { left == right }
}
