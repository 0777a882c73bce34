/// A column of a table, or its rows as a group.
public enum CSVPath: Hashable, Sendable {
    /// Each row of a grouped record.
    case rows
    /// A field of the schema, by index.
    case field(Int)
    /// A column by name, for a table without a schema.
    case named(String)
}
