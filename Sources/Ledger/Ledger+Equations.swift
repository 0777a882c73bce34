import GRDB

extension Ledger {
    /// Computes B1 to B10 for a committed unit, stores them, and answers them, in order of law,
    /// feed and object. The two sides of each come from different rows.
    public func equations(batch: Int64, unit: String) throws -> [Equation] {
        try write { db in
            let found = try Balance(db: db, batch: batch, unit: unit).all()
            try db.execute(
                sql: "DELETE FROM equation WHERE batch = $1 AND unit = $2",
                arguments: [batch, unit])
            for (ordinal, equation) in found.enumerated() {
                let parts = equation.parts.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
                try db.execute(
                    sql: """
                        INSERT INTO equation (batch, unit, law, ordinal, feed, name, object,
                          left_side, right_side, gates, parts)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                        """,
                    arguments: [
                        batch, unit, equation.law, ordinal, equation.feed, equation.name,
                        equation.object, equation.left, equation.right, equation.gates ? 1 : 0,
                        parts,
                    ])
            }
            let isBalanced = !found.contains { $0.gates && !$0.isOK }
            try db.execute(
                sql: """
                    UPDATE unit SET balanced = $1,
                      state = CASE WHEN state = 5 THEN 5 WHEN $1 = 1 THEN 3 ELSE 4 END
                    WHERE batch = $2 AND name = $3 AND state >= 2
                    """, arguments: [isBalanced ? 1 : 0, batch, unit])
            return found
        }
    }

    /// The equations of a batch as they were stored.
    public func storedEquations(batch: Int64) throws -> [Equation] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM equation WHERE batch = $1 ORDER BY unit, ordinal",
                arguments: [batch]
            ).map { row in
                let parts = row.text("parts").split(separator: "\n").compactMap { line in
                    line.lastIndex(of: "=").flatMap { mark in
                        Int64(line[line.index(after: mark)...]).map {
                            Equation.Part(String(line[..<mark]), $0)
                        }
                    }
                }
                return Equation(
                    batch: batch, unit: row.text("unit"), law: row.text("law"),
                    feed: row.text("feed"), name: row.text("name"), object: row.text("object"),
                    left: row.int64("left_side"), right: row.int64("right_side"),
                    gates: row.int("gates") == 1, parts: parts)
            }
        }
    }
}

/// The balance of one unit, computed in one transaction.
struct Balance {
    let db: Database
    let batch: Int64
    let unit: String

    /// The unit's feeds, as a subquery over `$1` batch and `$2` unit.
    static let feeds = "(SELECT f.feed FROM unit_feed f WHERE f.batch = $1 AND f.unit = $2)"
    private var arguments: StatementArguments { [batch, unit] }

    /// All ten, in order.
    func all() throws -> [Equation] {
        let feeds = try String.fetchAll(
            db, sql: "SELECT feed FROM unit_feed WHERE batch = $1 AND unit = $2 ORDER BY feed",
            arguments: arguments)
        let framed = try self.framed()
        let taken = try self.taken()
        let received = try RecordSums.received(db, batch: batch, unit: unit)
        let sent = try LegSums.walk(db, batch: batch, unit: unit)
        let again = try self.outcomes(
            """
            SELECT r.feed, r.outcome, COUNT(*) AS n, CAST(SUM(r.cents) AS BIGINT) AS cents,
              CAST(SUM(r.hash & 4294967295) AS BIGINT) AS low,
              CAST(SUM((r.hash >> 32) & 4294967295) AS BIGINT) AS high
            FROM reentry r WHERE r.batch = $1 AND r.origin IN (1, 2) AND r.feed IN \(Balance.feeds)
            GROUP BY r.feed, r.outcome ORDER BY r.feed, r.outcome
            """)
        var found: [Equation] = []
        for feed in feeds { found += try files(feed) }
        for feed in feeds { found.append(records(feed, framed, taken, received, again)) }
        found.append(try legs(received, sent.slots))
        found.append(try undirected(received))
        found += try held(feeds, received, again, sent.held)
        for feed in feeds { found += money(feed, framed, taken, received, again) }
        found += try payments()
        found.append(try answers(sent.slots))
        found += try envelopes()
        for feed in feeds { found += hashes(feed, framed, taken, received, again) }
        found += try assemblies(sent.slots)
        return found
    }

    func equation(
        _ law: String, feed: String = "", _ name: String, object: String = "", left: Int64,
        right: Int64, gates: Bool = true, _ parts: [Equation.Part] = []
    ) -> Equation {
        Equation(
            batch: batch, unit: unit, law: law, feed: feed, name: name, object: object,
            left: left, right: right, gates: gates, parts: parts)
    }

    func number(_ sql: String, _ more: StatementArguments? = nil) throws -> Int64 {
        try Int64.fetchOne(db, sql: sql, arguments: more ?? arguments) ?? 0
    }

    // MARK: Sides

    /// What the framer tallied, by feed.
    private func framed() throws -> [String: (RecordSums, declared: Int64?)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT t.feed, CAST(SUM(t.records) AS BIGINT) AS n,
                  CAST(SUM(t.cents) AS BIGINT) AS cents, CAST(SUM(t.hash_low) AS BIGINT) AS low,
                  CAST(SUM(t.hash_high) AS BIGINT) AS high,
                  CAST(SUM(CASE WHEN t.declared IS NULL THEN t.cents ELSE t.declared END) AS BIGINT)
                    AS declared, COUNT(t.declared) AS declares
                FROM tally t WHERE t.batch = $1 AND t.feed IN \(Balance.feeds)
                GROUP BY t.feed ORDER BY t.feed
                """, arguments: arguments)
        var sums: [String: (RecordSums, declared: Int64?)] = [:]
        for row in rows {
            var sum = RecordSums()
            sum.counts[0] = row.int64("n")
            sum.cents[0] = row.int64("cents")
            sum.low = row.int64("low")
            sum.high = row.int64("high")
            sums[row.text("feed")] = (sum, row.int("declares") > 0 ? row.int64("declared") : nil)
        }
        return sums
    }

    /// What was taken in out of quarantine (1) and archive (2), by feed, as it first came in.
    private func taken() throws -> [String: RecordSums] {
        try outcomes(
            """
            SELECT x.feed, x.origin AS outcome, COUNT(*) AS n,
              CAST(SUM(r.cents) AS BIGINT) AS cents,
              CAST(SUM(r.hash & 4294967295) AS BIGINT) AS low,
              CAST(SUM((r.hash >> 32) & 4294967295) AS BIGINT) AS high
            FROM (SELECT e.feed, e.record, 1 AS origin FROM held_event e
                WHERE e.batch = $1 AND e.kind = 2 AND e.destination = ''
                  AND (e.record & 4294967295) <> 0
              UNION ALL SELECT p.feed, p.record, 2 FROM replay p WHERE p.batch = $1) x
            JOIN record r ON r.id = x.record
            WHERE x.feed IN \(Balance.feeds) GROUP BY x.feed, x.origin ORDER BY x.feed, x.origin
            """)
    }

    private func outcomes(_ sql: String) throws -> [String: RecordSums] {
        var sums: [String: RecordSums] = [:]
        for row in try Row.fetchAll(db, sql: sql, arguments: arguments) {
            var sum = sums[row.text("feed")] ?? RecordSums()
            sum.counts[row.int("outcome"), default: 0] += row.int64("n")
            sum.cents[row.int("outcome"), default: 0] += row.int64("cents")
            sum.low += row.int64("low")
            sum.high += row.int64("high")
            sums[row.text("feed")] = sum
        }
        return sums
    }
}
