import Exchange

extension ProfileReader {
    /// Reads a conformance statement.
    mutating func statement(_ node: SettingsNode) -> Statement? {
        var map = SettingsReader(node)
        var statement = Statement(id: map.requiredString("id") ?? "")
        statement.context = context(map.required("in"))
        statement.text = map.string("text") ?? ""
        statement.isBinding = map.flag("binding") ?? false
        switch map.string("strength") {
        case nil, "shall": break
        case "should": statement.isWeak = true
        default: broken(node, "`strength` wants shall or should")
        }
        if let expect = map.required("expect"), let clause = clause(expect) {
            statement.clause = clause
            if case .coded = clause {
            } else if statement.isBinding {
                broken(node, "a binding wants a clause `coded`")
            }
        }
        take(map.finish())
        return statement
    }

    /// Reads a condition predicate.
    mutating func condition(_ node: SettingsNode) -> Condition? {
        var map = SettingsReader(node)
        var condition = Condition(id: map.string("id") ?? "")
        condition.context = context(map.required("in"))
        condition.text = map.string("text") ?? ""
        condition.target = map.requiredString("target") ?? ""
        if let pair = pair(map.requiredString("usage")) {
            (condition.whenTrue, condition.whenFalse) = pair
        } else {
            broken(node, "`usage` wants two usages such as C(R/X)")
        }
        if let when = map.required("when"), let clause = clause(when) { condition.clause = clause }
        take(map.finish())
        return condition
    }

    /// `PID` for every such segment, `message` for every message, or one of the kinds by name.
    private mutating func context(_ node: SettingsNode?) -> Context {
        guard let node else { return Context() }
        if let text = node.text {
            return text == "message"
                ? Context(kind: .everyMessage, name: "*") : Context(kind: .everySegment, name: text)
        }
        if let entries = node.map, entries.count == 1, let entry = entries.first,
            let kind = Context.Kind(rawValue: entry.key), let name = entry.value.text
        {
            return Context(kind: kind, name: name)
        }
        let words = Context.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        broken(node, "`in` wants a segment, or one of \(words) with a name")
        return Context()
    }

    /// Reads a clause; nil with a finding when it is none.
    mutating func clause(_ node: SettingsNode) -> Clause? {
        var map = SettingsReader(node)
        let clause = self.clause(&map)
        if clause == nil {
            broken(
                node,
                "a clause wants one of present, equals, matches, one_of, compare, coded, set_id, "
                    + "all, any, not, exactly_one, if")
        }
        take(map.finish())
        return clause
    }

    private mutating func clause(_ map: inout SettingsReader) -> Clause? {
        if let path = map.string("present") { return .present(path) }
        if let path = map.string("set_id") { return .setID(path) }
        if let node = map.node("all") { return clauses(node).map { .all($0) } }
        if let node = map.node("any"), node.list != nil { return clauses(node).map { .any($0) } }
        if let node = map.node("not") { return clause(node).map { .not($0) } }
        if let node = map.node("exactly_one") {
            guard let two = clauses(node), two.count == 2 else { return nil }
            return .exactlyOne(two[0], two[1])
        }
        if let condition = map.node("if"), let demand = map.node("then") {
            guard let first = clause(condition), let second = clause(demand) else { return nil }
            return .implies(first, second)
        }
        return valueClause(&map)
    }

    private mutating func valueClause(_ map: inout SettingsReader) -> Clause? {
        let absence = map.choice("absent", Clause.Absence.self) ?? .pass
        if let path = map.string("coded") {
            return binding(&map).map { .coded(path, $0, absence) }
        }
        let reach = Clause.Reach(isAny: map.flag("any") ?? false, absence: absence)
        if let path = map.string("matches") {
            return map.requiredString("pattern").map { .matches(path, pattern: $0, reach) }
        }
        if let path = map.string("compare") {
            guard let comparison = map.choice("is", Clause.Comparison.self) else { return nil }
            if let other = map.string("path") {
                return .comparePaths(path, comparison, other, absence)
            }
            return map.requiredString("value").map { .compare(path, comparison, value: $0, reach) }
        }
        let ignoresCase = map.flag("ignore_case") ?? false
        if let path = map.string("equals") {
            return map.requiredString("text").map {
                .equals(path, text: $0, ignoresCase: ignoresCase, reach)
            }
        }
        guard let path = map.string("one_of") else { return nil }
        if let numbers = map.strings("numbers") {
            return .oneOfNumbers(path, numbers: numbers, reach)
        }
        return map.strings("texts").map {
            .oneOf(path, texts: $0, ignoresCase: ignoresCase, reach)
        }
    }

    private mutating func clauses(_ node: SettingsNode) -> [Clause]? {
        guard let list = node.list else { return nil }
        let read = list.compactMap { clause($0) }
        return read.count == list.count ? read : nil
    }

    // MARK: Codes

    /// `codes:` of a part: the name of a value set, or a list of bindings.
    mutating func bindings(_ node: SettingsNode) -> [Binding] {
        if let name = node.text { return [Binding(sets: [name])] }
        let list = node.list ?? [node]
        return list.compactMap { item in
            var map = SettingsReader(item)
            let binding = binding(&map)
            take(map.finish())
            return binding
        }
    }

    private mutating func binding(_ map: inout SettingsReader) -> Binding? {
        var binding = Binding(sets: map.strings("sets") ?? [])
        binding.strength = map.choice("strength", Binding.Strength.self) ?? .required
        binding.isExclusive = map.flag("exclusive") ?? false
        for node in map.node("at")?.list ?? [] {
            var place = SettingsReader(node)
            binding.places.append(
                .init(
                    code: place.int("code", in: 0...99) ?? 0,
                    system: place.int("system", in: 0...99) ?? 0))
            take(place.finish())
        }
        guard !binding.sets.isEmpty else {
            broken(map.node, "`sets` names no value set")
            return nil
        }
        return binding
    }

    /// Reads a value set: its codes as a list, or as lines for each system and usage.
    mutating func valueSet(_ node: SettingsNode) -> ValueSet? {
        var map = SettingsReader(node)
        var set = ValueSet(id: map.requiredString("id") ?? "")
        set.isOpen = map.flag("open") ?? false
        for node in map.required("codes")?.list ?? [] {
            if let code = node.text {
                if set.codes.isEmpty { set.codes.append(.init()) }
                set.codes[0].codes.append(code)
                continue
            }
            var group = SettingsReader(node)
            var codes = ValueSet.Codes(system: group.string("system") ?? "")
            codes.usage = group.choice("usage", ValueSet.CodeUsage.self) ?? .required
            let lines = group.requiredString("is") ?? ""
            codes.codes = lines.split(separator: "\n").map(String.init)
            set.codes.append(codes)
            take(group.finish())
        }
        take(map.finish())
        return set
    }
}
