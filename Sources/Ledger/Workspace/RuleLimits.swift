/// What one rule may use.
public struct RuleLimits: Sendable, Hashable {
    /// How long it may run, on the monotonic clock.
    public var seconds: Double
    /// How many rows it may return.
    public var rows: Int

    /// Sets limits.
    public init(seconds: Double = 30, rows: Int = 10_000_000) {
        self.seconds = seconds
        self.rows = rows
    }
}

/// A column that a rule reads.
public struct ColumnRead: Sendable, Hashable, Comparable {
    /// The table: `observation`, `mirror_patient`, `work`.
    public let table: String
    /// The column: `effective`.
    public let column: String

    /// Names a column.
    public init(table: String, column: String) {
        self.table = table
        self.column = column
    }

    /// Whether the left comes before the right.
    public static func < (left: ColumnRead, right: ColumnRead) -> Bool {
        (left.table, left.column) < (right.table, right.column)
    }
}
