extension Report {
    /// Whether booking is stopped, and why.
    public struct FailSafe: Codable, Sendable, Hashable {
        /// Whether the flag is up.
        public var isEngaged: Bool
        /// Since when.
        public var since: String?
        /// Why, in words without patient data.
        public var cause: String?

        /// Describes the fail-safe; as it stands on most nights, unless told otherwise.
        public init(isEngaged: Bool = false, since: String? = nil, cause: String? = nil) {
            self.isEngaged = isEngaged
            self.since = since
            self.cause = cause
        }
    }
}
