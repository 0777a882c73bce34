/// A Frictionless Table Schema, compiled into flat tables once.
///
/// `name` is that in settings. Without fields it takes any table: the header names the columns,
/// and every cell is right.
public final class TableSchema: Sendable {
    /// A foreign key as it stands in the schema: noted, not checked here.
    public struct ForeignKey: Hashable, Sendable {
        /// The fields of this table.
        public let fields: [String]
        /// The table they point to; empty for this one.
        public let resource: String
        /// The fields there.
        public let reference: [String]
    }

    /// The name in settings.
    public let name: String
    /// The names of the fields, in the schema's order.
    public let fieldNames: [String]
    /// The fields of the primary key, by index.
    public let primaryKey: [Int]
    /// The foreign keys.
    public let foreignKeys: [ForeignKey]

    let rules: [FieldRule]
    let parts: [FieldParts]
    /// Sets of fields whose values together may occur once only; the primary key, when there is
    /// one, is the first.
    let uniqueSets: [[Int]]
    private let indices: [String: Int]

    /// Whether it has no fields.
    public var isOpen: Bool { fieldNames.isEmpty }

    /// A schema that takes any table.
    public static let open = TableSchema(
        name: "", rules: [], parts: [], primaryKey: [], foreignKeys: [])

    init(
        name: String, rules: [FieldRule], parts: [FieldParts], primaryKey: [Int],
        foreignKeys: [ForeignKey]
    ) {
        self.name = name
        self.rules = rules
        self.parts = parts
        fieldNames = parts.map(\.name)
        self.primaryKey = primaryKey
        self.foreignKeys = foreignKeys
        uniqueSets =
            (primaryKey.isEmpty ? [] : [primaryKey])
            + parts.indices.filter { parts[$0].isUnique && [$0] != primaryKey }.map { [$0] }
        indices = Dictionary(
            fieldNames.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a }
        )
    }

    /// The index of the field called `name`.
    public func index(of name: String) -> Int? { indices[name] }

    /// Whether set `index` of `uniqueSets` is the primary key.
    func isPrimaryKey(set index: Int) -> Bool { index == 0 && !primaryKey.isEmpty }
}
