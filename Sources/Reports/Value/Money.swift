extension Report {
    /// The money of a batch (section 4).
    public struct Money: Codable, Sendable, Hashable {
        /// Dollars by outcome, one line for each feed that carries money.
        public var lines: [MoneyLine]
        /// The payments that came in, one for each 835 transaction set.
        public var payments: [Payment]
        /// The claims ladder, from sent to paid, with the age of each gap.
        public var ladder: [Rung]

        /// Gathers the money of a batch.
        public init(lines: [MoneyLine] = [], payments: [Payment] = [], ladder: [Rung] = []) {
            self.lines = lines
            self.payments = payments
            self.ladder = ladder
        }
    }

    /// One step of the claims ladder: 837, TA1, 999, 277CA, 835.
    public struct Rung: Codable, Sendable, Hashable {
        /// The step, as people call it: `awaiting 999`.
        public var step: String
        /// Claims that stand there.
        public var claims: Int
        /// What they come to, in cents.
        public var cents: Int
        /// How old the oldest of them is, in days; nil when nothing more is waited for.
        public var oldestDays: Int?
        /// What was paid for them, in cents.
        public var paid: Int?
        /// How many have waited longer than their partner's clock allows; nil where none runs.
        public var overdue: Int?

        /// Describes a step.
        public init(
            step: String, claims: Int, cents: Int, oldestDays: Int? = nil, paid: Int? = nil,
            overdue: Int? = nil
        ) {
            self.step = step
            self.claims = claims
            self.cents = cents
            self.oldestDays = oldestDays
            self.paid = paid
            self.overdue = overdue
        }
    }
}
