import Exchange
import GRDB

extension Ledger {
    /// A batch's totals by feed and measure, computed from its rows.
    static func totals(_ db: Database, batch: Int64) throws -> [(String, String, Int64)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT feed, measure, CAST(SUM(value) AS BIGINT) AS value FROM (
                  SELECT feed, 'received' AS measure, records AS value FROM tally WHERE batch = $1
                  UNION ALL SELECT feed, 'files', 1 FROM tally WHERE batch = $1
                  UNION ALL SELECT feed, 'file ' || outcome, 1 FROM tally WHERE batch = $1
                  UNION ALL SELECT feed, 'framed cents', cents FROM tally WHERE batch = $1
                  UNION ALL SELECT feed, 'declared cents', declared FROM tally
                    WHERE batch = $1 AND declared IS NOT NULL
                  UNION ALL SELECT feed, 'outcome ' || outcome, 1 FROM reentry
                    WHERE batch = $1 AND origin IN (1, 2)
                  UNION ALL SELECT feed, 'cents ' || outcome, cents FROM reentry
                    WHERE batch = $1 AND origin IN (1, 2)
                  UNION ALL SELECT feed, 'released', 1 FROM held_event
                    WHERE batch = $1 AND kind = 2 AND destination = ''
                      AND (record & 4294967295) <> 0
                  UNION ALL SELECT feed, 'replayed', 1 FROM replay WHERE batch = $1
                  UNION ALL SELECT feed, 'discovered', discovered FROM listing WHERE batch = $1
                  UNION ALL SELECT feed, 'fate ' || fate, count FROM listed WHERE batch = $1) x
                GROUP BY feed, measure ORDER BY feed, measure
                """, arguments: [batch])
        var found: [String: [String: Int64]] = [:]
        for row in rows {
            found[row.text("feed"), default: [:]][row.text("measure")] = row.int64("value")
        }
        for (feed, sums) in try RecordSums.received(db, batch: batch) {
            for (outcome, count) in sums.counts {
                found[feed, default: [:]]["outcome \(outcome)", default: 0] += count
                found[feed, default: [:]]["cents \(outcome)", default: 0] +=
                    sums.cents[outcome] ?? 0
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap { feed, measures in
            measures.sorted { $0.key < $1.key }.map { (feed, $0.key, $0.value) }
        }
    }

    /// Totals by feed: those stored when the batch was closed, else computed now.
    func measures(batch: Int64) throws -> [String: [String: Int64]] {
        try read { db in
            let stored = try Row.fetchAll(
                db, sql: "SELECT feed, measure, value FROM batch_total WHERE batch = $1",
                arguments: [batch])
            var found: [String: [String: Int64]] = [:]
            if stored.isEmpty {
                for (feed, measure, value) in try Ledger.totals(db, batch: batch) {
                    found[feed, default: [:]][measure] = value
                }
            }
            for row in stored {
                found[row.text("feed"), default: [:]][row.text("measure")] = row.int64("value")
            }
            return found
        }
    }

    /// Records, money and files by feed.
    public func totals(batch: Int64) throws -> (feeds: [FeedTotals], files: [FileTotals]) {
        let measures = try measures(batch: batch).sorted { $0.key < $1.key }
        return (try feedTotals(measures, batch: batch), Self.fileTotals(measures))
    }

    private func feedTotals(
        _ measures: [(key: String, value: [String: Int64])], batch: Int64
    ) throws -> [FeedTotals] {
        let hashes = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT feed, MAX(CASE WHEN left_side = right_side THEN 0 ELSE 1 END) AS bad
                    FROM equation WHERE batch = $1 AND law = 'B9' GROUP BY feed ORDER BY feed
                    """, arguments: [batch])
        }
        var isOK: [String: Bool] = [:]
        for row in hashes { isOK[row.text("feed")] = row.int("bad") == 0 }
        return measures.map { feed, values in
            FeedTotals(
                feed: feed, received: values["received"] ?? 0, released: values["released"] ?? 0,
                replayed: values["replayed"] ?? 0,
                outcomes: Ledger.byOutcome(values, "outcome"),
                framedCents: values["framed cents"] ?? 0, declaredCents: values["declared cents"],
                cents: Ledger.byOutcome(values, "cents"), hashOK: isOK[feed])
        }
    }

    private static func byOutcome(_ values: [String: Int64], _ measure: String) -> [Outcome: Int64]
    {
        var found: [Outcome: Int64] = [:]
        for outcome in Outcome.allCases {
            found[outcome] = values["\(measure) \(outcome.rawValue)"] ?? 0
        }
        return found
    }

    private static func fileTotals(
        _ measures: [(key: String, value: [String: Int64])]
    ) -> [FileTotals] {
        measures.map { feed, values in
            var fates: [ListingFate: Int64] = [:]
            for fate in ListingFate.allCases { fates[fate] = values["fate \(fate.rawValue)"] ?? 0 }
            var outcomes: [FileOutcome: Int64] = [:]
            for outcome in FileOutcome.allCases {
                outcomes[outcome] = values["file \(outcome.rawValue)"] ?? 0
            }
            return FileTotals(
                feed: feed, discovered: values["discovered"] ?? 0, fates: fates, outcomes: outcomes)
        }
    }

    /// A feed's closed batches before one, oldest first, at most one for each of `days` days.
    public func history(feed: String, before batch: Int64, days: Int = 30) throws -> [DayTotals] {
        try histories(before: batch, days: days)[feed] ?? []
    }

    /// Every feed's closed batches of the last `days` days before one, oldest first.
    public func histories(before batch: Int64, days: Int = 30) throws -> [String: [DayTotals]] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT b.id, b.instant, t.feed, t.measure, t.value FROM batch b
                    JOIN batch_total t ON t.batch = b.id
                    WHERE b.id < $1 AND b.state = 2
                      AND b.instant >= (SELECT instant FROM batch WHERE id = $1) - $2
                    ORDER BY t.feed, b.id, t.measure
                    """, arguments: [batch, Int64(days) * 86_400_000_000])
            var values: [String: [Int64: [String: Int64]]] = [:]
            var instants: [Int64: Int64] = [:]
            for row in rows {
                values[row.text("feed"), default: [:]][row.int64("id"), default: [:]][
                    row.text("measure")] = row.int64("value")
                instants[row.int64("id")] = row.int64("instant")
            }
            return values.mapValues { batches in
                batches.sorted { $0.key < $1.key }.map { id, values in
                    DayTotals(
                        batch: id, instant: instants[id] ?? 0, received: values["received"] ?? 0,
                        outcomes: Ledger.byOutcome(values, "outcome"), files: values["files"] ?? 0,
                        cents: values["framed cents"] ?? 0)
                }
            }
        }
    }

    /// Recomputes what was stored, checks the file and walks the audit log.
    /// - Returns: what is not confirmed; empty when all is.
    public func deepCheck() throws -> [DeepDifference] {
        var found: [DeepDifference] = try read { db in
            var found: [DeepDifference] = []
            let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)")
            if faults != ["ok"] {
                found.append(
                    DeepDifference(
                        batch: 0, what: "integrity check", stored: 0, computed: Int64(faults.count))
                )
            }
            for batch in try Int64.fetchAll(
                db, sql: "SELECT id FROM batch WHERE state = 2 ORDER BY id")
            {
                var stored: [String: Int64] = [:]
                for row in try Row.fetchAll(
                    db, sql: "SELECT feed, measure, value FROM batch_total WHERE batch = $1",
                    arguments: [batch])
                { stored["\(row.text("feed")): \(row.text("measure"))"] = row.int64("value") }
                for (feed, measure, value) in try Ledger.totals(db, batch: batch) {
                    let was = stored.removeValue(forKey: "\(feed): \(measure)") ?? 0
                    if was != value {
                        found.append(
                            DeepDifference(
                                batch: batch, what: "\(feed): \(measure)", stored: was,
                                computed: value))
                    }
                }
                for (what, value) in stored.sorted(by: { $0.key < $1.key }) where value != 0 {
                    found.append(
                        DeepDifference(batch: batch, what: what, stored: value, computed: 0))
                }
            }
            return found
        }
        if let broken = try verifyAudit() {
            found.append(
                DeepDifference(
                    batch: 0, what: "audit log: \(broken.reason)", stored: broken.seq, computed: 0))
        }
        for gap in try unexplainedGaps() {
            found.append(
                DeepDifference(
                    batch: 0, what: "unexplained gap in \(gap.series)", stored: gap.first,
                    computed: gap.last))
        }
        return found
    }
}
