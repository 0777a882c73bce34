/// A condition on values, as statements and predicates are made of.
///
/// Paths are relative to the context: `3[1].4.2` in a segment (field, repetition, component,
/// sub-component), `4.1` in a data type, `PATIENT[1]/PID[1]-3[1].4` in a group or message; `.` is
/// the context itself. A repetition that is not stated means all of them.
indirect enum Clause: Sendable {
    /// A comparison between two values or a value and a text.
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "EQ"
        case unequal = "NE"
        case greater = "GT"
        case less = "LT"
        case notLess = "GE"
        case notGreater = "LE"
    }

    /// What a clause about a value comes to when there is none.
    enum Absence: String, Sendable, CaseIterable { case pass, fail, inconclusive }

    /// How a clause treats several values, and none.
    struct Reach: Sendable {
        /// One value that fits is enough.
        var isAny = false
        var absence = Absence.pass
    }

    case present(String)
    case equals(String, text: String, ignoresCase: Bool, Reach)
    case matches(String, pattern: String, Reach)
    case oneOf(String, texts: [String], ignoresCase: Bool, Reach)
    case oneOfNumbers(String, numbers: [String], Reach)
    case compare(String, Comparison, value: String, Reach)
    case comparePaths(String, Comparison, String, Absence)
    case coded(String, Binding, Absence)
    /// The value is the number of the context among its like.
    case setID(String)
    case all([Clause])
    case any([Clause])
    case not(Clause)
    case exactlyOne(Clause, Clause)
    case implies(Clause, Clause)

    /// The paths in it.
    var paths: [String] {
        switch self {
        case .present(let path), .equals(let path, _, _, _), .matches(let path, _, _),
            .oneOf(let path, _, _, _), .oneOfNumbers(let path, _, _), .compare(let path, _, _, _),
            .coded(let path, _, _), .setID(let path):
            [path]
        case .comparePaths(let left, _, let right, _): [left, right]
        case .all(let clauses), .any(let clauses): clauses.flatMap(\.paths)
        case .not(let clause): clause.paths
        case .exactlyOne(let left, let right), .implies(let left, let right):
            left.paths + right.paths
        }
    }
}
