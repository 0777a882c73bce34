import Exchange

/// What can be wrong with interchanges, groups and sets (level 1), found by the framer.
enum EnvelopeFindings {
    private static func kind(
        _ code: String, _ severity: Severity = .error, _ what: String, _ fix: String,
        reach: Reach = .part
    ) -> FindingKind {
        FindingKind("X12-" + code, severity, owner: .billing, what: what, fix: fix, reach: reach)
    }
    private static let again = "Ask the sender to correct it and send the file again."

    static let notX12 = kind(
        "100", "the content has no ISA segment", "Send an X12 interchange.", reach: .file)
    static let malformedISA = kind(
        "101", "the ISA segment does not have its fixed form of 106 bytes", again)
    static let junk = kind(
        "102", .warning, "bytes stand outside of any interchange", "Have the sender leave them out."
    )
    static let delimiters = kind("103", "the interchange's separators cannot be used", again)
    static let isaElement = kind("104", "an element of the ISA cannot be used", again)
    static let missingIEA = kind("105", "the interchange does not end with an IEA", again)
    static let controlIEA = kind("106", "IEA02 differs from ISA13", again)
    static let countIEA = kind("107", "IEA01 differs from the number of groups", again)
    static let repeatedISA = kind(
        "108", "the file holds this ISA13 of this sender and receiver twice", again)
    static let misplaced = kind("109", "a segment stands outside of its envelope", again)
    static let testData = kind(
        "110", "ISA15 says test data",
        "Send production data, or set `production: false` for this feed.")
    static let preamble = kind(
        "111", .warning, "the interchange does not begin at the first byte",
        "Have the sender leave out byte-order marks and blanks.")
    static let runaway = kind("112", "a segment does not end within a megabyte", again)
    static let emptySegment = kind(
        "113", .warning, "an empty segment", "Have the sender leave it out.")
    static let tooLarge = kind(
        "114", "a record is larger than 64 MB", "Have the sender split the transaction set.")
    static let malformedGS = kind("120", "an element of the GS or GE cannot be used", again)
    static let foreignGroup = kind(
        "121", "the group's GS01 or GS08 is not known",
        "Check which guide and version the partner should use.")
    static let missingGE = kind("122", "the group does not end with a GE", again)
    static let controlGE = kind("123", "GE02 differs from GS06", again)
    static let countGE = kind("124", "GE01 differs from the number of sets", again)
    static let controlGS = kind("125", "GS06 is not a number of 1 to 9 digits", again)
    static let repeatedGS = kind("126", "GS06 is used twice in the interchange", again)
    static let emptyGroup = kind("127", "the group holds no transaction set", again)
    static let unwantedGuide = kind(
        "128", "the guide is not among those of the feed",
        "Add it to `guides:` of the feed, or ask why it was sent.")
    static let missingSE = kind("130", "the set does not end with an SE", again)
    static let controlSE = kind("131", "SE02 differs from ST02", again)
    static let countSE = kind("132", "SE01 differs from the number of segments", again)
    static let foreignSet = kind("133", "ST01 is not a set of this group", again)
    static let controlST = kind("134", "ST02 is missing or has not 4 to 9 characters", again)
    static let repeatedST = kind("135", "ST02 is used twice in the group", again)
    static let versionST = kind("136", "ST03 differs from GS08", again)
    static let version835 = kind(
        "151", .warning, "ST03 is not used in an 835",
        "Ask the sender to leave it out.")
    static let emptySet = kind("137", "the set holds no record", again)
    static let missingTail = kind("138", "a segment that must end the set is missing", again)
    static let tooManyRecords = kind(
        "139", .warning, "the set holds more claims than the guide advises",
        "Split into sets of at most 5,000 claims.")
    static let hlNumber = kind("140", "HL01 does not count 1, 2, 3 through the set", again)
    static let hlParent = kind("141", "HL02 does not name an open HL of the level above", again)
    static let hlLevel = kind("142", "HL03 is no level that may stand here", again)
    static let hlChildren = kind(
        "143", .warning, "HL04 does not fit the levels below",
        "Have the sender set HL04 to 1 when levels follow, else 0.")
    static let hlAlone = kind("144", "an HL lacks what the guide requires beneath it", again)
    static let totals277 = kind(
        "150", .warning, "the totals of the 277CA differ from its claims",
        "Compare with what was sent, and ask the clearinghouse.")

    static let kinds: [FindingKind] = [
        notX12, malformedISA, junk, delimiters, isaElement, missingIEA, controlIEA, countIEA,
        repeatedISA, misplaced, testData, preamble, runaway, emptySegment, tooLarge, malformedGS,
        foreignGroup, missingGE, controlGE, countGE, controlGS, repeatedGS, emptyGroup,
        unwantedGuide,
        missingSE, controlSE, countSE, foreignSet, controlST, repeatedST, versionST, emptySet,
        missingTail, tooManyRecords, hlNumber, hlParent, hlLevel, hlChildren, hlAlone, totals277,
        version835,
    ]
}

extension EnvelopeFindings {
    /// `FindingKind` with the usual severity.
    private static func kind(
        _ code: String, _ what: String, _ fix: String, reach: Reach = .part
    ) -> FindingKind { kind(code, .error, what, fix, reach: reach) }
}
