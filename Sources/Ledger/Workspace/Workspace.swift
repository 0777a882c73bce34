public import Exchange
import GRDBSQLite
import Glibc

/// One batch's working tables: a SQLite file without journal or sync, rebuilt after a crash.
///
/// It belongs to one task at a time. Pages settle into it in file order; rules read it; the
/// ledger copies outcomes out of it in one transaction.
@safe public final class Workspace {
    /// The SQLite file; the spill file stands beside it with `.spill` behind the name.
    public let path: String
    /// The entity tables that some rule reads.
    public let tables: [EntityTable]
    let database: RawDatabase
    let spillFile: SpillFile
    /// Few, with short names: quicker gone through than hashed.
    private var inserters: [(table: String, insert: BulkInsert)] = []
    /// The lines of `ws_kind`, by their ids.
    private(set) var kinds: [WorkKind] = []
    private var knownKinds: [WorkKind: Int] = [:]
    private var lastKind = 0
    private var hasExceptionIndex = false
    /// The system that each feed comes from, and that each destination belongs to.
    var systems: (feeds: [String: String], destinations: [String: String]) = ([:], [:])
    /// What of `ws_version` is told from what was added.
    var versions = VersionOrder()
    private var isWriting = false
    /// Whether some record states results that have a life cycle.
    public internal(set) var hasResults = false
    /// Whether some record answers claims.
    public internal(set) var hasAnswers = false
    /// How many answers were added: their ids.
    var answerCount: Int64 = 0
    private var findingCounts: [FindingSlot: Int] = [:]
    private var unflushedCounts: Set<FindingSlot> = []
    /// How much of the file is kept in memory, in KiB.
    static let cache = 16_000
    /// How many findings of one code are kept for one receipt.
    static let findingLimit = 1000

    /// One line of `ws_finding_count`.
    private struct FindingSlot: Hashable {
        let receipt: Int64
        let code: String
        let severity: Severity
        let owner: Role
    }

    /// Makes an empty workspace at `path`; what was there is removed.
    public static func create(at path: String, columns: [EntityTable]) throws -> Workspace {
        remove(at: path)
        return try Workspace(path: path, tables: columns)
    }

    /// Removes a workspace and its spill file.
    public static func remove(at path: String) {
        for suffix in ["", "-journal", "-wal", "-shm", ".spill"] {
            unsafe _ = unlink(path + suffix)
        }
    }

    private init(path: String, tables: [EntityTable]) throws {
        let mask = umask(0o077)
        defer { _ = umask(mask) }
        self.path = path
        self.tables = tables
        database = try RawDatabase(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        spillFile = try SpillFile(path: path + ".spill")
        try database.execute(
            """
            PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            PRAGMA cache_size = -\(Self.cache); PRAGMA temp_store = FILE;
            """)
        try database.execute(WorkspaceSchema.ddl)
        try database.execute(ResultTables.ddl)
        try database.execute(AnswerTables.ddl)
        for table in tables { try database.execute(table.ddl) }
    }

    /// Begins a transaction unless one is open.
    func begin() throws {
        guard !isWriting else { return }
        try database.execute("BEGIN")
        isWriting = true
    }

    /// Makes the index of record keys, in which all stands that keys are looked for and kept by:
    /// walked in its order, a row elsewhere would have to be read for each.
    func indexKeys() throws {
        try begin()
        try database.execute(
            """
            CREATE INDEX IF NOT EXISTS work_key ON work (key64, record, origin, outcome, kind)
              WHERE key64 <> 0
            """)
    }

    /// Commits what was written, so that rules and the ledger see it.
    public func flush() throws {
        if !unflushedCounts.isEmpty {
            try begin()
            let statement = try database.prepare(
                """
                INSERT INTO ws_finding_count VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (receipt, code, severity) DO UPDATE SET count = excluded.count
                """)
            for slot in unflushedCounts {
                statement.bind(1, slot.receipt)
                statement.bind(2, slot.code)
                statement.bind(3, slot.severity.rawValue)
                statement.bind(4, slot.owner.rawValue)
                statement.bind(5, Int64(findingCounts[slot] ?? 0))
                try statement.run()
            }
            unflushedCounts.removeAll()
        }
        guard isWriting else { return }
        try database.execute("COMMIT")
        isWriting = false
    }

    /// Closes the file; it stays on disk until `remove`.
    public func close() {
        try? flush()
        inserters = []
        database.close()
    }

    /// A prepared insert into `table`: its own columns in order, or an entity table's `record`,
    /// `feed`, `node`, `parent`, then its columns.
    public func inserter(into table: String) throws -> BulkInsert {
        for known in inserters where known.table == table { return known.insert }
        let sql: String
        if let entity = tables.first(where: { $0.name == table }) {
            sql = entity.insertion
        } else if let width = WorkspaceSchema.widths[table] {
            let verb =
                switch table {
                case "ws_touch": "INSERT OR IGNORE"
                case "ws_version", "ws_result": "INSERT OR REPLACE"
                default: "INSERT"
                }
            let marks = Array(repeating: "?", count: width).joined(separator: ",")
            sql = "\(verb) INTO \(table) VALUES (\(marks))"
        } else {
            throw LedgerError.notFound("table \(table)")
        }
        let made = BulkInsert(try database.prepare(sql, lending: Workspace.lent)) {
            [unowned self] in try self.begin()
        }
        inserters.append((table, made))
        return made
    }

    /// How many bytes of a row are not copied.
    private static let lent = 1 << 14

    /// Makes the indexes of what is not accepted, not new, or a merge.
    func indexExceptions() throws {
        guard !hasExceptionIndex else { return }
        try begin()
        try database.execute(WorkspaceSchema.exceptions)
        hasExceptionIndex = true
    }

    /// The line of `ws_kind` for what `row` has in common with others.
    func kind(of row: WorkRow) throws -> Int {
        if kinds.indices.contains(lastKind), kinds[lastKind].isOf(row) { return lastKind }
        lastKind = try id(of: WorkKind(row))
        return lastKind
    }

    /// A line of `ws_kind` that names the feed.
    func kind(of feed: String) throws -> Int {
        if kinds.indices.contains(lastKind), kinds[lastKind].feed == feed { return lastKind }
        return try kinds.firstIndex { $0.feed == feed } ?? id(of: WorkKind(feed: feed))
    }

    private func id(of kind: WorkKind) throws -> Int {
        if let known = knownKinds[kind] { return known }
        try begin()
        let insert = try database.cached("INSERT INTO ws_kind VALUES (?, ?, ?, ?)")
        insert.bind(1, Int64(kinds.count))
        insert.bind(2, kind.feed)
        insert.bind(3, Int64(kind.rank))
        insert.bind(4, kind.entity)
        try insert.run()
        knownKinds[kind] = kinds.count
        kinds.append(kind)
        return kinds.count - 1
    }

    /// The ids of the kinds that `condition` takes, as SQL lists them; nil when there are none.
    func kindIDs(_ condition: (WorkKind) -> Bool) -> String? {
        let found = kinds.indices.filter { condition(kinds[$0]) }
        return found.isEmpty ? nil : found.map(String.init).joined(separator: ",")
    }

    /// Keeps `bytes` in the spill file.
    public func spill(_ bytes: [UInt8]) throws -> SpillRange { try spillFile.append(bytes) }

    /// The bytes that were spilled.
    public func unspill(_ range: SpillRange) throws -> [UInt8] { try spillFile.read(range) }

    /// The bytes of many ranges, each within what is answered: neighbours are read at once.
    public func unspill(_ ranges: [SpillRange]) throws -> (bytes: [UInt8], places: [Range<Int>]) {
        var bytes: [UInt8] = []
        var places: [Range<Int>] = []
        var index = 0
        while index < ranges.count {
            let first = ranges[index]
            var end = first.offset + Int64(first.length)
            let base = bytes.count - Int(first.offset)
            while index < ranges.count, ranges[index].offset >= first.offset,
                ranges[index].offset <= end
            {
                let range = ranges[index]
                end = max(end, range.offset + Int64(range.length))
                places.append(
                    (base + Int(range.offset))..<(base + Int(range.offset) + range.length))
                index += 1
            }
            bytes += try spillFile.read(
                SpillRange(offset: first.offset, length: Int(end - first.offset)))
        }
        return (bytes, places)
    }

    /// Adds a finding about a receipt or one of its records. Up to 1,000 of each code are kept for
    /// a receipt; counts stay exact.
    public func add(_ finding: Finding, receipt: Int64, record: Int64? = nil) throws {
        let slot = FindingSlot(
            receipt: receipt, code: finding.code, severity: finding.severity,
            owner: finding.kind.owner)
        let count = findingCounts[slot, default: 0] + 1
        findingCounts[slot] = count
        unflushedCounts.insert(slot)
        guard count <= Workspace.findingLimit else { return }
        let row = try inserter(into: "ws_finding")
        row.bind(1, receipt)
        row.bind(2, record)
        row.bind(3, finding.code)
        row.bind(4, finding.severity.rawValue)
        row.bind(5, finding.kind.owner.rawValue)
        row.bind(6, finding.location.byte.map(Int64.init))
        row.bind(7, finding.location.line.map(Int64.init))
        row.bind(8, finding.location.record.map(Int64.init))
        row.bind(9, finding.location.path)
        row.bind(10, finding.message)
        row.bind(11, finding.fix)
        try row.insert()
    }

    /// Adds findings that were counted elsewhere: those kept, and the exact counts.
    public func add(_ log: FindingLog, receipt: Int64) throws {
        for finding in log.kept { try add(finding, receipt: receipt) }
        for (code, count) in log.counts {
            guard let example = log.kept.first(where: { $0.code == code }) else { continue }
            let kept = log.kept.reduce(0) { $0 + ($1.code == code ? 1 : 0) }
            guard count > kept else { continue }
            let slot = FindingSlot(
                receipt: receipt, code: code, severity: example.severity,
                owner: example.kind.owner)
            findingCounts[slot, default: 0] += count - kept
            unflushedCounts.insert(slot)
        }
    }
}
