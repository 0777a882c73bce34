extension ProfileCompiler {
    private enum Owner {
        case node(Int), segment(Int), type(Int)
    }

    /// Attaches each statement and condition to what it is about, in runs.
    mutating func checks() {
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
