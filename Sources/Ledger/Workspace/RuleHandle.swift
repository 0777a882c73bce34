import GRDBSQLite

/// A read-only handle on the workspace, for rules and route conditions: SELECT only, over the
/// entity tables, their mirrors and `work`, with the functions of a list, before a deadline.
///
/// `work` shows `record, feed, type, entity, event, cents, receipt, number, rank, outcome, part,
/// origin`. Not for two tasks at once.
@safe public final class RuleHandle {
    private let database: RawDatabase
    private let fence: RuleFence
    private let limits: RuleLimits
    private let entities: [EntityTable]

    /// What rules see of `work`.
    static let workColumns: Set<String> = [
        "record", "feed", "type", "entity", "event", "cents", "receipt", "number", "rank",
        "outcome", "part", "origin",
    ]

    /// An in-memory handle without rows, to learn which columns a rule reads.
    public static func planning(_ tables: [EntityTable]) throws -> RuleHandle {
        let database = try RawDatabase(
            path: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        try database.execute(WorkspaceSchema.ddl)
        for table in tables { try database.execute(table.ddl) }
        return try RuleHandle(database, tables, RuleLimits())
    }

    init(_ database: RawDatabase, _ tables: [EntityTable], _ limits: RuleLimits) throws {
        self.database = database
        self.limits = limits
        entities = tables
        var seen: [String: Set<String>] = ["work": RuleHandle.workColumns]
        seen["work"]?.insert("kind")
        seen[RuleFence.behindWork] = ["id", "feed", "rank", "entity"]
        for table in tables {
            let columns = Set(table.columns.map { $0.name.lowercased() })
            seen[table.name.lowercased()] = columns.union([
                "record", "feed", "node", "parent", "rowid",
            ])
            seen["mirror_" + table.name.lowercased()] = columns.union([
                "system", "key", "mirror_state", "rowid",
            ])
        }
        fence = RuleFence(tables: seen)
        // Shadows the table, so that no hidden column of it makes a name ambiguous.
        try database.execute(
            """
            CREATE TEMP VIEW work AS SELECT w.record, k.feed, w.type, k.entity, w.event, w.cents,
              w.record >> 32 AS receipt, w.record & 4294967295 AS number, k.rank, w.outcome, w.part,
              w.origin
            FROM main.work w CROSS JOIN main.ws_kind k ON k.id = w.kind
            """)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_LENGTH, 64 << 20)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_SQL_LENGTH, 1 << 18)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_ATTACHED, 0)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_EXPR_DEPTH, 200)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_COMPOUND_SELECT, 50)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000)
        unsafe _ = sqlite3_limit(database.handle, SQLITE_LIMIT_WORKER_THREADS, 0)
        fence.guardDatabase(database)
    }

    deinit { fence.release(database) }

    /// Closes the handle.
    public func close() {
        fence.release(database)
        database.close()
    }

    /// Checks a rule and tells the columns it reads, sorted.
    /// - Throws: `LedgerError.badSQL` with SQLite's words, `.notAllowed` with what was refused.
    public func prepare(_ sql: String) throws -> [ColumnRead] {
        _ = try compile(sql)
        return fence.columns.sorted()
    }

    /// The first column of each row that the rule returns.
    public func run(_ sql: String) throws -> RecordSet {
        let query = try compile(sql)
        fence.isLate = false
        fence.deadline = ContinuousClock.now + .seconds(limits.seconds)
        defer { fence.deadline = nil }
        var records = RecordSet()
        var unordered: [Int64] = []
        var rows = 0
        do {
            while try query.step() {
                guard query.isInteger(0) else {
                    if query.isNull(0) { continue }
                    throw LedgerError.badSQL("the first column must be a record")
                }
                if !records.append(query.int(0)) { unordered.append(query.int(0)) }
                rows += 1
                guard rows <= limits.rows else {
                    throw LedgerError.tooMany(rows: limits.rows)
                }
            }
        } catch {
            if fence.isLate { throw LedgerError.tooLong(seconds: Int(limits.seconds.rounded(.up))) }
            throw error
        }
        return unordered.isEmpty ? records : records.union(RecordSet(unordered))
    }

    /// Checks a route's condition and tells the columns it reads.
    public func prepare(condition: String) throws -> [ColumnRead] {
        let words = Set(RuleWords.split(condition.lowercased()))
        return try prepare(try selection(condition, feeds: [])).filter { words.contains($0.column) }
    }

    /// The records, accepted so far, that a route's condition is true of.
    ///
    /// A condition names columns of `work`, and of the entity tables by their own names; a record
    /// with several rows there matches when one of them does.
    /// - Parameter feeds: only records of these; empty for all.
    public func matching(_ condition: String, feeds: [String] = []) throws -> RecordSet {
        try run(try selection(condition, feeds: feeds))
    }

    private func compile(_ sql: String) throws -> RawStatement {
        fence.columns = []
        fence.refused = nil
        if mentionsNow(sql) { throw LedgerError.notAllowed("the present time: use the batch's") }
        let query: RawStatement
        do {
            query = try database.prepareOne(sql)
        } catch {
            if let what = fence.refused { throw LedgerError.notAllowed(what) }
            throw error
        }
        guard query.isReadOnly, query.columnCount >= 1 else {
            throw LedgerError.notAllowed("anything but SELECT")
        }
        return query
    }

    /// `'now'`, `current_date` and the like would make a resumed batch differ.
    private func mentionsNow(_ sql: String) -> Bool {
        let words = RuleWords.split(sql.lowercased())
        return words.contains {
            ["'now'", "current_date", "current_time", "current_timestamp"].contains($0)
        }
    }

    /// The query behind a condition: `work` joined with each entity table that it names, or that
    /// alone has an unqualified column which it names.
    private func selection(_ condition: String, feeds: [String]) throws -> String {
        let words = Set(RuleWords.split(condition.lowercased()))
        var joined = entities.filter { words.contains($0.name.lowercased()) }
        for word in words where !RuleHandle.workColumns.contains(word) {
            let owners = entities.filter { table in
                table.columns.contains { $0.name.lowercased() == word }
            }
            guard let only = owners.first,
                owners.count == 1 || !joined.contains(where: owners.contains)
            else { continue }
            if owners.count > 1 {
                let names = owners.map(\.name).joined(separator: ", ")
                throw LedgerError.badSQL("column \(word) is in \(names): name the table")
            }
            if !joined.contains(only) { joined.append(only) }
        }
        // `record` and `feed` stand in every table: unqualified, they mean the record's own.
        let joins = joined.map { table in
            let columns = table.columns.map { EntityTable.quote($0.name) }.joined(separator: ", ")
            let rest = columns.isEmpty ? "" : ", \(columns)"
            let name = EntityTable.quote(table.name)
            return
                "LEFT JOIN (SELECT record AS \"\(table.name)_record\"\(rest) FROM \(name)) AS \(name)"
                + " ON \(name).\"\(table.name)_record\" = work.record"
        }.joined(separator: "\n")
        let list = feeds.map {
            "'"
                + $0.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "''") + "'"
        }.joined(separator: ",")
        let only = feeds.isEmpty ? "" : "AND work.feed IN (\(list))"
        return """
            SELECT work.record FROM work
            \(joins)
            WHERE work.outcome = 1 \(only) AND (
            \(condition)
            )
            """
    }
}

/// The words of an SQL text: names as they are, texts in their quotes, all else left out.
enum RuleWords {
    static func split(_ sql: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var quote: UInt8?
        func flush(_ word: inout [UInt8]) {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for byte in sql.utf8 {
            if let open = quote {
                if byte == open {
                    if open == 0x27 { word.append(byte) }
                    flush(&word)
                    quote = nil
                } else {
                    word.append(byte)
                }
            } else if byte == 0x27 || byte == 0x22 || byte == 0x60 {
                flush(&word)
                quote = byte
                if byte == 0x27 { word.append(byte) }
            } else if byte == 0x5F || byte >= 0x80 || (0x30...0x39).contains(byte)
                || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
            {
                word.append(byte)
            } else {
                flush(&word)
            }
        }
        flush(&word)
        return words
    }
}

extension RawDatabase {
    /// Prepares exactly one statement of somebody else's SQL.
    /// - Throws: `LedgerError.badSQL` in SQLite's words.
    func prepareOne(_ sql: String) throws -> RawStatement {
        var sql = sql
        var statement: OpaquePointer?
        var rest = 0
        let code = sql.withUTF8 { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return SQLITE_ERROR }
            let start = unsafe UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
            var tail: UnsafePointer<CChar>?
            let code = unsafe sqlite3_prepare_v3(
                handle, start, Int32(truncatingIfNeeded: bytes.count), 0, &statement, &tail)
            if let end = unsafe tail { rest = unsafe end - start }
            return code
        }
        guard code == SQLITE_OK, let prepared = unsafe statement else {
            throw LedgerError.badSQL(code == SQLITE_OK ? "there is no statement" : message)
        }
        let made = unsafe RawStatement(prepared)
        let left = sql.utf8.dropFirst(rest)
        guard left.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D, 0x3B].contains($0) }) else {
            throw LedgerError.badSQL("more than one statement")
        }
        return made
    }
}

extension Workspace {
    /// A handle for rules over what is settled so far.
    public func rules(limits: RuleLimits = RuleLimits()) throws -> RuleHandle {
        try begin()
        for table in tables {
            let index = EntityTable.quote("ix_" + table.name)
            try database.execute(
                "CREATE INDEX IF NOT EXISTS \(index) ON \(EntityTable.quote(table.name)) (record)")
        }
        try flush()
        let reader = try RawDatabase(path: path, flags: SQLITE_OPEN_READONLY)
        return try RuleHandle(reader, tables, limits)
    }
}
