import GRDBSQLite

/// A SQLite handle of our own, for the hot inserts and the fenced rules; closed with its last
/// owner. Not for two threads at once.
@safe final class RawDatabase {
    /// The connection; nil once closed.
    private(set) var handle: OpaquePointer?
    private var cache: [String: RawStatement] = [:]

    /// Opens the file at `path` (`:memory:` for none).
    init(path: String, flags: Int32) throws {
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        unsafe handle = opened
        guard code == SQLITE_OK else {
            close()
            throw LedgerError.sqlite(code: code, during: "open")
        }
        unsafe _ = sqlite3_extended_result_codes(opened, 1)
        unsafe _ = sqlite3_busy_timeout(opened, 10_000)
    }

    deinit { close() }

    /// Closes the connection; statements made from it must be gone or go with it.
    func close() {
        cache = [:]
        guard let open = unsafe handle else { return }
        unsafe _ = sqlite3_close_v2(open)
        unsafe handle = nil
    }

    /// Runs statements that return nothing of interest.
    func execute(_ sql: String) throws {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw LedgerError.sqlite(code: code, during: String(sql.prefix(40)))
        }
    }

    /// Prepares one statement, to be used many times.
    /// - Parameter lending: how many bytes it lends SQLite instead of having them copied.
    func prepare(_ sql: String, lending: Int = 0) throws -> RawStatement {
        var statement: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &statement, nil)
        guard code == SQLITE_OK, let prepared = unsafe statement else {
            throw LedgerError.sqlite(code: code, during: "prepare " + String(sql.prefix(60)))
        }
        return unsafe RawStatement(prepared, lending: lending)
    }

    /// Prepares a statement once and hands the same one out again. Only for statements that are
    /// run to their end before they are asked for again.
    func cached(_ sql: String) throws -> RawStatement {
        if let known = cache[sql] { return known }
        let made = try prepare(sql)
        cache[sql] = made
        return made
    }

    /// What SQLite says of the last failure. It quotes SQL and never data.
    var message: String {
        guard let text = unsafe sqlite3_errmsg(handle) else { return "" }
        return unsafe String(cString: text)
    }
}
