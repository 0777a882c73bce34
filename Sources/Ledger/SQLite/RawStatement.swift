import GRDB
import GRDBSQLite

/// A prepared statement of a raw handle; columns are 0-based, parameters 1-based.
///
/// One that lends keeps what it is bound in a buffer of its own, so that SQLite need not copy it:
/// texts and blobs are then bound anew after each reset, the last ones being overwritten.
@safe final class RawStatement {
    private let statement: OpaquePointer
    private let lent: UnsafeMutableRawBufferPointer?
    private var used = 0

    /// Takes over a prepared statement; it must not outlive its database.
    /// - Parameter lending: how many bytes it lends SQLite; 0 has all copied.
    @unsafe init(_ statement: OpaquePointer, lending: Int = 0) {
        unsafe self.statement = statement
        unsafe lent =
            lending == 0 ? nil : .allocate(byteCount: lending, alignment: 16)
    }

    /// Prepares a statement on GRDB's connection, for rows that are walked one by one; it must be gone
    /// before the access ends.
    convenience init(in db: Database, _ sql: String) throws {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(db.sqliteConnection, sql, -1, 0, &statement, nil)
        guard code == SQLITE_OK, let prepared = unsafe statement else {
            throw LedgerError.sqlite(code: code, during: String(sql.prefix(40)))
        }
        unsafe self.init(prepared)
    }

    deinit {
        unsafe _ = sqlite3_finalize(statement)
        unsafe lent?.deallocate()
    }

    /// SQLite copies what it is bound.
    private static let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Where `bytes` lie in the buffer now; nil when it has no room for them.
    @unsafe private func lend(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        guard let lent = unsafe lent, used + bytes.count <= lent.count,
            let place = unsafe lent.baseAddress?.advanced(by: used)
        else { return nil }
        if let base = bytes.baseAddress {
            unsafe place.copyMemory(from: base, byteCount: bytes.count)
        }
        used += bytes.count
        return unsafe place
    }

    /// Binds an integer.
    @inline(__always)
    func bind(_ column: Int, _ value: Int64) {
        unsafe _ = sqlite3_bind_int64(statement, Int32(truncatingIfNeeded: column), value)
    }

    /// Binds text.
    func bind(_ column: Int, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            unsafe bindText(column, bytes)
        }
    }

    /// Binds the bytes of a text in UTF-8.
    func bind(_ column: Int, text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { unsafe bindText(column, $0) }
    }

    @unsafe private func bindText(_ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        let index = Int32(truncatingIfNeeded: column)
        if let place = unsafe lend(UnsafeRawBufferPointer(bytes)) {
            unsafe _ = sqlite3_bind_text(
                statement, index, place.assumingMemoryBound(to: CChar.self),
                Int32(truncatingIfNeeded: bytes.count), nil)
            return
        }
        guard let base = bytes.baseAddress else {
            unsafe _ = sqlite3_bind_text(statement, index, "", 0, RawStatement.transient)
            return
        }
        let text = unsafe UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
        unsafe _ = sqlite3_bind_text(
            statement, index, text, Int32(truncatingIfNeeded: bytes.count), RawStatement.transient)
    }

    /// Binds a blob.
    func bind(_ column: Int, bytes: Span<UInt8>) {
        let index = Int32(truncatingIfNeeded: column)
        unsafe bytes.withUnsafeBufferPointer {
            if let place = unsafe lend(UnsafeRawBufferPointer($0)) {
                unsafe _ = sqlite3_bind_blob64(statement, index, place, UInt64($0.count), nil)
                return
            }
            guard !$0.isEmpty else {
                unsafe _ = sqlite3_bind_zeroblob(statement, index, 0)
                return
            }
            unsafe _ = sqlite3_bind_blob64(
                statement, index, $0.baseAddress, UInt64($0.count), RawStatement.transient)
        }
    }

    /// Binds NULL.
    @inline(__always)
    func bindNull(_ column: Int) {
        unsafe _ = sqlite3_bind_null(statement, Int32(truncatingIfNeeded: column))
    }

    /// Steps; true when there is a row.
    @inline(__always)
    func step() throws -> Bool {
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        reset()
        throw LedgerError.sqlite(code: code, during: "step")
    }

    /// Makes it ready to run again; bindings stay, but for texts and blobs that were lent.
    @inline(__always)
    func reset() {
        unsafe _ = sqlite3_reset(statement)
        used = 0
    }

    /// Runs it to its end and makes it ready again.
    @inline(__always)
    func run() throws {
        while try step() {}
        reset()
    }

    /// How many columns a row has.
    var columnCount: Int { Int(unsafe sqlite3_column_count(statement)) }
    /// Whether it writes nothing.
    var isReadOnly: Bool { unsafe sqlite3_stmt_readonly(statement) != 0 }

    /// An integer; 0 for NULL.
    func int(_ column: Int) -> Int64 {
        unsafe sqlite3_column_int64(statement, Int32(truncatingIfNeeded: column))
    }

    /// Whether the column is NULL.
    func isNull(_ column: Int) -> Bool {
        unsafe sqlite3_column_type(statement, Int32(truncatingIfNeeded: column)) == SQLITE_NULL
    }

    /// Whether the column is an integer.
    func isInteger(_ column: Int) -> Bool {
        unsafe sqlite3_column_type(statement, Int32(truncatingIfNeeded: column)) == SQLITE_INTEGER
    }

    /// A blob or text's bytes; empty for NULL.
    func bytes(_ column: Int) -> [UInt8] {
        let index = Int32(truncatingIfNeeded: column)
        guard let base = unsafe sqlite3_column_blob(statement, index) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(statement, index))
        return unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A text; empty for NULL.
    func text(_ column: Int) -> String {
        let index = Int32(truncatingIfNeeded: column)
        guard let base = unsafe sqlite3_column_blob(statement, index) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(statement, index))
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self)
    }
}
