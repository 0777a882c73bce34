/// What a result's status says of it, in the classes that the life cycle of results knows. Which
/// code means which is data: `results:` in `schemas/canonical.yaml`.
public enum ResultClass: UInt8, Sendable, CaseIterable {
    /// It may still change: preliminary, partial, not verified, pending.
    case preliminary
    /// It stands: final, appended, verified, status made final.
    case final
    /// It stands in place of what stood before: corrected, amended.
    case correction
    /// It is taken back: deleted, posted as wrong.
    case withdrawn

    /// The class called `name` in the settings.
    init?(name: String) {
        guard let found = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = found
    }

    /// Whether a preliminary version may not take its place.
    var stands: Bool { self == .final || self == .correction }
}

/// One version of one result: what is compared when two of them meet.
public struct ResultVersion: Hashable, Sendable {
    /// What its status says.
    public let status: ResultClass
    /// When this version was reported (OBR-22); nil when not stated.
    public let issued: ResultTime?
    /// When what it tells of was observed (OBX-14, OBR-7); nil when not stated.
    public let effective: ResultTime?

    /// Describes a version.
    public init(
        _ status: ResultClass, issued: ResultTime? = nil, effective: ResultTime? = nil
    ) {
        self.status = status
        self.issued = issued
        self.effective = effective
    }

    /// What becomes of two versions of which neither is known to be newer.
    public enum Tie: Sendable {
        /// The one that comes takes the place of the other.
        case replaces
        /// The one that comes was there before the other, and gives way.
        case yields
    }

    /// What a version is to the one that stands.
    public enum Verdict: Hashable, Sendable {
        /// It takes its place.
        case goes
        /// It is older, or preliminary where a final one stands.
        case stale
        /// It is of a result that was withdrawn, and is not known to be newer.
        case withdrawnBefore
    }

    /// Whether this version may take the place of `standing`.
    ///
    /// After HL7 v2 table 0085: P, R, S and I never replace F, C, A, B, V or U; what is certainly
    /// older never replaces its like; an original that is not newer never replaces its correction;
    /// what was withdrawn comes back only with something newer. A withdrawal is older only by the
    /// time of its report: when the specimen was taken says nothing of it.
    public func over(_ standing: ResultVersion, tie: Tie) -> Verdict {
        if status == .withdrawn {
            switch issued.order(to: standing.issued) {
            case .older: return .stale
            case .newer: return .goes
            case .unknown: return tie == .yields ? .stale : .goes
            }
        }
        let order = order(to: standing)
        if standing.status == .withdrawn { return order == .newer ? .goes : .withdrawnBefore }
        if standing.status.stands != status.stands { return status.stands ? .goes : .stale }
        switch order {
        case .older: return .stale
        case .newer: return .goes
        case .unknown:
            if standing.status == .correction, status == .final { return .stale }
            return tie == .yields ? .stale : .goes
        }
    }

    /// By the time of the report; where that does not tell, by the time of the observation.
    private func order(to other: ResultVersion) -> ResultTime.Order {
        let reported = issued.order(to: other.issued)
        return reported == .unknown ? effective.order(to: other.effective) : reported
    }
}
