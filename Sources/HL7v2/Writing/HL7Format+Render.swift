import Bytes
public import Exchange

extension HL7Format {
    /// Writes a message: segments in the order of the structure that MSH-9 names, in the version
    /// of MSH-12, with the recommended delimiters and CR after every segment.
    public func render(_ record: RenderNode<HL7Path>) throws(WriteFault) -> [UInt8] {
        let version = Self.text(record, field: 12) ?? settings.versions.first ?? "2.5.1"
        let plain = String(version.prefix { $0 != "^" })
        let schemaIndex = schema(forVersion: Schema.pack(plain.utf8)).index
        let schema = schemas[schemaIndex]
        guard let name = messageName(record, schema), let root = schema.roots[name] else {
            throw Writing.fault(
                Writing.noType,
                HL7Path(place: HL7Path.Place(segment: SegmentID.msh, field: 9), group: ""))
        }
        let writer = FieldWriter(delimiters: .standard, charset: settings.charset)
        var renderer = MessageRenderer(format: self, schema: schema, root: root, writer: writer)
        renderer.version = plain
        var numbers: [UInt32: Int] = [:]
        return try renderer.render(record, in: root, &numbers)
    }

    /// The structure that MSH-9 asks for, by whole field or components.
    private func messageName(_ record: RenderNode<HL7Path>, _ schema: Schema) -> String? {
        var parts = (Self.text(record, field: 9) ?? "").split(separator: "^").map(String.init)
        if parts.isEmpty {
            parts = [1, 2, 3].compactMap { Self.text(record, field: 9, component: $0) }
        }
        if parts.isEmpty, settings.messages.count == 1 {
            parts = settings.messages[0].split(separator: "^").map(String.init)
        }
        guard let type = parts.first else { return nil }
        return schema.structure(type: type, event: parts.count > 1 ? parts[1] : "")
    }

    private static func text(
        _ record: RenderNode<HL7Path>, field: Int, component: Int = 0
    ) -> String? {
        for entry in record.fields
        where entry.path.segment == SegmentID.msh && entry.path.field == field
            && entry.path.component == component
        {
            if case .text(let text) = entry.value, !text.isEmpty { return text }
        }
        return nil
    }
}

/// Writes one message's tree.
struct MessageRenderer {
    let format: HL7Format
    let schema: Schema
    let root: Int
    let writer: FieldWriter
    var version = ""

    private struct Item {
        let order: Int
        let bytes: [UInt8]
    }

    /// Writes a node's segments and children in the order of `group`'s members.
    /// - Parameter above: set ids given out by the node around, by segment.
    func render(
        _ node: RenderNode<HL7Path>, in group: Int, _ above: inout [UInt32: Int]
    ) throws(WriteFault) -> [UInt8] {
        var items: [Item] = []
        var inner: [UInt32: Int] = [:]
        for var draft in try drafts(node) {
            let place = try order(of: draft.id, in: group)
            // What a group holds once is numbered among the group's siblings, the rest within it.
            let isOwn =
                group != root && place < schema.nodes.count && schema.nodes[place].parent == group
                && !schema.nodes[place].repeats
            if isOwn || node.group?.group.isEmpty == true {
                number(&draft, &above)
            } else {
                number(&draft, &inner)
            }
            let line = draft.line(writer.delimiters)
            if !line.isEmpty { items.append(Item(order: place, bytes: line + [0x0D])) }
        }
        for child in node.children {
            guard let path = child.group else { continue }
            if path.group.isEmpty {
                let place = try order(of: path.segment, in: group)
                items.append(Item(order: place, bytes: try render(child, in: group, &inner)))
            } else {
                let place = try self.group(path, in: group)
                items.append(Item(order: place, bytes: try render(child, in: place, &inner)))
            }
        }
        let ordered = items.enumerated().sorted {
            ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }
        return ordered.flatMap(\.element.bytes)
    }

    /// A node's fields as segments, in the order they were first named.
    private func drafts(_ node: RenderNode<HL7Path>) throws(WriteFault) -> [SegmentDraft] {
        var drafts: [SegmentDraft] = []
        // OBX-2 says what OBX-5 is, so lower fields are written first.
        let fields = node.fields.enumerated().sorted {
            ($0.element.path.field, $0.offset) < ($1.element.path.field, $1.offset)
        }
        for entry in node.fields
        where !drafts.contains(where: {
            $0.id == entry.path.segment && $0.occurrence == entry.path.occurrence
        }) {
            drafts.append(
                SegmentDraft(id: entry.path.segment, occurrence: entry.path.occurrence))
        }
        for (_, entry) in fields {
            let path = entry.path
            guard path.field > 0 else { throw Writing.fault(Writing.notField, path) }
            if path.segment == SegmentID.msh, path.field <= 2 {
                throw Writing.fault(Writing.fixed, path)
            }
            guard
                let index = drafts.firstIndex(where: {
                    $0.id == path.segment && $0.occurrence == path.occurrence
                })
            else { continue }
            let isWhole =
                path.component == 0
                && format.isComposite(
                    path.place, observation: drafts[index].fields[2], schema: schema)
            try writer.apply(
                entry.value, at: path, to: &drafts[index].fields[path.field, default: []],
                isEncoded: isWhole)
        }
        return drafts.map(complete)
    }

    /// MSH-12 and MSH-18, when the dictionary leaves them out.
    private func complete(_ draft: SegmentDraft) -> SegmentDraft {
        guard draft.id == SegmentID.msh else { return draft }
        var draft = draft
        if draft.fields[12]?.isEmpty ?? true { draft.fields[12] = Array(version.utf8) }
        if draft.fields[18]?.isEmpty ?? true, writer.charset != .ascii,
            let name = HL7Charset.name(of: writer.charset)
        {
            draft.fields[18] = Array(name.utf8)
        }
        return draft
    }

    /// Gives a set id (field 1, SI) where the standard requires one, and to OBR, OBX and FT1.
    private func number(_ draft: inout SegmentDraft, _ numbers: inout [UInt32: Int]) {
        let index = schema.segment(draft.id)
        guard index >= 0, schema.segments[index].count > 0 else { return }
        let rule = schema.fields[schema.segments[index].first]
        let isUsual = ["OBR", "OBX", "FT1"].contains(SegmentID.text(draft.id))
        guard schema.types[Int(rule.type)].kind == .integer, rule.isRequired || isUsual,
            draft.fields.contains(where: { !$0.value.isEmpty })
        else { return }
        numbers[draft.id, default: 0] += 1
        if draft.fields[1]?.isEmpty ?? true {
            draft.fields[1] = Array(String(numbers[draft.id, default: 1]).utf8)
        }
    }

    private func order(of segment: UInt32, in group: Int) throws(WriteFault) -> Int {
        if let place = schema.reach[group].first(where: { $0.id == segment }) {
            return Int(place.node)
        }
        if SegmentID.isLocal(segment) { return Int.max }
        throw Writing.fault(
            Writing.noPlace,
            HL7Path(place: HL7Path.Place(segment: segment), group: ""))
    }

    /// The nearest group of that name inside `group`.
    private func group(_ path: HL7Path, in group: Int) throws(WriteFault) -> Int {
        var best: (depth: Int, node: Int)?
        for node in (group + 1)..<max(group + 1, schema.nodes[group].end)
        where schema.nodes[node].kind == .group
            && schema.names[Int(schema.nodes[node].name)] == path.group
        {
            var depth = 0
            var above = node
            while above != group {
                above = schema.nodes[above].parent
                depth += 1
            }
            if depth < best?.depth ?? .max { best = (depth, node) }
        }
        guard let best else { throw Writing.fault(Writing.noPlace, path) }
        return best.node
    }
}
