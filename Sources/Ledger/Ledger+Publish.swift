public import Exchange
import Foundation
import GRDB

extension Ledger {
    /// Opens the gate: a balanced unit's deliveries are released. Acknowledgements report custody
    /// and are released either way, once their unit is committed.
    /// - Returns: whether the unit is balanced.
    public func release(batch: Int64, unit: String, at: Int64) throws -> Bool {
        try write { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT state, balanced FROM unit WHERE batch = $1 AND name = $2",
                arguments: [batch, unit])
            guard let row, row.int("state") >= UnitState.committed.rawValue else {
                throw LedgerError.conflict("unit \(unit) is not committed")
            }
            let isBalanced = row.int("balanced") == 1
            try db.execute(
                sql: """
                    UPDATE delivery SET state = 2, released = $1
                    WHERE batch = $2 AND unit = $3 AND state = 1 AND (is_ack = 1 OR $4 = 1)
                    """, arguments: [at, batch, unit, isBalanced ? 1 : 0])
            if isBalanced {
                try db.execute(
                    sql: """
                        UPDATE unit SET state = 5, released = COALESCE(released, $1)
                        WHERE batch = $2 AND name = $3
                        """, arguments: [at, batch, unit])
            }
            return isBalanced
        }
    }

    private func deliveries(
        where condition: String, _ arguments: StatementArguments
    ) throws -> [Delivery] {
        try read { db in
            var numbers: [Int64: [String: String]] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT n.delivery, n.name, n.value FROM delivery_number n
                    JOIN delivery d ON d.id = n.delivery WHERE \(condition)
                    ORDER BY n.delivery, n.name
                    """, arguments: arguments)
            { numbers[row.int64("delivery"), default: [:]][row.text("name")] = row.text("value") }
            return try Row.fetchAll(
                db, sql: "SELECT d.* FROM delivery d WHERE \(condition) ORDER BY d.id",
                arguments: arguments
            ).map { Delivery($0, numbers: numbers[$0.int64("id")] ?? [:]) }
        }
    }

    /// What may be renamed now, and only that, in order; of one batch or of all.
    public func deliveriesToPublish(batch: Int64? = nil) throws -> [Delivery] {
        if let batch { return try deliveries(where: "d.state = 2 AND d.batch = $1", [batch]) }
        return try deliveries(where: "d.state = 2", [])
    }

    /// One delivery.
    public func delivery(_ id: Int64) throws -> Delivery? {
        try deliveries(where: "d.id = $1", [id]).first
    }

    /// A batch's deliveries, in order.
    public func deliveries(batch: Int64) throws -> [Delivery] {
        try deliveries(where: "d.batch = $1", [batch])
    }

    /// The deliveries, of any batch, that are in one of the states.
    public func deliveries(in states: [DeliveryState]) throws -> [Delivery] {
        let list = states.map { String($0.rawValue) }.joined(separator: ",")
        return try deliveries(where: "d.state IN (\(list))", [])
    }

    /// Temporary names of a destination that a manifest lists and that are not published: these
    /// are never swept.
    public func listedTemporaries(destination: String) throws -> [String] {
        try deliveries(where: "d.state < 3 AND d.destination = $1", [destination]).map(\.temporary)
    }

    /// Notes that a delivery stands under its final name, or was collected from there. Its legs
    /// are published with it. Saying it again changes nothing.
    public func markPublished(_ delivery: Int64, proof: Proof, at: Int64) throws {
        try write { db in
            let state = try Int.fetchOne(
                db, sql: "SELECT state FROM delivery WHERE id = $1", arguments: [delivery])
            guard let state else { throw LedgerError.notFound("delivery \(delivery)") }
            if state == 3 || state == 4 { return }
            guard state == DeliveryState.released.rawValue else {
                throw LedgerError.conflict("delivery \(delivery) is not released")
            }
            let isGone = proof == .collectedMeanwhile
            try db.execute(
                sql: """
                    UPDATE delivery SET state = $1, published = $2, proof = $3, collected = $4,
                      settled_batch = (SELECT MAX(id) FROM batch WHERE state = 1) WHERE id = $5
                    """,
                arguments: [isGone ? 4 : 3, at, proof.rawValue, isGone ? at : nil, delivery])
        }
    }

    /// Notes that a published delivery was collected, by whom or by which means.
    public func markCollected(_ delivery: Int64, by actor: String, at: Int64) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE delivery SET state = 4, collected = $1 WHERE id = $2 AND state = 3
                    """, arguments: [at, delivery])
            guard db.changesCount == 1 else {
                throw LedgerError.conflict("delivery \(delivery) is not published")
            }
            try appendAudit(
                db, actor: actor, action: "collect", object: "delivery \(delivery)",
                outcome: "collected", at: at)
        }
    }

    /// Notes that a delivery was withdrawn: it is not, or no longer, in an outbox.
    public func markWithdrawn(
        _ delivery: Int64, by actor: String, reason: String, at: Int64
    ) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE delivery SET state = 5, settled_batch = COALESCE(settled_batch,
                      (SELECT MAX(id) FROM batch WHERE state = 1))
                    WHERE id = $1 AND state IN (1, 2, 3)
                    """, arguments: [delivery])
            guard db.changesCount == 1 else {
                throw LedgerError.conflict("delivery \(delivery) cannot be withdrawn")
            }
            try appendAudit(
                db, actor: actor, action: "withdraw", object: "delivery \(delivery)",
                outcome: reason, at: at)
        }
    }

    /// The legs in a delivery, in order.
    public func legs(delivery: Int64) throws -> [Leg] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT l.* FROM delivery d JOIN unit u ON u.batch = d.batch AND u.name = d.unit
                    JOIN leg_now l ON l.id BETWEEN u.leg_first AND u.leg_last
                    WHERE d.id = $1 AND l.delivery = d.id ORDER BY l.id
                    """, arguments: [delivery]
            ).map(Leg.init)
        }
    }

    /// Legs that wait for a file of the destination, in order.
    public func queuedLegs(destination: String) throws -> [Leg] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM leg WHERE destination = $1 AND state = 1 AND carried IS NULL
                    ORDER BY id
                    """, arguments: [destination]
            ).map(Leg.init)
        }
    }

    /// How many legs of all feeds are on their way.
    static func openLegs(_ db: Database) throws -> Int64 {
        try Row.fetchAll(db, sql: openLegsByFeed).reduce(0) { $0 + $1.int64("n") }
    }

    /// Legs on their way by feed: queued, or in a file that is not published. The few such files
    /// come first (CROSS JOIN, and the condition of their index), else every leg there ever was
    /// would be read.
    static let openLegsByFeed = """
        SELECT feed, COUNT(*) AS n FROM (
          SELECT feed FROM leg WHERE state = 1 AND carried IS NULL
          UNION ALL SELECT l.feed FROM delivery d CROSS JOIN unit u CROSS JOIN leg l
            WHERE d.state < 4 AND d.state <> 3 AND u.batch = d.batch AND u.name = d.unit
              AND l.id BETWEEN u.leg_first AND u.leg_last AND l.delivery = d.id
              AND l.state = 2) AS open_leg
        GROUP BY feed ORDER BY feed
        """

    /// Closes a batch: its totals are stored by query, what is held and on its way is carried to
    /// the next, and records that were taken out of quarantine for a unit that was not committed
    /// go back there.
    public func closeBatch(
        _ batch: Int64, verdict: String, exit: Int, report: ContentDigest?, at: Int64
    ) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE batch SET state = 2, closed = $1, verdict = $2, exit_code = $3, report = $4
                    WHERE id = $5 AND state = 1
                    """,
                arguments: [at, verdict, exit, report.map { Data($0.bytes) }, batch])
            guard db.changesCount == 1 else {
                throw LedgerError.conflict("batch \(batch) is not open")
            }
            try Ledger.returnUnused(db, batch: batch)
            try Ledger.carry(db, batch: batch)
            for (feed, measure, value) in try Ledger.totals(db, batch: batch) {
                try db.execute(
                    sql: """
                        INSERT INTO batch_total (batch, feed, measure, value)
                        VALUES ($1, $2, $3, $4)
                        """, arguments: [batch, feed, measure, value])
            }
        }
    }

    private static func returnUnused(_ db: Database, batch: Int64) throws {
        let unused = """
            state = 2 AND taken_batch = $1 AND NOT EXISTS (
              SELECT 1 FROM reentry e WHERE e.batch = $1 AND e.record = held.record)
            AND NOT EXISTS (SELECT 1 FROM tally t
              WHERE t.batch = $1 AND t.receipt * 4294967296 = held.record)
            """
        try db.execute(
            sql: """
                DELETE FROM held_event WHERE batch = $1 AND kind = 2 AND EXISTS (
                  SELECT 1 FROM held WHERE held.record = held_event.record
                    AND held.destination = held_event.destination AND \(unused))
                """, arguments: [batch])
        try db.execute(
            sql: "UPDATE held SET state = 1, taken_batch = NULL WHERE \(unused)",
            arguments: [batch])
    }

    private static func carry(_ db: Database, batch: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO carry (batch, feed, held, open_legs)
                SELECT $1, x.feed, CAST(SUM(x.held) AS BIGINT), CAST(SUM(x.legs) AS BIGINT) FROM (
                  SELECT feed, COUNT(*) AS held, 0 AS legs FROM held WHERE state = 1 GROUP BY feed
                  UNION ALL SELECT o.feed, 0, o.n FROM (\(openLegsByFeed.replacingOccurrences(
                    of: "ORDER BY feed", with: ""))) o
                  UNION ALL SELECT '', 0, 0) x
                GROUP BY x.feed ORDER BY x.feed
                """, arguments: [batch])
    }
}

extension Delivery {
    init(_ row: Row, numbers: [String: String]) {
        id = row.int64("id")
        batch = row.int64("batch")
        unit = row.text("unit")
        destination = row.text("destination")
        temporary = row.text("temporary")
        final = row.text("final")
        archive = row.text("archive")
        size = row.int64("size")
        digest = row.digest("digest") ?? .zero
        records = row.int("records")
        cents = row.int64("cents")
        readRecords = row.int("read_records")
        readCents = row.int64("read_cents")
        controlNumbers = numbers
        state = DeliveryState(rawValue: row.int("state")) ?? .staged
        proof = Proof(rawValue: row.int("proof"))
        acknowledges = row["acknowledges"]
        isAcknowledgement = row.int("is_ack") == 1
        legs = row.int("legs")
        staged = row.int64("staged")
        published = row["published"]
        collected = row["collected"]
    }
}

extension Leg {
    init(_ row: Row) {
        id = row.int64("id")
        batch = row.int64("batch")
        record = row.int64("record")
        feed = row.text("feed")
        destination = row.text("destination")
        state = LegState(rawValue: row.int("state")) ?? .queued
        delivery = row["delivery"]
        pieces = row.int("pieces")
        cents = row.int64("cents")
        hash = UInt64(bitPattern: row.int64("hash"))
        code = row.text("code")
    }
}
