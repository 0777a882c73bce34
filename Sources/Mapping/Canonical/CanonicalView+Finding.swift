/// What a name has at a place of a record.
enum Found: Equatable {
    case absent
    /// The fields of that name between these two places, of one node: one for each value.
    case values(first: Int, last: Int, count: Int)
    /// Several nodes below state different values.
    case ambiguous
}

extension CanonicalView {
    /// The nodes of `entity` within node `index` at any depth, in order, but for those within
    /// another; where there is none and the node is itself one, that.
    func occurrences(of entity: Int, within index: Int) -> [Int] {
        guard nodes.indices.contains(index) else { return [] }
        let entity = Int32(truncatingIfNeeded: entity)
        var found: [Int] = []
        var place = index + 1
        while place < Int(nodes[index].end) {
            if nodes[place].entity == entity {
                found.append(place)
                place = Int(nodes[place].end)
            } else {
                place += 1
            }
        }
        if found.isEmpty, nodes[index].entity == entity { return [index] }
        return found
    }

    /// What `name` has for node `index`: its own value, else that of the nearest node around it
    /// that states one, else the one value that the nodes within it agree on.
    func find(_ name: Int, at index: Int) -> Found {
        guard nodes.indices.contains(index) else { return .absent }
        var place = index
        while place >= 0 {
            let own = values(name, place)
            if own != .absent { return own }
            place = Int(nodes[place].parent)
        }
        var seen = Found.absent
        for below in (index + 1)..<max(index + 1, Int(nodes[index].end)) {
            let own = values(name, below)
            if own == .absent { continue }
            if seen == .absent { seen = own } else if !agree(name, seen, own) { return .ambiguous }
        }
        return seen
    }

    private func values(_ name: Int, _ index: Int) -> Found {
        let wanted = Int32(truncatingIfNeeded: name)
        var (first, last, count) = (-1, -1, 0)
        for place in nodes[index].fields where fields[Int(place)].name == wanted {
            if count == 0 { first = Int(place) }
            last = Int(place)
            count += 1
        }
        return count == 0 ? .absent : .values(first: first, last: last, count: count)
    }

    /// The places of the values that were found.
    func places(_ name: Int, _ found: Found) -> [Int] {
        guard case .values(let first, let last, let count) = found else { return [] }
        if count == 1 { return [first] }
        let wanted = Int32(truncatingIfNeeded: name)
        return (first...last).filter { fields[$0].name == wanted }
    }

    private func agree(_ name: Int, _ left: Found, _ right: Found) -> Bool {
        guard case .values(let one, _, 1) = left, case .values(let other, _, 1) = right else {
            return places(name, left).elementsEqual(places(name, right), by: equal)
        }
        return equal(one, other)
    }
}
