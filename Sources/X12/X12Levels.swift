import Exchange

/// What each level of checks does for a partner: 1 syntax, 2 the guide, 3 balance, 4 situations,
/// 5 code sets, 6 products, 7 the partner's own rules.
///
/// Settings say `level: 5` for all up to the fifth, or `levels: {3: error, 4: warning, 5: off}`
/// for single ones beside it. Level 1 is always checked: without it nothing can be read.
struct X12Levels: Sendable, Equatable {
    /// What a level's findings count for.
    enum Weight: String, CaseIterable, Sendable {
        /// It is not checked.
        case off
        /// Its errors are warnings: nothing is refused for them.
        case warning
        /// Its findings count as their kinds say.
        case error
    }

    static let all = 1...7
    private var weights: [Weight]

    /// All levels up to `deepest`.
    init(to deepest: Int) { weights = Self.all.map { $0 <= deepest ? .error : .off } }

    /// What a level from 1 to 7 does.
    subscript(level: Int) -> Weight {
        get { weights[level - 1] }
        set { weights[level - 1] = newValue }
    }

    /// Whether a level is checked.
    func isOn(_ level: Int) -> Bool { self[level] != .off }

    /// Whether some level's errors are warnings.
    private var hasWarnings: Bool { weights.contains(.warning) }

    /// Makes warnings of the errors from `start` on whose level says so.
    func weigh(_ findings: inout [Finding], from start: Int) {
        guard hasWarnings else { return }
        for index in start..<findings.count
        where findings[index].severity == .error
            && self[Self.level(of: findings[index].kind)] == .warning
        {
            findings[index].severity = .warning
        }
    }

    /// The level that makes findings of a kind.
    static func level(of kind: FindingKind) -> Int {
        if kinds[2]?.contains(kind) == true { return 2 }
        for level in 3...7 where kinds[level]?.contains(kind) == true { return level }
        return 1
    }

    private static let kinds: [Int: Set<FindingKind>] = [
        2: [
            SegmentFindings.missing, SegmentFindings.code, SegmentFindings.notUsed,
            SegmentFindings.required, SegmentFindings.advised, SegmentFindings.lineNumber,
        ],
        3: Set(BalanceFindings.kinds + [EnvelopeFindings.totals277]),
        4: Set(SituationFindings.kinds),
        5: Set(CodeFindings.kinds),
        7: Set(PartnerFindings.kinds),
    ]

    /// Reads `level:` and `levels:`.
    static func read(_ reader: inout SettingsReader) -> X12Levels {
        var levels = X12Levels(to: reader.int("level", in: all) ?? 5)
        guard let node = reader.node("levels") else { return levels }
        let forms = Weight.allCases.map(\.rawValue).joined(separator: ", ")
        guard let entries = node.map else {
            reader.report(SettingsReader.malformed, node.mark, "expected `3: warning` and so on")
            return levels
        }
        for entry in entries {
            guard let level = Int(entry.key), (2...7).contains(level) else {
                reader.report(
                    SettingsReader.malformed, entry.mark, "`levels` wants numbers from 2 to 7")
                continue
            }
            guard let weight = entry.value.text.flatMap(Weight.init(rawValue:)) else {
                reader.report(
                    SettingsReader.malformed, entry.value.mark, "`\(level)` wants one of: \(forms)")
                continue
            }
            levels[level] = weight
        }
        return levels
    }
}
