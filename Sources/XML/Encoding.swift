import Bytes

/// How a document is encoded (XML 1.0, 4.3.3 and appendix F): byte-order mark, else the XML
/// declaration, else UTF-8.
struct Encoding: Sendable, Hashable {
    /// The character set.
    let charset: Charset
    /// How many bytes the byte-order mark takes.
    let mark: Int
    /// Whether the declaration names a set that is not known, or another than the mark shows.
    let isDoubtful: Bool

    /// Looks at the first bytes of a document.
    init(_ head: [UInt8], default standard: Charset?) {
        let found = Charset.byteOrderMark(head.span)
        var shown = found?.charset
        if shown == nil, head.count >= 2 {
            if head[0] == 0x3C, head[1] == 0 { shown = .utf16LittleEndian }
            if head[0] == 0, head[1] == 0x3C { shown = .utf16BigEndian }
        }
        mark = found?.length ?? 0
        let isWide = shown == .utf16LittleEndian || shown == .utf16BigEndian
        let plain = isWide ? head.filter { $0 != 0 } : head
        let declared = Encoding.declared(plain)
        let named = declared.flatMap(Charset.init(name:))
        if let shown {
            charset = shown
            isDoubtful = declared != nil && !(isWide ? Encoding.isWide(named) : named == shown)
        } else {
            charset = named ?? standard ?? .utf8
            isDoubtful = (declared != nil && named == nil) || Encoding.isWide(named)
        }
    }

    private static func isWide(_ charset: Charset?) -> Bool {
        charset == .utf16LittleEndian || charset == .utf16BigEndian
    }

    /// The name in `<?xml … encoding="name"`.
    private static func declared(_ bytes: [UInt8]) -> String? {
        let head = bytes.prefix(400)
        guard let close = head.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let text = String(decoding: head[..<close], as: UTF8.self)
        guard let start = text.firstRange(of: "<?xml "),
            let key = text[start.upperBound...].firstRange(of: "encoding")
        else { return nil }
        let rest = text[key.upperBound...].drop { $0 == " " || $0 == "=" }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return rest.dropFirst().split(separator: quote, omittingEmptySubsequences: false).first
            .map(String.init)
    }
}

/// UTF-16 for a scanner of bytes: each unit becomes one, itself where it is ASCII and a byte that
/// means nothing elsewhere, so that place `i` of the shadow is byte `2 × i` of the original.
enum Wide {
    /// The byte that stands for every unit beyond ASCII.
    static let other: UInt8 = 0x80

    /// Appends the shadow of the units in `bytes` from unit `from` on.
    static func extend(_ shadow: inout [UInt8], _ bytes: [UInt8], _ charset: Charset) {
        let low = charset == .utf16LittleEndian ? 0 : 1
        var index = shadow.count * 2
        while index + 1 < bytes.count {
            let value = bytes[index + low]
            shadow.append(bytes[index + 1 - low] == 0 && value < 0x80 ? value : other)
            index += 2
        }
    }

    /// Whether `charset` has two bytes a unit.
    static func isWide(_ charset: Charset) -> Bool {
        charset == .utf16LittleEndian || charset == .utf16BigEndian
    }
}
