public import Exchange

/// How we know that a delivery was published.
public enum Proof: Int, Sendable, CaseIterable {
    /// We renamed it.
    case renamed = 1
    /// It stood there, whole, when we came back.
    case foundPublished
    /// Temporary and final name were both gone: it was collected.
    case collectedMeanwhile
}

/// One file for one destination.
public struct Delivery: Sendable, Hashable {
    /// The row.
    public let id: Int64
    /// The batch.
    public let batch: Int64
    /// The release unit.
    public let unit: String
    /// The destination.
    public let destination: String
    /// The temporary name.
    public let temporary: String
    /// The final name.
    public let final: String
    /// Where a copy lies, relative to the archive.
    public let archive: String
    /// Bytes.
    public let size: Int64
    /// The content's.
    public let digest: ContentDigest
    /// Records written.
    public let records: Int
    /// Money written, in cents.
    public let cents: Int64
    /// Records read back.
    public let readRecords: Int
    /// Money read back, in cents.
    public let readCents: Int64
    /// Control numbers by their name in the standard.
    public let controlNumbers: [String: String]
    /// How far it has come.
    public let state: DeliveryState
    /// How we know that it was published.
    public let proof: Proof?
    /// The receipt it answers.
    public let acknowledges: Int64?
    /// Whether it is an acknowledgement.
    public let isAcknowledgement: Bool
    /// How many legs it has.
    public let legs: Int
    /// When it was staged.
    public let staged: Int64
    /// When it was published.
    public let published: Int64?
    /// When it was collected.
    public let collected: Int64?
}

/// One accepted record on its way to one destination.
public struct Leg: Sendable, Hashable {
    /// The row.
    public let id: Int64
    /// The batch.
    public let batch: Int64
    /// The record.
    public let record: Int64
    /// Its feed.
    public let feed: String
    /// The destination.
    public let destination: String
    /// Where it stands now.
    public let state: LegState
    /// The file it is in.
    public let delivery: Int64?
    /// How many records it became there.
    public let pieces: Int
    /// Money it put there, in cents.
    public let cents: Int64
    /// The hash of its bytes there.
    public let hash: UInt64
    /// Why it is held, failed or suppressed.
    public let code: String
}
