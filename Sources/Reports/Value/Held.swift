public import Exchange

extension Report {
    /// What is held of one feed for one reason, tonight's and older, by age (section 7).
    public struct Held: Codable, Sendable, Hashable {
        /// The feed.
        public var feed: String
        /// The code of the reason.
        public var code: String
        /// The reason.
        public var what: String
        /// Who deals with it.
        public var owner: Role
        /// Records up to a day old.
        public var upTo1Day: Int
        /// Records from 2 to 7 days old.
        public var upTo7Days: Int
        /// Records from 8 to 30 days old.
        public var upTo30Days: Int
        /// Records over 30 days old.
        public var over30Days: Int
        /// How many of all these were rolled forward from earlier batches.
        public var rolledForward: Int
        /// What they come to in cents; nil where they carry no money.
        public var cents: Int?
        /// The reference of the oldest.
        public var oldest: String?

        /// Describes what is held.
        public init(
            feed: String, code: String, what: String, owner: Role, upTo1Day: Int = 0,
            upTo7Days: Int = 0, upTo30Days: Int = 0, over30Days: Int = 0, rolledForward: Int = 0,
            cents: Int? = nil, oldest: String? = nil
        ) {
            self.feed = feed
            self.code = code
            self.what = what
            self.owner = owner
            self.upTo1Day = upTo1Day
            self.upTo7Days = upTo7Days
            self.upTo30Days = upTo30Days
            self.over30Days = over30Days
            self.rolledForward = rolledForward
            self.cents = cents
            self.oldest = oldest
        }

        /// All of them.
        public var records: Int { upTo1Day &+ upTo7Days &+ upTo30Days &+ over30Days }
    }
}
