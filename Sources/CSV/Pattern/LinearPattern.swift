import Bytes

/// A regular expression that matches whole cells in linear time, whatever the pattern and the cell
/// (Table Schema, "pattern"; XML Schema part 2, appendix F: always anchored at both ends).
///
/// It is compiled once: to a nondeterministic automaton, and from it to a table of states for
/// ASCII cells when that stays small. Nothing backtracks, so nothing runs away.
struct LinearPattern: Sendable {
    private enum Step: Sendable {
        case set(Int)
        case fork(Int, Int)
        case jump(Int)
        case start
        case end
        case accept
    }

    private static let stepLimit = 20_000
    private static let stateLimit = 1_000

    private var steps: [Step] = []
    private var sets: [CharacterClass] = []
    /// By ASCII character, its column in `table`.
    fileprivate var columns: [UInt8] = []
    fileprivate var width = 0
    /// `table[state × width + column]`: the next state, or `dead`.
    fileprivate var table: [UInt16] = []
    fileprivate var accepting: [Bool] = []
    fileprivate static let dead = UInt16.max

    /// Compiles `text`.
    init(_ text: String) throws(PatternFault) {
        var parser = PatternParser(text)
        let node = try parser.pattern()
        try emit(node)
        steps.append(.accept)
        buildTable()
    }

    /// Whether the whole of `range`, in UTF-8, matches.
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !table.isEmpty else { return simulate(bytes, range) }
        var state = 0
        for index in range {
            let byte = bytes[index]
            guard byte < 0x80 else { return simulate(bytes, range) }
            let next = table[state * width + Int(columns[Int(byte)])]
            if next == LinearPattern.dead {
                return false
            }
            state = Int(next)
        }
        return accepting[state]
    }

    /// Whether the whole of `text` matches.
    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return matches(bytes.span, 0..<bytes.count)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternFault) {
        guard steps.count < LinearPattern.stepLimit else {
            throw PatternFault("too large a pattern")
        }
        switch node {
        case .empty: break
        case .start: steps.append(.start)
        case .end: steps.append(.end)
        case .set(let set):
            let known = sets.firstIndex(of: set)
            if known == nil { sets.append(set) }
            steps.append(.set(known ?? sets.count - 1))
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .either(let nodes): try emitEither(nodes[...])
        case .repeated(let inner, let least, let most):
            for _ in 0..<least { try emit(inner) }
            if let most {
                try emitOptional(inner, times: most - least)
            } else {
                let fork = steps.count
                steps.append(.fork(fork + 1, fork + 1))
                try emit(inner)
                steps.append(.jump(fork))
                steps[fork] = .fork(fork + 1, steps.count)
            }
        }
    }

    private mutating func emitEither(_ nodes: ArraySlice<PatternNode>) throws(PatternFault) {
        guard let first = nodes.first else { return }
        guard nodes.count > 1 else { return try emit(first) }
        var jumps: [Int] = []
        for (position, node) in nodes.enumerated() {
            guard position < nodes.count - 1 else {
                try emit(node)
                break
            }
            let fork = steps.count
            steps.append(.fork(fork + 1, fork + 1))
            try emit(node)
            jumps.append(steps.count)
            steps.append(.jump(0))
            steps[fork] = .fork(fork + 1, steps.count)
        }
        for jump in jumps { steps[jump] = .jump(steps.count) }
    }

    private mutating func emitOptional(_ node: PatternNode, times: Int) throws(PatternFault) {
        var forks: [Int] = []
        for _ in 0..<times {
            forks.append(steps.count)
            steps.append(.fork(steps.count + 1, 0))
            try emit(node)
        }
        for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
    }

    /// All steps that can be reached without a character. `atStart` and `atEnd` say whether `^`
    /// and `$` may be passed.
    private func closure(_ seeds: [Int], atStart: Bool, atEnd: Bool) -> [Int] {
        var seen = Array(repeating: false, count: steps.count)
        var open = seeds
        while let step = open.popLast() {
            if seen[step] { continue }
            seen[step] = true
            switch steps[step] {
            case .jump(let target): open.append(target)
            case .fork(let left, let right):
                open.append(left)
                open.append(right)
            case .start: if atStart { open.append(step + 1) }
            case .end: if atEnd { open.append(step + 1) }
            case .set, .accept: break
            }
        }
        return seen.indices.filter { index in
            guard seen[index] else { return false }
            switch steps[index] {
            case .set, .accept, .end: return true
            default: return false
            }
        }
    }

    private func accepts(_ states: [Int], atStart: Bool) -> Bool {
        closure(states, atStart: atStart, atEnd: true).contains { index in
            if case .accept = steps[index] { return true }
            return false
        }
    }

    private func advance(_ states: [Int], where admits: (Int) -> Bool) -> [Int] {
        var next: [Int] = []
        for state in states {
            if case .set(let set) = steps[state], admits(set) { next.append(state + 1) }
        }
        return next.isEmpty ? [] : closure(next, atStart: false, atEnd: false)
    }

    /// Walks all states side by side: linear in the cell, whatever the pattern.
    private func simulate(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard case .success(let text) = Charset.utf8.decode(bytes, range) else { return false }
        var states = closure([0], atStart: true, atEnd: false)
        var isFirst = true
        for scalar in text.unicodeScalars {
            states = advance(states) { sets[$0].contains(scalar.value) }
            if states.isEmpty { return false }
            isFirst = false
        }
        return accepts(states, atStart: isFirst)
    }

    private mutating func buildTable() {
        guard steps.count <= 2_000 else { return }
        let representatives = groupColumns()
        let first = closure([0], atStart: true, atEnd: false)
        var numbers: [[Int]: Int] = [first: 0]
        var states = [first]
        var built: [UInt16] = []
        var position = 0
        while position < states.count {
            let members = representatives.map { scalar in
                advance(states[position]) { sets[$0].contains(scalar) }
            }
            for next in members {
                if next.isEmpty {
                    built.append(LinearPattern.dead)
                } else if let known = numbers[next], known > 0 {
                    built.append(UInt16(truncatingIfNeeded: known))
                } else {
                    guard states.count < LinearPattern.stateLimit else { return }
                    numbers[next] = states.count
                    built.append(UInt16(truncatingIfNeeded: states.count))
                    states.append(next)
                }
            }
            position += 1
        }
        accepting = states.indices.map { accepts(states[$0], atStart: $0 == 0) }
        table = built
    }

    /// Gives characters that no set tells apart one column, and returns one character of each.
    private mutating func groupColumns() -> [UInt32] {
        var known: [[Bool]: UInt8] = [:]
        var representatives: [UInt32] = []
        for code in UInt32(0)..<128 {
            let membership = sets.map { $0.contains(code) }
            if let column = known[membership] {
                columns.append(column)
            } else {
                let column = UInt8(truncatingIfNeeded: representatives.count)
                known[membership] = column
                columns.append(column)
                representatives.append(code)
            }
        }
        width = representatives.count
        return representatives
    }
}

/// A compiled pattern, by reference, with its table close at hand.
final class PatternBox: Sendable {
    private let automaton: LinearPattern
    private let columns: [UInt8]
    private let table: [UInt16]
    private let accepting: [Bool]
    private let width: Int

    /// Keeps `automaton`.
    init(_ automaton: LinearPattern) {
        self.automaton = automaton
        columns = automaton.columns
        table = automaton.table
        accepting = automaton.accepting
        width = automaton.width
    }

    /// Whether the whole of `range`, in UTF-8, matches.
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !table.isEmpty else { return automaton.matches(bytes, range) }
        var state = 0
        for index in range {
            let byte = bytes[index]
            guard byte < 0x80 else { return automaton.matches(bytes, range) }
            let next = table[state * width + Int(columns[Int(byte)])]
            if next == LinearPattern.dead { return false }
            state = Int(next)
        }
        return accepting[state]
    }
}
