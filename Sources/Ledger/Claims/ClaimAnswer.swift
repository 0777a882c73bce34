/// What kind of answer moved a claim.
public enum ClaimAnswer: Int, Sendable, CaseIterable {
    /// `payer` is a 277CA of the payer, or a 277.
    case ta1 = 1, f999, f277CA, f835, collected, resent, withdrawn, payer

    /// The rung that it stands on.
    public var step: ClaimStep {
        switch self {
        case .resent, .withdrawn: .built
        case .collected: .collected
        case .ta1: .interchange
        case .f999: .group
        case .f277CA: .clearinghouse
        case .payer: .payer
        case .f835: .settled
        }
    }
}

/// What an answer says.
public enum ClaimVerdict: Int, Sendable, CaseIterable {
    case noted = 0, accepted, rejected, paid, denied, pending, reversed

    /// Rows of earlier versions only noted a reversal.
    func corrected(_ kind: ClaimAnswer, _ status: String) -> ClaimVerdict {
        self == .noted && kind == .f835 && status == "22" ? .reversed : self
    }
}

/// The rungs of the ladder, from the file that was built to the payment.
public enum ClaimStep: Int, Sendable, CaseIterable, Comparable {
    case built = 0, collected, interchange, group, clearinghouse, payer, settled

    /// By their height.
    public static func < (left: ClaimStep, right: ClaimStep) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// How an answer was matched to a claim, in the order in which it is tried.
public enum ClaimKey: Int, Sendable, CaseIterable {
    /// Our ISA13, which a TA1 quotes.
    case interchange = 1
    /// Our GS06 and ST02, which a 999 quotes.
    case set
    /// Our GS06 alone: AK9.
    case group
    /// Our BHT03, which a 277CA quotes at 2200B.
    case file
    /// The patient control number, CLM01.
    case account
    /// The clearinghouse's number, REF*D9.
    case clearinghouse
    /// The payer's own number: 277CA REF*1K, 835 CLP07.
    case payer
    /// Member, date of service and charge, where the account number is cut off or missing.
    case service
}

/// One thing that happened to a claim; never changed once written.
public struct ClaimEvent: Sendable, Hashable {
    /// The claim's id.
    public var claim: Int64
    /// What kind of answer.
    public var kind: ClaimAnswer
    /// What it says.
    public var verdict: ClaimVerdict
    /// The standard's status: `A7`, an 835's CLP02.
    public var status: String
    /// What it pays, in cents; negative when it takes back.
    public var cents: Int64
    /// What was charged, as it says, in cents.
    public var charge: Int64
    /// What the patient owes, as it says, in cents.
    public var patient: Int64
    /// Its own date, `2026-11-20`; empty when it has none.
    public var dated: String
    /// Its own control number, by which it is told from every other: an 835's payer and trace.
    public var control: String
    /// Its place among those with one control number: the CLP within a payment.
    public var ordinal: Int
    /// The payer's number for the claim.
    public var payerClaim: String
    /// How it was matched; nil where nothing had to be.
    public var key: ClaimKey?
    /// The record it came in; 0 when a person did it.
    public var record: Int64
    /// The feed it came in.
    public var feed: String
    /// When.
    public var at: Int64

    /// Describes an event.
    public init(
        claim: Int64, kind: ClaimAnswer, verdict: ClaimVerdict, status: String = "",
        cents: Int64 = 0, charge: Int64 = 0, patient: Int64 = 0, dated: String = "",
        control: String = "", ordinal: Int = 0, payerClaim: String = "", key: ClaimKey? = nil,
        record: Int64, feed: String, at: Int64
    ) {
        self.claim = claim
        self.kind = kind
        self.verdict = verdict
        self.status = status
        self.cents = cents
        self.charge = charge
        self.patient = patient
        self.dated = dated
        self.control = control
        self.ordinal = ordinal
        self.payerClaim = payerClaim
        self.key = key
        self.record = record
        self.feed = feed
        self.at = at
    }
}
