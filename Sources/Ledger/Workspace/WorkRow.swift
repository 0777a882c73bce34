public import Exchange

/// How a record came into the batch.
public enum Origin: Int, Sendable, CaseIterable {
    /// In a file of this batch.
    case received = 0
    /// Out of quarantine.
    case released
    /// Out of the archive, under a new mapping.
    case replayed
    /// A held leg released: the record's own outcome stands.
    case leg
}

/// Where bytes lie in the spill file.
public struct SpillRange: Sendable, Hashable {
    /// The first byte.
    public let offset: Int64
    /// How many.
    public let length: Int

    /// Names a place.
    public init(offset: Int64, length: Int) {
        self.offset = offset
        self.length = length
    }

    /// A part of it, counted from its first byte.
    public func part(_ range: Range<Int>) -> SpillRange {
        SpillRange(offset: offset + Int64(range.lowerBound), length: range.count)
    }
}

/// One settled record in the workspace.
public struct WorkRow: Sendable, Hashable {
    /// The record's id (`RecordID`).
    public var record: Int64
    /// How it came into the batch.
    public var origin: Origin
    /// The part of the envelope that it stands and falls with; 0 where there is none.
    public var part: Int
    /// The feed.
    public var feed: String
    /// The feed's place in the order of the night.
    public var rank: Int
    /// The record's type: `ORU^R01`.
    public var type: String
    /// The canonical entity.
    public var entity: String
    /// The trigger, where there is one.
    public var event: String
    /// The hash of `key`.
    public var key64: Int64
    /// What makes it the same record when it comes again, feed or endpoint included; empty: none.
    public var key: [UInt8]
    /// `RecordHash` of its bytes.
    public var hash: UInt64
    /// Money, in cents.
    public var cents: Int64
    /// Whether it is taken in.
    public var outcome: Outcome
    /// The code that decided its outcome; empty when accepted.
    public var code: String
    /// Who deals with it.
    public var owner: Role?
    /// Its first byte in the content.
    public var offset: Int64
    /// How many bytes of content it has.
    public var length: Int
    /// Where what was made of it lies in the spill file.
    public var spill: SpillRange?
    /// What its acknowledgement must quote.
    public var basis: [UInt8]
    /// The key of its patient; empty: none.
    public var patient: [UInt8]
    /// How many destinations Route gave it.
    public var legs: Int

    /// Describes a settled record.
    public init(
        record: Int64, origin: Origin = .received, part: Int = 0, feed: String, rank: Int = 0,
        type: String = "", entity: String = "", event: String = "", key64: Int64 = 0,
        key: [UInt8] = [], hash: UInt64, cents: Int64 = 0, outcome: Outcome, code: String = "",
        owner: Role? = nil, offset: Int64 = 0, length: Int = 0, spill: SpillRange? = nil,
        basis: [UInt8] = [], patient: [UInt8] = [], legs: Int = 0
    ) {
        self.record = record
        self.origin = origin
        self.part = part
        self.feed = feed
        self.rank = rank
        self.type = type
        self.entity = entity
        self.event = event
        self.key64 = key64
        self.key = key
        self.hash = hash
        self.cents = cents
        self.outcome = outcome
        self.code = code
        self.owner = owner
        self.offset = offset
        self.length = length
        self.spill = spill
        self.basis = basis
        self.patient = patient
        self.legs = legs
    }
}

/// What records of one sort have in common: it is kept once, and each row names it. All of it comes
/// from the settings, so that there are few, whatever the data.
struct WorkKind: Hashable {
    let feed: String
    let rank: Int
    let entity: String

    /// A feed's, of records of no entity.
    init(feed: String) {
        self.feed = feed
        rank = 0
        entity = ""
    }

    /// What `row` has of it.
    init(_ row: WorkRow) {
        feed = row.feed
        rank = row.rank
        entity = row.entity
    }

    /// Whether `row` is of this sort.
    func isOf(_ row: WorkRow) -> Bool {
        rank == row.rank && feed == row.feed && entity == row.entity
    }
}

/// How versions were added: where that was in the order of records, that of their table serves, and
/// nothing is sorted.
struct VersionOrder {
    private(set) var count: Int64 = 0
    private var last: Int64 = .min
    private var isByRecord = true

    /// Notes one more.
    mutating func add(_ record: Int64) {
        count += 1
        isByRecord = isByRecord && record > last
        last = record
    }

    /// The column that tells which came first.
    var column: String { isByRecord ? "record" : "seq" }
}

/// A record whose key was seen before.
public struct Repeat: Sendable, Hashable {
    /// The later record.
    public let record: Int64
    /// The record it repeats: the newest earlier one.
    public let of: Int64
    /// Whether the bytes are the same too; when not, it is a new version.
    public let sameContent: Bool
    /// When the earlier one was taken in (its batch's instant); 0: earlier in this workspace.
    public let at: Int64
}
