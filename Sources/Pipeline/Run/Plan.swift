public import Exchange
public import Ledger

/// What a run would do now. Nothing is changed by making it.
public struct Plan: Sendable {
    /// One file in a source, and what would become of it.
    public struct File: Sendable {
        /// The feed it belongs to.
        public var feed: String
        /// Its name, which may hold PHI.
        public var name: [UInt8]
        /// Bytes.
        public var size: Int64
        /// Time of last change by the place's own clock, in nanoseconds since 1970.
        public var modified: Int64
        /// What would become of it: `claimed` is taken in.
        public var fate: ListingFate
        /// Why, a finding's code; empty where the fate says all.
        public var code = ""
        /// Whether it is taken only when a second look finds it unchanged.
        public var needsSecondLook = false
        /// What would become of the file as a whole; nil when it is not taken.
        public var outcome: FileOutcome?
        /// Whole records in it.
        public var records = 0
        /// Its records by outcome, duplicates, rules and routes considered.
        public var outcomes: [Outcome: Int] = [:]
        /// Why records would be rejected or held: code → how many.
        public var codes: [String: Int] = [:]
    }

    /// What would be offered to one destination.
    public struct Offer: Sendable, Hashable {
        /// The destination.
        public var destination: String
        /// Records.
        public var records: Int
    }

    /// A place that could not be looked at.
    public struct Trouble: Sendable, Hashable {
        /// The feed.
        public var feed: String
        /// Why, without names of files or people.
        public var detail: String
    }

    /// The feeds looked at, in the order of the night.
    public internal(set) var feeds: [String] = []
    /// What lies in their sources; what was seen before is only counted.
    public internal(set) var files: [File] = []
    /// Files seen before, by feed.
    public internal(set) var seenBefore: [String: Int] = [:]
    /// What would be delivered.
    public internal(set) var offers: [Offer] = []
    /// Records that would come back out of quarantine, by outcome.
    public internal(set) var released: [Outcome: Int] = [:]
    /// Legs alone that would come back out of quarantine.
    public internal(set) var releasedLegs = 0
    /// The batch that was interrupted and would be finished first.
    public internal(set) var interrupted: String?
    /// Places that could not be looked at.
    public internal(set) var troubles: [Trouble] = []

    /// Whether a run would find anything to do.
    public var hasWork: Bool {
        interrupted != nil || !released.isEmpty || releasedLegs > 0
            || files.contains { $0.fate == .claimed }
    }

    /// Looks at the sources of `feeds` (empty for all), takes what is ready through stages 2 to 6
    /// in a scratch folder, and counts.
    /// - Parameters:
    ///   - ledger: the site's, open for reading; or a new one of the caller's.
    ///   - scratch: an empty folder, mode 0700, within the site's state folder.
    public static func make(
        _ site: Site, _ ledger: Ledger, clock: SiteClock, feeds: [String], scratch: String
    ) async throws -> Plan {
        try await Planner(site, ledger, clock: clock, feeds: feeds, scratch: scratch).plan()
    }
}
