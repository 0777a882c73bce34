/// Inserts many rows into one table of the workspace, as fast as SQLite takes them.
///
/// Columns are 1-based and in table order. Every text and blob is bound for every row; a number or
/// NULL stays bound for the next row.
public final class BulkInsert {
    private let statement: RawStatement
    private let begin: () throws -> Void

    init(_ statement: RawStatement, begin: @escaping () throws -> Void) {
        self.statement = statement
        self.begin = begin
    }

    /// Binds an integer.
    @inline(__always)
    public func bind(_ column: Int, _ value: Int64) { statement.bind(column, value) }
    /// Binds text.
    public func bind(_ column: Int, _ text: String) { statement.bind(column, text) }
    /// Binds text, or NULL.
    public func bind(_ column: Int, _ text: String?) {
        if let text { statement.bind(column, text) } else { statement.bindNull(column) }
    }
    /// Binds an integer, or NULL.
    public func bind(_ column: Int, _ value: Int64?) {
        if let value { statement.bind(column, value) } else { statement.bindNull(column) }
    }
    /// Binds a blob.
    public func bind(_ column: Int, bytes: [UInt8]) { statement.bind(column, bytes: bytes.span) }
    /// Binds a blob, or NULL.
    public func bind(_ column: Int, bytes: [UInt8]?) {
        if let bytes {
            statement.bind(column, bytes: bytes.span)
        } else {
            statement.bindNull(column)
        }
    }
    /// Binds a blob.
    public func bind(_ column: Int, bytes: Span<UInt8>) { statement.bind(column, bytes: bytes) }
    /// Binds the bytes of a text in UTF-8.
    public func bind(_ column: Int, text: Span<UInt8>) { statement.bind(column, text: text) }
    /// Binds NULL.
    public func bindNull(_ column: Int) { statement.bindNull(column) }

    /// Inserts the row that was bound.
    public func insert() throws {
        try begin()
        _ = try statement.step()
        statement.reset()
    }
}
