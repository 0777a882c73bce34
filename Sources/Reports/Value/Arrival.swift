extension Report {
    /// What one feed was expected to bring, and what came (section 2).
    public struct Arrival: Codable, Sendable, Hashable {
        /// How it stands with the expectation.
        public enum State: String, Codable, Sendable, CaseIterable {
            case onTime = "on time"
            case late, missing
            case notDue = "not due"
        }

        /// Files that came at about the same time.
        public struct Slot: Codable, Sendable, Hashable {
            /// When, as local time with offset.
            public var at: String
            /// How many files.
            public var files: Int
            /// How many records they held.
            public var records: Int

            /// Describes what came at one time.
            public init(at: String, files: Int = 1, records: Int = 0) {
                self.at = at
                self.files = files
                self.records = records
            }
        }

        /// The feed.
        public var feed: String
        /// When it may come, in words: `mon-sat until 05:30`.
        public var window: String
        /// When it was due; nil when nothing was expected this night.
        public var due: String?
        /// When the last of it came; nil when nothing did.
        public var arrived: String?
        /// How many files came.
        public var files: Int
        /// By how many minutes it missed its time; of what is missing, up to the report.
        public var lateMinutes: Int
        /// Whom to ask, by the name the settings give.
        public var contact: String?
        /// How it stands.
        public var state: State
        /// Whether a night without it is a red one.
        public var isCritical: Bool
        /// What came when, for the picture; nearby arrivals may be put together.
        public var slots: [Slot]

        /// Describes an expectation and what came of it.
        public init(
            feed: String, window: String, due: String? = nil, arrived: String? = nil,
            files: Int = 0, lateMinutes: Int = 0, contact: String? = nil, state: State,
            isCritical: Bool = false, slots: [Slot] = []
        ) {
            self.feed = feed
            self.window = window
            self.due = due
            self.arrived = arrived
            self.files = files
            self.lateMinutes = lateMinutes
            self.contact = contact
            self.state = state
            self.isCritical = isCritical
            self.slots = slots
        }
    }
}
