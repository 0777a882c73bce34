import CLibXML2

/// One thing that a schema, or XML itself, has against an element. It never holds a value.
public struct Violation: Sendable, Hashable {
    /// What is wrong.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// XML's own grammar or namespaces are broken; nothing after it was read.
        case malformed
        /// An element where the schema has none, or text where it has none.
        case unexpectedContent
        /// The element ends before something it must hold.
        case missingElement
        /// An attribute that the schema does not have.
        case unknownAttribute
        /// An attribute that must be there.
        case missingAttribute
        /// A value that is not of its type: a date that does not exist, letters in a number.
        case type
        /// A value that is not in its list.
        case enumeration
        /// A value that does not fit its pattern.
        case pattern
        /// A value too long or too short.
        case length
        /// A number out of its range or with too many digits.
        case range
        /// A key that is not unique or names nothing (xs:key, xs:unique, xs:keyref).
        case identity
        /// The schema has no declaration for the root.
        case unknownRoot
        /// A pattern that gave up.
        case patternLimit
        /// Anything else.
        case other
    }

    /// What is wrong.
    public let kind: Kind
    /// The element, as the how manieth start tag of the piece it is, from 0.
    public let element: Int
    /// The attribute concerned, by its name as written.
    public let attribute: String?
    /// Names from the schema: what was expected.
    public let detail: String
    /// 1-based within the piece, as libxml2 counts (LF only); 0 when not known.
    public let line: Int
    /// 1-based, in bytes, when XML's grammar is broken; 0 when not known.
    public let column: Int
    /// libxml2's number of the error.
    public let code: Int

    /// A piece that libxml2 could not take in: never to be taken for a valid one.
    static let unchecked = Violation(detail: "it could not be checked")

    private init(detail: String) {
        kind = .other
        element = 0
        attribute = nil
        self.detail = detail
        line = 0
        column = 0
        code = 0
    }

    /// Reads what libxml2 reports.
    /// - Parameter error: its record of the error, alive during the call.
    init(_ error: xmlError, element: Int) {
        unsafe code = Int(error.code)
        unsafe line = Int(error.line)
        unsafe column = error.domain == Int32(XML_FROM_SCHEMASV.rawValue) ? 0 : Int(error.int2)
        self.element = element
        let message = unsafe error.message.map { unsafe String(cString: $0) } ?? ""
        let isSchema = unsafe error.domain == Int32(XML_FROM_SCHEMASV.rawValue)
        let concerned = isSchema && code != 1868
        attribute = concerned ? Violation.attribute(message) : nil
        kind = isSchema ? Violation.kind(code, message) : .malformed
        detail = Violation.detail(kind, code, message)
    }

    /// The kind of a schema error, by libxml2's number (xmlerror.h; the clauses of XML Schema 1).
    private static func kind(_ code: Int, _ message: String) -> Kind {
        switch code {
        case 1845: .unknownRoot
        case 1871: message.contains("Missing child element") ? .missingElement : .unexpectedContent
        case 1841...1844: .unexpectedContent
        case 1866, 1867, 1865: .unknownAttribute
        case 1868: .missingAttribute
        case 1840: .enumeration
        case 1839: .pattern
        case 1830, 1831, 1832: .length
        case 1833...1838: .range
        case 1877: .identity
        case 1818: .patternLimit
        case 1824...1829, 1861...1864: .type
        default: .other
        }
    }

    /// The attribute that a message is about: "Element 'x', attribute 'y': …".
    private static func attribute(_ message: String) -> String? {
        guard message.hasPrefix("Element '") else { return nil }
        let head = message.split(separator: ": ", maxSplits: 1).first ?? ""
        guard let quoted = between(head, "', attribute '", "'"), quoted.utf8.count <= 200 else {
            return nil
        }
        // An attribute in a namespace is written {namespace}name.
        return quoted.split(separator: "}").last.map(String.init)
    }

    /// What may be told of a message: names that the schema declares, never a value.
    private static func detail(_ kind: Kind, _ code: Int, _ message: String) -> String {
        switch kind {
        case .missingElement, .unexpectedContent:
            if let names = between(Substring(message), "Expected is ( ", " )") {
                return "expected is \(names)"
            }
            if let names = between(Substring(message), "Expected is one of ( ", " )") {
                return "expected is one of \(names)"
            }
            return ""
        case .missingAttribute:
            return between(Substring(message), "The attribute '", "'").map { "`\($0)`" } ?? ""
        case .type:
            return between(Substring(message), "type 'xs:", "'").map { "xs:\($0) is expected" }
                ?? ""
        default: return ""
        }
    }

    private static func between(_ text: Substring, _ left: String, _ right: String) -> String? {
        guard let start = text.firstRange(of: left),
            let end = text[start.upperBound...].firstRange(of: right)
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound].prefix(300))
    }
}
