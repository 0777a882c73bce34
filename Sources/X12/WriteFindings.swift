import Exchange

/// Why a value or record cannot be written.
enum WriteFindings {
    private static func kind(_ code: String, _ what: String, _ fix: String) -> FindingKind {
        FindingKind("X12-" + code, .error, owner: .analyst, what: what, fix: fix)
    }

    static let character = kind(
        "801", "a value has a character that X12 cannot hold",
        "Replace it in the source system, or by a crosswalk.")
    static let decimal = kind(
        "802", "a value is not the decimal number that is wanted",
        "Correct the field's type in the dictionary.")
    static let field = kind(
        "803", "the field cannot be written in this guide",
        "Name a field of the guide in the dictionary.")
    static let absent = kind(
        "804", "the segment to be changed is not in the record",
        "Render the record afresh (`edit: render`).")
    static let settings = kind(
        "805", "the envelope's settings lack something",
        "Add it under `envelope:` of the destination.")
    static let record = kind(
        "806", "bytes handed to the assembly are no X12 record",
        "Report this: it is a fault of the program.")
    static let usedUp = kind(
        "807", "a series of control numbers is used up: they have nine digits",
        "Agree on another sender id with the partner; its series begin at 1.")
    static let foreignSeparator = kind(
        "808", "a value has a character that separates values in what we write",
        "Replace it in the source system, or render the record afresh through a crosswalk.")

    static let kinds = [
        character, decimal, field, absent, settings, record, usedUp, foreignSeparator,
    ]
}
