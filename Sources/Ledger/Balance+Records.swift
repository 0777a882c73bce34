import Exchange
import GRDB

/// B1, B2, B5, B9: files, records, money and hashes, by feed.
extension Balance {
    /// B1: what was listed against what became of it, and claims against files' outcomes.
    func files(_ feed: String) throws -> [Equation] {
        let discovered = try number(
            "SELECT CAST(SUM(discovered) AS BIGINT) FROM listing WHERE batch = $1 AND feed = $2",
            [batch, feed])
        var fates: [Int: Int64] = [:]
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT fate, CAST(SUM(count) AS BIGINT) AS n FROM listed
                WHERE batch = $1 AND feed = $2 GROUP BY fate ORDER BY fate
                """, arguments: [batch, feed])
        { fates[row.int("fate")] = row.int64("n") }
        var ends: [Int: Int64] = [:]
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT outcome, COUNT(*) AS n FROM tally WHERE batch = $1 AND feed = $2
                GROUP BY outcome ORDER BY outcome
                """, arguments: [batch, feed])
        { ends[row.int("outcome")] = row.int64("n") }
        let released = try number(
            """
            SELECT COUNT(*) FROM held_event WHERE batch = $1 AND feed = $2 AND kind = 2
              AND destination = '' AND (record & 4294967295) = 0
            """, [batch, feed])
        let claimed = fates[ListingFate.claimed.rawValue] ?? 0
        let listedParts = ListingFate.allCases.map {
            Equation.Part("\($0)", fates[$0.rawValue] ?? 0)
        }
        let endParts = FileOutcome.allCases.dropFirst().map {
            Equation.Part("\($0)", ends[$0.rawValue] ?? 0)
        }
        let all = [Equation.Part("claimed", claimed), Equation.Part("released", released)]
        return [
            equation(
                "B1", feed: feed, "files listed", left: discovered,
                right: fates.values.reduce(0, +), listedParts),
            equation(
                "B1", feed: feed, "files taken", left: claimed + released,
                right: endParts.reduce(0) { $0 + $1.value }, all + endParts),
        ]
    }

    /// B2: records framed, released and replayed against outcomes.
    func records(
        _ feed: String, _ framed: [String: (RecordSums, declared: Int64?)],
        _ taken: [String: RecordSums],
        _ received: [String: RecordSums], _ again: [String: RecordSums]
    ) -> Equation {
        let count = framed[feed]?.0.total ?? 0
        let released = taken[feed]?.counts[1] ?? 0
        let replayed = taken[feed]?.counts[2] ?? 0
        let ends = Outcome.allCases.map { outcome in
            Equation.Part(
                outcome.word,
                (received[feed]?.counts[outcome.rawValue] ?? 0)
                    + (again[feed]?.counts[outcome.rawValue] ?? 0))
        }
        let start = [
            Equation.Part("received", count), Equation.Part("released", released),
            Equation.Part("replayed", replayed),
        ]
        return equation(
            "B2", feed: feed, "records", left: count + released + replayed,
            right: ends.reduce(0) { $0 + $1.value }, start + ends)
    }

    /// B5: money framed against money over the outcomes; what the file declares against it tests
    /// its sender and stops nothing.
    func money(
        _ feed: String, _ framed: [String: (RecordSums, declared: Int64?)],
        _ taken: [String: RecordSums],
        _ received: [String: RecordSums], _ again: [String: RecordSums]
    ) -> [Equation] {
        let added = framed[feed]?.0.money ?? 0
        let back = taken[feed]?.money ?? 0
        let ends = Outcome.allCases.map { outcome in
            Equation.Part(
                outcome.word,
                (received[feed]?.cents[outcome.rawValue] ?? 0)
                    + (again[feed]?.cents[outcome.rawValue] ?? 0))
        }
        let start = [Equation.Part("received", added), Equation.Part("taken back", back)]
        var found = [
            equation(
                "B5", feed: feed, "money", left: added + back,
                right: ends.reduce(0) { $0 + $1.value }, start + ends)
        ]
        if let declared = framed[feed]?.declared {
            found.append(
                equation(
                    "B5", feed: feed, "money declared", left: declared, right: added, gates: false))
        }
        return found
    }

    /// B9: the sums of the two halves of the records' hashes, as framed and over the outcomes.
    func hashes(
        _ feed: String, _ framed: [String: (RecordSums, declared: Int64?)],
        _ taken: [String: RecordSums],
        _ received: [String: RecordSums], _ again: [String: RecordSums]
    ) -> [Equation] {
        let first = framed[feed]?.0 ?? RecordSums()
        let back = taken[feed] ?? RecordSums()
        let ends = received[feed] ?? RecordSums()
        let returned = again[feed] ?? RecordSums()
        return [
            equation(
                "B9", feed: feed, "hash, low half", left: first.low + back.low,
                right: ends.low + returned.low),
            equation(
                "B9", feed: feed, "hash, high half", left: first.high + back.high,
                right: ends.high + returned.high),
        ]
    }

    /// B6: sums inside received payments; they test their sender.
    func payments() throws -> [Equation] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT m.receipt, m.name, m.left_side, m.right_side, r.feed FROM money_check m
                JOIN receipt r ON r.id = m.receipt
                WHERE m.batch = $1 AND r.feed IN \(Balance.feeds) ORDER BY m.receipt, m.ordinal
                """, arguments: [batch, unit]
        ).map { row in
            equation(
                "B6", feed: row.text("feed"), row.text("name"),
                object: "receipt \(row.int64("receipt"))", left: row.int64("left_side"),
                right: row.int64("right_side"), gates: false)
        }
    }
}
