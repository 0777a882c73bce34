import Foundation
import GRDB
import Synthetic

/// A ledger that remembers many nights: one real night, copied under other numbers, keys and days.
struct AgedLedger {
    private let plan: Plan
    private static let first = "2026-08-22T02:00:00-05:00"
    private static let day: Int64 = 86_400_000_000

    init(_ plan: Plan) { self.plan = plan }

    /// The path of the ledger, made when it is not there yet.
    func path() throws -> String {
        let (nights, records) = plan.age
        let path = plan.data + "/ledger-\(nights)-\(records).sqlite"
        if FileManager.default.fileExists(atPath: path) { return path }
        Table.note("making a ledger of \(nights) nights of \(records) results")
        let site = try NightSite(plan.work + "/aging")
        defer { site.remove() }
        // Other numbers of messages than those of the night that is measured: nothing repeats.
        try site.drop(
            try plan.file("aging-\(records).hl7") { LabResults(messages: records, seed: 90) })
        _ = try NightWork.night(site, plan, at: Self.first)
        let made = site.root + "/var/waybill.sqlite"
        try age(made, nights: nights)
        try FileManager.default.moveItem(atPath: made, toPath: path)
        return path
    }

    private func age(_ path: String, nights: Int) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql:
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000"
            )
            let legs = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM leg") ?? 0
            let deliveries = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM delivery") ?? 0
            for night in 1..<Int64(nights) {
                try db.inTransaction {
                    try copy(night, legs, deliveries, db)
                    return .commit
                }
            }
            try db.execute(
                sql: "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; ANALYZE")
        }
        try queue.close()
    }

    /// Adds the first night's rows once more, `night` days later.
    private func copy(_ night: Int64, _ legs: Int64, _ deliveries: Int64, _ db: Database) throws {
        let shift = night * Self.day
        // A bijection of 64 bits, so that keys lie anywhere among those of other nights.
        let mask = night &* 0x1E37_79B9_7F4A_7C15
        let mixed = { (column: String) in "(\(column) | \(mask)) - (\(column) & \(mask))" }
        let key = "CAST(key || X'1F' || '\(night)' AS BLOB)"
        let batch = "batch + \(night)"
        let record = "record + \(night << 32)"
        try insert(
            "batch",
            [
                "id": "id + \(night)", "name": "name || '+\(night)'",
                "instant": "instant + \(shift)", "closed": "closed + \(shift)",
            ], db)
        try insert(
            "unit",
            [
                "batch": batch, "committed": "committed + \(shift)",
                "released": "released + \(shift)", "leg_first": "leg_first + \(night * legs)",
                "leg_last": "leg_last + \(night * legs)",
            ], db)
        for table in ["unit_feed", "batch_total", "carry", "listing", "census"] {
            try insert(table, ["batch": batch], db)
        }
        let receipt = [
            "id": "id + \(night)", "batch": batch, "name": "CAST('old-\(night).hl7' AS BLOB)",
            "digest": "randomblob(32)", "received": "received + \(shift)",
        ]
        try insert("receipt", receipt, db)
        try insert(
            "seen", ["name": "CAST('old-\(night).hl7' AS BLOB)", "receipt": "receipt + \(night)"],
            db)
        try insert("tally", ["batch": batch, "receipt": "receipt + \(night)"], db)
        try insert(
            "record",
            [
                "id": "id + \(night << 32)", "batch": batch, "key64": mixed("key64"), "key": key,
                "hash": mixed("hash"),
            ], db)
        try insert(
            "delivery",
            [
                "id": "id + \(night * deliveries)", "batch": batch, "staged": "staged + \(shift)",
                "settled_batch": "settled_batch + \(night)",
            ], db)
        try insert(
            "leg",
            [
                "id": "id + \(night * legs)", "batch": batch, "record": record,
                "delivery": "delivery + \(night * deliveries)",
            ], db)
        try insert("mirror", ["key": key, "record": record, "batch": batch], db)
        try keys(night, shift, mixed("key64"), db)
    }

    /// Record keys lie in a table for each month.
    private func keys(_ night: Int64, _ shift: Int64, _ mixed: String, _ db: Database) throws {
        let instant = try Int64.fetchOne(db, sql: "SELECT MIN(instant) FROM batch") ?? 0
        let date = Date(timeIntervalSince1970: Double((instant + shift) / 1_000_000))
        let parts = date.formatted(.iso8601.year().month().day()).split(separator: "-")
        let table = "record_key_" + parts.prefix(2).joined()
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS \(table) (key64 BIGINT NOT NULL, record BIGINT NOT NULL,
                  batch BIGINT NOT NULL, outcome INTEGER NOT NULL, PRIMARY KEY (key64, record))
                  WITHOUT ROWID
                """)
        try db.execute(
            sql: """
                INSERT INTO \(table) SELECT key64, id, batch, outcome FROM record
                WHERE batch = (SELECT MIN(id) FROM batch) + \(night) ORDER BY key64, id
                """)
    }

    /// Copies the first night's rows of `table` with some columns changed.
    private func insert(_ table: String, _ changed: [String: String], _ db: Database) throws {
        let columns = try db.columns(in: table).map(\.name)
        let selected = columns.map { changed[$0] ?? $0 }.joined(separator: ", ")
        let own = columns.contains("batch") ? "batch" : table == "batch" ? "id" : nil
        let filter =
            own.map { "WHERE \($0) = (SELECT MIN(id) FROM batch)" }
            ?? "WHERE receipt = (SELECT MIN(id) FROM receipt)"
        try db.execute(
            sql:
                "INSERT INTO \(table) (\(columns.joined(separator: ", "))) SELECT \(selected) FROM \(table) \(filter)"
        )
    }
}
