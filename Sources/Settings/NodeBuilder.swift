import Exchange
import Yams

/// Yams has a `Mark` of its own; in this target the word means the settings one.
typealias Mark = Exchange.Mark

/// Turns Yams' nodes into settings nodes, within bounds, and notes what is wrong with them.
struct NodeBuilder {
    /// The file's name, for marks.
    let file: String
    /// What was found.
    private(set) var findings: [Finding] = []
    /// Whether a bound was passed and reading is to stop.
    private(set) var isExhausted = false
    private var nodes = 0

    /// Builds nodes for `file`.
    init(file: String) { self.file = file }

    /// The node that `source` stands for; nil when a bound was passed.
    mutating func node(_ source: Node, depth: Int) -> SettingsNode? {
        let mark = mark(source)
        nodes += 1
        guard nodes <= SettingsYAML.nodeLimit, depth <= SettingsYAML.depthLimit else {
            if !isExhausted {
                report(
                    SettingsYAML.tooLarge, mark,
                    depth > SettingsYAML.depthLimit
                        ? "it nests more than \(SettingsYAML.depthLimit) deep"
                        : "more than \(SettingsYAML.nodeLimit) values")
            }
            isExhausted = true
            return nil
        }
        switch source {
        case .scalar(let scalar):
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            return SettingsNode(.scalar(scalar.string), at: mark, isQuoted: isQuoted)
        case .sequence(let items):
            var list: [SettingsNode] = []
            for item in items {
                guard let made = node(item, depth: depth + 1) else { return nil }
                list.append(made)
            }
            return SettingsNode(.list(list), at: mark)
        case .mapping(let pairs): return map(pairs, at: mark, depth: depth)
        case .alias:
            report(SettingsYAML.malformed, mark, "an alias names no anchor")
            return nil
        }
    }

    private mutating func map(_ pairs: Node.Mapping, at mark: Mark, depth: Int) -> SettingsNode? {
        var entries: [SettingsNode.Entry] = []
        var seen: Set<String> = []
        for (key, value) in pairs {
            let keyMark = self.mark(key)
            guard case .scalar(let name) = key else {
                report(SettingsYAML.compoundKey, keyMark, "")
                continue
            }
            if !seen.insert(name.string).inserted {
                report(SettingsYAML.duplicateKey, keyMark, "`\(name.string)`")
            }
            guard let made = node(value, depth: depth + 1) else { return nil }
            entries.append(.init(key: name.string, mark: keyMark, value: made))
        }
        return SettingsNode(.map(entries), at: mark)
    }

    private func mark(_ node: Node) -> Mark {
        Mark(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    /// Adds a finding.
    mutating func report(_ kind: FindingKind, _ mark: Mark, _ detail: String) {
        findings.append(.settings(kind, at: mark, detail))
    }

    /// Adds the finding that an error of Yams stands for.
    mutating func report(_ error: YamlError) {
        func place(_ mark: Yams.Mark) -> Mark {
            Mark(file: file, line: max(1, mark.line), column: max(1, mark.column))
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            report(SettingsYAML.malformed, place(mark), problem)
        case .reader(let problem, _, _, _):
            report(SettingsYAML.malformed, Mark(file: file, line: 1, column: 1), problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            report(
                SettingsYAML.duplicateKey, place(context.mark),
                duplicates.map { "`\($0)`" }.sorted()
                    .joined(separator: ", "))
        default:
            report(SettingsYAML.malformed, Mark(file: file, line: 1, column: 1), "unreadable")
        }
    }
}
