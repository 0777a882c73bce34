/// How far a claim has come, derived from what happened to it.
public enum ClaimState: Int, Sendable, CaseIterable {
    case awaiting = 1, rejectedEnvelope, accepted, rejectedPayer, pending, paid, denied
    case noAnswerExpected, withdrawn
}

/// A claim that left, and how far it has come.
public struct ClaimRow: Sendable, Hashable, CustomStringConvertible {
    /// The row.
    public let id: Int64
    /// The record it was made of.
    public let record: Int64
    /// The batch it left in.
    public let batch: Int64
    /// Its feed.
    public let feed: String
    /// The patient control number.
    public let pcn: [UInt8]
    /// Where it went.
    public let destination: String
    /// ISA13.
    public let isa: String
    /// GS06.
    public let gs: String
    /// ST02.
    public let st: String
    /// BHT03.
    public let bht: String
    /// CLM02, in cents.
    public let cents: Int64
    /// Whether the payer answers.
    public let expectsAnswer: Bool
    /// When it was committed.
    public let sent: Int64
    /// The file it is in.
    public let delivery: Int64?
    /// How far it has come.
    public let state: ClaimState
    /// The status of the last answer.
    public let lastStatus: String
    /// The money of the last answer, in cents.
    public let lastCents: Int64
    /// When the last answer came.
    public let lastAt: Int64?

    /// Safe to log: the patient control number is left out.
    public var description: String { "claim \(id) \(state)" }
}
