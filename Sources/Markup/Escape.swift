/// Writing text into XML (XML 1.0, 2.4): the only place that escapes.
public enum Escape {
    /// The bytes of `text` as an element's content; nil when XML cannot carry one of its characters
    /// (2.2, "Char": control characters other than TAB, LF and CR).
    ///
    /// CR is written as a reference, since a reader would turn it into LF.
    public static func content(_ text: String) -> [UInt8]? { escape(text, attribute: false) }

    /// The bytes of `text` as an attribute's value, to stand within quotes of either kind; nil as
    /// above. White space other than blanks is written as references (3.3.3).
    public static func attribute(_ text: String) -> [UInt8]? { escape(text, attribute: true) }

    private static func escape(_ text: String, attribute: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 8)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes += "&amp;".utf8
            case "<": bytes += "&lt;".utf8
            case ">": bytes += "&gt;".utf8
            case "\"" where attribute: bytes += "&quot;".utf8
            case "'" where attribute: bytes += "&#39;".utf8
            case "\t" where attribute: bytes += "&#9;".utf8
            case "\n" where attribute: bytes += "&#10;".utf8
            case "\r": bytes += "&#13;".utf8
            case "\t", "\n": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            default:
                guard scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF else {
                    return nil
                }
                if let units = UTF8.encode(scalar) { bytes += units }
            }
        }
        return bytes
    }

    /// Whether `name` may name an element or attribute (Namespaces in XML 1.0, "NCName"), in the
    /// letters that the clinic's settings use: ASCII and beyond, no colon.
    public static func isName(_ name: some StringProtocol) -> Bool {
        guard let first = name.unicodeScalars.first else { return false }
        guard first == "_" || first.value >= 0x80 || isLetter(first) else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            isLetter(scalar) || scalar.value >= 0x80 || ("0"..."9").contains(scalar)
                || scalar == "_" || scalar == "-" || scalar == "."
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }
}
