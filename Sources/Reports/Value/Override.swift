extension Report {
    /// Something that a person decided: an override, a release, a changed setting (section 9).
    public struct Override: Codable, Sendable, Hashable {
        /// When.
        public var at: String
        /// Who, by the name of the account.
        public var who: String
        /// What was done: `release`, `discard`, `override`, `settings`, `failsafe clear`.
        public var action: String
        /// To what: a reference, a feed, a settings file.
        public var subject: String
        /// How many records it concerned.
        public var records: Int
        /// The reason that was given. People write what they like: pass nil, or the reason's code,
        /// where a reason may hold patient data.
        public var reason: String?

        /// Describes a decision.
        public init(
            at: String, who: String, action: String, subject: String, records: Int = 0,
            reason: String? = nil
        ) {
            self.at = at
            self.who = who
            self.action = action
            self.subject = subject
            self.records = records
            self.reason = reason
        }
    }
}
