public import Exchange

extension Report {
    /// What a rule flagged: delivered, and wants a look (section 8).
    public struct Flag: Codable, Sendable, Hashable {
        /// The rule's id, `LAB-201`.
        public var rule: String
        /// Its message.
        public var message: String
        /// Who looks.
        public var owner: Role
        /// The feed.
        public var feed: String
        /// How many records it concerns.
        public var records: Int
        /// The first few of them.
        public var references: [String]

        /// Describes what a rule flagged.
        public init(
            rule: String, message: String, owner: Role, feed: String, records: Int,
            references: [String] = []
        ) {
            self.rule = rule
            self.message = message
            self.owner = owner
            self.feed = feed
            self.records = records
            self.references = references
        }
    }
}
