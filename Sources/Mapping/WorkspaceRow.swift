public import Exchange

/// One row of the batch workspace, made from a canonical record: what rules see of it.
public struct WorkspaceRow: Sendable, Hashable {
    /// The table: `observation`.
    public let table: String
    /// The entity it holds.
    public let entity: String
    /// The index of the node it comes from, and of the node around that.
    public let node: Int
    /// The index of the node around it; nil for the record itself.
    public let parent: Int?
    /// Columns and their values; a column that is not stated is not listed.
    public let values: [(column: String, value: String?)]

    public static func == (left: WorkspaceRow, right: WorkspaceRow) -> Bool {
        left.table == right.table && left.entity == right.entity && left.node == right.node
            && left.parent == right.parent && left.values.elementsEqual(right.values, by: ==)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(table)
        hasher.combine(node)
        for value in values { hasher.combine(value.value) }
    }
}

extension CanonicalModel {
    /// The rows of the workspace that `record` makes: for each node, one for each entity that its
    /// fields belong to, so that a result with its patient's fields gives a row to both tables.
    ///
    /// A field with several values gives its first; a reference takes its value from the node, or
    /// from the nearest one around it, or from the record's own node.
    public func rows(of record: Canonical) -> [WorkspaceRow] {
        var rows: [WorkspaceRow] = []
        for (index, node) in record.nodes.enumerated() {
            var names: [String] = []
            var values: [String: [(column: String, value: String?)]] = [:]
            if entity(node.entity) != nil {
                names.append(node.entity)
                values[node.entity] = []
            }
            for item in node.fields {
                guard let field = field(item.name) else { continue }
                if values[field.entity] == nil { names.append(field.entity) }
                let isRepeat = values[field.entity]?.contains { $0.column == field.column } == true
                if !isRepeat {
                    values[field.entity, default: []].append((field.column, item.value))
                }
            }
            for name in names {
                guard let entity = entity(name) else { continue }
                var columns = values[name] ?? []
                for reference in entity.references {
                    if let value = record.nearest(reference.field, from: index) {
                        columns.append((reference.column, value))
                    }
                }
                rows.append(
                    WorkspaceRow(
                        table: entity.table, entity: name, node: index, parent: node.parent,
                        values: columns))
            }
        }
        return rows
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
