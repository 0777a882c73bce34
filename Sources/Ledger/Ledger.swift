import Exchange
import GRDB
import Glibc

/// All durable state of a site: one SQLite file, WAL, `synchronous=FULL`.
///
/// Each extension asks or answers one family of questions. Every change is one transaction that
/// is on disk when the method returns. All instants are microseconds UTC; none is taken from a
/// clock here. Errors never hold a value from the data.
public final class Ledger: Sendable {
    /// A digest of bytes: SHA-256, or an HMAC with the site's key.
    public typealias Hash = @Sendable ([UInt8]) -> [UInt8]

    /// The file.
    public let path: String
    let queue: DatabaseQueue
    let hash: Hash
    /// Whether this is the run's own handle, which marks a clean stop.
    private let isOwner: Bool

    /// Opens the ledger at `path`, making it (mode 0600) when there is none.
    ///
    /// After a stop that was not clean the file's integrity is checked first.
    /// - Throws: `LedgerError.notDurable` when FULL does not read back, `.damaged` when the check
    ///   fails, `.newer` when a later version has written it.
    public static func open(at path: String, hash: @escaping Hash) throws -> Ledger {
        let mask = umask(0o077)
        defer { _ = umask(mask) }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.label = "ledger"
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            // Holds for a new file only: a night's rows are written in half as many pieces.
            try db.execute(sql: "PRAGMA page_size = 8192")
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else { throw LedgerError.damaged("journal mode \(mode ?? "none")") }
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try db.execute(sql: "PRAGMA cache_size = -32000")
        }
        let ledger = Ledger(path: path, queue: queue, hash: hash)
        let full = try ledger.synchronousMode()
        guard full == 2 else { throw LedgerError.notDurable(full) }
        try ledger.checkAfterUncleanStop()
        let migrator = Schema.migrator
        let isNewer = try queue.read { try migrator.hasBeenSuperseded($0) }
        guard !isNewer else { throw LedgerError.newer }
        try migrator.migrate(queue)
        try ledger.setMarker("clean", "0")
        for suffix in ["", "-wal", "-shm"] { unsafe _ = chmod(path + suffix, 0o600) }
        return ledger
    }

    init(path: String, queue: DatabaseQueue, hash: @escaping Hash, isOwner: Bool = true) {
        self.path = path
        self.queue = queue
        self.hash = hash
        self.isOwner = isOwner
    }

    /// What `PRAGMA synchronous` reads back: 2 is FULL.
    public func synchronousMode() throws -> Int {
        try queue.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    /// A ledger that was not closed cleanly is checked before anything trusts it.
    private func checkAfterUncleanStop() throws {
        try queue.read { db in
            guard try db.tableExists("meta") else { return }
            let clean = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'clean'")
            if clean != "1" { try Ledger.checkIntegrity(db) }
        }
    }

    static func checkIntegrity(_ db: Database) throws {
        let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)")
        guard faults == ["ok"] else { throw LedgerError.damaged("\(faults.count) faults found") }
    }

    /// Marks a clean stop, unless the handle is a guest's, and closes the file.
    public func close() throws {
        if isOwner { try setMarker("clean", "1") }
        try queue.close()
    }

    /// Keeps a value under a name.
    public func setMarker(_ name: String, _ value: String) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO meta (name, value) VALUES ($1, $2)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """, arguments: [name, value])
        }
    }

    /// The value kept under a name.
    public func marker(_ name: String) throws -> String? {
        try read { db in
            try String.fetchOne(
                db, sql: "SELECT value FROM meta WHERE name = $1", arguments: [name])
        }
    }

    /// One write transaction, immediate; GRDB's errors lose their arguments on the way out.
    func write<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            var result: T?
            try queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
            }
            guard let result else { throw LedgerError.conflict("no result") }
            return result
        } catch let error as DatabaseError {
            throw Ledger.withoutValues(error)
        }
    }

    /// One read transaction.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        do { return try queue.read(body) } catch let error as DatabaseError {
            throw Ledger.withoutValues(error)
        }
    }

    static func withoutValues(_ error: DatabaseError) -> LedgerError {
        let words = (error.sql ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" })
        return .sqlite(
            code: error.extendedResultCode.rawValue, during: words.prefix(6).joined(separator: " "))
    }
}

extension Row {
    /// A SHA-256 column; nil when it is NULL or not 32 bytes.
    func digest(_ column: String) -> ContentDigest? {
        let bytes: [UInt8]? = blob(column)
        guard let bytes, bytes.count == 32 else { return nil }
        return ContentDigest(bytes)
    }

    /// A blob column as bytes.
    func blob(_ column: String) -> [UInt8]? {
        let value: DatabaseValue = self[column] ?? .null
        switch value.storage {
        case .blob(let data): return Array(data)
        case .string(let text): return Array(text.utf8)
        default: return nil
        }
    }

    /// A blob column as bytes, empty when NULL.
    func bytes(_ column: String) -> [UInt8] { blob(column) ?? [] }

    /// An integer column, 0 when NULL.
    func int(_ column: String) -> Int { Int(int64(column)) }

    /// An integer column, 0 when NULL.
    func int64(_ column: String) -> Int64 { self[column] as Int64? ?? 0 }

    /// A text column, empty when NULL.
    func text(_ column: String) -> String { self[column] as String? ?? "" }
}
