import GRDB

extension Ledger {
    /// What happened with each record, as a trigger: `S15`; empty where it states none.
    public func events(of records: [Int64]) throws -> [Int64: String] {
        try read { db in
            let query = try db.cachedStatement(sql: "SELECT event FROM record WHERE id = $1")
            var events: [Int64: String] = [:]
            for record in records {
                events[record] = try String.fetchOne(query, arguments: [record])
            }
            return events
        }
    }
}
