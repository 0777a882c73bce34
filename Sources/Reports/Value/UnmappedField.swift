extension Report {
    /// A field that was read and that no mapping uses (section 10).
    public struct UnmappedField: Codable, Sendable, Hashable {
        /// The feed.
        public var feed: String
        /// The field, in the standard's own notation.
        public var path: String
        /// The dictionary that would name it.
        public var dictionary: String
        /// How many records had it.
        public var records: Int
        /// The date on which it was first seen.
        public var since: String?

        /// Describes a field.
        public init(
            feed: String, path: String, dictionary: String, records: Int, since: String? = nil
        ) {
            self.feed = feed
            self.path = path
            self.dictionary = dictionary
            self.records = records
            self.since = since
        }
    }
}
