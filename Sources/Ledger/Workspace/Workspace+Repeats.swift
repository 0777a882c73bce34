extension Workspace {
    /// The settled records whose key came before, here or in the ledger, in the order of ids.
    ///
    /// Against the ledger only what was accepted, or is still held, counts; within the workspace,
    /// what is accepted or held so far. A hit on `key64` is confirmed on the full bytes. Call it
    /// once, when every page is settled and before rules run: keys are walked in their own order,
    /// so that an old ledger's pages are each read once, and a record's row is read only where its
    /// key was found.
    /// - Parameter since: instants before this do not count.
    public func repeats(in ledger: Ledger, since: Int64) throws -> [Repeat] {
        try indexKeys()
        try flush()
        try attach(ledger)
        defer { try? database.execute("DETACH led") }
        var newest: [Int64: Repeat] = [:]
        for table in try monthTables(since: since) {
            try collect(
                """
                SELECT w.record, r.id, w.hash = r.hash, b.instant
                FROM (SELECT key64, record FROM work INDEXED BY work_key WHERE key64 <> 0
                  ORDER BY key64, record) i
                CROSS JOIN led.\(table) k ON k.key64 = i.key64
                CROSS JOIN work w ON w.record = i.record
                JOIN led.record r ON r.id = k.record AND r.key = w.key
                JOIN led.batch b ON b.id = k.batch
                WHERE w.origin = 0 AND length(w.key) > 0 AND w.outcome IN (1, 4)
                  AND b.instant >= ? AND r.id <> w.record
                  AND (k.outcome = 1 OR EXISTS (SELECT 1 FROM led.held h
                    WHERE h.record = r.id AND h.destination = '' AND h.state IN (1, 2))
                    OR EXISTS (SELECT 1 FROM led.reentry e
                      WHERE e.record = r.id AND e.outcome = 1))
                """, since: since, into: &newest)
        }
        try collect(
            """
            SELECT w.record, e.record, w.hash = e.hash, 0
            FROM (SELECT key64 FROM work INDEXED BY work_key WHERE key64 <> 0
              GROUP BY key64 HAVING COUNT(*) > 1) i
            CROSS JOIN work w ON w.key64 = i.key64
            CROSS JOIN work e ON e.key64 = w.key64 AND e.key = w.key
            CROSS JOIN ws_kind wk ON wk.id = w.kind
            CROSS JOIN ws_kind ek ON ek.id = e.kind
              AND (ek.rank, ek.feed, e.record) < (wk.rank, wk.feed, w.record)
            WHERE w.origin = 0 AND length(w.key) > 0 AND w.outcome IN (1, 4)
              AND e.outcome IN (1, 4) AND ? = ?1
            """, since: since, into: &newest)
        return newest.values.sorted { $0.record < $1.record }
    }

    /// Keeps the best hit of each record: the same content before another, here before there,
    /// then the newest.
    private func collect(
        _ sql: String, since: Int64, into newest: inout [Int64: Repeat]
    ) throws {
        let query = try database.prepare(sql)
        query.bind(1, since)
        while try query.step() {
            let hit = Repeat(
                record: query.int(0), of: query.int(1), sameContent: query.int(2) != 0,
                at: query.int(3))
            if let known = newest[hit.record] {
                let isBetter =
                    hit.sameContent != known.sameContent
                    ? hit.sameContent
                    : (hit.at == 0) != (known.at == 0) ? hit.at == 0 : hit.of > known.of
                if !isBetter { continue }
            }
            newest[hit.record] = hit
        }
    }

    /// Attaches the ledger, to be read only.
    func attach(_ ledger: Ledger) throws {
        let statement = try database.prepare("ATTACH ? AS led")
        statement.bind(1, ledger.path)
        try statement.run()
    }

    /// The key tables of the months since `since`.
    private func monthTables(since: Int64) throws -> [String] {
        let oldest = KeyMonth(containing: since).table
        let query = try database.prepare(
            """
            SELECT name FROM led.sqlite_schema WHERE type = 'table'
              AND name GLOB 'record_key_[0-9][0-9][0-9][0-9][0-9][0-9]' AND name >= ?
            ORDER BY name
            """)
        query.bind(1, oldest)
        var names: [String] = []
        while try query.step() { names.append(query.text(0)) }
        return names
    }

    /// Copies the mirror's rows under the touched keys into the `mirror_*` tables.
    /// - Returns: how many rows.
    public func copyMirror(from ledger: Ledger) throws -> Int {
        try flush()
        try attach(ledger)
        defer { try? database.execute("DETACH led") }
        var copied = 0
        for table in tables {
            let name = EntityTable.quote("mirror_" + table.name)
            try begin()
            try database.execute("DELETE FROM \(name)")
            let values = table.columns.map { column in
                ", json_extract(v.vals, '$.\"\(EntityTable.jsonName(column.field, within: table.entity))\"')"
            }.joined()
            let statement = try database.prepare(
                """
                INSERT INTO \(name)
                SELECT m.system, m.key, m.state\(values) FROM ws_touch t
                JOIN led.mirror m ON m.entity = t.entity AND m.key = t.key
                JOIN led.version v ON v.record = m.record
                WHERE t.entity = ? ORDER BY m.system, m.key, m.state
                """)
            statement.bind(1, table.entity)
            try statement.run()
            let count = try database.prepare("SELECT COUNT(*) FROM \(name)")
            _ = try count.step()
            copied += Int(count.int(0))
            count.reset()
            try flush()
        }
        return copied
    }
}

extension EntityTable {
    /// A field's name within its entity, in a JSON path in an SQL text; names hold letters, digits
    /// and points, and anything else is left out.
    static func jsonName(_ field: String, within entity: String) -> String {
        let own = field.hasPrefix(entity + ".") ? field.dropFirst(entity.count + 1) : field[...]
        return String(
            own.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
    }
}
