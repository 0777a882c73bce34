public import Exchange
import Foundation
import GRDB

/// What happened to something held. The numbers are stored.
enum HeldEvent: Int { case released = 2, discarded, superseded }

extension Ledger {
    private func held(
        where condition: String, _ arguments: StatementArguments, limit: Int = .max
    ) throws -> [Held] {
        try read { try Ledger.held($0, condition, arguments, limit: limit) }
    }

    static func held(
        _ db: Database, _ condition: String, _ arguments: StatementArguments, limit: Int = .max
    ) throws -> [Held] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT h.*, r.archive, r.format, r.version, c.start, c.length, c.type, c.entity,
                  c.event, c.rank, c.batch AS arrived, c.part, c.cents, c.key, c.key64, c.hash
                FROM held h LEFT JOIN receipt r ON r.id = h.record / 4294967296
                LEFT JOIN record c ON c.id = h.record
                WHERE \(condition) ORDER BY h.since, h.record, h.destination LIMIT \(limit)
                """, arguments: arguments
        ).map(Held.init)
    }

    /// What lies in quarantine, oldest first, of one feed, code or owner or of all.
    public func held(
        feed: String? = nil, code: String? = nil, owner: Role? = nil, limit: Int = 1000
    ) throws -> [Held] {
        try held(
            where: """
                h.state = 1 AND ($1 IS NULL OR h.feed = $1) AND ($2 IS NULL OR h.code = $2)
                AND ($3 IS NULL OR h.owner = $3)
                """, [feed, code, owner?.rawValue], limit: limit)
    }

    /// All holds there ever were of one record.
    public func held(_ record: Int64) throws -> [Held] {
        try held(where: "h.record = $1", [record])
    }

    /// Says whose record it is.
    public func assign(
        _ record: Int64, patient: [UInt8], by actor: String, reason: String, at: Int64
    ) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE held SET patient = $1, changed = $2 WHERE record = $3 AND state = 1
                    """, arguments: [Data(patient), at, record])
            guard db.changesCount > 0 else {
                throw LedgerError.conflict("\(RecordID.reference(record)) is not held")
            }
            try appendAudit(
                db, actor: actor, action: "assign", object: RecordID.reference(record),
                outcome: reason, at: at)
        }
    }

    /// Asks for the release of one record, or of all under a code; the next run takes them in.
    /// - Returns: how many holds.
    public func requestRelease(
        record: Int64? = nil, code: String? = nil, by actor: String, reason: String, at: Int64
    ) throws -> Int {
        guard record != nil || code != nil else { return 0 }
        return try write { db in
            try db.execute(
                sql: """
                    UPDATE held SET requested = $1 WHERE state = 1
                      AND ($2 IS NULL OR record = $2) AND ($3 IS NULL OR code = $3)
                    """, arguments: [at, record, code])
            let count = db.changesCount
            if record != nil && count == 0 {
                throw LedgerError.conflict("\(RecordID.reference(record ?? 0)) is not held")
            }
            try appendAudit(
                db, actor: actor, action: "release",
                object: record.map(RecordID.reference) ?? "code \(code ?? "")", outcome: reason,
                at: at)
            return count
        }
    }

    /// Does away with a held record for good; its bytes stay in the archive.
    public func discard(
        _ record: Int64, by actor: String, reason: String, at: Int64
    ) throws {
        try write { db in
            let count = try Ledger.end(
                db, .discarded, "record = $3", [at, HeldState.discarded.rawValue, record],
                batch: try Ledger.openID(db), at: at)
            guard count > 0 else {
                throw LedgerError.conflict("\(RecordID.reference(record)) is not held")
            }
            try appendAudit(
                db, actor: actor, action: "discard", object: RecordID.reference(record),
                outcome: reason, at: at)
        }
    }

    /// Ends the holds of a record since a newer version was taken in. Done again it changes nothing.
    public func supersede(_ record: Int64, batch: Int64, at: Int64) throws {
        try write { db in
            _ = try Ledger.end(
                db, .superseded, "record = $3", [at, HeldState.superseded.rawValue, record],
                batch: batch, at: at)
        }
    }

    static func openID(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM batch WHERE state = 1")
    }

    /// Ends holds that are open, and writes why for each.
    private static func end(
        _ db: Database, _ event: HeldEvent, _ condition: String, _ arguments: StatementArguments,
        batch: Int64?, at: Int64
    ) throws -> Int {
        let rows = try Row.fetchAll(
            db,
            sql: """
                UPDATE held SET changed = $1, state = $2 WHERE state = 1 AND \(condition)
                RETURNING record, destination, feed
                """, arguments: arguments)
        try note(db, rows, event, batch: batch, at: at)
        return rows.count
    }

    private static func note(
        _ db: Database, _ rows: [Row], _ event: HeldEvent, batch: Int64?, at: Int64
    ) throws {
        let ordered = rows.sorted {
            ($0.int64("record"), $0.text("destination")) < (
                $1.int64("record"), $1.text("destination")
            )
        }
        for row in ordered {
            try db.cachedStatement(
                sql: """
                    INSERT INTO held_event (batch, record, destination, feed, kind, at)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """
            ).execute(arguments: [
                batch, row.int64("record"), row.text("destination"), row.text("feed"),
                event.rawValue, at,
            ])
        }
    }

    /// Takes in, for a batch, what people asked to be released of these feeds, in order.
    ///
    /// What it takes is fixed the first time, so a resumed batch gets the same. Each is written
    /// as released here and now: the left side of B2 and B4.
    public func takeReleased(batch: Int64, feeds: [String]) throws -> [Held] {
        try write { db in
            let instant =
                try Int64.fetchOne(
                    db, sql: "SELECT instant FROM batch WHERE id = $1", arguments: [batch]) ?? 0
            for feed in feeds {
                try db.execute(
                    sql: """
                        INSERT INTO intake (batch, feed) VALUES ($1, $2)
                        ON CONFLICT (batch, feed) DO NOTHING
                        """, arguments: [batch, feed])
                guard db.changesCount == 1 else { continue }
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        UPDATE held SET state = 2, taken_batch = $1, changed = $2
                        WHERE state = 1 AND requested IS NOT NULL AND feed = $3
                        RETURNING record, destination, feed
                        """, arguments: [batch, instant, feed])
                try Ledger.note(db, rows, .released, batch: batch, at: instant)
            }
            let wanted = Set(feeds)
            return try Ledger.held(
                db, "h.taken_batch = $1 AND h.requested IS NOT NULL AND h.state = 2", [batch]
            ).filter { wanted.contains($0.feed) }
        }
    }

    /// Takes in, for a batch, what waits behind keys that were accepted now. Asked again in the
    /// same batch it answers the same.
    /// - Parameter feeds: the feeds that the batch takes from; others' records go on waiting.
    public func takeWaiting(on keys: [[UInt8]], batch: Int64, feeds: [String]) throws -> [Held] {
        let wanted = Set(feeds)
        return try write { db in
            let instant =
                try Int64.fetchOne(
                    db, sql: "SELECT instant FROM batch WHERE id = $1", arguments: [batch]) ?? 0
            var found: [Held] = []
            for key in Set(keys) {
                for feed in wanted.sorted() {
                    let rows = try Row.fetchAll(
                        db,
                        sql: """
                            UPDATE held SET state = 2, taken_batch = $1, changed = $2
                            WHERE state = 1 AND waiting_on = $3 AND batch <> $1 AND feed = $4
                            RETURNING record, destination, feed
                            """, arguments: [batch, instant, Data(key), feed])
                    try Ledger.note(db, rows, .released, batch: batch, at: instant)
                }
                // What was asked for by a person is taken in already.
                found += try Ledger.held(
                    db,
                    """
                    h.taken_batch = $1 AND h.waiting_on = $2 AND h.state = 2
                    AND h.requested IS NULL
                    """, [batch, Data(key)]
                ).filter { wanted.contains($0.feed) }
            }
            return found.sorted { ($0.record, $0.destination) < ($1.record, $1.destination) }
        }
    }

    /// Notes which records of the archive a batch replays: the left side of B2.
    public func noteReplayed(_ records: [(record: Int64, feed: String)], batch: Int64) throws {
        try write { db in
            for entry in records {
                try db.execute(
                    sql: """
                        INSERT INTO replay (batch, record, feed) VALUES ($1, $2, $3)
                        ON CONFLICT (batch, record) DO NOTHING
                        """, arguments: [batch, entry.record, entry.feed])
            }
        }
    }
}

extension Held {
    init(_ row: Row) {
        record = row.int64("record")
        destination = row.text("destination")
        batch = row.int64("batch")
        arrived = row.int64("arrived")
        feed = row.text("feed")
        since = row.int64("since")
        code = row.text("code")
        owner = Role(rawValue: row.text("owner")) ?? .it
        state = HeldState(rawValue: row.int("state")) ?? .held
        patient = row.blob("patient")
        waitingOn = row.blob("waiting_on")
        canonical = row.blob("canonical")
        context = row.blob("context")
        requested = row["requested"]
        archive = row.text("archive")
        offset = row.int64("start")
        length = row.int("length")
        format = row.text("format")
        version = row.text("version")
        type = row.text("type")
        entity = row.text("entity")
        event = row.text("event")
        rank = row.int("rank")
        part = row.int("part")
        cents = row.int64("cents")
        key = row.bytes("key")
        key64 = row.int64("key64")
        hash = UInt64(bitPattern: row.int64("hash"))
    }
}
