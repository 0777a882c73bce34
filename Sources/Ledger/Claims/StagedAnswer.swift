/// What an answer is about: how far it reaches.
public enum AnswerScope: Int, Sendable, CaseIterable {
    /// Every claim of an interchange: TA1.
    case interchange = 1
    /// Every claim of a transaction set: AK2 and IK5 of a 999.
    case set
    /// Every claim of a functional group: AK9 of a 999 that refuses it.
    case group
    /// Every claim of a group's sets that the 999 does not list: AK9 that accepts.
    case unlisted
    /// The same where AK9 says that some sets are refused: it holds when some are listed so.
    case unlistedPartly
    /// Every claim of a file: 277CA 2200B.
    case file
    /// Every claim of one billing provider in a file: 277CA 2200C.
    case provider
    /// One claim.
    case account
}

/// One answer, as it was read: what it says, and all that its claim may be found by.
public struct StagedAnswer: Sendable {
    /// What a payment says of one line.
    public struct Line: Sendable, Hashable {
        /// REF*6R.
        public let identifier: String
        /// SVC02, in cents.
        public let charge: Int64
        /// SVC03, in cents.
        public let paid: Int64

        /// Describes a line.
        public init(identifier: String, charge: Int64, paid: Int64) {
            self.identifier = identifier
            self.charge = charge
            self.paid = paid
        }
    }

    /// The record it came in.
    public var record: Int64
    /// Its place in the record: the CLP of a payment, from 1.
    public var ordinal: Int
    /// What kind of answer.
    public var kind: ClaimAnswer
    /// How far it reaches.
    public var scope: AnswerScope
    /// Whether somebody is to look when it matches nothing.
    public var isNeeded = true
    /// Who sent it.
    public var partner: String
    /// Our ISA13.
    public var isa = ""
    /// Our GS06.
    public var gs = ""
    /// Our ST02.
    public var st = ""
    /// Our BHT03.
    public var bht = ""
    /// The patient control number.
    public var pcn: [UInt8] = []
    /// The clearinghouse's number.
    public var clearinghouse = ""
    /// The payer's number.
    public var payerClaim = ""
    /// The member's id.
    public var member = ""
    /// The first day of service, `2026-11-18`.
    public var service = ""
    /// What was charged, in cents.
    public var charge: Int64 = 0
    /// The billing provider's NPI.
    public var npi = ""
    /// What it says.
    public var verdict = ClaimVerdict.noted
    /// The standard's status.
    public var status = ""
    /// What is paid, in cents.
    public var paid: Int64 = 0
    /// What the patient owes, in cents.
    public var patient: Int64 = 0
    /// Its own date, `2026-11-20`.
    public var dated = ""
    /// Its own control number.
    public var control = ""
    /// TRN02 of a payment.
    public var trace = ""
    /// TRN03 of a payment.
    public var payer = ""
    /// What is said of the claim's lines, in order.
    public var lines: [Line] = []
    /// The feed.
    public var feed: String
    /// The batch's instant.
    public var at: Int64

    /// Names the answer; what it says and quotes is set afterwards.
    public init(
        record: Int64, ordinal: Int = 0, kind: ClaimAnswer, scope: AnswerScope, partner: String,
        feed: String, at: Int64
    ) {
        self.record = record
        self.ordinal = ordinal
        self.kind = kind
        self.scope = scope
        self.partner = partner
        self.feed = feed
        self.at = at
    }
}

/// An answer beside one of the claims that it was matched to, or beside none.
public struct MatchedAnswer: Sendable, Hashable, CustomStringConvertible {
    /// The record it came in.
    public let record: Int64
    /// Its place in the record.
    public let ordinal: Int
    /// Whether somebody is to look when it matches nothing.
    public let isNeeded: Bool
    /// The claim; nil for none.
    public let claim: Int64?
    /// How many claims it may be about, where it was not matched for that.
    public let candidates: Int
    /// The claim's patient control number.
    public let pcn: [UInt8]
    /// What became of the claim, with all of tonight's answers.
    public let state: ClaimState

    /// Safe to log: no number.
    public var description: String {
        "\(RecordID.reference(record)).\(ordinal) \(claim.map { "claim \($0)" } ?? "unmatched")"
    }
}
