import Exchange
import GRDB

extension Ledger {
    /// Findings by code, feed and weight, those that decided most records first.
    public func exceptions(batch: Int64) throws -> [CodeCount] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT x.code, x.feed, MAX(x.severity) AS severity, MAX(x.owner) AS owner,
                      CAST(SUM(x.count) AS BIGINT) AS count,
                      CAST(SUM(x.records) AS BIGINT) AS records, CAST(SUM(x.cents) AS BIGINT) AS cents
                    FROM (
                      SELECT code, feed, severity, owner, count, 0 AS records, 0 AS cents
                      FROM finding_count WHERE batch = $1
                      UNION ALL SELECT code, feed, '', owner, 0, 1, cents FROM record
                      WHERE batch = $1 AND outcome <> 1 AND code <> ''
                      UNION ALL SELECT code, feed, '', owner, 0, 1, cents FROM reentry
                      WHERE batch = $1 AND outcome <> 1 AND code <> '') x
                    GROUP BY x.code, x.feed ORDER BY records DESC, count DESC, x.code, x.feed
                    """, arguments: [batch]
            ).map { row in
                CodeCount(
                    code: row.text("code"),
                    severity: Severity(rawValue: row.text("severity")) ?? .error,
                    owner: Role(rawValue: row.text("owner")) ?? .it, feed: row.text("feed"),
                    count: row.int64("count"), records: row.int64("records"),
                    cents: row.int64("cents"))
            }
        }
    }

    /// How often each code came up while sources were listed, by feed: links, folders, files that
    /// belong to no feed.
    public func listingCodes(batch: Int64) throws -> [(feed: String, code: String, count: Int64)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT feed, code, CAST(SUM(count) AS BIGINT) AS n FROM listed
                    WHERE batch = $1 AND code <> '' GROUP BY feed, code ORDER BY feed, code
                    """, arguments: [batch]
            ).map { ($0.text("feed"), $0.text("code"), $0.int64("n")) }
        }
    }

    private func findings(
        where condition: String, _ arguments: StatementArguments, limit: Int = .max
    ) throws -> [StoredFinding] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM finding WHERE \(condition) ORDER BY id LIMIT \(limit)",
                arguments: arguments
            ).map(StoredFinding.init)
        }
    }

    /// Findings of a batch, of one feed or code or of all.
    public func findings(
        batch: Int64, feed: String? = nil, code: String? = nil, limit: Int = 1000
    ) throws -> [StoredFinding] {
        try findings(
            where: "batch = $1 AND ($2 IS NULL OR feed = $2) AND ($3 IS NULL OR code = $3)",
            [batch, feed, code], limit: limit)
    }

    /// Findings about one record.
    public func findings(record: Int64) throws -> [StoredFinding] {
        try findings(
            where: "receipt = $1 AND record = $2", [RecordID.receipt(record), record])
    }

    /// Findings about one file and its records.
    public func findings(receipt: Int64, limit: Int = 1000) throws -> [StoredFinding] {
        try findings(where: "receipt = $1", [receipt], limit: limit)
    }

    /// Records that went on, with something for a person to look at (report section 8).
    public func flags(batch: Int64, limit: Int = 1000) throws -> [StoredFinding] {
        try findings(
            where: "batch = $1 AND record IS NOT NULL AND severity = 'warning'", [batch],
            limit: limit)
    }

    /// What is held, by feed, code, owner and age.
    public func heldAges(at: Int64) throws -> [HeldAge] {
        let day: Int64 = 86_400_000_000
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT h.feed, h.code, h.owner, MIN(h.since) AS oldest,
                      CAST(SUM(COALESCE(c.cents, 0)) AS BIGINT) AS cents,
                      CAST(SUM(CASE WHEN h.since > $1 THEN 1 ELSE 0 END) AS BIGINT) AS d1,
                      CAST(SUM(CASE WHEN h.since <= $1 AND h.since > $2 THEN 1 ELSE 0 END) AS BIGINT)
                        AS d7,
                      CAST(SUM(CASE WHEN h.since <= $2 AND h.since > $3 THEN 1 ELSE 0 END) AS BIGINT)
                        AS d30,
                      CAST(SUM(CASE WHEN h.since <= $3 THEN 1 ELSE 0 END) AS BIGINT) AS more
                    FROM held h LEFT JOIN record c ON c.id = h.record
                    WHERE h.state = 1 GROUP BY h.feed, h.code, h.owner
                    ORDER BY h.feed, h.code, h.owner
                    """, arguments: [at - 2 * day, at - 8 * day, at - 31 * day]
            ).map { row in
                HeldAge(
                    feed: row.text("feed"), code: row.text("code"),
                    owner: Role(rawValue: row.text("owner")) ?? .it, upToDay: row.int64("d1"),
                    upToWeek: row.int64("d7"), upToMonth: row.int64("d30"), over: row.int64("more"),
                    cents: row.int64("cents"), oldest: row.int64("oldest"))
            }
        }
    }

    /// Sums inside received payments (B6).
    public func moneyChecks(batch: Int64) throws -> [MoneyCheck] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM money_check WHERE batch = $1 ORDER BY receipt, ordinal",
                arguments: [batch]
            ).map { row in
                // Rows of earlier versions know the right side alone.
                let adjustments = row.int64("adjustments")
                return MoneyCheck(
                    receipt: row.int64("receipt"), name: row.text("name"),
                    left: row.int64("left_side"), claims: row.int64("right_side") &+ adjustments,
                    adjustments: adjustments, claimCount: row.int("claim_count"),
                    payer: row.text("payer"), dated: row.text("dated"))
            }
        }
    }

    /// Declared and counted numbers of received files (B8).
    public func envelopeCounts(batch: Int64) throws -> [StoredCount] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.*, r.feed FROM receipt_count c JOIN receipt r ON r.id = c.receipt
                    WHERE c.batch = $1 ORDER BY c.receipt, c.ordinal
                    """, arguments: [batch]
            ).map { row in
                StoredCount(
                    receipt: row.int64("receipt"), feed: row.text("feed"),
                    count: EnvelopeCount(
                        row.text("name"), declared: row.int("declared"), counted: row.int("counted")
                    ))
            }
        }
    }

    /// Fields that held something, those that no mapping reads first.
    public func census(batch: Int64) throws -> [CensusRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql:
                    "SELECT * FROM census WHERE batch = $1 ORDER BY mapped, feed, count DESC, field",
                arguments: [batch]
            ).map { row in
                CensusRow(
                    feed: row.text("feed"), field: row.text("field"), count: row.int("count"),
                    isMapped: row.int("mapped") == 1)
            }
        }
    }

    /// The ledger in a few numbers.
    public func status() throws -> LedgerStatus {
        let last = try lastBatch()
        let failsafe = try failsafe()
        return try read { db in
            var pending: [String: Int64] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT destination, COUNT(*) AS n FROM delivery WHERE state < 3
                    GROUP BY destination ORDER BY destination
                    """)
            { pending[row.text("destination")] = row.int64("n") }
            let unbalanced = try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM unit WHERE batch = $1 AND balanced = 0 ORDER BY name
                    """, arguments: [last?.id ?? 0])
            return LedgerStatus(
                last: last, open: try Ledger.batch(db, "state = 1 ORDER BY id LIMIT 1", []),
                held: try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM held WHERE state = 1") ?? 0,
                oldestHeld: try Int64.fetchOne(
                    db, sql: "SELECT MIN(since) FROM held WHERE state = 1"),
                pending: pending,
                awaitingAnswers: try Int64.fetchOne(
                    db, sql: "SELECT CAST(SUM(claims) AS BIGINT) FROM claim_tally WHERE state = 1")
                    ?? 0,
                failsafe: failsafe, outOfBalance: unbalanced)
        }
    }

    /// One record's life; nil when there is no such record.
    public func life(of record: Int64) throws -> RecordLife? {
        guard let receipt = try receipt(RecordID.receipt(record)) else { return nil }
        let rows = try read { db in
            (
                try Row.fetchOne(
                    db, sql: "SELECT * FROM record WHERE id = $1", arguments: [record]),
                try Row.fetchAll(
                    db, sql: "SELECT * FROM reentry WHERE record = $1 ORDER BY batch",
                    arguments: [record]),
                try Row.fetchAll(
                    db, sql: "SELECT * FROM leg_now WHERE record = $1 ORDER BY id",
                    arguments: [record]
                ).map(Leg.init),
                try Row.fetchAll(
                    db, sql: "SELECT * FROM claim WHERE record = $1 ORDER BY id",
                    arguments: [record]
                ).map(ClaimRow.init)
            )
        }
        guard let row = rows.0 else { return nil }
        var files: [Delivery] = []
        for id in Set(rows.2.compactMap(\.delivery)).sorted() {
            if let file = try delivery(id) { files.append(file) }
        }
        return RecordLife(
            record: record, receipt: receipt, batch: try batch(row.int64("batch")),
            type: row.text("type"), entity: row.text("entity"),
            outcome: Outcome(rawValue: row.int("outcome")) ?? .held, code: row.text("code"),
            offset: row.int64("start"), length: row.int("length"), cents: row.int64("cents"),
            reentries: rows.1.map {
                RecordLife.Reentry(
                    batch: $0.int64("batch"),
                    origin: Origin(rawValue: $0.int("origin")) ?? .released,
                    outcome: Outcome(rawValue: $0.int("outcome")) ?? .held, code: $0.text("code"))
            },
            findings: try findings(record: record), legs: rows.2, deliveries: files,
            held: try held(record), claims: rows.3)
    }
}

extension StoredFinding {
    init(_ row: Row) {
        batch = row.int64("batch")
        receipt = row.int64("receipt")
        record = row["record"]
        feed = row.text("feed")
        code = row.text("code")
        severity = Severity(rawValue: row.text("severity")) ?? .error
        owner = Role(rawValue: row.text("owner")) ?? .it
        location = Location(
            byte: row["byte"], line: row["line"], record: row["number"], path: row["path"])
        message = row.text("message")
        fix = row.text("fix")
    }
}
