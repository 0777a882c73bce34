import Foundation
import GRDB

/// Where each result stands: one row for each of a sender's order numbers. Rows are found and
/// written in the order of the numbers, so that an old ledger's pages are each touched once.
enum ResultSchema {
    static let ddl = """
        CREATE TABLE result (source BIGINT NOT NULL, number BLOB NOT NULL, record BIGINT NOT NULL,
          batch BIGINT NOT NULL, standing BLOB NOT NULL, PRIMARY KEY (source, number)) WITHOUT ROWID;
        """
}

extension Ledger {
    /// What stands under an order number; nil for nothing.
    public func standing(source: Int64, number: [UInt8]) throws -> StoredStanding? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT record, batch, standing FROM result WHERE source = $1 AND number = $2",
                arguments: [source, Data(number)]
            ).map {
                StoredStanding(
                    record: $0.int64("record"), batch: $0.int64("batch"),
                    standing: $0.bytes("standing"))
            }
        }
    }

    /// Writes where the results of a batch stand, within its commit; the workspace is attached as
    /// `ws`. What only one record says is copied as it is; what was looked at closely was made
    /// before.
    static func writeResults(_ db: Database, batch: Int64) throws {
        try db.execute(
            sql: """
                INSERT OR ROLLBACK INTO result (source, number, record, batch, standing)
                SELECT r.source, r.number, r.record, $1, r.said FROM ws.ws_result r
                WHERE NOT EXISTS (SELECT 1 FROM ws.ws_met m
                    WHERE m.source = r.source AND m.number = r.number)
                  AND NOT EXISTS (SELECT 1 FROM ws.ws_fallen f WHERE f.record = r.record)
                ORDER BY r.source, r.number
                """, arguments: [batch])
        try db.execute(
            sql: """
                INSERT OR ROLLBACK INTO result (source, number, record, batch, standing)
                SELECT s.source, s.number, s.record, s.batch, s.standing FROM ws.ws_standing s
                WHERE s.changed = 1 ORDER BY s.source, s.number
                ON CONFLICT (source, number) DO UPDATE SET record = excluded.record,
                  batch = excluded.batch, standing = excluded.standing
                """)
    }
}
