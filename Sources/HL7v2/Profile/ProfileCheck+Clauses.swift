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
        for found in resolve(rule.left, from: element) {
            check(profile.bindings[Int(rule.items.first)], on: found, title(name))
        }
    }

    /// Where a statement fails: at the first value that its first path leads to.
    private func place(_ clause: Int32, _ element: Element) -> Reporter.Place {
        var index = Int(clause)
        while true {
            let rule = profile.clauses[index]
            switch rule.operation {
            case .all, .any:
                guard rule.items.count > 0 else { return place(element) }
                index = Int(profile.lists[Int(rule.items.first)])
            case .implies: index = Int(rule.right)
            case .not, .exactlyOne: index = Int(rule.left)
            default: return place(resolve(rule.left, from: element).first ?? element)
            }
        }
    }

    /// The usage of a condition's target, where its parent is there.
    private mutating func condition(_ rule: CheckRule, _ usage: Usage, _ element: Element) {
        guard [.required, .unsupported, .withdrawn, .requiredOrEmpty].contains(usage) else {
            return
        }
        let parents = resolve(rule.parent, from: element).filter {
            $0.level != .field || !isNull($0.range)
        }
        let step = profile.steps[Int(rule.step)]
        let text = "\(title(rule.target)), usage \(usage.rawValue) by \(title(rule.name))"
        for parent in parents {
            var found: [Element] = []
            children(of: parent, step, into: &found)
            if usage == .required, found.isEmpty {
                reporter.report(
                    ProfileFinding.condition, place(of: step, below: parent), "101", text)
            } else if usage == .requiredOrEmpty, found.isEmpty {
                reporter.report(
                    ProfileFinding.expected, place(of: step, below: parent), nil, text)
            } else if usage == .unsupported || usage == .withdrawn {
                for element in found {
                    reporter.report(ProfileFinding.condition, place(element), "199", text)
                }
            }
        }
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

    /// The elements that a path leads to.
    func resolve(_ path: Int32, from element: Element) -> [Element] {
        var current = [element]
        for index in profile.paths[Int(path)].steps.range {
            var next: [Element] = []
            for element in current { children(of: element, profile.steps[index], into: &next) }
            current = next
            if current.isEmpty { break }
        }
        return current
    }

    private func children(of element: Element, _ step: Step, into found: inout [Element]) {
        switch element.level {
        case .group: members(of: element, step, into: &found)
        case .segment:
            let number = Int(step.position)
            var list: [Element] = []
            repetitions(element.owner, number) { instance, range in
                guard step.instance == 0 || step.instance == instance else { return }
                var child = element
                child.level = .field
                child.instance = instance
                child.field = number
                child.range = range
                list.append(child)
            }
            found += list
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
            found.append(child)
        case .subcomponent: return
        }
    }

    private func members(of element: Element, _ step: Step, into found: inout [Element]) {
        let group = occurrences[element.owner]
        for item in placed[group.firstPlaced..<group.endPlaced]
        where item.parent == element.owner
            && profile.nodes[item.node].ordinal + 1 == step.position
            && (step.instance == 0 || step.instance == item.instance)
        {
            var child = Element(
                level: item.occurrence < 0 ? .segment : .group,
                owner: item.occurrence < 0 ? item.segment : item.occurrence)
            child.instance = item.instance
            found.append(child)
        }
    }

    // MARK: Clauses

    private func evaluate(_ index: Int, _ element: Element) -> Verdict {
        let rule = profile.clauses[index]
        switch rule.operation {
        case .present: return resolve(rule.left, from: element).isEmpty ? .fail : .pass
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
            let found = resolve(rule.left, from: element)
            guard found.count == 1 else { return .undecided }
            return text(found[0]) == Array(String(element.instance).utf8) ? .pass : .fail
        case .comparePaths: return comparePaths(rule, element)
        case .equals, .matches, .oneOf, .oneOfNumbers, .compareText, .compareNumber, .coded:
            return values(rule, element)
        }
    }

    /// A clause about each value that a path leads to: all must fit, or one where that is enough.
    private func values(_ rule: ClauseRule, _ element: Element) -> Verdict {
        let found = resolve(rule.left, from: element)
        if found.isEmpty { return Verdict(rule.absence) }
        var passes = 0
        for element in found {
            switch fits(element, rule) {
            case .pass: passes += 1
            case .fail: break
            case .undecided: return .undecided
            }
        }
        return passes == found.count || (rule.isAny && passes > 0) ? .pass : .fail
    }

    private func fits(_ element: Element, _ rule: ClauseRule) -> Verdict {
        if rule.operation == .coded {
            let (lookup, _, matches) = look(profile.bindings[Int(rule.items.first)], element)
            let isExclusive = profile.bindings[Int(rule.items.first)].isExclusive
            return Verdict(lookup <= .permitted && (!isExclusive || matches == 1))
        }
        let value = text(element)
        switch rule.operation {
        case .equals, .oneOf:
            let wanted =
                rule.ignoresCase
                ? Array(String(decoding: value, as: UTF8.self).lowercased().utf8) : value
            return Verdict(rule.items.range.contains { profile.texts[$0] == wanted })
        case .matches:
            let pattern = profile.patterns[Int(rule.items.first)]
            return switch pattern.match(String(decoding: value, as: UTF8.self)) {
            case .matches: .pass
            case .differs: .fail
            case .gaveUp: .undecided
            }
        case .oneOfNumbers:
            guard let number = number(value) else { return .fail }
            return Verdict(rule.items.range.contains { profile.numbers[$0] == number })
        case .compareNumber:
            guard let number = number(value) else { return .undecided }
            return Verdict(
                rule.comparison.holds(number, profile.numbers[Int(rule.items.first)]))
        case .compareText:
            let other = profile.texts[Int(rule.items.first)]
            return compare(value, rule.comparison, other)
        default: return .undecided
        }
    }

    private func comparePaths(_ rule: ClauseRule, _ element: Element) -> Verdict {
        let left = resolve(rule.left, from: element)
        let right = resolve(rule.right, from: element)
        if left.isEmpty, right.isEmpty { return Verdict(rule.absence) }
        if left.isEmpty || right.isEmpty { return .fail }
        guard left.count == 1, right.count == 1 else { return .undecided }
        return compare(text(left[0]), rule.comparison, text(right[0]))
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
