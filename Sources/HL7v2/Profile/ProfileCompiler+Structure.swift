extension ProfileCompiler {
    /// Adds the plans of schema `index`: one for each message, or for each structure.
    mutating func plans(_ index: Int) {
        let schema = schemas[index]
        guard !profile.messages.isEmpty else {
            for (name, root) in schema.roots.sorted(by: { $0.value < $1.value }) {
                var message = MessageProfile(type: name, id: name)
                message.members = members(of: root, schema)
                plan(message, Plan(schema: index, root: root), schema)
            }
            return
        }
        for message in profile.messages {
            let parts = message.type.split(separator: "^", omittingEmptySubsequences: false)
            guard parts.count >= 2,
                let name = schema.structure(type: String(parts[0]), event: String(parts[1])),
                let root = schema.roots[name]
            else {
                if profile.versions.contains(schema.version) {
                    report("version \(schema.version) describes no message `\(message.type)`")
                }
                continue
            }
            var message = message
            if message.members.isEmpty { message.members = members(of: root, schema) }
            plan(
                message,
                Plan(
                    schema: index, root: root, type: Schema.pack(Array(parts[0].utf8)),
                    event: Schema.pack(Array(parts[1].utf8))), schema)
        }
    }

    /// A structure's own members, for a profile that says nothing of them; segments of its own (Z)
    /// may stand anywhere.
    private func members(of group: Int, _ schema: Schema) -> [Member] {
        var found: [Member] = []
        var child = group + 1
        while child < schema.nodes[group].end {
            let name = schema.names[Int(schema.nodes[child].name)]
            if schema.nodes[child].kind == .group {
                found.append(
                    Member(
                        name: name, id: name, isGroup: true,
                        members: members(of: child, schema)))
            } else {
                found += name.split(separator: "|").map { Member(name: String($0)) }
            }
            child = schema.nodes[child].end
        }
        if schema.nodes[group].parent == group {
            found += profile.segments.filter { $0.name.hasPrefix("Z") }.map { Member(name: $0.id) }
        }
        return found
    }

    private mutating func plan(_ message: MessageProfile, _ start: Plan, _ schema: Schema) {
        var plan = start
        plan.node = tables.nodes.count
        plan.nodeOf = Array(
            repeating: -1, count: schema.nodes[start.root].end - start.root)
        tables.nodes.append(NodeRule(name: name(message.type)))
        groups.append((plan.node, message.id, message.type, true))
        add(message.members, to: plan.node, over: start.root, &plan, schema)
        tables.plans.append(plan)
    }

    /// Adds the members of a group, laid over group `over` of the schema.
    private mutating func add(
        _ members: [Member], to parent: Int, over: Int, _ plan: inout Plan, _ schema: Schema
    ) {
        var taken: Set<Int> = []
        for (ordinal, member) in members.enumerated() {
            let index = tables.nodes.count
            var rule = NodeRule(
                name: name(member.name), usage: member.usage,
                minimum: Int32(clamping: member.cardinality.minimum),
                maximum: member.cardinality.maximum.map { Int32(clamping: $0) } ?? -1,
                parent: Int32(parent), ordinal: Int32(ordinal))
            var wanted = member.name
            if !member.isGroup {
                rule.flavor = segmentIndex[member.name] ?? -1
                wanted = rule.flavor < 0 ? wanted : profile.segments[Int(rule.flavor)].name
                rule.segment = SegmentID.pack(wanted)
                rule.name = name(wanted)
            }
            tables.nodes.append(rule)
            if SegmentID.isLocal(rule.segment) {
                plan.locals.append(Int32(index))
            } else if let place = place(wanted, member, in: over, taken, schema) {
                taken.insert(place)
                lay(index, on: place - plan.root, &plan)
                if member.isGroup {
                    groups.append((index, member.id, member.name, false))
                    add(member.members, to: index, over: place, &plan, schema)
                }
            } else if ![.unsupported, .withdrawn].contains(member.usage) || member.isGroup {
                report(
                    "\(schema.version) has no `\(wanted)` in "
                        + "`\(schema.names[Int(schema.nodes[over].name)])`")
            }
            tables.nodes[index].end = Int32(tables.nodes.count)
        }
        tables.nodes[parent].members = Int32(members.count)
        tables.nodes[parent].end = Int32(tables.nodes.count)
    }

    private mutating func lay(_ node: Int, on place: Int, _ plan: inout Plan) {
        guard plan.nodeOf[place] >= 0 else {
            plan.nodeOf[place] = Int32(node)
            return
        }
        var last = Int(plan.nodeOf[place])
        while tables.nodes[last].next >= 0 { last = Int(tables.nodes[last].next) }
        tables.nodes[last].next = Int32(node)
    }

    /// The schema's node for a segment or group: a member of `group` of that name that no other
    /// member has taken; a choice may be taken by each of its segments. A segment may lie deeper, in
    /// a group that the profile does not have; a group that is called otherwise is known by its
    /// first segment.
    private func place(
        _ name: String, _ member: Member, in group: Int, _ taken: Set<Int>, _ schema: Schema
    ) -> Int? {
        let short = name.split(separator: ".").last.map(String.init) ?? name
        let kind = member.isGroup ? StructureNode.Kind.group : .segment
        func names(_ node: Int) -> [Substring] {
            schema.names[Int(schema.nodes[node].name)].split(separator: "|")
        }
        var children: [Int] = []
        var child = group + 1
        while child < schema.nodes[group].end {
            children.append(child)
            child = schema.nodes[child].end
        }
        func fits(_ node: Int) -> Bool {
            schema.nodes[node].kind == kind && names(node).contains { $0 == short }
                && (names(node).count > 1 || !taken.contains(node))
        }
        if let found = children.first(where: fits) { return found }
        if !member.isGroup {
            return ((group + 1)..<max(group + 1, schema.nodes[group].end)).first(where: fits)
        }
        guard let segment = first(of: member) else { return nil }
        return children.first { child in
            var node = child
            while schema.nodes[node].kind == .group, node + 1 < schema.nodes[child].end {
                node += 1
            }
            return schema.nodes[child].kind == .group && !taken.contains(child)
                && names(node).contains { $0 == segment }
        }
    }

    /// The name of the first segment in a group.
    private func first(of group: Member) -> String? {
        guard let member = group.members.first else { return nil }
        if member.isGroup { return first(of: member) }
        return profile.segments.first { $0.id == member.name }?.name ?? member.name
    }
}
