/// How a canonical value is compared in rules.
public enum ColumnKind: Sendable, Hashable {
    case text, integer, number

    /// SQLite's type for it.
    var sql: String {
        switch self {
        case .text: "TEXT"
        case .integer: "INTEGER"
        case .number: "NUMERIC"
        }
    }
}

/// One canonical field that some rule reads.
public struct EntityColumn: Sendable, Hashable {
    /// The column: `period_end`.
    public let name: String
    /// The full canonical name: `encounter.period.end`.
    public let field: String
    /// How it is compared.
    public let kind: ColumnKind

    /// Describes a column.
    public init(name: String, field: String, kind: ColumnKind = .text) {
        self.name = name
        self.field = field
        self.kind = kind
    }
}

/// One canonical entity as rules see it. Besides its columns the table has `record`, `feed`,
/// `node` (the index in `Canonical.nodes`) and `parent` (the index of the node around it).
///
/// A twin `mirror_<name>` holds what other systems have: `system`, `key`, `state`, the columns.
public struct EntityTable: Sendable, Hashable {
    /// The table: `diagnostic_report`.
    public let name: String
    /// The canonical entity: `diagnosticReport`.
    public let entity: String
    /// The fields that are kept.
    public let columns: [EntityColumn]

    /// Describes a table.
    public init(name: String, entity: String, columns: [EntityColumn]) {
        self.name = name
        self.entity = entity
        self.columns = columns
    }

    /// The name as SQL quotes it.
    static func quote(_ name: String) -> String {
        "\""
            + name.split(separator: "\"", omittingEmptySubsequences: false).joined(
                separator: "\"\"")
            + "\""
    }

    /// The statements that make the table and its twin.
    var ddl: String {
        let fields = columns.map { ", \(EntityTable.quote($0.name)) \($0.kind.sql)" }.joined()
        return """
            CREATE TABLE \(EntityTable.quote(name)) (record INTEGER NOT NULL, feed TEXT NOT NULL,
              node INTEGER NOT NULL, parent INTEGER\(fields));
            CREATE TABLE \(EntityTable.quote("mirror_" + name)) (system TEXT NOT NULL,
              key BLOB NOT NULL, mirror_state INTEGER NOT NULL\(fields));
            """
    }

    /// The statement that fills one row, columns in table order.
    var insertion: String {
        let marks = Array(repeating: "?", count: 4 + columns.count).joined(separator: ",")
        return "INSERT INTO \(EntityTable.quote(name)) VALUES (\(marks))"
    }
}
