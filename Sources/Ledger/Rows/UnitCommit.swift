public import Exchange

/// What the framer tallied of one receipt, and what became of it: the first witness of law 2.
public struct ReceiptResult: Sendable {
    /// The receipt.
    public var receipt: Int64
    /// What became of the file.
    public var outcome: FileOutcome
    /// Why, when it was not processed.
    public var code: String
    /// The format that read it.
    public var format: String
    /// The version or guide.
    public var version: String
    /// How many records were framed.
    public var records: Int
    /// The sum of the low 32 bits of their hashes.
    public var hashLow: Int64
    /// The sum of the high 32 bits of their hashes.
    public var hashHigh: Int64
    /// The money of their frames.
    public var cents: Int64
    /// The money that the file declares.
    public var declaredCents: Int64?
    /// Whether the envelope closed.
    public var isComplete: Bool
    /// Declared and counted numbers (B8).
    public var counts: [EnvelopeCount]
    /// What identifies the envelopes.
    public var envelopeKeys: [[UInt8]]
    /// The receipt it repeats.
    public var duplicateOf: Int64?

    /// Describes a result.
    public init(
        receipt: Int64, outcome: FileOutcome, code: String = "", format: String = "",
        version: String = "", records: Int = 0, hashLow: Int64 = 0, hashHigh: Int64 = 0,
        cents: Int64 = 0, declaredCents: Int64? = nil, isComplete: Bool = true,
        counts: [EnvelopeCount] = [], envelopeKeys: [[UInt8]] = [], duplicateOf: Int64? = nil
    ) {
        self.receipt = receipt
        self.outcome = outcome
        self.code = code
        self.format = format
        self.version = version
        self.records = records
        self.hashLow = hashLow
        self.hashHigh = hashHigh
        self.cents = cents
        self.declaredCents = declaredCents
        self.isComplete = isComplete
        self.counts = counts
        self.envelopeKeys = envelopeKeys
        self.duplicateOf = duplicateOf
    }

    /// Adds one frame to the tallies.
    public mutating func tally(_ frame: Frame) {
        records += 1
        hashLow += Int64(frame.hash & 0xFFFF_FFFF)
        hashHigh += Int64(frame.hash >> 32)
        cents &+= frame.cents
    }
}

/// One received payment and its sums (B6), in cents.
public struct MoneyCheck: Sendable, Hashable {
    /// The receipt.
    public let receipt: Int64
    /// TRN02: the number that the deposit shows too.
    public let name: String
    /// BPR02: what was paid.
    public let left: Int64
    /// The sum of CLP04.
    public let claims: Int64
    /// The sum of the PLB amounts, with their sign in the file.
    public let adjustments: Int64
    /// How many CLP it has.
    public let claimCount: Int
    /// The payer.
    public let payer: String
    /// BPR16: the payment's date.
    public let dated: String

    /// What the claims come to, less the adjustments.
    public var right: Int64 { claims &- adjustments }

    /// States a payment.
    public init(
        receipt: Int64, name: String, left: Int64, claims: Int64, adjustments: Int64 = 0,
        claimCount: Int = 0, payer: String = "", dated: String = ""
    ) {
        self.receipt = receipt
        self.name = name
        self.left = left
        self.claims = claims
        self.adjustments = adjustments
        self.claimCount = claimCount
        self.payer = payer
        self.dated = dated
    }
}

/// A file under its temporary name, read back.
public struct StagedDelivery: Sendable {
    /// Its number within this commit, from 1; legs and claims name it.
    public var local: Int64
    /// The destination.
    public var destination: String
    /// The temporary name.
    public var temporary: String
    /// The final name.
    public var final: String
    /// Where a copy lies, relative to the archive.
    public var archive: String
    /// Bytes.
    public var size: Int64
    /// The content's.
    public var digest: ContentDigest
    /// How many records were written.
    public var records: Int
    /// How much money was written.
    public var cents: Int64
    /// How many records our own reader found in it.
    public var readRecords: Int
    /// How much money our own reader found in it.
    public var readCents: Int64
    /// The sum of the low halves of the hashes that our own reader found; nil when the format
    /// adds bytes to records as it puts them together, so that hashes cannot be compared.
    public var readHashLow: Int64?
    /// The sum of the high halves.
    public var readHashHigh: Int64?
    /// Declared and counted numbers of the envelope, from our own reader (B8).
    public var counts: [EnvelopeCount]
    /// Control numbers by their name in the standard.
    public var controlNumbers: [String: String]
    /// The receipt it answers, for an acknowledgement.
    public var acknowledges: Int64?
    /// Whether it is an acknowledgement: custody, made of no legs.
    public var isAcknowledgement: Bool

    /// Describes a file.
    public init(
        local: Int64, destination: String, temporary: String, final: String, archive: String,
        size: Int64, digest: ContentDigest, records: Int, cents: Int64, readRecords: Int,
        readCents: Int64, readHashLow: Int64? = nil, readHashHigh: Int64? = nil,
        counts: [EnvelopeCount] = [], controlNumbers: [String: String] = [:],
        acknowledges: Int64? = nil, isAcknowledgement: Bool = false
    ) {
        self.local = local
        self.destination = destination
        self.temporary = temporary
        self.final = final
        self.archive = archive
        self.size = size
        self.digest = digest
        self.records = records
        self.cents = cents
        self.readRecords = readRecords
        self.readCents = readCents
        self.readHashLow = readHashLow
        self.readHashHigh = readHashHigh
        self.counts = counts
        self.controlNumbers = controlNumbers
        self.acknowledges = acknowledges
        self.isAcknowledgement = isAcknowledgement
    }
}

/// How often a field held something in a batch.
public struct CensusRow: Sendable, Hashable {
    /// The feed.
    public let feed: String
    /// The field, in the standard's notation.
    public let field: String
    /// How often.
    public let count: Int
    /// Whether a mapping reads it.
    public let isMapped: Bool

    /// Describes a field.
    public init(feed: String, field: String, count: Int, isMapped: Bool) {
        self.feed = feed
        self.field = field
        self.count = count
        self.isMapped = isMapped
    }
}

/// All that one release unit commits at once, besides what lies in the workspace.
public struct UnitCommit: Sendable {
    /// The batch.
    public var batch: Int64
    /// The unit.
    public var unit: ReleaseUnit
    /// Tallies and outcomes of its files.
    public var receipts: [ReceiptResult]
    /// Its files under their temporary names.
    public var deliveries: [StagedDelivery]
    /// Sums inside received payments.
    public var money: [MoneyCheck]
    /// Fields that held something.
    public var census: [CensusRow]
    /// The control numbers it used.
    public var numbers: LedgerNumbers?
    /// When.
    public var at: Int64

    /// Describes a commit.
    public init(
        batch: Int64, unit: ReleaseUnit, receipts: [ReceiptResult],
        deliveries: [StagedDelivery] = [], money: [MoneyCheck] = [], census: [CensusRow] = [],
        numbers: LedgerNumbers? = nil, at: Int64
    ) {
        self.batch = batch
        self.unit = unit
        self.receipts = receipts
        self.deliveries = deliveries
        self.money = money
        self.census = census
        self.numbers = numbers
        self.at = at
    }
}
