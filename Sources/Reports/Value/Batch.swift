extension Report {
    /// Which batch, or which day, a report is about.
    public struct Batch: Codable, Sendable, Hashable {
        /// One run, or the batches of a day rolled up.
        public enum Kind: String, Codable, Sendable, CaseIterable { case batch, day }

        /// The batch's id, `20261120T080000Z-01`; of a day, its date.
        public var id: String
        /// One run or a day.
        public var kind: Kind
        /// The batches that a day rolls up; empty for one batch.
        public var members: [String]
        /// The site's name.
        public var site: String
        /// The batch's instant, as local time with offset.
        public var opened: String
        /// When its outcomes were committed; nil while it is open.
        public var closed: String?
        /// How often it was interrupted and resumed.
        public var resumed: Int

        /// Names a batch.
        public init(
            id: String, kind: Kind = .batch, members: [String] = [], site: String, opened: String,
            closed: String? = nil, resumed: Int = 0
        ) {
            self.id = id
            self.kind = kind
            self.members = members
            self.site = site
            self.opened = opened
            self.closed = closed
            self.resumed = resumed
        }
    }
}
