/// One row of the batch workspace, made from a canonical record: what rules see of it.
public struct WorkspaceRow: Sendable {
    /// The table: `observation`.
    public let table: String
    /// The index of the node it comes from.
    public let node: Int
    /// The index of the node around it; nil for the record itself.
    public let parent: Int?
    /// Columns and the places of their values in the record; a column that is not stated is not
    /// listed.
    public internal(set) var values: [(column: String, place: Int)]
}

/// Which columns of which tables are filled, compiled once: canonical name → column.
///
/// Rules read few columns; what no rule reads is not staged, and costs one look-up here.
public struct WorkspacePlan: Sendable {
    private struct Table: Sendable {
        let name: String
        let references: [(column: String, field: Int)]
    }
    private struct Column: Sendable {
        let table: Int
        let name: String
    }

    private let tables: [Table]
    private let names: CanonicalNames
    /// By the number of the entity's name; -1 for none.
    private let tableOfEntity: [Int]
    /// By the number of the field's name; nil where the model declares none.
    private let columns: [Column?]
    private let model: CanonicalModel
    /// The columns wanted of each table; nil for all.
    private let wanted: [String: Set<String>]?

    /// Fills the columns named, of the tables named; all when `wanted` is nil.
    public init(
        _ model: CanonicalModel, _ names: CanonicalNames, wanted: [String: Set<String>]? = nil
    ) {
        var tables: [Table] = []
        var tableOfEntity = [Int](repeating: -1, count: names.count)
        var columns = [Column?](repeating: nil, count: names.count)
        for entity in model.entities {
            let mine = wanted.map { $0[entity.table] ?? [] }
            // Declared and not wanted is known too, so that it is not taken for a clinic's own.
            for field in entity.fields {
                if let number = names.number(field.name) {
                    columns[number] = Column(table: -1, name: "")
                }
            }
            if let wanted, wanted[entity.table] == nil { continue }
            if let number = names.number(entity.name) { tableOfEntity[number] = tables.count }
            for field in entity.fields where mine?.contains(field.column) ?? true {
                if let number = names.number(field.name) {
                    columns[number] = Column(table: tables.count, name: field.column)
                }
            }
            tables.append(
                Table(
                    name: entity.table,
                    references: entity.references.compactMap { reference in
                        guard mine?.contains(reference.column) ?? true,
                            let number = names.number(reference.field)
                        else { return nil }
                        return (reference.column, number)
                    }))
        }
        self.names = names
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
    public func rows(of record: CanonicalView) -> [WorkspaceRow] {
        if tables.isEmpty { return [] }
        var rows: [WorkspaceRow] = []
        for (index, node) in record.nodes.enumerated() {
            // The few tables of this node: searched in a row, they are quicker than a hash.
            var places: [(table: Int, row: Int)] = []
            func row(_ table: Int) -> Int {
                if let known = places.first(where: { $0.table == table }) { return known.row }
                places.append((table, rows.count))
                rows.append(
                    WorkspaceRow(
                        table: tables[table].name, node: index,
                        parent: node.parent < 0 ? nil : Int(node.parent), values: []))
                return rows.count - 1
            }
            let entity = Int(node.entity)
            if entity < names.count, tableOfEntity[entity] >= 0 { _ = row(tableOfEntity[entity]) }
            for place in node.fields {
                guard let column = column(Int(record.fields[Int(place)].name), record),
                    column.table >= 0
                else { continue }
                let at = row(column.table)
                if !rows[at].values.contains(where: { $0.column == column.name }) {
                    rows[at].values.append((column.name, Int(place)))
                }
            }
            for place in places {
                for reference in tables[place.table].references {
                    if let value = record.nearest(reference.field, from: index) {
                        rows[place.row].values.append((reference.column, value))
                    }
                }
            }
        }
        return rows
    }

    private func column(_ number: Int, _ record: CanonicalView) -> Column? {
        if number < names.count, let column = columns[number] { return column }
        return own(record.name(number))
    }

    /// The column of a clinic's own field.
    private func own(_ name: String) -> Column? {
        guard name.utf8.count > 8, name.contains(".custom."), let field = model.field(name),
            let entity = names.number(field.entity), tableOfEntity[entity] >= 0
        else { return nil }
        let table = tableOfEntity[entity]
        if let wanted, wanted[tables[table].name]?.contains(field.column) != true { return nil }
        return Column(table: table, name: field.column)
    }
}

extension CanonicalView {
    /// The place of the first stated value of `name` in node `index` or the nearest node around
    /// it; nil where that is an explicit null.
    func nearest(_ name: Int, from index: Int) -> Int? {
        let wanted = Int32(truncatingIfNeeded: name)
        var node = index
        while node >= 0 {
            if let place = nodes[node].fields.first(where: { fields[Int($0)].name == wanted }) {
                return range(Int(place)) == nil ? nil : Int(place)
            }
            node = Int(nodes[node].parent)
        }
        return nil
    }

    /// Hands `body` the bytes of the value at `place`, UTF-8; nil for an explicit null.
    public func withValue<Result>(
        at place: Int, _ body: (Span<UInt8>?) throws -> Result
    ) rethrows -> Result {
        guard let range = range(place) else { return try body(nil) }
        let span = bytes.span
        return try body(span.extracting(range))
    }
}
