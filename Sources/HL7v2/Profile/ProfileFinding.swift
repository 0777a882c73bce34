import Exchange

/// What is found against a profile. The words before the colon are the categories of NIST's
/// HL7 v2 validation engine, so that people who know its reports find them here.
enum ProfileFinding {
    static let required = FindingKind(
        "HL7-601", .error, owner: .analyst,
        what: "Usage: an element that the profile requires is missing",
        fix: "Ask the sender to send it (usage R).")
    static let expected = FindingKind(
        "HL7-602", .info, owner: .analyst,
        what: "Usage: an element that the profile wants where it is known is missing",
        fix: "Nothing to do, unless the sender has the value (usage RE).")
    static let unsupported = FindingKind(
        "HL7-603", .error, owner: .analyst,
        what: "Usage: an element is there that the profile does not support",
        fix: "Ask the sender to leave it out (usage X).")
    static let withdrawn = FindingKind(
        "HL7-604", .error, owner: .analyst,
        what: "Usage: an element is there that was withdrawn",
        fix: "Ask the sender to leave it out (usage W).")
    static let cardinality = FindingKind(
        "HL7-605", .error, owner: .analyst,
        what: "Cardinality: an element occurs more or less often than the profile allows",
        fix: "Ask the sender to keep to the number named.")
    static let length = FindingKind(
        "HL7-606", .warning, owner: .analyst,
        what: "Length: a value is shorter or longer than the profile allows",
        fix: "Ask the sender to keep to the length named; check that no destination cuts it.")
    static let extra = FindingKind(
        "HL7-607", .warning, owner: .analyst,
        what: "Extra: an element has more parts than the profile describes",
        fix: "Ask the sender to leave them out.")
    static let unresolved = FindingKind(
        "HL7-608", .error, owner: .analyst,
        what: "Unresolved Field Model: the profile knows no type for a value",
        fix: "Ask the sender for one of the types that the profile has.")
    static let codeNotFound = FindingKind(
        "HL7-611", .error, owner: .analyst,
        what: "Code Not Found: a code is not in the value set of the profile",
        fix: "Ask the sender for a code of the set named.")
    static let codeNotFoundOpen = FindingKind(
        "HL7-612", .warning, owner: .analyst,
        what: "Code Not Found (Open ValueSet): a code is not in an extensible value set",
        fix: "Agree the code with the sender, and add it to the set.")
    static let excluded = FindingKind(
        "HL7-613", .error, owner: .analyst,
        what: "EVS: a code is excluded by the value set of the profile",
        fix: "Ask the sender for another code of the set named.")
    static let permitted = FindingKind(
        "HL7-614", .info, owner: .analyst,
        what: "PVS: a code is permitted by the value set of the profile, but not required",
        fix: "Nothing to do; check that it is mapped.")
    static let codedElement = FindingKind(
        "HL7-615", .error, owner: .analyst,
        what: "Coded Element: a coded value does not fit its value set binding",
        fix: "Ask the sender for the code system that goes with the code.")
    static let constant = FindingKind(
        "HL7-621", .error, owner: .analyst,
        what: "Constraint Failure: a value is not the constant of the profile",
        fix: "Ask the sender for the constant that its guide names.")
    static let statement = FindingKind(
        "HL7-622", .error, owner: .analyst,
        what: "Constraint Failure: a conformance statement of the profile does not hold",
        fix: "Ask the sender to follow the statement named.")
    static let condition = FindingKind(
        "HL7-623", .error, owner: .analyst,
        what: "Predicate Failure: an element is missing or there against its condition",
        fix: "Ask the sender to follow the condition named.")
    static let undecided = FindingKind(
        "HL7-624", .warning, owner: .analyst,
        what: "Constraint Spec Error: a statement or condition could not be decided",
        fix: "Look at the values that it compares; several, or no numbers, cannot be compared.")
    static let uncovered = FindingKind(
        "HL7-631", .warning, owner: .analyst,
        what: "a message was not checked against the profile, which is not for its type or version",
        fix: "Check MSH-9 and MSH-12, or take the message out of the feed.")
    static let broken = FindingKind(
        "HL7-903", .error, owner: .analyst, what: "a profile cannot be used",
        fix: "Correct the file below schemas/hl7v2 at the line named, or import it again.",
        reach: .file)
    static let leftOut = FindingKind(
        "HL7-904", .warning, owner: .analyst, what: "a construct of a profile is not translated",
        fix: "Check by hand what it asks, or write it into the overlay in another form.",
        reach: .file)
    static let unchecked = FindingKind(
        "HL7-905", .info, owner: .analyst,
        what: "a guide leaves something open that its own validator does not check either",
        fix: "Nothing to do; ask the author of the guide if it matters.", reach: .file)
    static let kinds = [
        required, expected, unsupported, withdrawn, cardinality, length, extra, unresolved,
        codeNotFound, codeNotFoundOpen, excluded, permitted, codedElement, constant, statement,
        condition, undecided, uncovered, broken, leftOut, unchecked,
    ]
}
