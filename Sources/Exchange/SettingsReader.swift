/// Reads one map of settings, key by key, and says of what is wrong where it stands.
///
/// Every `read(_ node:)` of a format, transport or dictionary goes through one: a missing key, a
/// value of the wrong form and a key that nothing asked for (with the nearest name that something
/// did) become findings.
public struct SettingsReader {
    /// A key that is missing.
    public static let missing = FindingKind(
        "SET-101", .error, owner: .analyst, what: "a required setting is missing",
        fix: "Add it; `waybill explain SET-101` names the settings page.", reach: .file)
    /// A value of the wrong form.
    public static let malformed = FindingKind(
        "SET-102", .error, owner: .analyst, what: "a setting has a value that cannot be used",
        fix: "Write one of the forms named.", reach: .file)
    /// A key that means nothing.
    public static let unknown = FindingKind(
        "SET-103", .error, owner: .analyst, what: "a setting is not known here",
        fix: "Correct the name or remove the line.", reach: .file)
    /// All kinds of finding made here.
    public static let kinds = [missing, malformed, unknown]

    /// The map being read.
    public let node: SettingsNode
    /// What was found so far.
    public private(set) var findings: [Finding] = []
    private var asked: Set<String> = []

    /// Reads `node`, which should be a map.
    public init(_ node: SettingsNode) {
        self.node = node
        if node.map == nil { report(Self.malformed, node.mark, "expected a map of settings") }
    }

    /// Adds a finding at `mark`.
    public mutating func report(_ kind: FindingKind, _ mark: Mark, _ detail: String) {
        findings.append(Finding.settings(kind, at: mark, detail))
    }

    /// Adds findings that another reader made.
    public mutating func report(_ others: [Finding]) { findings += others }

    /// The node of `key`, when it is there.
    public mutating func node(_ key: String) -> SettingsNode? {
        asked.insert(key)
        return node[key]
    }

    /// The node of `key`; a finding when it is missing.
    public mutating func required(_ key: String) -> SettingsNode? {
        if let value = node(key) { return value }
        report(Self.missing, node.mark, "`\(key)`")
        return nil
    }

    /// The text of `key`.
    public mutating func string(_ key: String) -> String? {
        guard let value = node(key) else { return nil }
        if let text = value.text { return text }
        report(Self.malformed, value.mark, "`\(key)` wants a single value")
        return nil
    }

    /// The text of `key`; a finding when it is missing.
    public mutating func requiredString(_ key: String) -> String? {
        required(key) == nil ? nil : string(key)
    }

    /// A list of texts; a single text counts as a list of one.
    public mutating func strings(_ key: String) -> [String]? {
        guard let value = node(key) else { return nil }
        if let text = value.text { return [text] }
        if let items = value.list {
            let texts = items.compactMap(\.text)
            if texts.count == items.count { return texts }
        }
        report(Self.malformed, value.mark, "`\(key)` wants a list of values")
        return nil
    }

    /// A whole number within `range`.
    public mutating func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = node(key) else { return nil }
        if let text = value.text, let number = Int(text), range.contains(number) { return number }
        report(
            Self.malformed, value.mark,
            "`\(key)` wants a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// `true` or `false`.
    public mutating func flag(_ key: String) -> Bool? {
        guard let value = node(key) else { return nil }
        switch value.text {
        case "true": return true
        case "false": return false
        default:
            report(Self.malformed, value.mark, "`\(key)` wants true or false")
            return nil
        }
    }

    /// One of a fixed set of words.
    public mutating func choice<T: RawRepresentable & CaseIterable>(
        _ key: String, _ type: T.Type
    ) -> T? where T.RawValue == String {
        guard let value = node(key) else { return nil }
        if let text = value.text, let made = T(rawValue: text) { return made }
        let words = T.allCases.map(\.rawValue)
        let near = value.text.flatMap { NearestName.find($0, among: words) }
        report(
            Self.malformed, value.mark,
            "`\(key)` wants one of \(words.joined(separator: ", "))"
                + (near.map { "; did you mean \($0)?" } ?? ""))
        return nil
    }

    /// A length of time in seconds: `60s`, `5m`, `12h`, `90d`.
    public mutating func seconds(_ key: String) -> Int? {
        guard let value = node(key) else { return nil }
        if let text = value.text, let last = text.last, let number = Int(text.dropLast()),
            number >= 0
        {
            switch last {
            case "s": return number
            case "m": return number * 60
            case "h": return number * 3600
            case "d": return number * 86_400
            default: break
            }
        }
        report(
            Self.malformed, value.mark,
            "`\(key)` wants a length of time such as 60s, 5m, 12h or 90d")
        return nil
    }

    /// Reports the keys that nothing asked for, and returns all findings.
    public mutating func finish() -> [Finding] {
        for entry in node.map ?? [] where !asked.contains(entry.key) {
            let near = NearestName.find(entry.key, among: Array(asked))
            report(
                Self.unknown, entry.mark,
                "`\(entry.key)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
        }
        return findings
    }
}

extension Finding {
    /// A finding about settings: the mark is told in the detail's place and in the path.
    public static func settings(_ kind: FindingKind, at mark: Mark, _ detail: String) -> Finding {
        Finding(kind, at: Location(line: mark.line, path: mark.description), detail)
    }
}

/// Finds the name that was probably meant.
public enum NearestName {
    /// The candidate that differs least from `name`, when it differs little.
    public static func find(_ name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8)
        var best: (distance: Int, name: String)?
        for candidate in candidates.sorted() {
            let distance = distance(wanted, Array(candidate.lowercased().utf8))
            if distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        guard let best, best.distance <= max(1, wanted.count / 3) else { return nil }
        return best.name
    }

    /// Levenshtein's distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = a == b ? diagonal : diagonal + 1
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j + 1] + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
