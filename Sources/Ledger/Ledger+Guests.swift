import GRDB
import Glibc

extension Ledger {
    /// Opens the ledger at `path` beside whoever works with it, to look only: nothing is migrated,
    /// checked or marked.
    /// - Returns: nil when there is no ledger yet.
    /// - Throws: `LedgerError.newer` for a later version's, `.conflict` for an earlier version's.
    public static func reading(at path: String, hash: @escaping Hash) throws -> Ledger? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        return try guest(path, hash, isReadOnly: true)
    }

    /// Opens the ledger at `path` beside a run, for a change that must not wait: the fail-safe.
    /// - Returns: nil when there is no ledger yet.
    public static func joining(at path: String, hash: @escaping Hash) throws -> Ledger? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        return try guest(path, hash, isReadOnly: false)
    }

    private static func guest(
        _ path: String, _ hash: @escaping Hash, isReadOnly: Bool
    ) throws -> Ledger {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.label = "ledger (guest)"
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        if !isReadOnly {
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        }
        let migrator = Schema.migrator
        let (isNewer, isComplete) = try queue.read { db in
            (try migrator.hasBeenSuperseded(db), try migrator.hasCompletedMigrations(db))
        }
        guard !isNewer else { throw LedgerError.newer }
        guard isComplete else { throw LedgerError.conflict("an earlier version's; run once first") }
        return Ledger(path: path, queue: queue, hash: hash, isOwner: false)
    }
}
