public import Exchange
import Foundation
import GRDB

extension Ledger {
    /// What was claimed before at `endpoint` and may still be listed there.
    public func seen(endpoint: String) throws -> [SeenFile] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, size, modified, receipt FROM seen WHERE endpoint = $1
                    ORDER BY name, size, modified
                    """, arguments: [endpoint]
            ).map { row in
                SeenFile(
                    look: Look(
                        name: row.bytes("name"), size: row.int64("size"),
                        modified: row.int64("modified")), receipt: row.int64("receipt"))
            }
        }
    }

    /// Notes files as seen without a receipt: the first night's baseline.
    public func markSeen(_ files: [Look], endpoint: String, at: Int64) throws {
        try write { db in
            for file in files { try Ledger.see(db, file, endpoint, receipt: 0, at: at) }
        }
    }

    private static func see(
        _ db: Database, _ file: Look, _ endpoint: String, receipt: Int64, at: Int64
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO seen (endpoint, name, size, modified, receipt, at)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (endpoint, name, size, modified) DO UPDATE
                  SET receipt = excluded.receipt, at = excluded.at
                """)
        try statement.execute(arguments: [
            endpoint, Data(file.name), file.size, file.modified, receipt, at,
        ])
    }

    /// Forgets what was seen before `before` and is not listed any more.
    /// - Returns: how many rows.
    public func forgetSeen(endpoint: String, exceptListed: [[UInt8]], before: Int64) throws -> Int {
        let listed = Set(exceptListed)
        return try write { db in
            let names = try Row.fetchAll(
                db, sql: "SELECT DISTINCT name FROM seen WHERE endpoint = $1 AND at < $2",
                arguments: [endpoint, before]
            ).map { $0.bytes("name") }
            var count = 0
            for name in names where !listed.contains(name) {
                try db.execute(
                    sql: "DELETE FROM seen WHERE endpoint = $1 AND name = $2 AND at < $3",
                    arguments: [endpoint, Data(name), before])
                count += db.changesCount
            }
            return count
        }
    }

    /// Takes a look at files and says, for each, since when it has been as it is now: `at` itself
    /// when it is new or changed. What is not looked at any more is forgotten after 7 days.
    public func looks(endpoint: String, files: [Look], at: Int64) throws -> [Int64] {
        try write { db in
            let upsert = try db.cachedStatement(
                sql: """
                    INSERT INTO look (endpoint, name, size, modified, since, last)
                    VALUES ($1, $2, $3, $4, $5, $5)
                    ON CONFLICT (endpoint, name) DO UPDATE SET
                      since = CASE WHEN look.size = excluded.size
                        AND look.modified = excluded.modified THEN look.since ELSE excluded.since END,
                      size = excluded.size, modified = excluded.modified, last = excluded.last
                    RETURNING since
                    """)
            let since = try files.map { file in
                try Int64.fetchOne(
                    upsert,
                    arguments: [endpoint, Data(file.name), file.size, file.modified, at]) ?? at
            }
            try db.execute(
                sql: "DELETE FROM look WHERE endpoint = $1 AND last < $2",
                arguments: [endpoint, at - 7 * 86_400_000_000])
            return since
        }
    }

    /// Notes what a listing held and what became of each thing (B1). Said again for the same
    /// batch, feed and endpoint, it replaces what was said before; what the batch itself claimed
    /// before it was interrupted counts as claimed, whatever the listing calls it.
    ///
    /// What was seen before is kept as one count: it may lie there for years.
    /// - Parameter discovered: how many things the transport counted, on its own.
    public func record(
        listing: [Listed], discovered: Int, batch: Int64, feed: String, endpoint: String
    ) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO listing (batch, feed, endpoint, discovered) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (batch, feed, endpoint) DO UPDATE SET discovered = excluded.discovered
                    """, arguments: [batch, feed, endpoint, discovered])
            try db.execute(
                sql: "DELETE FROM listed WHERE batch = $1 AND feed = $2 AND endpoint = $3",
                arguments: [batch, feed, endpoint])
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO listed (batch, feed, endpoint, name, size, modified, fate, code, count)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    """)
            var ours = try Ledger.claimedLooks(db, batch: batch, feed: feed, endpoint: endpoint)
            var seenBefore = 0
            for entry in listing {
                let look = Look(name: entry.name, size: entry.size, modified: entry.modified)
                let isOurs = ours.remove(look) != nil
                if entry.fate == .seenBefore, !isOurs {
                    seenBefore += 1
                    continue
                }
                let fate = isOurs ? ListingFate.claimed : entry.fate
                try insert.execute(arguments: [
                    batch, feed, endpoint, Data(entry.name), entry.size, entry.modified,
                    fate.rawValue, isOurs ? "" : entry.code, 1,
                ])
            }
            // Claimed before the batch was interrupted, and taken away by its sender since.
            for look in ours {
                try insert.execute(arguments: [
                    batch, feed, endpoint, Data(look.name), look.size, look.modified,
                    ListingFate.claimed.rawValue, "", 1,
                ])
            }
            if !ours.isEmpty {
                try db.execute(
                    sql: """
                        UPDATE listing SET discovered = discovered + $1
                        WHERE batch = $2 AND feed = $3 AND endpoint = $4
                        """, arguments: [ours.count, batch, feed, endpoint])
            }
            guard seenBefore > 0 else { return }
            try insert.execute(arguments: [
                batch, feed, endpoint, nil, nil, nil, ListingFate.seenBefore.rawValue, "",
                seenBefore,
            ])
        }
    }

    /// What the batch has claimed at an endpoint for a feed.
    private static func claimedLooks(
        _ db: Database, batch: Int64, feed: String, endpoint: String
    ) throws -> Set<Look> {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name, size, modified FROM receipt
                WHERE batch = $1 AND feed = $2 AND endpoint = $3
                """, arguments: [batch, feed, endpoint])
        return Set(
            rows.map {
                Look(
                    name: $0.bytes("name"), size: $0.int64("size"),
                    modified: $0.int64("modified"))
            })
    }

    /// Writes the receipts of files whose originals are in the archive, synced: one transaction,
    /// after which they may be processed. They are seen from then on.
    public func claim(_ arrivals: [Arrival], batch: Int64) throws -> [Receipt] {
        let ids = try write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO receipt (batch, feed, endpoint, name, size, modified, digest,
                      archive, received, outcome, code, format, version)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, '', '', '')
                    """)
            var ids: [Int64] = []
            for file in arrivals {
                try insert.execute(arguments: [
                    batch, file.feed, file.endpoint, Data(file.name), file.size, file.modified,
                    Data(file.digest.bytes), file.archive, file.at,
                ])
                let id = db.lastInsertedRowID
                ids.append(id)
                try Ledger.see(
                    db, Look(name: file.name, size: file.size, modified: file.modified),
                    file.endpoint, receipt: id, at: file.at)
            }
            return ids
        }
        guard let first = ids.first, let last = ids.last else { return [] }
        return try receipts("r.id BETWEEN $1 AND $2", [first, last])
    }

    func receipts(_ condition: String, _ arguments: StatementArguments) throws -> [Receipt] {
        try read { db in
            try Row.fetchAll(
                db, sql: "\(Receipt.selection) WHERE \(condition) ORDER BY r.id",
                arguments: arguments
            ).map(Receipt.init)
        }
    }

    /// One receipt.
    public func receipt(_ id: Int64) throws -> Receipt? { try receipts("r.id = $1", [id]).first }

    /// The receipts that a batch claimed, in order.
    public func receipts(batch: Int64) throws -> [Receipt] {
        try receipts("r.batch = $1", [batch])
    }

    /// A feed's receipts since an instant.
    public func arrivals(feed: String, since: Int64) throws -> [Receipt] {
        try receipts(
            "r.feed = $1 AND r.received >= $2 AND r.batch >= "
                + "(SELECT COALESCE(MIN(id), 0) FROM batch WHERE instant >= $2 - 172800000000)",
            [feed, since])
    }

    /// The newest earlier receipt at the endpoint with the same bytes that was taken in or is
    /// held; what we rejected may come again.
    public func earlier(
        endpoint: String, digest: ContentDigest, before receipt: Int64
    ) throws -> Receipt? {
        try receipts(
            "r.digest = $1 AND r.endpoint = $2 AND r.id < $3 AND r.outcome IN (2, 5)",
            [Data(digest.bytes), endpoint, receipt]
        ).last
    }

    /// The newest earlier receipt at the endpoint with the same envelope, taken in or held.
    public func earlier(
        envelope: [UInt8], endpoint: String, before receipt: Int64
    ) throws -> Int64? {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT MAX(r.id) FROM envelope_key k JOIN receipt r ON r.id = k.receipt
                    WHERE k.key = $1 AND r.endpoint = $2 AND r.id < $3 AND r.outcome IN (2, 5)
                    """, arguments: [Data(envelope), endpoint, receipt])
        }
    }

    /// The newest earlier receipt at the endpoint under the same name.
    public func sameName(endpoint: String, name: [UInt8], before receipt: Int64) throws -> Receipt?
    {
        try receipts(
            "r.endpoint = $1 AND r.name = $2 AND r.id < $3", [endpoint, Data(name), receipt]
        ).last
    }

    /// Receipts whose source may be swept: every unit that took from them is committed.
    public func sweepable(batch: Int64) throws -> [Receipt] {
        try receipts(
            """
            r.batch = $1 AND r.swept IS NULL AND r.outcome <> 1
              AND EXISTS (SELECT 1 FROM unit_feed f JOIN unit u
                ON u.batch = f.batch AND u.name = f.unit
                WHERE f.batch = r.batch AND f.feed = r.feed AND u.state >= 2)
            """, [batch])
    }

    /// Notes that sources were swept.
    public func markSwept(_ receipts: [Int64], at: Int64) throws {
        try write { db in
            let update = try db.cachedStatement(
                sql: "UPDATE receipt SET swept = $1 WHERE id = $2 AND swept IS NULL")
            for id in receipts { try update.execute(arguments: [at, id]) }
        }
    }
}

extension Receipt {
    /// A receipt beside its last tally.
    static let selection = """
        SELECT r.*, t.records, t.hash_low, t.hash_high, t.cents, t.declared, t.complete
        FROM receipt r LEFT JOIN tally t ON t.receipt = r.id AND t.batch = (
          SELECT MAX(x.batch) FROM tally x WHERE x.receipt = r.id AND x.batch >= r.batch)
        """

    init(_ row: Row) {
        id = row.int64("id")
        batch = row.int64("batch")
        feed = row.text("feed")
        endpoint = row.text("endpoint")
        name = row.bytes("name")
        size = row.int64("size")
        modified = row.int64("modified")
        digest = row.digest("digest") ?? .zero
        archive = row.text("archive")
        received = row.int64("received")
        outcome = FileOutcome(rawValue: row.int("outcome")) ?? .claimed
        code = row.text("code")
        format = row.text("format")
        version = row.text("version")
        records = row.int("records")
        hashLow = row.int64("hash_low")
        hashHigh = row.int64("hash_high")
        cents = row.int64("cents")
        declaredCents = row["declared"]
        isComplete = (row["complete"] as Int64? ?? 1) == 1
        sweptAt = row["swept"]
        duplicateOf = row["duplicate_of"]
    }
}
