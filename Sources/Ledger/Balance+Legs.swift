import Exchange
import GRDB

/// B3, B4, B7, B8, B10: legs, held records, answers, envelopes, assembled files.
extension Balance {
    /// B3: legs that Route counted on each record, and those still open before, against leg rows.
    func legs(
        _ received: [String: RecordSums], _ sent: [LegSums.Slot: LegSums]
    ) throws -> Equation {
        let opening = try number(
            """
            SELECT CAST(SUM(c.open_legs) AS BIGINT) FROM carry c
            WHERE c.batch = (SELECT MAX(batch) FROM carry WHERE batch < $1)
              AND c.feed IN \(Balance.feeds)
            """)
        let routed = received.values.reduce(0) { $0 + $1.legs }
        let again = try number(
            """
            SELECT CAST(SUM(legs) AS BIGINT) FROM reentry
            WHERE batch = $1 AND (outcome = 1 OR origin = 3) AND feed IN \(Balance.feeds)
            """)
        var parts = [Equation.Part("opening", opening), Equation.Part("new", routed + again)]
        var right: Int64 = 0
        var now: [Int64: Int64] = [:]
        for (slot, sum) in sent { now[try state(of: slot), default: 0] += sum.count }
        for (state, count) in now.sorted(by: { $0.key < $1.key }) {
            let word = LegState(rawValue: Int(state))?.word ?? "unknown"
            parts.append(Equation.Part(word, count))
            right += count
        }
        let open = try number(
            """
            SELECT (SELECT COUNT(*) FROM leg WHERE state = 1 AND carried IS NULL AND batch < $1
                AND feed IN \(Balance.feeds))
              + (SELECT COUNT(*) FROM delivery d CROSS JOIN unit u CROSS JOIN leg l
                WHERE d.state < 4 AND d.state <> 3 AND d.batch < $1
                  AND u.batch = d.batch AND u.name = d.unit
                  AND l.id BETWEEN u.leg_first AND u.leg_last AND l.delivery = d.id
                  AND l.state = 2 AND l.feed IN \(Balance.feeds))
            """)
        let settled = try number(
            """
            SELECT COUNT(*) FROM delivery d CROSS JOIN unit u CROSS JOIN leg l
            WHERE d.settled_batch = $1 AND d.batch < $1
              AND u.batch = d.batch AND u.name = d.unit
              AND l.id BETWEEN u.leg_first AND u.leg_last AND l.delivery = d.id AND l.state = 2
              AND l.feed IN \(Balance.feeds)
            """)
        parts.append(Equation.Part("older, settled now", settled))
        parts.append(Equation.Part("older, still open", open))
        return equation(
            "B3", "legs", left: opening + routed + again, right: right + open + settled, parts)
    }

    /// Where a leg stands by now, as the view `leg_now` tells it: what is staged goes by its file.
    private func state(of slot: LegSums.Slot) throws -> Int64 {
        guard slot.state == LegState.staged.rawValue, let delivery = slot.delivery else {
            return slot.state
        }
        switch try number("SELECT state FROM delivery WHERE id = $1", [delivery]) {
        case 3, 4: return 3
        case 5: return 7
        default: return slot.state
        }
    }

    /// B3: a record that was accepted and goes nowhere was dropped; only a baseline sends nothing.
    func undirected(_ received: [String: RecordSums]) throws -> Equation {
        let again = try number(
            """
            SELECT COUNT(*) FROM reentry WHERE batch = $1 AND outcome = 1 AND legs = 0
              AND feed IN \(Balance.feeds)
            """)
        let none = again + received.values.reduce(0) { $0 + $1.undirected }
        let sends = try number(
            "SELECT COUNT(*) FROM batch WHERE id = $1 AND kind <> $2",
            [batch, BatchKind.baseline.rawValue])
        return equation(
            "B3", "accepted records without a leg", left: 0, right: none, gates: sends == 1)
    }

    /// B4: held before, and newly held by outcome, against what lies in quarantine now.
    func held(
        _ feeds: [String], _ received: [String: RecordSums], _ again: [String: RecordSums],
        _ heldLegs: [String: Int64]
    ) throws -> [Equation] {
        try feeds.map { feed in
            let opening = try number(
                """
                SELECT held FROM carry WHERE batch = (SELECT MAX(batch) FROM carry WHERE batch < $1)
                  AND feed = $2
                """, [batch, feed])
            let legs = heldLegs[feed] ?? 0
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

    /// B7: claims that went into files, ever, as each unit's legs told when it was committed, against
    /// the states that their answers put them in. Both are sums that follow each night's rows.
    func answers(_ legs: [LegSums.Slot: LegSums]) throws -> Equation {
        let sent = try number(
            """
            SELECT (SELECT COALESCE(CAST(SUM(claims) AS BIGINT), 0) FROM unit)
              + (SELECT COALESCE(CAST(MAX(value) AS BIGINT), 0) FROM meta
                WHERE name = 'baseline_claims')
            """, [])
        var parts = [Equation.Part("sent", sent)]
        var right: Int64 = 0
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT state, CAST(SUM(claims) AS BIGINT) AS n FROM claim_tally
                GROUP BY state HAVING SUM(claims) <> 0 ORDER BY state
                """)
        {
            let state = ClaimState(rawValue: row.int("state"))
            parts.append(Equation.Part(state.map { "\($0)" } ?? "unknown", row.int64("n")))
            right += row.int64("n")
        }
        let claims = try number(
            "SELECT COUNT(*) FROM claim WHERE batch = $1 AND feed IN \(Balance.feeds)")
        let touched = claims + legs.values.reduce(0) { $0 + $1.claims }
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
    func assemblies(_ sent: [LegSums.Slot: LegSums]) throws -> [Equation] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, is_ack, records, cents, read_records, read_cents, read_low, read_high
                FROM delivery WHERE batch = $1 AND unit = $2 ORDER BY id
                """, arguments: [batch, unit])
        let files = LegSums.byDelivery(sent)
        var found: [Equation] = []
        for row in rows {
            let object = "delivery \(row.int64("id"))"
            let put = files[row.int64("id")] ?? LegSums()
            let isAnswer = row.int("is_ack") == 1
            found.append(
                equation(
                    "B10", "records", object: object,
                    left: isAnswer ? row.int64("records") : put.pieces,
                    right: row.int64("read_records")))
            found.append(
                equation(
                    "B10", "money", object: object,
                    left: isAnswer ? row.int64("cents") : put.cents, right: row.int64("read_cents"))
            )
            if let low = row["read_low"] as Int64?, let high = row["read_high"] as Int64?, !isAnswer
            {
                found.append(
                    equation(
                        "B10", "hash, low half", object: object, left: put.low, right: low)
                )
                found.append(
                    equation(
                        "B10", "hash, high half", object: object, left: put.high,
                        right: high))
            }
        }
        let ours = Set(rows.map { $0.int64("id") })
        let lost = sent.reduce(Int64(0)) { lost, entry in
            let isStaged = entry.key.state == LegState.staged.rawValue
            let isInFile = entry.key.delivery.map(ours.contains) ?? false
            return lost + (isStaged && !isInFile ? entry.value.count : 0)
        }
        found.append(equation("B10", "staged legs in no file", left: 0, right: lost))
        return found
    }
}
