public import Exchange

/// What became of one thing in a listing.
public enum ListingFate: Int, Sendable, CaseIterable {
    case ignored = 1, refused, seenBefore, notReady, claimed
}

/// One thing in a listing, and what became of it.
public struct Listed: Sendable, Hashable {
    /// The name, as bytes.
    public let name: [UInt8]
    /// Bytes.
    public let size: Int64
    /// The place's own time of change.
    public let modified: Int64
    /// What became of it.
    public let fate: ListingFate
    /// Why: a finding's code; empty where the fate says all.
    public let code: String

    /// Describes a thing.
    public init(name: [UInt8], size: Int64, modified: Int64, fate: ListingFate, code: String = "") {
        self.name = name
        self.size = size
        self.modified = modified
        self.fate = fate
        self.code = code
    }
}

/// A file as one look saw it.
public struct Look: Sendable, Hashable {
    /// The name, as bytes.
    public let name: [UInt8]
    /// Bytes.
    public let size: Int64
    /// The place's own time of change.
    public let modified: Int64

    /// Describes a file.
    public init(name: [UInt8], size: Int64, modified: Int64) {
        self.name = name
        self.size = size
        self.modified = modified
    }
}

/// A file that was claimed before and may still lie at its source.
public struct SeenFile: Sendable, Hashable {
    /// The file.
    public let look: Look
    /// What it was claimed as; 0 for a baseline.
    public let receipt: Int64
}

/// A file whose original lies in the archive, on its way to a receipt.
public struct Arrival: Sendable, Hashable {
    /// The feed.
    public let feed: String
    /// Where it lay.
    public let endpoint: String
    /// The name, as bytes.
    public let name: [UInt8]
    /// Bytes.
    public let size: Int64
    /// The place's own time of change.
    public let modified: Int64
    /// The content's.
    public let digest: ContentDigest
    /// Where the original lies, relative to the archive.
    public let archive: String
    /// When it was archived.
    public let at: Int64

    /// Describes a file.
    public init(
        feed: String, endpoint: String, name: [UInt8], size: Int64, modified: Int64,
        digest: ContentDigest, archive: String, at: Int64
    ) {
        self.feed = feed
        self.endpoint = endpoint
        self.name = name
        self.size = size
        self.modified = modified
        self.digest = digest
        self.archive = archive
        self.at = at
    }
}

/// The arrival of one file.
public struct Receipt: Sendable, Hashable {
    /// The row.
    public let id: Int64
    /// The batch that claimed it.
    public let batch: Int64
    /// The feed.
    public let feed: String
    /// Where it lay.
    public let endpoint: String
    /// The name, as bytes; it may hold PHI.
    public let name: [UInt8]
    /// Bytes.
    public let size: Int64
    /// The place's own time of change.
    public let modified: Int64
    /// The content's.
    public let digest: ContentDigest
    /// Where the original lies, relative to the archive.
    public let archive: String
    /// When it was archived.
    public let received: Int64
    /// What became of it.
    public let outcome: FileOutcome
    /// Why, when it was not processed.
    public let code: String
    /// The format that read it.
    public let format: String
    /// The version or guide.
    public let version: String
    /// How many records the framer counted.
    public let records: Int
    /// The sum of the low halves of their hashes.
    public let hashLow: Int64
    /// The sum of the high halves.
    public let hashHigh: Int64
    /// The money the framer added up.
    public let cents: Int64
    /// The money the file declares.
    public let declaredCents: Int64?
    /// Whether its envelope closed.
    public let isComplete: Bool
    /// When its source was swept.
    public let sweptAt: Int64?
    /// The receipt it repeats.
    public let duplicateOf: Int64?
}
