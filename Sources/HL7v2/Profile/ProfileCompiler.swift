import Exchange
import Markup

/// Compiles a profile against the schemas. What it names and neither has is a finding; the rest is
/// used.
struct ProfileCompiler {
    private let profile: Profile
    private let schemas: [Schema]
    private let mark: Mark
    /// The tables so far.
    var tables = ProfileTables()
    /// What could not be compiled.
    private(set) var findings: [Finding] = []
    private var segmentIndex: [String: Int32] = [:]
    private var typeIndex: [String: Int32] = [:]
    private var setIndex: [String: Int32] = [:]
    private var nameIndex: [String: Int32] = [:]
    /// Group and message nodes by what statements call them.
    private var groups: [(node: Int, id: String, name: String, isMessage: Bool)] = []

    /// - Parameter file: the profile's file, for findings.
    init(_ profile: Profile, schemas: [Schema], file: String) {
        self.profile = profile
        self.schemas = schemas
        mark = Mark(file: file, line: 1, column: 1)
    }

    /// The tables, and what of the profile is not in them.
    mutating func compile() -> (profile: CompiledProfile, findings: [Finding]) {
        tables.name = profile.name
        for (index, set) in profile.valueSets.enumerated() {
            if setIndex.updateValue(Int32(index), forKey: set.id) != nil {
                report("value set `\(set.id)` is described twice; the last stands")
            }
            add(set)
        }
        for (index, type) in profile.types.enumerated() { typeIndex[type.id] = Int32(index) }
        for (index, segment) in profile.segments.enumerated() {
            segmentIndex[segment.id] = Int32(index)
        }
        for type in profile.types {
            tables.types.append(
                TypePlan(parts: parts(type.parts, of: type.id), isClosed: type.isClosed))
        }
        for segment in profile.segments { add(segment) }
        tables.versions = profile.versions.map { Schema.pack(Array($0.utf8)) }
        for index in schemas.indices where isWanted(index) { plans(index) }
        if tables.plans.isEmpty { report("no message of it is described in the schemas") }
        checks()
        return (CompiledProfile(tables), findings)
    }

    /// Whether messages of the profile are read by schema `index`: those of a version that has
    /// none are read by the newest.
    private func isWanted(_ index: Int) -> Bool {
        let known = schemas.map(\.version)
        return profile.versions.isEmpty || profile.versions.contains(known[index])
            || (index == known.count - 1 && !profile.versions.allSatisfy(known.contains))
    }

    /// Adds a finding.
    mutating func report(_ detail: String) {
        findings.append(.settings(ProfileFinding.leftOut, at: mark, detail))
    }

    /// The index of a text that findings show; -1 for none.
    mutating func name(_ text: String) -> Int32 {
        if text.isEmpty { return -1 }
        if let index = nameIndex[text] { return index }
        tables.names.append(text)
        let index = Int32(tables.names.count - 1)
        nameIndex[text] = index
        return index
    }

    // MARK: Values

    private mutating func add(_ set: ValueSet) {
        tables.sets.append(
            SetRule(
                name: name(set.id), isOpen: set.isOpen,
                namesSystems: set.id.hasPrefix("0396") || set.id.hasPrefix("HL70396")))
        var entries: [CodeIndex.Entry] = []
        for group in set.codes {
            let system = Schema.pack(Array(group.system.utf8))
            for code in group.codes {
                entries.append(
                    CodeIndex.Entry(
                        key: Schema.pack(Array(code.utf8)), system: system, usage: group.usage))
            }
        }
        tables.codes.append(entries)
    }

    /// Adds a binding to the tables; nil when none of its sets is there.
    mutating func add(_ binding: Binding, _ place: String) -> Int32? {
        var rule = BindingRule(strength: binding.strength, isExclusive: binding.isExclusive)
        var sets: [Int32] = []
        for name in binding.sets {
            guard let set = setIndex[name] else {
                report("\(place): VS Not Found: value set `\(name)`")
                continue
            }
            sets.append(set)
        }
        guard !sets.isEmpty else { return nil }
        rule.sets = Run(first: Int32(tables.lists.count), count: Int32(sets.count))
        tables.lists += sets
        rule.places = Run(
            first: Int32(tables.places.count), count: Int32(binding.places.count))
        tables.places += binding.places
        tables.bindings.append(rule)
        return Int32(tables.bindings.count - 1)
    }

    private mutating func parts(_ parts: [PartProfile], of owner: String) -> Run {
        let highest = parts.map(\.number).max() ?? 0
        var rules = [PartRule](repeating: PartRule(), count: highest)
        for part in parts where part.number >= 1 {
            rules[part.number - 1] = rule(part, "\(owner)-\(part.number)")
        }
        let run = Run(first: Int32(tables.parts.count), count: Int32(highest))
        tables.parts += rules
        return run
    }

    private mutating func rule(_ part: PartProfile, _ place: String) -> PartRule {
        var rule = PartRule(isDescribed: true, usage: part.usage)
        rule.name = name(part.name)
        if !part.type.isEmpty {
            rule.type = typeIndex[part.type] ?? -1
            if rule.type < 0 { report("\(place): type `\(part.type)` is not described") }
        }
        if let cardinality = part.cardinality {
            rule.minimum = Int32(clamping: cardinality.minimum)
            rule.maximum = cardinality.maximum.map { Int32(clamping: $0) } ?? -1
        }
        // HL7 v2 conformance methodology, "Length": of primitive elements only.
        let isComposite =
            rule.type >= 0 && profile.types[Int(rule.type)].parts.isEmpty == false
        if let length = part.length, !isComposite {
            rule.minimumLength = Int32(clamping: length.minimum)
            rule.maximumLength = length.maximum.map { Int32(clamping: $0) } ?? -1
        }
        if let constant = part.constant {
            rule.constant = Int32(tables.texts.count)
            tables.texts.append(Array(constant.utf8))
        }
        let made = part.bindings.compactMap { add($0, place) }
        rule.bindings = Run(first: made.first ?? 0, count: Int32(made.count))
        return rule
    }

    private mutating func add(_ segment: SegmentProfile) {
        var plan = SegmentPlan(
            id: SegmentID.pack(segment.name), parts: parts(segment.fields, of: segment.id),
            isClosed: segment.isClosed)
        let first = tables.mappings.count
        for mapping in segment.mappings {
            for item in mapping.cases {
                guard let type = typeIndex[item.type] else {
                    report("\(segment.id)-\(mapping.field): type `\(item.type)` is not described")
                    continue
                }
                tables.mappings.append(
                    MappingRule(
                        field: Int32(mapping.field), reference: Self.numbers(mapping.reference),
                        second: Self.numbers(item.second.isEmpty ? "" : mapping.second),
                        value: Schema.pack(Array(item.value.utf8)),
                        secondValue: Schema.pack(Array(item.second.utf8)), type: type))
            }
        }
        plan.mappings = Run(
            first: Int32(first), count: Int32(tables.mappings.count - first))
        tables.segments.append(plan)
    }

    /// `3` or `3.1`.
    private static func numbers(_ text: String) -> (field: Int32, component: Int32) {
        let parts = text.split(separator: ".").compactMap { Int32($0) }
        return (parts.first ?? 0, parts.count > 1 ? parts[1] : 1)
    }

    // MARK: Structure

    private mutating func plans(_ index: Int) {
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

    // MARK: Statements and conditions

    private enum Owner {
        case node(Int), segment(Int), type(Int)
    }

    /// Attaches each statement and condition to what it is about, in runs.
    private mutating func checks() {
        var rules: [(owner: Owner, rule: CheckRule)] = []
        for statement in profile.statements {
            let label = [statement.id, statement.text].filter { !$0.isEmpty }
                .joined(separator: ": ")
            for owner in owners(statement.context, statement.id) {
                var paths = PathCompiler(tables.nodes, names: tables.names)
                guard let clause = compile(statement.clause, owner, &paths, statement.id) else {
                    continue
                }
                rules.append(
                    (
                        owner,
                        CheckRule(
                            clause: clause, name: name(String(label.prefix(300))),
                            isWeak: statement.isWeak, isBinding: statement.isBinding)
                    ))
            }
        }
        for condition in profile.conditions {
            for owner in owners(condition.context, condition.id) {
                if let rule = compile(condition, owner) { rules.append((owner, rule)) }
            }
        }
        attach(rules)
    }

    private mutating func compile(_ condition: Condition, _ owner: Owner) -> CheckRule? {
        var paths = PathCompiler(tables.nodes, names: tables.names)
        guard let clause = compile(condition.clause, owner, &paths, condition.id) else {
            return nil
        }
        guard let steps = paths.steps(condition.target, context(owner)), let last = steps.last
        else {
            report("\(condition.id): the target `\(condition.target)` is not there")
            return nil
        }
        let label = [condition.id, condition.text].filter { !$0.isEmpty }.joined(separator: ": ")
        var rule = CheckRule(clause: clause, name: name(String(label.prefix(300))))
        rule.whenTrue = condition.whenTrue
        rule.whenFalse = condition.whenFalse
        rule.parent = add(Array(steps.dropLast()))
        rule.step = Int32(tables.steps.count)
        tables.steps.append(last)
        rule.target = name(condition.target)
        return rule
    }

    private func context(_ owner: Owner) -> PathCompiler.Context {
        switch owner {
        case .node(let node): .group(node)
        case .segment(let index): .segment(SegmentID.text(tables.segments[index].id))
        case .type: .type
        }
    }

    private mutating func owners(_ context: Context, _ id: String) -> [Owner] {
        let name = context.name
        let found: [Owner]
        switch context.kind {
        case .message:
            found = groups.filter { $0.isMessage && $0.id == name }.map { .node($0.node) }
        case .everyMessage:
            found = groups.filter { $0.isMessage && (name == "*" || $0.name == name) }
                .map { .node($0.node) }
        case .group:
            found = groups.filter { !$0.isMessage && $0.id == name }.map { .node($0.node) }
        case .everyGroup:
            found = groups.filter { !$0.isMessage && $0.name == name }.map { .node($0.node) }
        case .segment: found = segmentIndex[name].map { [.segment(Int($0))] } ?? []
        case .everySegment:
            found = profile.segments.indices.filter { profile.segments[$0].name == name }
                .map { .segment($0) }
        case .type: found = typeIndex[name].map { [.type(Int($0))] } ?? []
        case .everyType:
            found = profile.types.indices.filter { profile.types[$0].name == name }
                .map { .type($0) }
        }
        if found.isEmpty {
            report("\(id): the profile has no \(context.kind.byID.rawValue) `\(name)`")
        }
        return found
    }

    private mutating func attach(_ rules: [(owner: Owner, rule: CheckRule)]) {
        var byNode: [Int: [CheckRule]] = [:]
        var bySegment: [Int: [CheckRule]] = [:]
        var byType: [Int: [CheckRule]] = [:]
        for item in rules {
            switch item.owner {
            case .node(let index): byNode[index, default: []].append(item.rule)
            case .segment(let index): bySegment[index, default: []].append(item.rule)
            case .type(let index): byType[index, default: []].append(item.rule)
            }
        }
        for (index, list) in byNode { tables.nodes[index].checks = run(list) }
        for (index, list) in bySegment { tables.segments[index].checks = run(list) }
        for (index, list) in byType { tables.types[index].checks = run(list) }
    }

    private mutating func run(_ list: [CheckRule]) -> Run {
        tables.checks += list
        return Run(first: Int32(tables.checks.count - list.count), count: Int32(list.count))
    }

    /// Adds a path.
    private mutating func add(_ steps: [Step]) -> Int32 {
        tables.paths.append(
            PathRule(steps: Run(first: Int32(tables.steps.count), count: Int32(steps.count))))
        tables.steps += steps
        return Int32(tables.paths.count - 1)
    }

    private mutating func compile(
        _ clause: Clause, _ owner: Owner, _ paths: inout PathCompiler, _ id: String
    ) -> Int32? {
        var indices: [String: Int32] = [:]
        for path in clause.paths where indices[path] == nil {
            guard let steps = paths.steps(path, context(owner)) else {
                report("\(id): the path `\(path)` is not there")
                return nil
            }
            indices[path] = add(steps)
        }
        var compiler = ClauseCompiler(paths: indices, id: id)
        return compiler.compile(clause, in: &self)
    }
}
