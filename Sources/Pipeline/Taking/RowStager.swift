import Exchange
import Ledger
import Mapping

/// The workspace's tables and columns: those that some rule or route reads, no others.
enum WorkspaceTables {
    /// Every table with every column, to learn which of them the SQL reads.
    /// - Parameter own: names of a clinic's own fields, which the model does not declare.
    static func all(_ model: CanonicalModel, own: Set<String> = []) -> [EntityTable] {
        model.entities.map { entity in
            var columns = entity.fields.map {
                EntityColumn(name: $0.column, field: $0.name, kind: kind($0.type))
            }
            for reference in entity.references
            where !columns.contains(where: { $0.name == reference.column }) {
                columns.append(
                    EntityColumn(name: reference.column, field: reference.field, kind: .text))
            }
            for name in own.sorted() {
                guard let field = model.field(name), field.entity == entity.name,
                    !columns.contains(where: { $0.name == field.column })
                else { continue }
                columns.append(EntityColumn(name: field.column, field: name, kind: .text))
            }
            return EntityTable(name: entity.table, entity: entity.name, columns: columns)
        }
    }

    /// The canonical names that the dictionaries of a site use, a clinic's own among them.
    static func ownNames(_ dictionaries: [String: FieldDictionary]) -> Set<String> {
        Set(
            dictionaries.values.flatMap(\.groups).flatMap { group in
                [group.entity] + group.fields.map(\.target)
                    + group.constants.flatMap { [$0.when].compactMap(\.self) + $0.value.fields }
            })
    }

    /// The tables with only the columns that were read.
    static func needed(_ all: [EntityTable], _ reads: Set<ColumnRead>) -> [EntityTable] {
        all.compactMap { table in
            let names = [table.name, "mirror_" + table.name]
            let mine = reads.filter { names.contains($0.table) }
            guard !mine.isEmpty else { return nil }
            let columns = table.columns.filter { column in
                mine.contains { $0.column == column.name }
            }
            return EntityTable(name: table.name, entity: table.entity, columns: columns)
        }
    }

    private static func kind(_ type: ValueType) -> ColumnKind {
        switch type {
        case .integer, .boolean: .integer
        case .decimal, .money: .number
        default: .text
        }
    }
}

/// Writes canonical records into the workspace's entity tables.
final class RowStager {
    private struct Table {
        let insert: BulkInsert
        /// Column name → 1-based place in the insert.
        let places: [String: Int]
        let width: Int
    }

    private let plan: WorkspacePlan
    private var tables: [String: Table] = [:]

    init(_ site: Site, _ workspace: Workspace) throws {
        plan = WorkspacePlan(
            site.model, site.names,
            wanted: Dictionary(
                workspace.tables.map { ($0.name, Set($0.columns.map(\.name))) },
                uniquingKeysWith: { $0.union($1) }))
        for table in workspace.tables {
            var places: [String: Int] = [:]
            for (index, column) in table.columns.enumerated() { places[column.name] = 5 + index }
            tables[table.name] = Table(
                insert: try workspace.inserter(into: table.name), places: places,
                width: table.columns.count)
        }
    }

    /// Whether some rule or route reads what records hold.
    var isNeeded: Bool { !tables.isEmpty }

    /// Adds one row for each entity that a node's fields belong to.
    func stage(_ canonical: CanonicalView, record: Int64, feed: String) throws {
        guard !tables.isEmpty else { return }
        for row in plan.rows(of: canonical) {
            guard let table = tables[row.table] else { continue }
            table.insert.bind(1, record)
            table.insert.bind(2, feed)
            table.insert.bind(3, Int64(row.node))
            table.insert.bind(4, row.parent.map(Int64.init))
            for place in 5..<(5 + table.width) { table.insert.bindNull(place) }
            for value in row.values {
                guard let place = table.places[value.column] else { continue }
                canonical.withValue(at: value.place) { text in
                    if let text { table.insert.bind(place, text: text) }
                }
            }
            try table.insert.insert()
        }
    }
}
