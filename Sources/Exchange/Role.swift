/// Who deals with something: queues, digest, `explain` and alerts go by it.
public enum Role: String, Sendable, CaseIterable, Codable {
    case billing, lab
    case frontDesk = "front-desk"
    case it = "IT"
    case privacy = "privacy officer"
    /// Whoever writes the settings and maps.
    case analyst
}

/// How much a finding weighs.
public enum Severity: String, Sendable, Comparable, Codable, CaseIterable {
    case info, warning, error

    /// Whether the left comes before the right.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .error: 2
        }
    }
}
