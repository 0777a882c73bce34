public import Exchange

/// One row of the batch workspace, made from a canonical record: what rules see of it.
public struct WorkspaceRow: Sendable {
    /// The table: `observation`.
    public let table: String
    /// The index of the node it comes from.
    public let node: Int
    /// The index of the node around it; nil for the record itself.
    public let parent: Int?
    /// Columns and their values; a column that is not stated is not listed.
    public internal(set) var values: [(column: String, value: String?)]
}

/// Which columns of which tables are filled, compiled once: canonical name → column.
///
/// Rules read few columns; what no rule reads is not staged, and costs one look-up here.
public struct WorkspacePlan: Sendable {
    private struct Table: Sendable {
        let name: String
        let references: [(column: String, field: String)]
    }
    private struct Column: Sendable {
        let table: Int
        let name: String
    }

    private let tables: [Table]
    private let tableOfEntity: [String: Int]
    private let columns: [String: Column]
    private let model: CanonicalModel
    /// The columns wanted of each table; nil for all.
    private let wanted: [String: Set<String>]?

    /// Fills the columns named, of the tables named; all when `wanted` is nil.
    public init(_ model: CanonicalModel, wanted: [String: Set<String>]? = nil) {
        var tables: [Table] = []
        var tableOfEntity: [String: Int] = [:]
        var columns: [String: Column] = [:]
        for entity in model.entities {
            let names = wanted.map { $0[entity.table] ?? [] }
            // Declared and not wanted is known too, so that it is not taken for a clinic's own.
            for field in entity.fields { columns[field.name] = Column(table: -1, name: "") }
            if let wanted, wanted[entity.table] == nil { continue }
            tableOfEntity[entity.name] = tables.count
            for field in entity.fields where names?.contains(field.column) ?? true {
                columns[field.name] = Column(table: tables.count, name: field.column)
            }
            tables.append(
                Table(
                    name: entity.table,
                    references: entity.references.filter { names?.contains($0.column) ?? true }))
        }
        self.tables = tables
        self.tableOfEntity = tableOfEntity
        self.columns = columns
        self.model = model
        self.wanted = wanted
    }

    /// The rows that `record` makes: for each node, one for its entity and one for each other
    /// entity that its fields belong to, so that a result with its patient's fields gives a row to
    /// both tables.
    ///
    /// A field with several values gives its first; a reference takes its value from the node, or
    /// from the nearest one around it that states one.
    public func rows(of record: Canonical) -> [WorkspaceRow] {
        if tables.isEmpty { return [] }
        var rows: [WorkspaceRow] = []
        for (index, node) in record.nodes.enumerated() {
            let first = rows.count
            // The few tables of this node: searched in a row, they are quicker than a hash.
            var places: [(table: Int, row: Int)] = []
            func row(_ table: Int) -> Int {
                if let known = places.first(where: { $0.table == table }) { return known.row }
                places.append((table, rows.count))
                rows.append(
                    WorkspaceRow(
                        table: tables[table].name, node: index, parent: node.parent, values: []))
                return rows.count - 1
            }
            if let table = tableOfEntity[node.entity] { _ = row(table) }
            for field in node.fields {
                guard let column = columns[field.name] ?? own(field.name), column.table >= 0 else {
                    continue
                }
                let at = row(column.table)
                if !rows[at].values.contains(where: { $0.column == column.name }) {
                    rows[at].values.append((column.name, field.value))
                }
            }
            for place in places where place.row >= first {
                for reference in tables[place.table].references {
                    if let value = record.nearest(reference.field, from: index) {
                        rows[place.row].values.append((reference.column, value))
                    }
                }
            }
        }
        return rows
    }

    /// The column of a clinic's own field.
    private func own(_ name: String) -> Column? {
        guard name.utf8.count > 8, name.contains(".custom."), let field = model.field(name),
            let table = tableOfEntity[field.entity]
        else { return nil }
        if let wanted, wanted[tables[table].name]?.contains(field.column) != true { return nil }
        return Column(table: table, name: field.column)
    }
}

extension Canonical {
    /// The first stated value of `name` in node `index` or the nearest node around it.
    func nearest(_ name: String, from index: Int) -> String? {
        var place: Int? = index
        while let at = place, nodes.indices.contains(at) {
            if let field = nodes[at].fields.first(where: { $0.name == name }) { return field.value }
            place = nodes[at].parent.flatMap { $0 < at ? $0 : nil }
        }
        return nil
    }
}
