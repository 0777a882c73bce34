public import Exchange
public import Mapping

/// A clinic's settings, assembled and cross-checked: all that a night needs to know.
public struct Site: Sendable {
    /// Where things are, absolute.
    public struct Paths: Sendable {
        /// The site's folder.
        public var root: String
        /// The outbox, in which reports stand too.
        public var outbox: String
        /// State: ledger, archive, workspace.
        public var state: String
        /// The folder of schemas.
        public var schemas: String
    }

    /// The site's name.
    public let name: String
    /// The zone of its wall clock.
    public let zone: String
    /// Where things are.
    public let paths: Paths
    /// The flag file that the PMS reads before booking; nil for none. Absolute.
    public let bookingFlag: String?
    /// Trading partners by name.
    public let partners: [String: Partner]
    /// Feeds in the order of the night.
    public let feeds: [Feed]
    /// Destinations by name.
    public let destinations: [String: Destination]
    /// Routes in order.
    public let routes: [Route]
    /// Rules in order.
    public let rules: [Rule]
    /// Dictionaries by name.
    public let dictionaries: [String: FieldDictionary]
    /// The clinic's vocabulary.
    public let model: CanonicalModel
    /// The feeds' ways, compiled, in the order of the night.
    let lanes: [any Lane]
    /// The numbered names of all canonical records.
    let names: CanonicalNames
    /// The destinations' ways, compiled, by name.
    let outlets: [String: any Outlet]
    /// SHA-256 of every settings file, in order of path.
    public let digest: ContentDigest
    /// The files the digest is of.
    public let files: [(path: String, digest: ContentDigest)]
    /// Every kind of finding that can be explained here, rules included.
    public let kinds: [FindingKind]
    /// The standards and places.
    public let registry: Registry
    /// Where schemas come from.
    public let schemas: SchemaStore

    /// The feed of that name.
    public func feed(_ name: String) -> Feed? { feeds.first { $0.name == name } }

    /// The system that a feed's records come from; empty where none is named.
    func system(of feed: Feed) -> String { dictionaries[feed.dictionary]?.system ?? "" }

    /// The lane of that feed.
    func lane(_ name: String) -> (any Lane)? { lanes.first { $0.feed.name == name } }
}
