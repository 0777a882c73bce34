import Bytes
import Exchange
import Ledger
import Mapping

/// Compares a full file's rows with the last ones seen from that system: unchanged rows are
/// filtered, changed ones get their trigger, absent ones are flagged and never deleted.
final class Snapshots {
    private let ledger: Ledger
    private let system: String
    private let names: CanonicalNames
    private let settings: Feed.Snapshot
    /// What is held of this feed: a row that comes again every night is held once.
    private let held: [[UInt8]: [(record: Int64, digest: UInt64)]]
    /// Holds whose row came again, and says something else by now.
    private(set) var overtaken: [Int64] = []
    /// Hashes of the keys of this file, so that absent rows are known.
    private var present: Set<UInt64> = []
    private var entity = ""

    init(
        _ ledger: Ledger, _ names: CanonicalNames, _ mirrors: Mirrors, feed: String,
        system: String, settings: Feed.Snapshot
    ) throws {
        self.names = names
        var held: [[UInt8]: [(record: Int64, digest: UInt64)]] = [:]
        for item in try ledger.held(feed: feed, limit: .max) where item.destination.isEmpty {
            guard let canonical = item.canonical,
                let record = try? CanonicalCodec.decode(canonical),
                let view = try? names.view(names.pack(record)), let key = mirrors.key(of: view)
            else { continue }
            held[key, default: []].append((item.record, view.digest))
        }
        self.held = held
        self.ledger = ledger
        self.system = system
        self.settings = settings
    }

    /// What a row means.
    enum Meaning {
        case unchanged
        /// It waits in quarantine already, just as it is.
        case heldAlready
        case event(String)
    }

    /// What each record of a page means; nil for a record without a key.
    func meanings(of page: WorkedPage) throws -> [Meaning?] {
        let keys = page.records.map(\.gist?.version?.key)
        entity = page.records.lazy.compactMap(\.gist).first?.entity ?? entity
        var view = CanonicalView(names)
        let known = try ledger.mirror(
            system: system, entity: entity, keys: keys.compactMap { $0 }, state: .confirmed)
        return try zip(page.records, keys).map { record, key in
            guard let key, let gist = record.gist else { return nil }
            present.insert(RecordHash.hash(key))
            let holds = held[key] ?? []
            if record.outcome == .held, holds.contains(where: { $0.digest == gist.digest }) {
                return .heldAlready
            }
            overtaken += holds.map(\.record)
            let before = known[key]
            if let before, before.digest == gist.digest { return .unchanged }
            guard let events = settings.events else { return .event("") }
            try view.load(page.packed, record.packed)
            return .event(Events.derived(events, view, before: before.map(Mirrors.values)))
        }
    }

    /// How many rows were known and are not in the file, and how many were known.
    func absent() throws -> (missing: Int, known: Int) {
        var missing = 0
        var all = 0
        guard !entity.isEmpty else { return (0, 0) }
        try ledger.mirrorKeys(system: system, entity: entity, state: .confirmed) { row in
            guard row.state != .withdrawn else { return }
            all += 1
            if !present.contains(RecordHash.hash(row.key)) { missing += 1 }
        }
        return (missing, all)
    }

    /// Whether so many rows are missing that the file is held.
    func holds(missing: Int, known: Int) -> Bool {
        known > 0 && missing * 100 > known * settings.drop
    }
}
