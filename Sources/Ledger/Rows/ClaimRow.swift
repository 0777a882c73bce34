/// What became of a claim so far, by `ClaimLadder`.
public enum ClaimState: Int, Sendable, CaseIterable {
    case awaiting = 1, rejectedEnvelope, accepted, rejectedPayer, pending, paid, denied
    case noAnswerExpected, withdrawn, patient

    /// What the clinic's systems are told.
    public var word: String {
        switch self {
        case .paid, .patient: "paid"
        case .denied: "denied"
        case .rejectedEnvelope, .rejectedPayer: "rejected"
        case .awaiting, .accepted, .pending, .noAnswerExpected, .withdrawn: "pending"
        }
    }
}

/// What a claim can be recognized by when its number is missing or cut off (formats-x12, d).
public struct ClaimTraits: Sendable, Hashable {
    /// The payer's id (2010BB NM109).
    public var payer: String
    /// The member's id (2010BA NM109).
    public var member: String
    /// The first day of service, `2026-11-18`.
    public var service: String
    /// The billing provider's NPI.
    public var npi: String
    /// CLM05-3: 1 original, 7 replacement, 8 void.
    public var frequency: String
    /// The payer's number of the claim that it replaces or voids (REF*F8).
    public var original: String
    /// The clearinghouse's number (REF*D9).
    public var clearinghouse: String

    /// Names what is known; the rest is empty.
    public init(
        payer: String = "", member: String = "", service: String = "", npi: String = "",
        frequency: String = "1", original: String = "", clearinghouse: String = ""
    ) {
        self.payer = payer
        self.member = member
        self.service = service
        self.npi = npi
        self.frequency = frequency
        self.original = original
        self.clearinghouse = clearinghouse
    }
}

/// One line of a claim.
public struct ClaimLine: Sendable, Hashable {
    /// LX01.
    public let sequence: Int
    /// The line item control number (REF*6R), which a payment quotes.
    public let identifier: String
    /// What it charges, in cents.
    public let cents: Int64

    /// Describes a line.
    public init(sequence: Int, identifier: String, cents: Int64) {
        self.sequence = sequence
        self.identifier = identifier
        self.cents = cents
    }
}

/// One line of a claim with what was paid for it.
public struct PaidLine: Sendable, Hashable {
    /// LX01.
    public let sequence: Int
    /// The line item control number.
    public let identifier: String
    /// What it charges, in cents.
    public let cents: Int64
    /// How many lines of payments name it.
    public let postings: Int
    /// What they pay less what they take back, in cents.
    public let paid: Int64
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
    /// The partner it was sent to.
    public let partner: String
    /// The payer's id.
    public let payer: String
    /// The first day of service, `2026-11-18`; empty when it was not kept.
    public let service: String
    /// Where it stands.
    public let standing: ClaimLadder.Standing

    /// What became of it so far.
    public var state: ClaimState { standing.state }

    /// Safe to log: the patient control number is left out.
    public var description: String { "claim \(id) \(state)" }
}
