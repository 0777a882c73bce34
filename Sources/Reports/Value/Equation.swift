extension Report {
    /// One balance equation, for one thing that it is about: a feed, a receipt, a delivery, a total.
    ///
    /// Its two sides never come from the same rows (law 2). The sums and the difference are worked
    /// out here, from the terms, so that a report cannot state a balance that its own figures deny.
    public struct Equation: Sendable, Hashable {
        /// Which of the ten.
        public enum Name: String, Codable, Sendable, CaseIterable {
            case b1 = "B1"
            case b2 = "B2"
            case b3 = "B3"
            case b4 = "B4"
            case b5 = "B5"
            case b6 = "B6"
            case b7 = "B7"
            case b8 = "B8"
            case b9 = "B9"
            case b10 = "B10"

            /// What it balances, in a word.
            public var subject: String {
                switch self {
                case .b1: "files"
                case .b2: "records"
                case .b3: "legs"
                case .b4: "held"
                case .b5: "money"
                case .b6: "835"
                case .b7: "answers"
                case .b8: "envelope"
                case .b9: "hash"
                case .b10: "assembly"
                }
            }
        }

        /// What its terms count.
        public enum Measure: String, Codable, Sendable, CaseIterable { case count, cents, hash }

        /// Whose arithmetic it tests: a difference in ours stops the release unit, one in a
        /// partner's file is a finding about that file.
        public enum Concern: String, Codable, Sendable, CaseIterable { case waybill, partner }

        /// Which of the ten.
        public var name: Name
        /// What it is about: a feed, a receipt's id, a delivery's file, `total`.
        public var scope: String
        /// The release unit that it belongs to; nil for the batch as a whole.
        public var unit: String?
        /// What its terms count.
        public var measure: Measure
        /// Whose arithmetic it tests.
        public var concern: Concern
        /// The terms of the left side.
        public var left: [Term]
        /// The terms of the right side.
        public var right: [Term]

        /// Makes an equation from the terms of its sides.
        public init(
            _ name: Name, scope: String, unit: String? = nil, measure: Measure = .count,
            concern: Concern = .waybill, left: [Term], right: [Term]
        ) {
            self.name = name
            self.scope = scope
            self.unit = unit
            self.measure = measure
            self.concern = concern
            self.left = left
            self.right = right
        }

        /// What the left side comes to; sums wrap rather than trap.
        public var leftSum: Int { left.reduce(0) { $0 &+ $1.signed } }
        /// What the right side comes to.
        public var rightSum: Int { right.reduce(0) { $0 &+ $1.signed } }
        /// Left less right.
        public var difference: Int { leftSum &- rightSum }
        /// Whether the sides are equal.
        public var isBalanced: Bool { difference == 0 }
    }
}

extension Report.Equation: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, scope, unit, measure, concern, left, right
    }

    /// What the JSON form states besides, for readers who do not want to add up.
    private enum Derived: String, CodingKey {
        case subject, leftSum, rightSum, difference, ok
    }

    /// Writes the stored parts, and beside them the sums, the difference and whether it holds.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(name, forKey: .name)
        try stored.encode(scope, forKey: .scope)
        try stored.encodeIfPresent(unit, forKey: .unit)
        try stored.encode(measure, forKey: .measure)
        try stored.encode(concern, forKey: .concern)
        try stored.encode(left, forKey: .left)
        try stored.encode(right, forKey: .right)
        var derived = encoder.container(keyedBy: Derived.self)
        try derived.encode(name.subject, forKey: .subject)
        try derived.encode(leftSum, forKey: .leftSum)
        try derived.encode(rightSum, forKey: .rightSum)
        try derived.encode(difference, forKey: .difference)
        try derived.encode(isBalanced, forKey: .ok)
    }
}
