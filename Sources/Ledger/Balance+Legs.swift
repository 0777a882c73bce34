import Exchange
import GRDB

/// B3, B4, B7, B8, B10: legs, held records, answers, envelopes, assembled files.
extension Balance {
    /// B3: legs that Route counted on each record, and those still open before, against leg rows.
    func legs() throws -> Equation {
        let opening = try number(
            """
            SELECT CAST(SUM(c.open_legs) AS BIGINT) FROM carry c
            WHERE c.batch = (SELECT MAX(batch) FROM carry WHERE batch < $1)
              AND c.feed IN \(Balance.feeds)
            """)
        let routed = try number(
            """
            SELECT CAST(SUM(r.legs) AS BIGINT) FROM tally t JOIN record r
              ON r.id BETWEEN t.receipt * 4294967296 AND t.receipt * 4294967296 + 4294967295
            WHERE t.batch = $1 AND r.batch = $1 AND r.outcome = 1 AND t.feed IN \(Balance.feeds)
            """)
        let again = try number(
            """
            SELECT CAST(SUM(legs) AS BIGINT) FROM reentry
            WHERE batch = $1 AND (outcome = 1 OR origin = 3) AND feed IN \(Balance.feeds)
            """)
        var parts = [Equation.Part("opening", opening), Equation.Part("new", routed + again)]
        var right: Int64 = 0
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT l.state, COUNT(*) AS n FROM unit u JOIN leg_now l
                  ON l.id BETWEEN u.leg_first AND u.leg_last
                WHERE u.batch = $1 AND u.name = $2 GROUP BY l.state ORDER BY l.state
                """, arguments: [batch, unit])
        {
            let word = LegState(rawValue: row.int("state"))?.word ?? "unknown"
            parts.append(Equation.Part(word, row.int64("n")))
            right += row.int64("n")
        }
        let open = try number(
            """
            SELECT (SELECT COUNT(*) FROM leg WHERE state = 1 AND carried IS NULL AND batch < $1
                AND feed IN \(Balance.feeds))
              + (SELECT COUNT(*) FROM delivery d JOIN unit u ON u.batch = d.batch AND u.name = d.unit
                JOIN leg l ON l.id BETWEEN u.leg_first AND u.leg_last AND l.delivery = d.id
                WHERE d.state < 3 AND d.batch < $1 AND l.state = 2 AND l.feed IN \(Balance.feeds))
            """)
        let settled = try number(
            """
            SELECT COUNT(*) FROM delivery d JOIN unit u ON u.batch = d.batch AND u.name = d.unit
              JOIN leg l ON l.id BETWEEN u.leg_first AND u.leg_last AND l.delivery = d.id
            WHERE d.settled_batch = $1 AND d.batch < $1 AND l.state = 2
              AND l.feed IN \(Balance.feeds)
            """)
        parts.append(Equation.Part("older, settled now", settled))
        parts.append(Equation.Part("older, still open", open))
        return equation(
            "B3", "legs", left: opening + routed + again, right: right + open + settled, parts)
    }

    /// B3: a record that was accepted and goes nowhere was dropped; only a baseline sends nothing.
    func undirected() throws -> Equation {
        let none = try number(
            """
            SELECT (SELECT COUNT(*) FROM tally t JOIN record r
                ON r.id BETWEEN t.receipt * 4294967296 AND t.receipt * 4294967296 + 4294967295
                WHERE t.batch = $1 AND r.batch = $1 AND r.outcome = 1 AND r.legs = 0
                  AND t.feed IN \(Balance.feeds))
              + (SELECT COUNT(*) FROM reentry WHERE batch = $1 AND outcome = 1 AND legs = 0
                AND feed IN \(Balance.feeds))
            """)
        let sends = try number(
            "SELECT COUNT(*) FROM batch WHERE id = $1 AND kind <> $2",
            [batch, BatchKind.baseline.rawValue])
        return equation(
            "B3", "accepted records without a leg", left: 0, right: none, gates: sends == 1)
    }

    /// B4: held before, and newly held by outcome, against what lies in quarantine now.
    func held(
        _ feeds: [String], _ received: [String: Sums], _ again: [String: Sums]
    ) throws -> [Equation] {
        try feeds.map { feed in
            let opening = try number(
                """
                SELECT held FROM carry WHERE batch = (SELECT MAX(batch) FROM carry WHERE batch < $1)
                  AND feed = $2
                """, [batch, feed])
            let legs = try number(
                """
                SELECT COUNT(*) FROM unit u JOIN leg l ON l.id BETWEEN u.leg_first AND u.leg_last
                WHERE u.batch = $1 AND u.name = $2 AND l.state = 4 AND l.feed = $3
                """, [batch, unit, feed])
            let files = try number(
                """
                SELECT COUNT(*) FROM tally
                WHERE batch = $1 AND feed = $2 AND outcome = 5 AND records = 0
                """, [batch, feed])
            let new = (received[feed]?.held ?? 0) + (again[feed]?.held ?? 0) + legs + files
            var gone: [Int: Int64] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT kind, COUNT(*) AS n FROM held_event WHERE batch = $1 AND feed = $2
                    GROUP BY kind ORDER BY kind
                    """, arguments: [batch, feed])
            { gone[row.int("kind")] = row.int64("n") }
            let closing = try number(
                "SELECT COUNT(*) FROM held WHERE feed = $1 AND state = 1", [feed])
            let parts = [
                Equation.Part("opening", opening), Equation.Part("new", new),
                Equation.Part("released", gone[2] ?? 0), Equation.Part("discarded", gone[3] ?? 0),
                Equation.Part("superseded", gone[4] ?? 0), Equation.Part("closing", closing),
            ]
            return equation(
                "B4", feed: feed, "held", left: opening + new,
                right: gone.values.reduce(0, +) + closing, parts)
        }
    }

    /// B7: claims that went into files, ever, against the states that their answers put them in.
    func answers() throws -> Equation {
        let sent = try number(
            """
            SELECT (SELECT COALESCE(CAST(SUM(l.claims) AS BIGINT), 0) FROM leg l
                WHERE l.claims > 0 AND l.state = 2)
              + (SELECT COALESCE(CAST(MAX(value) AS BIGINT), 0) FROM meta
                WHERE name = 'baseline_claims')
            """, [])
        var parts = [Equation.Part("sent", sent)]
        var right: Int64 = 0
        for row in try Row.fetchAll(
            db, sql: "SELECT state, COUNT(*) AS n FROM claim_now GROUP BY state ORDER BY state")
        {
            let state = ClaimState(rawValue: row.int("state"))
            parts.append(Equation.Part(state.map { "\($0)" } ?? "unknown", row.int64("n")))
            right += row.int64("n")
        }
        let touched = try number(
            """
            SELECT (SELECT COUNT(*) FROM claim WHERE batch = $1 AND feed IN \(Balance.feeds))
              + (SELECT COUNT(*) FROM unit u JOIN leg l
                ON l.id BETWEEN u.leg_first AND u.leg_last
                WHERE u.batch = $1 AND u.name = $2 AND l.claims > 0)
            """)
        return equation("B7", "claims sent", left: sent, right: right, gates: touched > 0, parts)
    }

    /// B8: declared and counted numbers: inbound they test the sender, in our own files us.
    func envelopes() throws -> [Equation] {
        let theirs = try Row.fetchAll(
            db,
            sql: """
                SELECT c.receipt, c.name, c.declared, c.counted, r.feed FROM receipt_count c
                JOIN receipt r ON r.id = c.receipt
                WHERE c.batch = $1 AND r.feed IN \(Balance.feeds) ORDER BY c.receipt, c.ordinal
                """, arguments: [batch, unit]
        ).map { row in
            equation(
                "B8", feed: row.text("feed"), row.text("name"),
                object: "receipt \(row.int64("receipt"))", left: row.int64("declared"),
                right: row.int64("counted"), gates: false)
        }
        let ours = try Row.fetchAll(
            db,
            sql: """
                SELECT c.delivery, c.name, c.declared, c.counted FROM delivery_count c
                JOIN delivery d ON d.id = c.delivery
                WHERE d.batch = $1 AND d.unit = $2 ORDER BY c.delivery, c.ordinal
                """, arguments: [batch, unit]
        ).map { row in
            equation(
                "B8", row.text("name"), object: "delivery \(row.int64("delivery"))",
                left: row.int64("declared"), right: row.int64("counted"))
        }
        return theirs + ours
    }

    /// B10: for each file, what its legs put in against what our own reader found in it.
    func assemblies() throws -> [Equation] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT d.id, d.is_ack, d.records, d.cents, d.read_records, d.read_cents, d.read_low,
                  d.read_high, COALESCE(g.pieces, 0) AS pieces, COALESCE(g.money, 0) AS money,
                  COALESCE(g.low, 0) AS low, COALESCE(g.high, 0) AS high
                FROM delivery d LEFT JOIN (
                  SELECT l.delivery, CAST(SUM(l.pieces) AS BIGINT) AS pieces,
                    CAST(SUM(l.cents) AS BIGINT) AS money,
                    CAST(SUM(l.hash & 4294967295) AS BIGINT) AS low,
                    CAST(SUM((l.hash >> 32) & 4294967295) AS BIGINT) AS high
                  FROM unit u JOIN leg l ON l.id BETWEEN u.leg_first AND u.leg_last
                  WHERE u.batch = $1 AND u.name = $2 AND l.delivery IS NOT NULL
                  GROUP BY l.delivery) g ON g.delivery = d.id
                WHERE d.batch = $1 AND d.unit = $2 ORDER BY d.id
                """, arguments: [batch, unit])
        var found: [Equation] = []
        for row in rows {
            let object = "delivery \(row.int64("id"))"
            let isAnswer = row.int("is_ack") == 1
            found.append(
                equation(
                    "B10", "records", object: object,
                    left: row.int64(isAnswer ? "records" : "pieces"),
                    right: row.int64("read_records")))
            found.append(
                equation(
                    "B10", "money", object: object,
                    left: row.int64(isAnswer ? "cents" : "money"), right: row.int64("read_cents")))
            if let low = row["read_low"] as Int64?, let high = row["read_high"] as Int64?, !isAnswer
            {
                found.append(
                    equation(
                        "B10", "hash, low half", object: object, left: row.int64("low"), right: low)
                )
                found.append(
                    equation(
                        "B10", "hash, high half", object: object, left: row.int64("high"),
                        right: high))
            }
        }
        let lost = try number(
            """
            SELECT COUNT(*) FROM unit u JOIN leg l ON l.id BETWEEN u.leg_first AND u.leg_last
              LEFT JOIN delivery d ON d.id = l.delivery AND d.batch = $1 AND d.unit = $2
            WHERE u.batch = $1 AND u.name = $2 AND l.state = 2 AND d.id IS NULL
            """)
        found.append(equation("B10", "staged legs in no file", left: 0, right: lost))
        return found
    }
}
