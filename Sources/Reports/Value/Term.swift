extension Report.Equation {
    /// One figure on one side of an equation.
    public struct Term: Codable, Sendable, Hashable {
        /// Whether the side grows or shrinks by it.
        public enum Sign: String, Codable, Sendable, CaseIterable {
            case plus = "+"
            case minus = "-"
        }

        /// What it counts, as the equation's statement names it: `received`, `CLP04`.
        public var name: String
        /// The figure: a count, cents, or half a hash.
        public var value: Int
        /// Whether the side grows or shrinks by it.
        public var sign: Sign

        /// Makes a term.
        public init(_ name: String, _ value: Int, sign: Sign = .plus) {
            self.name = name
            self.value = value
            self.sign = sign
        }

        /// The figure with the sign that it has in the sum.
        var signed: Int { sign == .plus ? value : 0 &- value }
    }
}
