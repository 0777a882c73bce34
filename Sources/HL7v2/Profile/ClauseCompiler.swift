import Exchange
import Markup

/// Compiles one condition on values into rows of the tables.
struct ClauseCompiler {
    /// The index of each path that the clause has.
    let paths: [String: Int32]
    /// The statement or condition, for findings.
    let id: String

    /// The index of the clause's row; nil with a finding when it cannot be used.
    mutating func compile(_ clause: Clause, in compiler: inout ProfileCompiler) -> Int32? {
        guard let rule = rule(clause, &compiler) else { return nil }
        compiler.tables.clauses.append(rule)
        return Int32(compiler.tables.clauses.count - 1)
    }

    private mutating func rule(
        _ clause: Clause, _ compiler: inout ProfileCompiler
    ) -> ClauseRule? {
        switch clause {
        case .present(let path): return ClauseRule(operation: .present, left: index(path))
        case .setID(let path): return ClauseRule(operation: .setID, left: index(path))
        case .equals(let path, let text, let ignoresCase, let reach):
            return rule(.equals, path, [text], ignoresCase, reach, &compiler)
        case .oneOf(let path, let texts, let ignoresCase, let reach):
            return rule(.oneOf, path, texts, ignoresCase, reach, &compiler)
        case .matches(let path, let source, let reach):
            guard let pattern = Pattern(source) else {
                compiler.report("\(id): the pattern cannot be used")
                return nil
            }
            compiler.tables.patterns.append(pattern)
            return with(reach, .matches, path, compiler.tables.patterns.count - 1)
        case .oneOfNumbers(let path, let numbers, let reach):
            return rule(.oneOfNumbers, path, numbers, reach, &compiler)
        case .compare(let path, let comparison, let value, let reach):
            var rule =
                Double(value) != nil
                ? self.rule(.compareNumber, path, [value], reach, &compiler)
                : self.rule(.compareText, path, [value], false, reach, &compiler)
            rule?.comparison = comparison
            return rule
        case .comparePaths(let left, let comparison, let right, let absence):
            return ClauseRule(
                operation: .comparePaths, left: index(left), right: index(right),
                absence: absence, comparison: comparison)
        case .coded(let path, let binding, let absence):
            guard let made = compiler.add(binding, id) else { return nil }
            return ClauseRule(
                operation: .coded, left: index(path), items: Run(first: made, count: 1),
                absence: absence)
        default: return combination(clause, &compiler)
        }
    }

    private mutating func combination(
        _ clause: Clause, _ compiler: inout ProfileCompiler
    ) -> ClauseRule? {
        switch clause {
        case .all(let members): return list(.all, members, &compiler)
        case .any(let members): return list(.any, members, &compiler)
        case .not(let inner):
            return compile(inner, in: &compiler).map { ClauseRule(operation: .not, left: $0) }
        case .exactlyOne(let left, let right): return pair(.exactlyOne, left, right, &compiler)
        case .implies(let left, let right): return pair(.implies, left, right, &compiler)
        default: return nil
        }
    }

    private func index(_ path: String) -> Int32 { paths[path] ?? -1 }

    private func with(
        _ reach: Clause.Reach, _ operation: ClauseRule.Operation, _ path: String, _ first: Int,
        _ count: Int = 1
    ) -> ClauseRule {
        ClauseRule(
            operation: operation, left: index(path),
            items: Run(first: Int32(first), count: Int32(count)), isAny: reach.isAny,
            absence: reach.absence)
    }

    private func rule(
        _ operation: ClauseRule.Operation, _ path: String, _ texts: [String],
        _ ignoresCase: Bool, _ reach: Clause.Reach, _ compiler: inout ProfileCompiler
    ) -> ClauseRule {
        let first = compiler.tables.texts.count
        compiler.tables.texts += texts.map {
            Array((ignoresCase ? $0.lowercased() : $0).utf8)
        }
        var rule = with(reach, operation, path, first, texts.count)
        rule.ignoresCase = ignoresCase
        return rule
    }

    private func rule(
        _ operation: ClauseRule.Operation, _ path: String, _ numbers: [String],
        _ reach: Clause.Reach, _ compiler: inout ProfileCompiler
    ) -> ClauseRule? {
        let values = numbers.compactMap(Double.init)
        guard values.count == numbers.count else {
            compiler.report("\(id): a list of numbers holds something else")
            return nil
        }
        let first = compiler.tables.numbers.count
        compiler.tables.numbers += values
        return with(reach, operation, path, first, values.count)
    }

    private mutating func list(
        _ operation: ClauseRule.Operation, _ members: [Clause],
        _ compiler: inout ProfileCompiler
    ) -> ClauseRule? {
        var made: [Int32] = []
        for member in members {
            guard let index = compile(member, in: &compiler) else { return nil }
            made.append(index)
        }
        let first = Int32(compiler.tables.lists.count)
        compiler.tables.lists += made
        return ClauseRule(
            operation: operation, items: Run(first: first, count: Int32(made.count)))
    }

    private mutating func pair(
        _ operation: ClauseRule.Operation, _ left: Clause, _ right: Clause,
        _ compiler: inout ProfileCompiler
    ) -> ClauseRule? {
        guard let first = compile(left, in: &compiler), let second = compile(right, in: &compiler)
        else { return nil }
        return ClauseRule(operation: operation, left: first, right: second)
    }
}
