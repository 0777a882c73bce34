extension Report {
    /// The dollars that one feed brought, over the five outcomes, in cents.
    public struct MoneyLine: Codable, Sendable, Hashable {
        /// The feed.
        public var feed: String
        /// What the money is, as people call it: `837`, `835`.
        public var form: String
        /// What the files declare; nil where the format declares nothing, or where it could not be
        /// parsed (never guessed).
        public var declared: Int?
        /// What the framer added up.
        public var received: Int
        /// Of records taken in.
        public var accepted: Int
        /// Of records refused.
        public var rejected: Int
        /// Of records that came before.
        public var duplicate: Int
        /// Of records that wait for a person.
        public var held: Int
        /// Of records that the settings say to leave out.
        public var filtered: Int

        /// States a feed's dollars.
        public init(
            feed: String, form: String, declared: Int? = nil, received: Int = 0, accepted: Int = 0,
            rejected: Int = 0, duplicate: Int = 0, held: Int = 0, filtered: Int = 0
        ) {
            self.feed = feed
            self.form = form
            self.declared = declared
            self.received = received
            self.accepted = accepted
            self.rejected = rejected
            self.duplicate = duplicate
            self.held = held
            self.filtered = filtered
        }
    }
}
