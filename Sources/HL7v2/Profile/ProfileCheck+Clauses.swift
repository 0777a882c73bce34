import Bytes
import Exchange
import Markup

extension ProfileCheck {
    /// What a clause came to.
    enum Verdict {
        case pass, fail
        /// It could not be decided: several values where one is compared, or no numbers.
        case undecided
    }

    /// Checks the statements and conditions in `run`, with `element` as their context.
    mutating func check(_ run: Run, on element: Element) {
        for index in run.range {
            let rule = profile.checks[index]
            if rule.isBinding {
                bind(Int(rule.clause), element, rule.name)
                continue
            }
            let verdict = evaluate(Int(rule.clause), element)
            if verdict == .undecided {
                let name = rule.target < 0 ? "" : "Predicate Spec Error, "
                reporter.report(
                    ProfileFinding.undecided, place(element), nil, name + title(rule.name))
            } else if rule.target >= 0 {
                condition(rule, verdict == .pass ? rule.whenTrue : rule.whenFalse, element)
            } else if verdict == .fail {
                reporter.report(
                    ProfileFinding.statement, place(rule.clause, element), "199",
                    title(rule.name), severity: rule.isWeak ? .warning : nil)
            }
        }
    }

    /// A value set binding of what lies deeper than the context's own parts.
    private mutating func bind(_ clause: Int, _ element: Element, _ name: Int32) {
        let rule = profile.clauses[clause]
        let base = stack.count
        defer { pop(to: base) }
        for position in resolve(rule.left, from: element) {
            check(profile.bindings[Int(rule.items.first)], on: stack[position], name)
        }
    }

    /// Where a statement fails: at the first value that its first path leads to.
    private mutating func place(_ clause: Int32, _ element: Element) -> Reporter.Place {
        var index = Int(clause)
        while true {
            let rule = profile.clauses[index]
            switch rule.operation {
            case .all, .any:
                guard rule.items.count > 0 else { return place(element) }
                index = Int(profile.lists[Int(rule.items.first)])
            case .implies: index = Int(rule.right)
            case .not, .exactlyOne: index = Int(rule.left)
            default:
                let base = stack.count
                defer { pop(to: base) }
                let found = resolve(rule.left, from: element)
                return place(found.first.map { stack[$0] } ?? element)
            }
        }
    }

    /// The usage of a condition's target, where its parent is there.
    private mutating func condition(_ rule: CheckRule, _ usage: Usage, _ element: Element) {
        guard [.required, .unsupported, .withdrawn, .requiredOrEmpty].contains(usage) else {
            return
        }
        let step = profile.steps[Int(rule.step)]
        let base = stack.count
        defer { pop(to: base) }
        for position in resolve(rule.parent, from: element) {
            let parent = stack[position]
            if parent.level == .field, isNull(parent.range) { continue }
            let first = stack.count
            push(childrenOf: parent, step)
            let isThere = stack.count > first
            if usage == .required || usage == .requiredOrEmpty {
                if !isThere {
                    let isRequired = usage == .required
                    reporter.report(
                        isRequired ? ProfileFinding.condition : ProfileFinding.expected,
                        place(of: step, below: parent), isRequired ? "101" : nil,
                        words(rule, usage))
                }
            } else {
                for child in stack[first...] {
                    reporter.report(
                        ProfileFinding.condition, place(child), "199", words(rule, usage))
                }
            }
        }
    }

    private func words(_ rule: CheckRule, _ usage: Usage) -> String {
        "\(title(rule.target)), usage \(usage.rawValue) by \(title(rule.name))"
    }

    private func place(of step: Step, below parent: Element) -> Reporter.Place {
        var place = place(parent)
        switch parent.level {
        case .group: break
        case .segment: place.field = Int(step.position)
        case .field: place.component = Int(step.position)
        case .component, .subcomponent: place.subcomponent = Int(step.position)
        }
        return place
    }

    // MARK: Paths

    /// The elements that a path leads to, as a run of `stack`; whoever asks puts the stack back.
    private mutating func resolve(_ path: Int32, from element: Element) -> Range<Int> {
        stack.append(element)
        var run = (stack.count - 1)..<stack.count
        for index in profile.paths[Int(path)].steps.range {
            let first = stack.count
            for position in run { push(childrenOf: stack[position], profile.steps[index]) }
            run = first..<stack.count
            if run.isEmpty { break }
        }
        return run
    }

    private mutating func pop(to count: Int) { stack.removeLast(stack.count - count) }

    private mutating func push(childrenOf element: Element, _ step: Step) {
        switch element.level {
        case .group: push(membersOf: element, step)
        case .segment: push(repetitionsOf: element, step)
        case .field, .component:
            // A component does not repeat.
            guard step.instance <= 1,
                let piece = Pieces.piece(
                    bytes.span, element.range, delimiter(in: element.level), Int(step.position)),
                !isEmpty(piece)
            else { return }
            var child = element
            if element.level == .field {
                child.level = .component
                child.component = Int(step.position)
            } else {
                child.level = .subcomponent
                child.subcomponent = Int(step.position)
            }
            child.range = piece
            stack.append(child)
        case .subcomponent: return
        }
    }

    private mutating func push(repetitionsOf element: Element, _ step: Step) {
        let number = Int(step.position)
        let entry = document.segments[element.owner]
        guard let field = document.field(number, of: entry)?.range, !field.isEmpty else { return }
        var child = element
        child.level = .field
        child.field = number
        let isEncoding = entry.id == SegmentID.msh && number <= 2
        let delimiter = isEncoding ? 0 : record.delimiters.repetition
        var start = field.lowerBound
        child.instance = 0
        while true {
            let hit =
                delimiter == 0
                ? nil : bytes.span.firstIndex(of: delimiter, in: start..<field.upperBound)
            child.instance += 1
            child.range = start..<(hit ?? field.upperBound)
            if step.instance == 0 || step.instance == child.instance, !isEmpty(child.range) {
                stack.append(child)
            }
            guard let hit, step.instance == 0 || child.instance < step.instance else { return }
            start = hit + 1
        }
    }

    private mutating func push(membersOf element: Element, _ step: Step) {
        let group = occurrences[element.owner]
        for index in group.firstPlaced..<group.endPlaced {
            let item = placed[index]
            guard item.parent == element.owner,
                profile.nodes[item.node].ordinal + 1 == step.position,
                step.instance == 0 || step.instance == item.instance
            else { continue }
            var child = Element(
                level: item.occurrence < 0 ? .segment : .group,
                owner: item.occurrence < 0 ? item.segment : item.occurrence)
            child.instance = item.instance
            stack.append(child)
        }
    }

    // MARK: Clauses

    private mutating func evaluate(_ index: Int, _ element: Element) -> Verdict {
        let rule = profile.clauses[index]
        switch rule.operation {
        case .present:
            let base = stack.count
            defer { pop(to: base) }
            return resolve(rule.left, from: element).isEmpty ? .fail : .pass
        case .all, .any:
            let isAll = rule.operation == .all
            for index in rule.items.range {
                let verdict = evaluate(Int(profile.lists[index]), element)
                if verdict != (isAll ? .pass : .fail) { return verdict }
            }
            return isAll ? .pass : .fail
        case .not: return evaluate(Int(rule.left), element).negated
        case .implies:
            let verdict = evaluate(Int(rule.left), element)
            return verdict == .pass
                ? evaluate(Int(rule.right), element) : verdict == .fail ? .pass : .undecided
        case .exactlyOne:
            let left = evaluate(Int(rule.left), element)
            let right = evaluate(Int(rule.right), element)
            if left == .undecided || right == .undecided { return .undecided }
            return left != right ? .pass : .fail
        case .setID:
            let base = stack.count
            defer { pop(to: base) }
            let found = resolve(rule.left, from: element)
            guard found.count == 1 else { return .undecided }
            let number = Array(String(element.instance).utf8)
            return Verdict(text(stack[found.lowerBound]) == number)
        case .comparePaths: return comparePaths(rule, element)
        case .equals, .matches, .oneOf, .oneOfNumbers, .compareText, .compareNumber, .coded:
            return values(rule, element)
        }
    }

    /// A clause about each value that a path leads to: all must fit, or one where that is enough.
    private mutating func values(_ rule: ClauseRule, _ element: Element) -> Verdict {
        let base = stack.count
        defer { pop(to: base) }
        let found = resolve(rule.left, from: element)
        if found.isEmpty { return Verdict(rule.absence) }
        var passes = 0
        for position in found {
            switch fits(stack[position], rule) {
            case .pass: passes += 1
            case .fail: break
            case .undecided: return .undecided
            }
        }
        return passes == found.count || (rule.isAny && passes > 0) ? .pass : .fail
    }

    private func fits(_ element: Element, _ rule: ClauseRule) -> Verdict {
        switch rule.operation {
        case .coded:
            let (lookup, _, matches) = look(profile.bindings[Int(rule.items.first)], element)
            let isExclusive = profile.bindings[Int(rule.items.first)].isExclusive
            return Verdict(lookup <= .permitted && (!isExclusive || matches == 1))
        case .equals, .oneOf:
            if rule.ignoresCase {
                let value = String(decoding: text(element), as: UTF8.self).lowercased()
                for index in rule.items.range where profile.texts[index] == Array(value.utf8) {
                    return .pass
                }
                return .fail
            }
            let range = simple(element)
            for index in rule.items.range where isText(range, index) { return .pass }
            return .fail
        case .matches:
            let pattern = profile.patterns[Int(rule.items.first)]
            return switch pattern.match(String(decoding: text(element), as: UTF8.self)) {
            case .matches: .pass
            case .differs: .fail
            case .gaveUp: .undecided
            }
        case .oneOfNumbers:
            guard let number = number(text(element)) else { return .fail }
            for index in rule.items.range where profile.numbers[index] == number { return .pass }
            return .fail
        case .compareNumber:
            guard let number = number(text(element)) else { return .undecided }
            return Verdict(
                rule.comparison.holds(number, profile.numbers[Int(rule.items.first)]))
        case .compareText:
            return compare(text(element), rule.comparison, profile.texts[Int(rule.items.first)])
        default: return .undecided
        }
    }

    private mutating func comparePaths(_ rule: ClauseRule, _ element: Element) -> Verdict {
        let base = stack.count
        defer { pop(to: base) }
        let left = resolve(rule.left, from: element)
        let right = resolve(rule.right, from: element)
        if left.isEmpty, right.isEmpty { return Verdict(rule.absence) }
        if left.isEmpty || right.isEmpty { return .fail }
        guard left.count == 1, right.count == 1 else { return .undecided }
        return compare(
            text(stack[left.lowerBound]), rule.comparison, text(stack[right.lowerBound]))
    }

    /// Compares as points in time where both are, else as numbers where both are, else as text.
    private func compare(
        _ left: [UInt8], _ comparison: Clause.Comparison, _ right: [UInt8]
    ) -> Verdict {
        if left == right { return Verdict(comparison.holds(0, 0)) }
        let isTime = [left, right].allSatisfy {
            $0.count >= 8 && Lexical.isTimestamp($0.span, 0..<$0.count)
        }
        if isTime {
            let zones = [left, right].map { value in
                Array(value.drop { $0 != 0x2B && $0 != 0x2D })
            }
            // In different zones, or in one that is not stated, the order is not known.
            guard zones[0] == zones[1] else { return .undecided }
            let first = left.prefix { $0 != 0x2B && $0 != 0x2D }
            let second = right.prefix { $0 != 0x2B && $0 != 0x2D }
            let count = min(first.count, second.count)
            return order(first.prefix(count), comparison, second.prefix(count))
        }
        if let first = number(left), let second = number(right) {
            return Verdict(comparison.holds(first, second))
        }
        return order(left[...], comparison, right[...])
    }

    private func order(
        _ left: ArraySlice<UInt8>, _ comparison: Clause.Comparison, _ right: ArraySlice<UInt8>
    ) -> Verdict {
        if left == right { return Verdict(comparison.holds(0, 0)) }
        let isBefore = left.lexicographicallyPrecedes(right)
        return Verdict(comparison.holds(isBefore ? 0 : 1, isBefore ? 1 : 0))
    }

    private func number(_ text: [UInt8]) -> Double? {
        Lexical.isNumber(text.span, 0..<text.count)
            ? Double(String(decoding: text, as: UTF8.self)) : nil
    }
}

extension ProfileCheck.Verdict {
    init(_ holds: Bool) { self = holds ? .pass : .fail }

    init(_ absence: Clause.Absence) {
        self =
            switch absence {
            case .pass: .pass
            case .fail: .fail
            case .inconclusive: .undecided
            }
    }

    var negated: ProfileCheck.Verdict {
        switch self {
        case .pass: .fail
        case .fail: .pass
        case .undecided: .undecided
        }
    }
}

extension Clause.Comparison {
    /// Whether it holds between two numbers.
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .unequal: left != right
        case .greater: left > right
        case .less: left < right
        case .notLess: left >= right
        case .notGreater: left <= right
        }
    }
}
