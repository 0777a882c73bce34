/// Turns the paths of clauses into steps.
struct PathCompiler {
    /// Where a path begins.
    enum Context {
        /// A group or message: its node.
        case group(Int)
        /// A segment by name.
        case segment(String)
        case type
    }

    private let nodes: [NodeRule]
    private let names: [String]

    init(_ nodes: [NodeRule], names: [String]) {
        self.nodes = nodes
        self.names = names
    }

    /// The steps of `path`; nil when it leads nowhere. The context itself has none.
    func steps(_ path: String, _ context: Context) -> [Step]? {
        if path == "." { return [] }
        switch context {
        case .segment(let name):
            return parts(path.hasPrefix(name + "-") ? path.dropFirst(4) : path[...])
        case .type: return parts(path[...])
        case .group(let node): return members(path, below: node)
        }
    }

    /// `3[1].4.2`.
    private func parts(_ text: Substring) -> [Step]? {
        var steps: [Step] = []
        for word in text.split(separator: ".", omittingEmptySubsequences: false) {
            let (name, instance) = Self.instance(word)
            guard let number = Int32(name), number > 0, let instance else { return nil }
            steps.append(Step(position: number, instance: instance))
        }
        return steps.isEmpty || steps.count > 3 ? nil : steps
    }

    /// `PATIENT[1]/PID[1]-3[1].4`; the first name is looked for at any depth.
    private func members(_ path: String, below start: Int) -> [Step]? {
        var steps: [Step] = []
        var node = start
        let words = path.split(separator: "/", omittingEmptySubsequences: false)
        for (offset, word) in words.enumerated() {
            var tail: Substring?
            var head = word
            if offset == words.count - 1, let hyphen = word.firstIndex(of: "-") {
                head = word[..<hyphen]
                tail = word[word.index(after: hyphen)...]
            }
            let (name, instance) = Self.instance(head)
            guard let instance, let down = descend(String(name), from: node, deep: offset == 0)
            else { return nil }
            for step in down {
                steps.append(Step(position: nodes[step].ordinal + 1, instance: 0))
                node = step
            }
            steps[steps.count - 1].instance = instance
            if let tail {
                guard nodes[node].segment != 0, let rest = parts(tail) else { return nil }
                steps += rest
            }
        }
        return steps
    }

    /// The nodes from below `group` down to the member of that name; `NAME@7` is member 7. The
    /// nearest is meant, and the first of those.
    private func descend(_ name: String, from group: Int, deep: Bool) -> [Int]? {
        let parts = name.split(separator: "@")
        var best: [Int]?
        var child = group + 1
        while child < Int(nodes[group].end) {
            let title = nodes[child].name < 0 ? "" : names[Int(nodes[child].name)]
            let isHere = parts.count < 2 || Int32(parts[1]) == nodes[child].ordinal + 1
            if title == parts.first ?? "", isHere { return [child] }
            if deep, nodes[child].segment == 0,
                let below = descend(name, from: child, deep: true),
                below.count + 1 < best?.count ?? .max
            {
                best = [child] + below
            }
            child = Int(nodes[child].end)
        }
        return best
    }

    /// `PID[2]` → PID and 2; `PID[*]` and `PID` → all, 0; an instance of nil is malformed.
    private static func instance(_ word: Substring) -> (name: Substring, instance: Int32?) {
        guard let open = word.firstIndex(of: "[") else { return (word, 0) }
        guard word.last == "]" else { return (word, nil) }
        let inner = word[word.index(after: open)...].dropLast()
        if inner == "*" { return (word[..<open], 0) }
        return (word[..<open], Int32(inner).flatMap { $0 > 0 ? $0 : nil })
    }
}
