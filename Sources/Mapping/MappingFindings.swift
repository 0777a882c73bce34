import Bytes
public import Exchange

/// The catalogue of what mapping finds, and which of it holds a record instead of rejecting it.
public enum MappingFindings {
    /// A required field that is not stated.
    static let missing = FindingKind(
        "MAP-102", .error, owner: .analyst, what: "a required field is not stated",
        fix: "Have the sender state it, or drop `required` in the dictionary.")
    /// Repetitions left behind, by default.
    static let firstTaken = FindingKind(
        "MAP-108", .info, owner: .analyst,
        what: "a field repeats where the canonical field takes one value; the first was taken",
        fix: "Say `take: first` or `take: last` in the dictionary, or name the repetition.")
    /// Repetitions where the dictionary allows none.
    static let tooMany = FindingKind(
        "MAP-109", .error, owner: .analyst, what: "a field repeats where the dictionary allows one",
        fix: "Have the sender state one value, or change `take` in the dictionary.")
    /// A field that the destination needs and the record lacks.
    static let destinationMissing = FindingKind(
        "MAP-110", .error, owner: .analyst,
        what: "the record lacks a field that its destination needs",
        fix:
            "Complete the record at its source, or drop `required` in the destination's dictionary."
    )
    /// A variable nobody gave.
    static let variableMissing = FindingKind(
        "MAP-111", .error, owner: .analyst, what: "a template's variable has no value here",
        fix: "Use a variable that this destination has.")
    /// Several values where the destination has place for one.
    static let ambiguous = FindingKind(
        "MAP-112", .error, owner: .analyst,
        what: "the record has several different values where the destination takes one",
        fix: "Put the line into an `each` of the destination's dictionary.")
    /// Groups that cannot be matched for editing in place.
    static let unpaired = FindingKind(
        "MAP-113", .error, owner: .analyst,
        what: "the groups of a record cannot be matched with its canonical ones for editing",
        fix: "Read the same groups in the feed's dictionary, or use `edit: render`.")
    /// A notation that names nothing in the schema.
    static let pathFault = FindingKind(
        "MAP-209", .error, owner: .analyst,
        what: "a dictionary names a field that its format lacks",
        fix: "Correct the notation, or the schema that the format reads by.", reach: .file)

    /// Every kind of finding that this module makes.
    public static let kinds: [FindingKind] = [
        ValueCodec.misfit, missing, ValueCodec.missHeld, ValueCodec.missRejected,
        ValueCodec.missPassed, ValueCodec.clockChange, ValueCodec.unwritable, firstTaken, tooMany,
        destinationMissing, variableMissing, ambiguous, unpaired,
        CanonicalModel.modelFault, Crosswalk.malformed, Crosswalk.ambiguous,
        FieldDictionary.unknownField, FieldDictionary.twice, FieldDictionary.unfit,
        FieldDictionary.unknownName, FieldDictionary.phiDenied, pathFault,
        DataDictionary.twoOwners, DataDictionary.goesNowhere, DataDictionary.comesFromNowhere,
    ]

    /// The codes of errors that hold a record or a leg instead of rejecting it: settings will
    /// change, and then it can go on.
    public static let holding: Set<String> = [
        ValueCodec.missHeld.code, ValueCodec.unwritable.code, destinationMissing.code,
        variableMissing.code, ambiguous.code, unpaired.code,
    ]
}

extension Format {
    /// Compiles a notation; what is wrong with it becomes a finding at `mark`.
    func path(_ notation: String, at mark: Mark, into findings: inout [Finding]) -> Path? {
        do {
            return try path(notation)
        } catch {
            findings.append(
                .settings(MappingFindings.pathFault, at: mark, "`\(notation)`: \(error.reason)"))
            return nil
        }
    }
}

extension ValueCodec {
    /// What was expected, for messages.
    var expectation: String {
        if incoming != nil { return "by its crosswalk" }
        switch form {
        case .pattern(let pattern): return "expected \(type.rawValue) as \(pattern.description)"
        case .plain: return "expected \(type.rawValue)"
        default: return "expected \(type.rawValue) as \(form)"
        }
    }
}
