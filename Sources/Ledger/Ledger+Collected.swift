public import Exchange
import GRDB

extension Ledger {
    /// Notes that somebody took published files away from where they were published.
    public func noticeCollected(_ deliveries: [Int64], at: Int64) throws {
        guard !deliveries.isEmpty else { return }
        try write { db in
            for id in deliveries {
                try db.execute(
                    sql:
                        "UPDATE delivery SET state = 4, collected = $1 WHERE id = $2 AND state = 3",
                    arguments: [at, id])
                if db.changesCount == 1 { try Ledger.noteClaims(db, of: id, at: at) }
            }
        }
    }

    /// Hands a published file over to a person: its state, its claims' history and the audit log,
    /// in one transaction.
    public func collect(_ delivery: Int64, by actor: String, reason: String, at: Int64) throws {
        try write { db in
            try db.execute(
                sql: "UPDATE delivery SET state = 4, collected = $1 WHERE id = $2 AND state = 3",
                arguments: [at, delivery])
            guard db.changesCount == 1 else {
                throw LedgerError.conflict("delivery \(delivery) is not published")
            }
            try Ledger.noteClaims(db, of: delivery, at: at)
            try appendAudit(
                db, actor: actor, action: "collect", object: "delivery \(delivery)",
                outcome: reason, at: at)
        }
    }

    private static func noteClaims(_ db: Database, of delivery: Int64, at: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO claim_event (claim, kind, verdict, status, cents, record, feed, batch, at)
                SELECT id, $1, 0, '', 0, 0, feed, batch, $2 FROM claim WHERE delivery = $3
                ORDER BY id
                """, arguments: [ClaimAnswer.collected.rawValue, at, delivery])
        // The lowest rung but one: it changes nothing else of where a claim stands.
        try db.execute(
            sql: "UPDATE claim SET step = $1 WHERE delivery = $2 AND step < $1",
            arguments: [ClaimStep.collected.rawValue, delivery])
    }

    /// The files that carry claims and are in one of the states, in order.
    public func claimDeliveries(in states: [DeliveryState]) throws -> [Delivery] {
        let ids = try read { db in
            Set(
                try Int64.fetchAll(
                    db,
                    sql: "SELECT DISTINCT delivery FROM claim WHERE delivery IS NOT NULL"))
        }
        return try deliveries(in: states).filter { ids.contains($0.id) }
    }

    /// How many claims are in a file.
    public func claimCount(delivery: Int64) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM claim WHERE delivery = $1", arguments: [delivery])
                ?? 0
        }
    }
}
