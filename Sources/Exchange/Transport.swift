/// A place that files are taken from or delivered to. Extension point.
///
/// Contract, proved by `TransportContract` in `WaybillTesting`: names are bytes and are never made
/// into a local path except beneath the place itself; listing is complete or throws; fetching is
/// safe to repeat; `publish` never overwrites; every method may be called again after a failure.
/// Errors say whether trying again can help. Methods block the calling task's thread for as long
/// as the device does, and no longer than their deadline.
public protocol Transport: Sendable {
    /// Makes what must be there before anything else can be done: a missing local folder. Safe to
    /// repeat; a place on somebody else's machine is left as it is.
    func prepare() async throws(TransportError)
    /// What is there now, in byte order of the names. A failed or cut-off listing throws.
    func list() async throws(TransportError) -> [Entry]
    /// Copies the whole of `entry` to the file at `path` (made, mode 0600, not yet synced), and
    /// throws when it changed meanwhile.
    func fetch(_ entry: Entry, to path: String) async throws(TransportError) -> Fetched
    /// Does away with an entry that is safely ours, as the feed says. Done already is done.
    func sweep(_ entry: Entry, _ after: After) async throws(TransportError)

    /// Makes the local file at `path` stand under a temporary name where it will be published,
    /// whole and synced.
    func stage(_ path: String, as temporary: String) async throws(TransportError)
    /// Renames a staged file to its final name, and syncs the folder. Never overwrites.
    func publish(_ temporary: String, as name: String) async throws(TransportError)
    /// What stands under `name`.
    func presence(of name: String) async throws(TransportError) -> Presence
    /// Removes a staged or uncollected file. Gone already is done.
    func withdraw(_ name: String) async throws(TransportError)
}

/// One thing in a listing.
public struct Entry: Sendable, Hashable {
    /// What a thing is; only regular files are taken.
    public enum Kind: String, Sendable { case file, folder, link, hardLinked, special }
    /// The name, as bytes: it may hold anything but `/` and NUL.
    public let name: [UInt8]
    /// What it is.
    public let kind: Kind
    /// Bytes.
    public let size: Int64
    /// Time of last change by the place's own clock, in nanoseconds since 1970; compared only
    /// with other times from the same place.
    public let modified: Int64
    /// The place's own identity of the file (inode); 0 where it has none.
    public let identity: UInt64

    /// Describes a thing.
    public init(name: [UInt8], kind: Kind, size: Int64, modified: Int64, identity: UInt64 = 0) {
        self.name = name
        self.kind = kind
        self.size = size
        self.modified = modified
        self.identity = identity
    }
}

/// What was copied.
public struct Fetched: Sendable, Hashable {
    /// Bytes copied.
    public let size: Int64
    /// Their SHA-256, taken while they were copied.
    public let digest: ContentDigest

    /// Describes a copy.
    public init(size: Int64, digest: ContentDigest) {
        self.size = size
        self.digest = digest
    }
}

/// What is done with a source file once every release unit that took from it is committed.
public enum After: Sendable, Hashable {
    case leave, delete
    /// Moved into a folder beside it.
    case move(String)
}

/// Whether a name is taken, and by what.
public enum Presence: Sendable, Hashable {
    case absent
    case present(size: Int64)
}

/// The world failed.
public struct TransportError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it was.
    public enum Kind: String, Sendable {
        case notFound, exists, notAllowed, changed, notRegular, noSpace, unreachable, timeout
        case hostKey, signIn, broken
    }
    /// What kind of failure it was.
    public let kind: Kind
    /// What was being done: `list`, `fetch`, `publish`.
    public let operation: String
    /// Whether trying again later can help.
    public let isTemporary: Bool
    /// Particulars, without names of files or people.
    public let detail: String

    /// Describes a failure.
    public init(_ kind: Kind, operation: String, isTemporary: Bool, detail: String) {
        self.kind = kind
        self.operation = operation
        self.isTemporary = isTemporary
        self.detail = detail
    }

    /// A text that is safe to log.
    public var description: String { "\(operation): \(kind.rawValue): \(detail)" }
}
