public import Exchange

/// Why a batch was begun.
public enum BatchKind: Int, Sendable, CaseIterable {
    case run = 1, baseline, requests, replay, recover, downtime
}

/// Whether a batch is done.
public enum BatchState: Int, Sendable, CaseIterable { case open = 1, closed, abandoned }

/// What one run took in and gave out.
public struct Batch: Sendable, Hashable {
    /// The row.
    public let id: Int64
    /// What people call it: `20261120T080000Z-01`.
    public let name: String
    /// Why it was begun.
    public let kind: BatchKind
    /// The only clock that its output knows.
    public let instant: Int64
    /// The digest of the settings it runs under.
    public let settings: ContentDigest
    /// Whether it is done.
    public let state: BatchState
    /// The feeds it is limited to; empty for all.
    public let feeds: [String]
    /// When it was closed.
    public let closed: Int64?
    /// GREEN, AMBER or RED.
    public let verdict: String?
    /// The exit code of its run.
    public let exit: Int?
    /// The digest of its report.
    public let report: ContentDigest?
}

/// The feeds of a batch that share a destination file.
public struct ReleaseUnit: Sendable, Hashable {
    /// The name.
    public let name: String
    /// Its feeds.
    public let feeds: [String]

    /// Names a unit.
    public init(name: String, feeds: [String]) {
        self.name = name
        self.feeds = feeds
    }
}

/// How far a release unit has come.
public enum UnitState: Int, Sendable, CaseIterable {
    case declared = 1, committed, balanced, unbalanced, released
}

/// A release unit and how far it has come.
public struct UnitStatus: Sendable, Hashable {
    /// The batch.
    public let batch: Int64
    /// The unit.
    public let unit: ReleaseUnit
    /// How far it has come.
    public let state: UnitState
}

/// A batch that was interrupted, with all that resuming it needs.
public struct OpenBatch: Sendable {
    /// The batch: its id, instant and settings hold.
    public let batch: Batch
    /// What it had claimed.
    public let receipts: [Receipt]
    /// How far its units had come.
    public let units: [UnitStatus]
    /// Deliveries of any batch that are staged or released and not yet published.
    public let deliveries: [Delivery]
}

/// One settings file, as a digest covers it.
public struct SettingsFile: Sendable, Hashable {
    /// Relative to the site.
    public let path: String
    /// Its content's.
    public let digest: ContentDigest

    /// Names a file.
    public init(path: String, digest: ContentDigest) {
        self.path = path
        self.digest = digest
    }
}
