public import Exchange

/// Where a held record stands.
public enum HeldState: Int, Sendable, CaseIterable {
    case held = 1, released, discarded, superseded
}

/// A record, or one leg of it, in quarantine, with what reading it again needs.
public struct Held: Sendable, Hashable, CustomStringConvertible {
    /// The record; number 0 stands for the whole file.
    public let record: Int64
    /// Empty for the record itself; else the leg to that destination alone.
    public let destination: String
    /// The batch that held it last.
    public let batch: Int64
    /// The batch that it came in; 0 for a file as a whole.
    public let arrived: Int64
    /// The feed.
    public let feed: String
    /// Since when.
    public let since: Int64
    /// Why.
    public let code: String
    /// Who deals with it.
    public let owner: Role
    /// Where it stands.
    public let state: HeldState
    /// The patient it was assigned to, or seems to be about.
    public let patient: [UInt8]?
    /// The key it waits for.
    public let waitingOn: [UInt8]?
    /// The canonical record.
    public let canonical: [UInt8]?
    /// What the parser must know to read it again.
    public let context: [UInt8]?
    /// When its release was asked for.
    public let requested: Int64?
    /// The original file, relative to the archive.
    public let archive: String
    /// Its first byte in the content.
    public let offset: Int64
    /// How many bytes.
    public let length: Int
    /// The format that read the file.
    public let format: String
    /// The version or guide.
    public let version: String
    /// The record's type.
    public let type: String
    /// The canonical entity.
    public let entity: String
    /// The trigger.
    public let event: String
    /// The feed's place in the order of the night.
    public let rank: Int
    /// The part of its envelope.
    public let part: Int
    /// Money, in cents.
    public let cents: Int64
    /// Its key.
    public let key: [UInt8]
    /// The hash of its key.
    public let key64: Int64
    /// The hash of its bytes.
    public let hash: UInt64

    /// What people see: `R-<receipt>-<number>`.
    public var reference: String { RecordID.reference(record) }
    /// Safe to log: nothing but the reference and the code.
    public var description: String { "\(reference) \(state) \(code)" }
}
