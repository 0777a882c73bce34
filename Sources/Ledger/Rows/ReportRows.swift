public import Exchange

/// Records and money of one feed in a batch (report sections 1, 3, 4).
public struct FeedTotals: Sendable, Hashable {
    /// The feed.
    public let feed: String
    /// Records framed.
    public let received: Int64
    /// Records taken out of quarantine.
    public let released: Int64
    /// Records replayed.
    public let replayed: Int64
    /// Records by outcome.
    public let outcomes: [Outcome: Int64]
    /// Money framed, in cents.
    public let framedCents: Int64
    /// Money that files declare; nil when none does.
    public let declaredCents: Int64?
    /// Money by outcome, in cents.
    public let cents: [Outcome: Int64]
    /// Whether the hashes agree; nil before the equations were computed.
    public let hashOK: Bool?

    /// Records in less records out.
    public var difference: Int64 {
        received + released + replayed - outcomes.values.reduce(0, +)
    }
}

/// Files of one feed in a batch.
public struct FileTotals: Sendable, Hashable {
    /// The feed.
    public let feed: String
    /// What the transport counted.
    public let discovered: Int64
    /// What became of it.
    public let fates: [ListingFate: Int64]
    /// What became of files that were claimed.
    public let outcomes: [FileOutcome: Int64]
}

/// How often a code came (report section 6).
public struct CodeCount: Sendable, Hashable {
    /// The code.
    public let code: String
    /// How much it weighs.
    public let severity: Severity
    /// Who deals with it.
    public let owner: Role
    /// The feed.
    public let feed: String
    /// How many findings.
    public let count: Int64
    /// How many records it decided.
    public let records: Int64
    /// Their money, in cents.
    public let cents: Int64
}

/// A finding as it was stored.
public struct StoredFinding: Sendable, Hashable {
    /// The batch.
    public let batch: Int64
    /// The receipt.
    public let receipt: Int64
    /// The record; nil for the file and its envelope.
    public let record: Int64?
    /// The feed.
    public let feed: String
    /// The code.
    public let code: String
    /// How much it weighs.
    public let severity: Severity
    /// Who deals with it.
    public let owner: Role
    /// Where it is.
    public let location: Location
    /// What is wrong.
    public let message: String
    /// What to do.
    public let fix: String
}

/// What is held of one feed, code and owner, by age (report section 7).
public struct HeldAge: Sendable, Hashable {
    /// The feed.
    public let feed: String
    /// Why.
    public let code: String
    /// Who deals with it.
    public let owner: Role
    /// 0 to 1 day.
    public let upToDay: Int64
    /// 2 to 7 days.
    public let upToWeek: Int64
    /// 8 to 30 days.
    public let upToMonth: Int64
    /// Over 30 days.
    public let over: Int64
    /// Money, in cents.
    public let cents: Int64
    /// Since when the oldest.
    public let oldest: Int64
}

/// One earlier batch of a feed, for the 30-day line.
public struct DayTotals: Sendable, Hashable {
    /// The batch.
    public let batch: Int64
    /// Its instant.
    public let instant: Int64
    /// Records received.
    public let received: Int64
    /// Records by outcome.
    public let outcomes: [Outcome: Int64]
    /// Files claimed.
    public let files: Int64
    /// Money framed, in cents.
    public let cents: Int64
}

/// A declared number beside a counted one, of a receipt (B8).
public struct StoredCount: Sendable, Hashable {
    /// The receipt.
    public let receipt: Int64
    /// The feed.
    public let feed: String
    /// The number.
    public let count: EnvelopeCount
}

/// The ledger in a few numbers.
public struct LedgerStatus: Sendable {
    /// The newest batch.
    public let last: Batch?
    /// The batch that was interrupted.
    public let open: Batch?
    /// Holds that are open.
    public let held: Int64
    /// Since when the oldest.
    public let oldestHeld: Int64?
    /// Files that may not be, or are not yet, published, by destination.
    public let pending: [String: Int64]
    /// Claims without an answer.
    public let awaitingAnswers: Int64
    /// The fail-safe.
    public let failsafe: FailsafeState
    /// Units of the newest batch that are out of balance.
    public let outOfBalance: [String]
}

/// One record's life, from its arrival to the answers to it.
public struct RecordLife: Sendable {
    /// The record.
    public let record: Int64
    /// The file it came in.
    public let receipt: Receipt
    /// The batch that took it in.
    public let batch: Batch?
    /// Its type.
    public let type: String
    /// Its canonical entity.
    public let entity: String
    /// What became of it first.
    public let outcome: Outcome
    /// The code that decided that.
    public let code: String
    /// Its first byte in the content.
    public let offset: Int64
    /// How many bytes.
    public let length: Int
    /// Money, in cents.
    public let cents: Int64
    /// What became of it when it was released or replayed: batch and outcome, in order.
    public let reentries: [Reentry]
    /// Its findings.
    public let findings: [StoredFinding]
    /// Its legs.
    public let legs: [Leg]
    /// The files its legs are in.
    public let deliveries: [Delivery]
    /// Its holds.
    public let held: [Held]
    /// Its claims.
    public let claims: [ClaimRow]

    /// A record's way through a later batch.
    public struct Reentry: Sendable, Hashable {
        /// The batch.
        public let batch: Int64
        /// Why it came again.
        public let origin: Origin
        /// What became of it.
        public let outcome: Outcome
        /// The code that decided that.
        public let code: String
    }
}

/// A stored number that recomputing does not confirm.
public struct DeepDifference: Sendable, Hashable {
    /// The batch; 0 for the ledger as a whole.
    public let batch: Int64
    /// What differs: a feed and a measure, or a check.
    public let what: String
    /// What is stored.
    public let stored: Int64
    /// What comes out now.
    public let computed: Int64
}
