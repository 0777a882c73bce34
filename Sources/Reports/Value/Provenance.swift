extension Report {
    /// Where the figures come from (section 11).
    public struct Provenance: Codable, Sendable, Hashable {
        /// The id of the run that made the report.
        public var run: String
        /// When the run began.
        public var started: String
        /// When it ended.
        public var finished: String
        /// The site's time zone, by its IANA name.
        public var zone: String
        /// Waybill's version.
        public var version: String
        /// The digest of the settings: 64 hexadecimal digits.
        public var settings: String
        /// The digest of the report before this one; nil for the first.
        public var previousReport: String?

        /// States where a report comes from.
        public init(
            run: String, started: String, finished: String, zone: String, version: String,
            settings: String, previousReport: String? = nil
        ) {
            self.run = run
            self.started = started
            self.finished = finished
            self.zone = zone
            self.version = version
            self.settings = settings
            self.previousReport = previousReport
        }
    }
}
