public import Exchange

/// A leg as Assemble made it.
public struct StagedLeg: Sendable, Hashable {
    /// The record.
    public var record: Int64
    /// Its feed.
    public var feed: String
    /// Where it goes.
    public var destination: String
    /// Where it stands.
    public var state: LegState
    /// `StagedDelivery.local` of the file it is in; nil when it is in none.
    public var delivery: Int64?
    /// How many records of the destination file it became; 0 when merged into another leg.
    public var pieces: Int
    /// Money that it put into the file, in cents.
    public var cents: Int64
    /// `RecordHash` of the bytes that it put into the file.
    public var hash: UInt64
    /// Why it is held, failed or suppressed.
    public var code: String
    /// Whether it carries claims (B7).
    public var claims: Int

    /// Describes a leg.
    public init(
        record: Int64, feed: String, destination: String, state: LegState, delivery: Int64? = nil,
        pieces: Int = 1, cents: Int64 = 0, hash: UInt64 = 0, code: String = "", claims: Int = 0
    ) {
        self.record = record
        self.feed = feed
        self.destination = destination
        self.state = state
        self.delivery = delivery
        self.pieces = pieces
        self.cents = cents
        self.hash = hash
        self.code = code
        self.claims = claims
    }
}

/// A record, or one leg of it, that goes into quarantine.
public struct StagedHold: Sendable, Hashable {
    /// The record; number 0 stands for the whole file.
    public var record: Int64
    /// Its feed.
    public var feed: String
    /// Empty for the record itself; else the leg to that destination alone.
    public var destination: String
    /// Why.
    public var code: String
    /// Who deals with it.
    public var owner: Role
    /// The patient it seems to be about.
    public var patient: [UInt8]?
    /// The key it waits for: released when that is accepted.
    public var waitingOn: [UInt8]?
    /// The canonical record, as Pipeline wrote it.
    public var canonical: [UInt8]?
    /// What the parser must know to read it again.
    public var context: [UInt8]?

    /// Describes what is held.
    public init(
        record: Int64, feed: String, destination: String = "", code: String, owner: Role,
        patient: [UInt8]? = nil, waitingOn: [UInt8]? = nil, canonical: [UInt8]? = nil,
        context: [UInt8]? = nil
    ) {
        self.record = record
        self.feed = feed
        self.destination = destination
        self.code = code
        self.owner = owner
        self.patient = patient
        self.waitingOn = waitingOn
        self.canonical = canonical
        self.context = context
    }
}

/// Which of a key's versions in the mirror.
public enum MirrorState: Int, Sendable, CaseIterable { case sent = 1, confirmed, withdrawn }

/// What one system has of one record, as far as we know.
public struct MirrorRow: Sendable, Hashable, CustomStringConvertible {
    /// The system: `ehr`.
    public let system: String
    /// The canonical entity.
    public let entity: String
    /// The record's key there.
    public let key: [UInt8]
    /// Which version this is.
    public let state: MirrorState
    /// A hash of what the record says.
    public let digest: UInt64
    /// A JSON object: the field's name within the entity → text.
    public let values: String
    /// The record it came from.
    public let record: Int64

    /// A text that is safe to log.
    public var description: String { "\(entity) in \(system), state \(state)" }
}

/// What one record says of its entity: the version that systems are seen to hold, or are sent.
public struct VersionRow: Sendable, Hashable, CustomStringConvertible {
    /// The record.
    public var record: Int64
    /// The feed it came from.
    public let feed: String
    /// The canonical entity.
    public let entity: String
    /// Its key.
    public let key: [UInt8]
    /// A hash of what it says.
    public let digest: UInt64
    /// A JSON object: the field's name within the entity → text.
    public let values: String

    /// Describes a version.
    public init(
        record: Int64 = 0, feed: String, entity: String, key: [UInt8], digest: UInt64,
        values: String
    ) {
        self.record = record
        self.feed = feed
        self.entity = entity
        self.key = key
        self.digest = digest
        self.values = values
    }

    /// A text that is safe to log.
    public var description: String { "\(entity) of \(feed)" }
}

/// A claim that leaves.
public struct StagedClaim: Sendable, Hashable {
    /// The record it was made of.
    public var record: Int64
    /// Its feed.
    public var feed: String
    /// The patient control number (CLM01).
    public var pcn: [UInt8]
    /// Where it goes.
    public var destination: String
    /// ISA13 of its interchange.
    public var isa: String
    /// GS06 of its group.
    public var gs: String
    /// ST02 of its transaction set.
    public var st: String
    /// BHT03 of its transaction set.
    public var bht: String
    /// The partner it is sent to, whose answers quote our numbers.
    public var partner: String
    /// What it can be recognized by, besides its number.
    public var traits: ClaimTraits
    /// Its lines, in order.
    public var lines: [ClaimLine]
    /// CLM02, in cents.
    public var cents: Int64
    /// Whether the payer answers.
    public var expectsAnswer: Bool
    /// `StagedDelivery.local` of its file; 0 when it is in none.
    public var delivery: Int64

    /// Describes a claim.
    public init(
        record: Int64, feed: String, pcn: [UInt8], destination: String, isa: String = "",
        gs: String = "", st: String = "", bht: String = "", partner: String = "",
        traits: ClaimTraits = ClaimTraits(), lines: [ClaimLine] = [], cents: Int64,
        expectsAnswer: Bool = true, delivery: Int64 = 0
    ) {
        self.record = record
        self.feed = feed
        self.pcn = pcn
        self.destination = destination
        self.isa = isa
        self.gs = gs
        self.st = st
        self.bht = bht
        self.partner = partner
        self.traits = traits
        self.lines = lines
        self.cents = cents
        self.expectsAnswer = expectsAnswer
        self.delivery = delivery
    }
}

/// Two keys that were found to be one patient (A40).
public struct Alias: Sendable, Hashable {
    /// Whose keys.
    public var system: String
    /// The key that is no longer used.
    public var loser: [UInt8]
    /// The key that stands for both.
    public var survivor: [UInt8]
    /// The record that said so.
    public var record: Int64
    /// Its feed.
    public var feed: String

    /// Describes a merge.
    public init(system: String, loser: [UInt8], survivor: [UInt8], record: Int64, feed: String) {
        self.system = system
        self.loser = loser
        self.survivor = survivor
        self.record = record
        self.feed = feed
    }
}
