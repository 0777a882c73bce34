import Bytes

/// What stands at one place of a document (XML 1.0, 3.1 "Start-Tags, End-Tags" and 2.4 to 2.7).
enum Token {
    /// A start tag, or an empty element's; its attributes are in the scanner.
    case start(name: Range<Int>, isEmpty: Bool, end: Int)
    /// An end tag.
    case end(name: Range<Int>, end: Int)
    /// Character data up to the next `<`.
    case text(end: Int)
    /// A CDATA section.
    case cdata(end: Int)
    /// A comment or processing instruction (the XML declaration too).
    case aside(end: Int)
    /// The bytes end within something.
    case incomplete
    /// What may not be there.
    case fault(ScanFault, at: Int)
}

/// Why scanning stops: grammar that is broken, or a bound that was passed.
enum ScanFault: Sendable, Hashable {
    case doctype, tagTooLong, tooManyAttributes, textTooLong, tooDeep
    /// A tag that is not written as XML writes tags.
    case tag
    /// An end tag that closes another element than the one that is open.
    case mismatch
    /// The bytes end within an element.
    case truncated
    /// Something besides the one element.
    case outside
}

/// The bounds that hold before libxml2 sees a byte (hostile files; reliability section 2.4).
enum ScanLimit {
    /// The longest start tag, in bytes.
    static let tag = 64 * 1024
    /// The most attributes of one element.
    static let attributes = 256
    /// The deepest nesting.
    static let depth = 128
    /// The longest run of text, CDATA section, comment or instruction, in bytes.
    static let text = 10 * 1024 * 1024
}

/// Finds tags in bytes of an encoding that has ASCII in its place. It checks what framing stands
/// on: quotes, nesting, bounds; names, characters and references are left to libxml2.
struct Scanner: Sendable {
    /// The names of the last start tag's attributes, as written.
    private(set) var names: [ByteRange] = []
    /// Their values, without quotes, as written.
    private(set) var values: [ByteRange] = []

    /// The token at `start`; `end` bounds what may be looked at.
    mutating func token(_ array: [UInt8], at start: Int, end: Int) -> Token {
        let bytes = array.span
        guard start < end else { return .incomplete }
        if bytes[start] != UInt8(ascii: "<") {
            let stop = bytes.firstIndex(of: UInt8(ascii: "<"), in: start..<end)
            if (stop ?? end) - start > ScanLimit.text { return .fault(.textTooLong, at: start) }
            return stop.map { .text(end: $0) } ?? .incomplete
        }
        guard start + 1 < end else { return .incomplete }
        switch bytes[start + 1] {
        case UInt8(ascii: "/"): return endTag(bytes, start, end)
        case UInt8(ascii: "!"): return declaration(bytes, start, end)
        case UInt8(ascii: "?"):
            return through("?>", bytes, from: start + 2, start, end).map { .aside(end: $0) } ?? wait
        default: return startTag(bytes, start, end)
        }
    }

    private var wait: Token { .incomplete }

    /// `[42] ETag ::= '</' Name S? '>'`
    private func endTag(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Token {
        var index = start + 2
        while index < end, Scanner.isName(bytes[index]) { index += 1 }
        let name = (start + 2)..<index
        while index < end, Scanner.isSpace(bytes[index]) { index += 1 }
        guard index - start <= ScanLimit.tag else { return .fault(.tagTooLong, at: start) }
        guard index < end else { return .incomplete }
        guard bytes[index] == UInt8(ascii: ">"), !name.isEmpty else {
            return .fault(.tag, at: start)
        }
        return .end(name: name, end: index + 1)
    }

    /// Comments, CDATA sections, and the DOCTYPE that is refused.
    private func declaration(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Token {
        if bytes.starts(at: start, with: "<!--") {
            guard let stop = through("-->", bytes, from: start + 4, start, end) else {
                return end - start > ScanLimit.text ? .fault(.textTooLong, at: start) : .incomplete
            }
            return stop - start > ScanLimit.text
                ? .fault(.textTooLong, at: start) : .aside(end: stop)
        }
        if bytes.starts(at: start, with: "<![CDATA[") {
            guard let stop = through("]]>", bytes, from: start + 9, start, end) else {
                return end - start > ScanLimit.text ? .fault(.textTooLong, at: start) : .incomplete
            }
            return stop - start > ScanLimit.text
                ? .fault(.textTooLong, at: start) : .cdata(end: stop)
        }
        if start + 9 > end { return .incomplete }
        return .fault(bytes.starts(at: start, with: "<!DOCTYPE") ? .doctype : .tag, at: start)
    }

    /// One past `mark`, the first found from `from` on.
    private func through(
        _ mark: StaticString, _ bytes: Span<UInt8>, from: Int, _ start: Int, _ end: Int
    ) -> Int? {
        let length = mark.utf8CodeUnitCount
        var index = from
        while index + length <= end {
            guard let hit = bytes.firstIndex(of: UInt8(ascii: ">"), in: index..<end) else {
                return nil
            }
            if hit - length + 1 >= from, bytes.starts(at: hit - length + 1, with: mark) {
                return hit + 1
            }
            index = hit + 1
        }
        return nil
    }

    /// `[40] STag ::= '<' Name (S Attribute)* S? '>'` and `[44] EmptyElemTag`.
    private mutating func startTag(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Token {
        names.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        let bound = min(end, start + ScanLimit.tag)
        var index = start + 1
        while index < bound, Scanner.isName(bytes[index]) { index += 1 }
        let name = (start + 1)..<index
        while true {
            let before = index
            while index < bound, Scanner.isSpace(bytes[index]) { index += 1 }
            guard index < bound else { break }
            let byte = bytes[index]
            if byte == UInt8(ascii: ">") {
                return name.isEmpty
                    ? .fault(.tag, at: start) : .start(name: name, isEmpty: false, end: index + 1)
            }
            if byte == UInt8(ascii: "/") {
                guard index + 1 < bound else { break }
                guard bytes[index + 1] == UInt8(ascii: ">"), !name.isEmpty else {
                    return .fault(.tag, at: start)
                }
                return .start(name: name, isEmpty: true, end: index + 2)
            }
            guard index > before else { return .fault(.tag, at: start) }
            switch attribute(bytes, &index, bound) {
            case .some(true): continue
            case .some(false): return .fault(.tag, at: start)
            case .none: break
            }
            if names.count > ScanLimit.attributes { return .fault(.tooManyAttributes, at: start) }
            break
        }
        return end - start >= ScanLimit.tag ? .fault(.tagTooLong, at: start) : .incomplete
    }

    /// `[41] Attribute ::= Name Eq AttValue`: true when read, false when it is none, nil when the
    /// bytes end or there are too many.
    private mutating func attribute(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool? {
        let start = index
        while index < end, Scanner.isName(bytes[index]) { index += 1 }
        let name = ByteRange(start, index)
        while index < end, Scanner.isSpace(bytes[index]) { index += 1 }
        guard index < end else { return nil }
        guard !name.isEmpty, bytes[index] == UInt8(ascii: "=") else { return false }
        index += 1
        while index < end, Scanner.isSpace(bytes[index]) { index += 1 }
        guard index < end else { return nil }
        let quote = bytes[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return false }
        let first = index + 1
        guard let close = bytes.firstIndex(of: quote, in: first..<end) else { return nil }
        names.append(name)
        values.append(ByteRange(first, close))
        index = close + 1
        return names.count > ScanLimit.attributes ? nil : true
    }

    /// White space (XML 1.0, 2.3 "S").
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// What cannot end a name: everything but white space and the letters of markup.
    static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "="),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "&"):
            false
        default: true
        }
    }
}
