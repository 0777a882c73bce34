public import Exchange
import GRDB

/// What arrived for a feed last.
public struct LastArrival: Sendable, Hashable {
    /// When it was archived.
    public let received: Int64
    /// How many files ever arrived.
    public let files: Int
}

extension Ledger {
    /// The last arrival of each feed.
    public func lastArrivals() throws -> [String: LastArrival] {
        try read { db in
            var found: [String: LastArrival] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT feed, MAX(received) AS at, COUNT(*) AS n FROM receipt
                    GROUP BY feed ORDER BY feed
                    """)
            {
                found[row.text("feed")] = LastArrival(
                    received: row.int64("at"), files: row.int("n"))
            }
            return found
        }
    }

    /// How many receipts of closed batches still wait for their source to be swept, by feed.
    public func unswept() throws -> [String: Int] {
        try read { db in
            var found: [String: Int] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT r.feed, COUNT(*) AS n FROM receipt r JOIN batch b ON b.id = r.batch
                    WHERE r.swept IS NULL AND b.state = 2 GROUP BY r.feed ORDER BY r.feed
                    """)
            { found[row.text("feed")] = row.int("n") }
            return found
        }
    }

    /// Since when each file at `endpoint` has been as the last look saw it; no look is taken.
    public func looksSoFar(endpoint: String) throws -> [Look: Int64] {
        try read { db in
            var found: [Look: Int64] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT name, size, modified, since FROM look WHERE endpoint = $1",
                arguments: [endpoint])
            {
                let look = Look(
                    name: row.bytes("name"), size: row.int64("size"),
                    modified: row.int64("modified"))
                found[look] = row.int64("since")
            }
            return found
        }
    }

    /// The integrity check that opening does after an unclean stop; throws when it fails.
    public func verifyIntegrity() throws { try read { try Ledger.checkIntegrity($0) } }
}

extension Batch {
    /// A batch that is only thought of: what a run would begin at `instant`.
    public static func planned(instant: Int64, settings: ContentDigest, feeds: [String]) -> Batch {
        Batch(
            id: 0, name: "planned", kind: .run, instant: instant, settings: settings, state: .open,
            feeds: feeds, closed: nil, verdict: nil, exit: nil, report: nil)
    }
}

extension Receipt {
    /// A receipt that is only thought of: what a run would write for `arrival`. Its number is
    /// above all that the ledger has given out.
    public static func planned(_ arrival: Arrival, number: Int64) -> Receipt {
        Receipt(
            id: (1 << 30) + number, batch: 0, feed: arrival.feed, endpoint: arrival.endpoint,
            name: arrival.name, size: arrival.size, modified: arrival.modified,
            digest: arrival.digest, archive: arrival.archive, received: arrival.at,
            outcome: .claimed, code: "", format: "", version: "", records: 0, hashLow: 0,
            hashHigh: 0, cents: 0, declaredCents: nil, isComplete: true, sweptAt: nil,
            duplicateOf: nil)
    }
}

extension FailsafeState {
    /// A state that no ledger could be asked for.
    public init(engaged reason: String, by actor: String, since: Int64) {
        self.init(isEngaged: true, reason: reason, actor: actor, since: since)
    }
}
