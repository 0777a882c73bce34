extension Report {
    /// The feeds that share a destination file: balanced and published together.
    public struct ReleaseUnit: Codable, Sendable, Hashable {
        /// Its name, which its equations carry.
        public var name: String
        /// The feeds in it.
        public var feeds: [String]
        /// Whether its deliveries were let out.
        public var isReleased: Bool

        /// Describes a release unit.
        public init(name: String, feeds: [String], isReleased: Bool) {
            self.name = name
            self.feeds = feeds
            self.isReleased = isReleased
        }
    }
}
