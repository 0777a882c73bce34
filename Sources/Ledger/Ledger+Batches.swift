import Bytes
public import Exchange
import Foundation
import GRDB

extension Ledger {
    /// Begins a batch: the first thing that is committed. It fixes the id, the instant and the
    /// settings; no other batch may be open.
    /// - Parameter feeds: the feeds it is limited to; empty for all.
    public func begin(
        _ kind: BatchKind, instant: Int64, settings: ContentDigest, feeds: [String] = []
    ) throws -> Batch {
        try write { db in
            let open = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM batch WHERE state = 1") ?? 0
            guard open == 0 else { throw LedgerError.conflict("a batch is open") }
            let stem = Ledger.stem(instant)
            let taken =
                try Int.fetchOne(
                    db, sql: "SELECT COUNT(*) FROM batch WHERE name LIKE $1",
                    arguments: [stem + "-%"]) ?? 0
            let number = taken + 1
            let name = stem + (number < 10 ? "-0" : "-") + String(number)
            let opening = try Ledger.openLegs(db)
            try db.execute(
                sql: """
                    INSERT INTO batch (name, kind, instant, settings, state, feeds, opening_legs)
                    VALUES ($1, $2, $3, $4, 1, $5, $6)
                    """,
                arguments: [
                    name, kind.rawValue, instant, Data(settings.bytes),
                    feeds.joined(separator: "\n"), opening,
                ])
            let id = db.lastInsertedRowID
            // What people did to held records since the last batch counts in this one.
            try db.execute(
                sql: "UPDATE held_event SET batch = $1 WHERE batch IS NULL", arguments: [id])
            try db.execute(
                sql: """
                    UPDATE delivery SET settled_batch = $1
                    WHERE settled_batch IS NULL AND state IN (3, 4, 5)
                    """, arguments: [id])
            guard let batch = try Ledger.batch(db, "id = $1", [id]) else {
                throw LedgerError.notFound("batch \(id)")
            }
            return batch
        }
    }

    /// `20261120T080000Z`.
    private static func stem(_ instant: Int64) -> String {
        Timestamp(microseconds: instant).description.filter { $0 != "-" && $0 != ":" }
    }

    static func batch(
        _ db: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> Batch? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM batch WHERE \(condition)", arguments: arguments
        ).map(Batch.init)
    }

    /// The batch with this id.
    public func batch(_ id: Int64) throws -> Batch? {
        try read { try Ledger.batch($0, "id = $1", [id]) }
    }

    /// The batch of this name.
    public func batch(named name: String) throws -> Batch? {
        try read { try Ledger.batch($0, "name = $1", [name]) }
    }

    /// The newest batches, newest first.
    public func batches(limit: Int) throws -> [Batch] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM batch ORDER BY id DESC LIMIT $1", arguments: [limit]
            ).map(Batch.init)
        }
    }

    /// The newest batch.
    public func lastBatch() throws -> Batch? { try batches(limit: 1).first }

    /// The last closed batch before one: its report and settings digests are quoted.
    public func previousBatch(of batch: Int64) throws -> Batch? {
        try read { try Ledger.batch($0, "id < $1 AND state = 2 ORDER BY id DESC LIMIT 1", [batch]) }
    }

    /// The batch that was interrupted, with all that resuming it needs; nil when there is none.
    public func openBatch() throws -> OpenBatch? {
        guard let batch = try read({ try Ledger.batch($0, "state = 1 ORDER BY id LIMIT 1", []) })
        else { return nil }
        return OpenBatch(
            batch: batch, receipts: try receipts(batch: batch.id), units: try units(of: batch.id),
            deliveries: try deliveries(in: [.staged, .released]))
    }

    /// Says which feeds are published together. Saying it again changes nothing; a feed that is
    /// in another unit of the batch already is a conflict.
    public func declare(units: [ReleaseUnit], batch: Int64) throws {
        try write { db in
            for unit in units {
                try db.execute(
                    sql: """
                        INSERT INTO unit (batch, name, state, opening_legs) VALUES ($1, $2, 1, 0)
                        ON CONFLICT (batch, name) DO NOTHING
                        """, arguments: [batch, unit.name])
                for feed in unit.feeds {
                    try db.execute(
                        sql: """
                            INSERT INTO unit_feed (batch, feed, unit) VALUES ($1, $2, $3)
                            ON CONFLICT (batch, feed) DO NOTHING
                            """, arguments: [batch, feed, unit.name])
                    let other = try String.fetchOne(
                        db, sql: "SELECT unit FROM unit_feed WHERE batch = $1 AND feed = $2",
                        arguments: [batch, feed])
                    guard other == unit.name else {
                        throw LedgerError.conflict("feed \(feed) is in another unit")
                    }
                }
            }
        }
    }

    /// How far the units of a batch have come, by name.
    public func units(of batch: Int64) throws -> [UnitStatus] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT name, state FROM unit WHERE batch = $1 ORDER BY name",
                arguments: [batch]
            ).map { row in
                let name = row.text("name")
                let feeds = try String.fetchAll(
                    db,
                    sql: "SELECT feed FROM unit_feed WHERE batch = $1 AND unit = $2 ORDER BY feed",
                    arguments: [batch, name])
                return UnitStatus(
                    batch: batch, unit: ReleaseUnit(name: name, feeds: feeds),
                    state: UnitState(rawValue: row.int("state")) ?? .declared)
            }
        }
    }

    /// Notes which files a settings digest covers.
    public func settingsDigest(
        _ digest: ContentDigest, files: [SettingsFile], at: Int64
    ) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO settings (digest, first_used) VALUES ($1, $2)
                    ON CONFLICT (digest) DO NOTHING
                    """, arguments: [Data(digest.bytes), at])
            for file in files {
                try db.execute(
                    sql: """
                        INSERT INTO settings_file (digest, path, file_digest) VALUES ($1, $2, $3)
                        ON CONFLICT (digest, path) DO NOTHING
                        """,
                    arguments: [Data(digest.bytes), file.path, Data(file.digest.bytes)])
            }
        }
    }

    /// The files that a settings digest covers.
    public func settingsFiles(_ digest: ContentDigest) throws -> [SettingsFile] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT path, file_digest FROM settings_file WHERE digest = $1 ORDER BY path",
                arguments: [Data(digest.bytes)]
            ).compactMap { row in
                row.digest("file_digest").map { SettingsFile(path: row.text("path"), digest: $0) }
            }
        }
    }
}

extension Batch {
    init(_ row: Row) {
        id = row.int64("id")
        name = row.text("name")
        kind = BatchKind(rawValue: row.int("kind")) ?? .run
        instant = row.int64("instant")
        settings = row.digest("settings") ?? .zero
        state = BatchState(rawValue: row.int("state")) ?? .open
        feeds = row.text("feeds").split(separator: "\n").map(String.init)
        closed = row["closed"]
        verdict = row["verdict"]
        exit = row["exit_code"]
        report = row.digest("report")
    }
}

extension ContentDigest {
    /// 32 zero bytes, for a row that was damaged.
    static let zero = ContentDigest([UInt8](repeating: 0, count: 32))
}
