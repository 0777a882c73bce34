import Foundation
import GRDB

extension Ledger {
    /// Asks for the release of every record of one file that is held.
    /// - Returns: how many holds.
    public func requestRelease(
        receipt: Int64, by actor: String, reason: String, at: Int64
    ) throws -> Int {
        let records = RecordID.all(of: receipt)
        return try write { db in
            try db.execute(
                sql: """
                    UPDATE held SET requested = $1 WHERE state = 1
                      AND record BETWEEN $2 AND $3
                    """, arguments: [at, records.lowerBound, records.upperBound])
            let count = db.changesCount
            guard count > 0 else {
                throw LedgerError.conflict("nothing of receipt \(receipt) is held")
            }
            try appendAudit(
                db, actor: actor, action: "release", object: "receipt \(receipt)",
                outcome: reason, at: at)
            return count
        }
    }

    /// What people asked to be released of these feeds and no run has taken in yet.
    public func releaseRequests(feeds: [String]) throws -> [Held] {
        let wanted = Set(feeds)
        return try read {
            try Ledger.held($0, "h.state = 1 AND h.requested IS NOT NULL", [])
        }.filter { wanted.contains($0.feed) }
    }

    /// The keys that held records of these feeds wait for, those that the batch took in itself
    /// among them.
    public func waitingKeys(batch: Int64, feeds: [String]) throws -> [[UInt8]] {
        let wanted = Set(feeds)
        return try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT waiting_on, feed FROM held
                    WHERE waiting_on IS NOT NULL AND (state = 1 OR taken_batch = $1)
                    ORDER BY waiting_on, feed
                    """, arguments: [batch])
            var keys: [[UInt8]] = []
            for row in rows where wanted.contains(row.text("feed")) {
                let key = row.bytes("waiting_on")
                if keys.last != key { keys.append(key) }
            }
            return keys
        }
    }

    /// What waits behind these keys, looked at and not taken.
    public func waiting(on keys: [[UInt8]], feeds: [String]) throws -> [Held] {
        let wanted = Set(feeds)
        return try read { db in
            try Set(keys).flatMap { key in
                try Ledger.held(
                    db, "h.state = 1 AND h.waiting_on = $1 AND h.requested IS NULL", [Data(key)])
            }
        }.filter { wanted.contains($0.feed) }
            .sorted { ($0.record, $0.destination) < ($1.record, $1.destination) }
    }
}
