public import Exchange
import Markup

/// Every kind of finding that reading and writing XML makes.
public enum XMLFinding {
    /// A document type declaration.
    public static let doctype = FindingKind(
        "XML-001", .error, owner: .it, what: "the document has a DOCTYPE, which is refused",
        fix: "Ask the sender for XML without a DOCTYPE; entities in it are an attack's way in.",
        reach: .file)
    /// A start tag that is too long.
    public static let tagTooLong = FindingKind(
        "XML-002", .error, owner: .it, what: "a tag is longer than 64 KB",
        fix: "Ask the sender to put large values in elements.", reach: .file)
    /// Too many attributes.
    public static let tooManyAttributes = FindingKind(
        "XML-003", .error, owner: .it, what: "an element has more than 256 attributes",
        fix: "Ask the sender for a document as its schema describes it.", reach: .file)
    /// Elements that nest too deep.
    public static let tooDeep = FindingKind(
        "XML-004", .error, owner: .it, what: "elements nest more than 128 deep",
        fix: "Ask the sender for a document as its schema describes it.", reach: .file)
    /// A text that is too long.
    public static let textTooLong = FindingKind(
        "XML-005", .error, owner: .it, what: "a text is longer than 10 MB",
        fix: "Ask the sender to send large attachments as files.", reach: .file)
    /// A record that is too large.
    public static let recordTooLarge = FindingKind(
        "XML-006", .error, owner: .it, what: "a record is larger than the limit",
        fix: "Raise `record_limit:` or name a smaller element as `record:`.", reach: .file)
    /// A document that is not well-formed, seen while it was cut.
    public static let malformed = FindingKind(
        "XML-010", .error, owner: .it, what: "the document is not well-formed",
        fix: "Ask the sender to send the file again.", reach: .file)
    /// A document that ends early.
    public static let truncated = FindingKind(
        "XML-011", .error, owner: .it, what: "the document ends before its root element closes",
        fix: "Ask the sender to send the file again: it was cut.", reach: .file)
    /// Something around the one root element.
    public static let outside = FindingKind(
        "XML-012", .error, owner: .it, what: "there is text or a second element around the root",
        fix: "Send one document a file.", reach: .file)
    /// An encoding that is not known or contradicts itself.
    public static let encoding = FindingKind(
        "XML-013", .error, owner: .it, what: "the encoding is unknown or contradicts the bytes",
        fix: "Declare the encoding that the file is in.", reach: .file)
    /// A byte that the encoding does not have.
    public static let undecodable = FindingKind(
        "XML-014", .error, owner: .it, what: "a byte does not belong to the declared encoding",
        fix: "Ask the sender to write the encoding that the file declares.")
    /// No record at all.
    public static let noRecords = FindingKind(
        "XML-020", .warning, owner: .analyst, what: "the document holds no record",
        fix: "Check `record:` and its namespace when this is not expected.", reach: .file)
    /// A count that does not agree.
    public static let count = FindingKind(
        "XML-021", .warning, owner: .it,
        what: "the declared count differs from the records counted",
        fix: "Ask the sender whether records are missing.", reach: .file)
    /// An envelope that is too large to check.
    public static let envelopeTooLarge = FindingKind(
        "XML-022", .warning, owner: .analyst,
        what: "what stands around the records is too large to be checked as a whole",
        fix: "Name a larger element as `record:`.", reach: .file)

    /// A record that is not well-formed.
    public static let malformedRecord = FindingKind(
        "XML-100", .error, owner: .it, what: "the record is not well-formed",
        fix: "Ask the sender to correct the record.")
    /// A root or record that the schema does not have.
    public static let unknownRoot = FindingKind(
        "XML-101", .error, owner: .analyst, what: "the schema does not declare this element",
        fix: "Check that file and schema are of one kind and version.")
    /// An element or text out of place.
    public static let unexpectedContent = FindingKind(
        "XML-102", .error, owner: .it, what: "an element or text is not expected here",
        fix: "Ask the sender to follow the schema's order and names.")
    /// A missing element.
    public static let missingElement = FindingKind(
        "XML-103", .error, owner: .it, what: "a required element is missing",
        fix: "Ask the sender to fill it.")
    /// An attribute the schema does not have.
    public static let unknownAttribute = FindingKind(
        "XML-104", .error, owner: .it, what: "an attribute is not in the schema",
        fix: "Ask the sender to leave it out, or extend the schema.")
    /// A missing attribute.
    public static let missingAttribute = FindingKind(
        "XML-105", .error, owner: .it, what: "a required attribute is missing",
        fix: "Ask the sender to fill it.")
    /// A value that is not of its type.
    public static let type = FindingKind(
        "XML-106", .error, owner: .it, what: "a value is not of the schema's type",
        fix: "Write dates as yyyy-MM-dd and numbers without grouping, as XML Schema has them.")
    /// A value that is not in its list.
    public static let enumeration = FindingKind(
        "XML-107", .error, owner: .it, what: "a value is not one of those the schema lists",
        fix: "Use a listed value, or extend the schema.")
    /// A value that does not fit its pattern.
    public static let pattern = FindingKind(
        "XML-108", .error, owner: .it, what: "a value does not fit the schema's pattern",
        fix: "Correct the value at the source.")
    /// A value too long or short.
    public static let length = FindingKind(
        "XML-109", .error, owner: .it, what: "a value is too long or too short",
        fix: "Correct the value at the source.")
    /// A number out of range.
    public static let range = FindingKind(
        "XML-110", .error, owner: .it, what: "a number is out of its range or has too many digits",
        fix: "Correct the value at the source.")
    /// A key that is not unique or names nothing.
    public static let identity = FindingKind(
        "XML-111", .error, owner: .it, what: "a key is given twice or refers to nothing",
        fix: "Correct the keys at the source.")
    /// A pattern that gave up.
    public static let patternLimit = FindingKind(
        "XML-112", .error, owner: .analyst,
        what: "PATTERN-LIMIT: a pattern of the schema gave up on a value",
        fix: "Write the pattern so that it needs no backtracking.")
    /// Any other rule of the schema.
    public static let otherRule = FindingKind(
        "XML-119", .error, owner: .it, what: "the schema does not allow this",
        fix: "Compare the element with the schema.")
    /// Money that cannot be read.
    public static let money = FindingKind(
        "XML-120", .error, owner: .billing, what: "an amount of money is not a decimal with cents",
        fix: "Correct the amount at the source.")

    /// A field that cannot be written.
    public static let unwritable = FindingKind(
        "XML-201", .error, owner: .analyst, what: "this path cannot be written",
        fix:
            "Use element names, at most one condition [@name='value'] a step, and an attribute last."
    )
    /// A character that XML cannot carry.
    public static let character = FindingKind(
        "XML-202", .error, owner: .analyst, what: "a value has a character that XML cannot carry",
        fix: "Remove control characters from the value.")
    /// An envelope that is not as it must be.
    public static let envelope = FindingKind(
        "XML-203", .error, owner: .analyst, what: "the envelope's settings cannot be used",
        fix: "Give `root:` as {namespace}name, and plain values for its attributes.")
    /// Several values for one place.
    public static let repetitions = FindingKind(
        "XML-204", .error, owner: .analyst, what: "several values are given for one place",
        fix: "Map the repeating element as a group (`each:`).")
    /// A schema that is missing or does not compile.
    public static let schema = FindingKind(
        "XML-301", .error, owner: .analyst, what: "the schema cannot be used",
        fix: "Put a valid XML Schema 1.0 at schemas/xml/NAME.xsd.", reach: .file)

    /// All of them.
    public static let kinds = [
        doctype, tagTooLong, tooManyAttributes, tooDeep, textTooLong, recordTooLarge, malformed,
        truncated, outside, encoding, undecodable, noRecords, count, envelopeTooLarge,
        malformedRecord, unknownRoot, unexpectedContent, missingElement, unknownAttribute,
        missingAttribute, type, enumeration, pattern, length, range, identity, patternLimit,
        otherRule, money, unwritable, character, envelope, repetitions, schema,
    ]

    /// The kind for what the scanner refused, in the file or (`inRecord`) in a record read alone.
    static func kind(_ fault: ScanFault) -> FindingKind {
        switch fault {
        case .doctype: doctype
        case .tagTooLong: tagTooLong
        case .tooManyAttributes: tooManyAttributes
        case .tooDeep: tooDeep
        case .textTooLong: textTooLong
        case .tag, .mismatch: malformed
        case .truncated: truncated
        case .outside: outside
        }
    }

    /// The kind for what a schema has against an element.
    static func kind(_ violation: Violation.Kind) -> FindingKind {
        switch violation {
        case .malformed: malformedRecord
        case .unexpectedContent: unexpectedContent
        case .missingElement: missingElement
        case .unknownAttribute: unknownAttribute
        case .missingAttribute: missingAttribute
        case .type: type
        case .enumeration: enumeration
        case .pattern: pattern
        case .length: length
        case .range: range
        case .identity: identity
        case .unknownRoot: unknownRoot
        case .patternLimit: patternLimit
        case .other: otherRule
        }
    }

    /// What a fault of the scanner adds to its kind.
    static func detail(_ fault: ScanFault) -> String {
        switch fault {
        case .tag: "a tag is not written as XML writes tags"
        case .mismatch: "an end tag closes another element than the one that is open"
        default: ""
        }
    }
}
