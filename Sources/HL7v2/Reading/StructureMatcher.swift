import Bytes

/// Lays a message's segments over its structure: groups, their occurrences, and what does not fit.
///
/// The structure is walked forward by segment name, from the innermost open group outward. Z
/// segments stay where they are. When no place is allowed, the nearest place is taken and what was
/// passed over is missing; findings are all told, never only the first.
struct StructureMatcher {
    private let nodes: [StructureNode]
    private var current: Int
    /// Open group occurrences, outermost first: indices into the group table, and their nodes.
    private var open: [(entry: Int, node: Int)] = []
    /// The document's groups and faults, while a record is matched.
    private var groups: [GroupEntry] = []
    private var faults: [StructureFault] = []
    /// Where strict steps led, by node and segment: records of one kind take the same steps over
    /// and over.
    private var steps = [Step](repeating: Step(), count: 64)
    private let root: Int
    private let tolerant: UInt64
    /// Where the record's segments end.
    private var end = 0

    init(_ schema: Schema, root: Int) {
        nodes = schema.nodes
        self.root = root
        current = root
        let notes = schema.segment(SegmentID.nte)
        tolerant = notes < 0 ? 0 : 1 << UInt64(notes)
    }

    /// Places every segment of a record.
    mutating func match(_ schema: Schema, _ range: Range<Int>, in document: inout HL7Document) {
        var table: [SegmentEntry] = []
        swap(&table, &document.segments)
        swap(&groups, &document.groups)
        swap(&faults, &document.faults)
        var segments = table.mutableSpan
        current = root
        open.removeAll(keepingCapacity: true)
        end = range.upperBound
        var before = range.lowerBound
        for index in range {
            let id = segments[index].id
            let rule = schema.segment(id)
            guard rule >= 0 else {
                if !SegmentID.isLocal(id) { fault(.unexpected, index) }
                continue
            }
            segments[index].rule = UInt8(truncatingIfNeeded: rule)
            place(schema, 1 << UInt64(rule), index, before, &segments)
            before = index
        }
        finish(range.upperBound, before)
        swap(&table, &document.segments)
        swap(&groups, &document.groups)
        swap(&faults, &document.faults)
    }

    private mutating func place(
        _ schema: Schema, _ bit: UInt64, _ index: Int, _ before: Int,
        _ segments: inout MutableSpan<SegmentEntry>
    ) {
        if current != root, nodes[current].first & bit != 0, nodes[current].repeats {
            segments[index].node = UInt16(current)
            return
        }
        if let target = strict(schema, bit, index, segments) {
            enter(target, bit, index, &segments)
        } else if current != root, nodes[current].first & bit != 0 {
            fault(.repeated, index)
            segments[index].node = UInt16(current)
        } else if let target = unordered(bit) {
            fault(.tolerated, index)
            enter(target, bit, index, &segments)
        } else if bit & tolerant != 0 {
            // Notes stand in many places in practice: kept where they are.
            fault(.tolerated, index)
        } else if let target = lenient(bit) {
            passOver(to: target, bit, before)
            enter(target, bit, index, &segments)
        } else {
            fault(nodes[root].contains & bit != 0 ? .sequence : .unexpected, index)
        }
    }

    /// Where a walk ended: a sibling further on, or a new occurrence of an open group.
    private struct Target {
        /// The child of an open group to enter, or the open group that begins anew.
        var node: Int
        var isNew: Bool
    }

    /// A strict step that depends on nothing but where it begins and the segment.
    private struct Step {
        var from = -1
        var bit: UInt64 = 0
        var target: Target?
    }

    /// The next place that skips nothing required.
    private mutating func strict(
        _ schema: Schema, _ bit: UInt64, _ index: Int,
        _ segments: borrowing MutableSpan<SegmentEntry>
    ) -> Target? {
        let slot = (current &* 7 &+ bit.trailingZeroBitCount) & 63
        if steps[slot].from == current, steps[slot].bit == bit { return steps[slot].target }
        var isFixed = true
        let target = walk(schema, bit, index, segments, &isFixed)
        if isFixed { steps[slot] = Step(from: current, bit: bit, target: target) }
        return target
    }

    /// - Parameter isFixed: becomes false when the way depends on the segments that follow.
    private func walk(
        _ schema: Schema, _ bit: UInt64, _ index: Int,
        _ segments: borrowing MutableSpan<SegmentEntry>, _ isFixed: inout Bool
    ) -> Target? {
        var node = current
        while true {
            let parent = nodes[node].parent
            var child = node == root ? root + 1 : nodes[node].end
            let end = nodes[node == root ? root : parent].end
            while child < end {
                if nodes[child].first & bit != 0 {
                    if nodes[child].looksAhead { isFixed = false }
                    if !nodes[child].looksAhead || follows(child, schema, index, segments) {
                        return Target(node: child, isNew: false)
                    }
                }
                if nodes[child].isRequired, !nodes[child].isNullable { return nil }
                child = nodes[child].end
            }
            guard node != root, parent != root else { return nil }
            if nodes[parent].repeats, nodes[parent].first & bit != 0 {
                if nodes[parent].looksAhead { isFixed = false }
                if !nodes[parent].looksAhead || follows(parent, schema, index, segments) {
                    return Target(node: parent, isNew: true)
                }
            }
            node = parent
        }
    }

    /// Whether all that a group requires stands from `index` on, before anything that is not its
    /// own or begins it anew.
    private func follows(
        _ group: Int, _ schema: Schema, _ index: Int,
        _ segments: borrowing MutableSpan<SegmentEntry>
    ) -> Bool {
        var wanted: [UInt64] = []
        var child = group + 1
        while child < nodes[group].end {
            if nodes[child].isRequired, !nodes[child].isNullable {
                wanted.append(nodes[child].first)
            }
            child = nodes[child].end
        }
        var found = 0
        for place in index..<end where found < wanted.count {
            let rule = schema.segment(segments[place].id)
            guard rule >= 0 else { continue }
            let bit: UInt64 = 1 << UInt64(rule)
            if wanted[found] & bit != 0 {
                found += 1
            } else if nodes[group].contains & bit == 0
                || (found > 0 && nodes[group].first & bit != 0)
            {
                return false
            }
        }
        return found == wanted.count
    }

    /// A place in an open group whose members come in any order.
    private func unordered(_ bit: UInt64) -> Target? {
        var node = current
        while node != root {
            let parent = nodes[node].parent
            if nodes[parent].isUnordered {
                var child = parent + 1
                while child < nodes[parent].end {
                    if nodes[child].first & bit != 0 { return Target(node: child, isNew: false) }
                    child = nodes[child].end
                }
            }
            node = parent
        }
        return nil
    }

    /// The next place at all, what is required notwithstanding.
    private func lenient(_ bit: UInt64) -> Target? {
        var node = current
        while true {
            let parent = node == root ? root : nodes[node].parent
            for isFirst in [true, false] {
                var child = node == root ? root + 1 : nodes[node].end
                while child < nodes[parent].end {
                    let mask = isFirst ? nodes[child].first : nodes[child].contains
                    if mask & bit != 0 { return Target(node: child, isNew: false) }
                    child = nodes[child].end
                }
                if parent != root, nodes[parent].repeats {
                    let mask = isFirst ? nodes[parent].first : nodes[parent].contains
                    if mask & bit != 0 { return Target(node: parent, isNew: true) }
                }
            }
            guard node != root, parent != root else { return nil }
            node = parent
        }
    }

    /// Tells what a lenient step leaves out, on the way out and on the way in.
    private mutating func passOver(to target: Target, _ bit: UInt64, _ before: Int) {
        let parent = target.isNew ? target.node : nodes[target.node].parent
        var node = current
        while node != root {
            let above = nodes[node].parent
            if above == parent { break }
            missing(from: nodes[node].end, to: nodes[above].end, before)
            node = above
        }
        let start = node == root ? root + 1 : nodes[node].end
        missing(
            from: start, to: target.isNew ? nodes[parent].end : target.node, before)
        var group = target.node
        while nodes[group].kind == .group, nodes[group].first & bit == 0 {
            let inner = child(of: group, bit)
            missing(from: group + 1, to: inner, before)
            group = inner
        }
    }

    private mutating func missing(from: Int, to: Int, _ before: Int) {
        var child = from
        while child < to {
            if nodes[child].isRequired, !nodes[child].isNullable {
                faults.append(
                    StructureFault(
                        kind: .missing, segment: UInt32(before), node: UInt16(firstSegment(child))))
            }
            child = nodes[child].end
        }
    }

    /// The first required segment of a subtree: what a person calls missing.
    private func firstSegment(_ node: Int) -> Int {
        var node = node
        while nodes[node].kind == .group {
            var child = node + 1
            while child < nodes[node].end, !nodes[child].isRequired || nodes[child].isNullable {
                child = nodes[child].end
            }
            if child >= nodes[node].end { return node + 1 < nodes[node].end ? node + 1 : node }
            node = child
        }
        return node
    }

    /// The member of `group` to go into for `bit`: one that begins with it, else one that holds it.
    private func child(of group: Int, _ bit: UInt64) -> Int {
        var holder = group + 1
        var isFound = false
        var child = group + 1
        while child < nodes[group].end {
            if nodes[child].first & bit != 0 { return child }
            if !isFound, nodes[child].contains & bit != 0 {
                holder = child
                isFound = true
            }
            child = nodes[child].end
        }
        return holder
    }

    /// Closes and opens groups up to the target, and places the segment.
    private mutating func enter(
        _ target: Target, _ bit: UInt64, _ index: Int,
        _ segments: inout MutableSpan<SegmentEntry>
    ) {
        let parent = target.isNew ? target.node : nodes[target.node].parent
        while let last = open.last, last.node != parent { pop(index) }
        var node = target.node
        if target.isNew { pop(index) }
        while nodes[node].kind == .group {
            open.append((entry: groups.count, node: node))
            groups.append(
                GroupEntry(node: UInt16(node), start: UInt32(index), end: UInt32(index)))
            let inner = child(of: node, bit)
            guard inner < nodes[node].end else { break }
            node = inner
        }
        segments[index].node = UInt16(node)
        current = node
    }

    private mutating func pop(_ index: Int) {
        guard let last = open.popLast() else { return }
        groups[last.entry].end = UInt32(index)
    }

    private mutating func finish(_ end: Int, _ before: Int) {
        var node = current
        if node == root { missing(from: root + 1, to: nodes[root].end, before) }
        while node != root {
            let parent = nodes[node].parent
            missing(from: nodes[node].end, to: nodes[parent].end, before)
            node = parent
        }
        while !open.isEmpty { pop(end) }
    }

    private mutating func fault(_ kind: StructureFault.Kind, _ index: Int) {
        faults.append(
            StructureFault(kind: kind, segment: UInt32(index), node: SegmentEntry.unplaced))
    }
}
