import Exchange

/// What can be wrong with segments and elements (levels 1 and 2): each condemns its set, since the
/// sender resends the whole ST.
enum SegmentFindings {
    private static let fix = "Have the sender correct it and send the transaction set again."

    private static func error(_ code: String, _ what: String) -> FindingKind {
        FindingKind("X12-" + code, .error, owner: .billing, what: what, fix: fix, reach: .part)
    }
    private static func warning(_ code: String, _ what: String) -> FindingKind {
        FindingKind("X12-" + code, .warning, owner: .billing, what: what, fix: fix, reach: .part)
    }

    static let unknown = error("201", "a segment id that is in no guide")
    static let unexpected = error("202", "a segment stands where the guide has none of its kind")
    static let missing = error("203", "a required segment is missing")
    static let loopOver = error("204", "a loop occurs more often than the guide allows")
    static let segmentOver = error("205", "a segment occurs more often than the guide allows")
    static let foreign = error("206", "a segment that does not belong to this transaction set")
    static let sequence = error("207", "a segment is out of sequence")
    static let trailing = warning("208", "separators stand at the end of the segment")
    static let empty = error("209", "a segment holds no element")

    static let elementMissing = error("301", "a mandatory element is missing")
    static let conditional = error("302", "an element that a syntax note wants is missing")
    static let tooMany = error("303", "the segment has too many elements")
    static let short = error("304", "a value is shorter than allowed")
    static let long = error("305", "a value is longer than allowed")
    static let character = error("306", "a value has a character that its type does not allow")
    static let code = error("307", "a code is not among those of the guide")
    static let date = error("308", "a date does not exist or is not in the form stated")
    static let time = error("309", "a time does not exist or is not in the form stated")
    static let exclusion = error("310", "elements that exclude each other are both there")
    static let repetitions = error("312", "an element repeats too often")
    static let components = error("313", "a composite has too many components")
    static let notUsed = error("314", "an element that the guide does not use is there")
    static let required = error("315", "an element that the guide requires is missing")
    static let pattern = error("316", "a value does not have the form that the guide wants")
    static let advised = warning("317", "a value is longer than the guide advises")
    static let trailingBlank = warning("318", "a value ends with blanks")
    static let lineNumber = error("319", "LX01 does not count 1, 2, 3 through the claim")

    static let kinds: [FindingKind] = [
        unknown, unexpected, missing, loopOver, segmentOver, foreign, sequence, trailing,
        empty,
        elementMissing, conditional, tooMany, short, long, character, code, date, time, exclusion,
        repetitions, components, notUsed, required, pattern, advised, trailingBlank, lineNumber,
    ]
}
