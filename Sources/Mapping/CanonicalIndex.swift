import Exchange

/// A canonical record with its nodes' children at hand, for writing.
struct CanonicalIndex {
    /// What a name has at a place.
    enum Found {
        case absent
        /// The values; nil is an explicit deletion.
        case values([String?])
        /// Several nodes below state different values.
        case ambiguous
    }

    let record: Canonical
    private let children: [[Int]]

    init(_ record: Canonical) {
        self.record = record
        var children = [[Int]](repeating: [], count: record.nodes.count)
        for (index, node) in record.nodes.enumerated() {
            // Parents come before children; what says otherwise hangs nowhere.
            if let parent = node.parent, parent >= 0, parent < index {
                children[parent].append(index)
            }
        }
        self.children = children
    }

    /// The nodes of `entity` within node `index` at any depth, in order; where there is none and
    /// the node is itself one, that.
    func occurrences(of entity: String, within index: Int) -> [Int] {
        var found: [Int] = []
        collect(entity, index, &found)
        if found.isEmpty, isNode(index), record.nodes[index].entity == entity { return [index] }
        return found
    }

    private func collect(_ entity: String, _ index: Int, _ found: inout [Int]) {
        guard isNode(index) else { return }
        for child in children[index] {
            if record.nodes[child].entity == entity {
                found.append(child)
            } else {
                collect(entity, child, &found)
            }
        }
    }

    /// What `name` has for node `index`: its own value, else that of the nearest node around it
    /// that states one, else the one value that the nodes within it agree on.
    func find(_ name: String, at index: Int) -> Found {
        var place: Int? = index
        while let at = place, isNode(at) {
            let own = values(name, at)
            if !own.isEmpty { return .values(own) }
            place = record.nodes[at].parent.flatMap { $0 < at ? $0 : nil }
        }
        var seen: [String?]?
        var differs = false
        descend(name, index, &seen, &differs)
        if differs { return .ambiguous }
        return seen.map(Found.values) ?? .absent
    }

    private func descend(
        _ name: String, _ index: Int, _ seen: inout [String?]?, _ differs: inout Bool
    ) {
        guard isNode(index) else { return }
        for child in children[index] {
            let own = values(name, child)
            if !own.isEmpty {
                if let seen, seen != own { differs = true }
                seen = seen ?? own
            }
            descend(name, child, &seen, &differs)
        }
    }

    private func values(_ name: String, _ index: Int) -> [String?] {
        var values: [String?] = []
        let fields = record.nodes[index].fields
        let length = name.utf8.count
        for place in fields.indices
        where fields[place].name.utf8.count == length && fields[place].name == name {
            values.append(fields[place].value)
        }
        return values
    }

    private func isNode(_ index: Int) -> Bool { index >= 0 && index < record.nodes.count }
}
