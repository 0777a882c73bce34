extension Report {
    /// What one feed brought, and what became of it, in records (section 3).
    public struct Feed: Sendable, Hashable {
        /// One day of the last thirty.
        public struct Day: Codable, Sendable, Hashable {
            /// The date, `2026-11-20`.
            public var date: String
            /// Records that came in.
            public var received: Int
            /// Records that were rejected.
            public var rejected: Int

            /// Describes a day.
            public init(date: String, received: Int, rejected: Int) {
                self.date = date
                self.received = received
                self.rejected = rejected
            }
        }

        /// The feed's name.
        public var name: String
        /// The partner it comes from.
        public var partner: String?
        /// The release unit it belongs to; nil when nothing of it is delivered.
        public var unit: String?
        /// Records that the framer counted.
        public var received: Int
        /// Records released from quarantine into this batch.
        public var released: Int
        /// Records replayed from the archive into this batch.
        public var replayed: Int
        /// Records taken in.
        public var accepted: Int
        /// Records refused.
        public var rejected: Int
        /// Records that came before.
        public var duplicate: Int
        /// Records that wait for a person.
        public var held: Int
        /// Records that the settings say to leave out.
        public var filtered: Int
        /// Why the feed as a whole is held (a breaker's code); nil when it is not.
        public var stoppedBy: String?
        /// The days before and this one, oldest first, at most thirty.
        public var history: [Day]

        /// Counts a feed's records.
        public init(
            name: String, partner: String? = nil, unit: String? = nil, received: Int = 0,
            released: Int = 0, replayed: Int = 0, accepted: Int = 0, rejected: Int = 0,
            duplicate: Int = 0, held: Int = 0, filtered: Int = 0, stoppedBy: String? = nil,
            history: [Day] = []
        ) {
            self.name = name
            self.partner = partner
            self.unit = unit
            self.received = received
            self.released = released
            self.replayed = replayed
            self.accepted = accepted
            self.rejected = rejected
            self.duplicate = duplicate
            self.held = held
            self.filtered = filtered
            self.stoppedBy = stoppedBy
            self.history = history
        }

        /// Everything that came in: received, released and replayed.
        public var taken: Int { received &+ released &+ replayed }
        /// Everything that has an outcome.
        public var settled: Int { accepted &+ rejected &+ duplicate &+ held &+ filtered }
        /// What came in less what has an outcome.
        public var difference: Int { taken &- settled }
    }
}

extension Report.Feed: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, partner, unit, received, released, replayed
        case accepted, rejected, duplicate, held, filtered, stoppedBy, history
    }

    private enum Derived: String, CodingKey { case difference }

    /// Writes the stored parts, and beside them the difference.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(name, forKey: .name)
        try stored.encodeIfPresent(partner, forKey: .partner)
        try stored.encodeIfPresent(unit, forKey: .unit)
        try stored.encode(received, forKey: .received)
        try stored.encode(released, forKey: .released)
        try stored.encode(replayed, forKey: .replayed)
        try stored.encode(accepted, forKey: .accepted)
        try stored.encode(rejected, forKey: .rejected)
        try stored.encode(duplicate, forKey: .duplicate)
        try stored.encode(held, forKey: .held)
        try stored.encode(filtered, forKey: .filtered)
        try stored.encodeIfPresent(stoppedBy, forKey: .stoppedBy)
        try stored.encode(history, forKey: .history)
        var derived = encoder.container(keyedBy: Derived.self)
        try derived.encode(difference, forKey: .difference)
    }
}
