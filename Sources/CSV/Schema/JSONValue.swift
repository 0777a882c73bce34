import Bytes

/// A JSON value (RFC 8259), with numbers as they were written.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// Where a text is not JSON: the byte, and what was expected there.
    struct Fault: Error, Hashable {
        let byte: Int
        let expected: String
    }

    /// Reads the whole of `range`, nested at most 64 deep.
    static func read(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(Fault) -> JSONValue {
        var reader = JSONReader(cursor: Cursor(range))
        let value = try reader.value(bytes, depth: 0)
        reader.skipBlanks(bytes)
        guard reader.cursor.isAtEnd else { throw reader.fault("the end") }
        return value
    }

    /// The value of `name` in an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }
    /// The text of a string.
    var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }
    /// The text of a string, number or boolean: how a cell would hold it.
    var plain: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
    /// A boolean.
    var bool: Bool? {
        if case .bool(let flag) = self { return flag }
        return nil
    }
    /// A whole number.
    var int: Int? {
        if case .number(let text) = self { return Int(text) }
        return nil
    }
    /// The items of an array.
    var array: [JSONValue]? {
        if case .array(let items) = self { return items }
        return nil
    }
    /// The strings of an array of strings, or a single string as one.
    var strings: [String]? {
        if case .string(let text) = self { return [text] }
        guard let items = array else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }
}

/// One member of a JSON object.
struct JSONMember: Hashable, Sendable {
    let name: String
    let value: JSONValue
}

/// Reads JSON by its productions, in linear time.
private struct JSONReader {
    var cursor: Cursor

    func fault(_ expected: String) -> JSONValue.Fault {
        JSONValue.Fault(byte: cursor.position, expected: expected)
    }

    mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while let byte = cursor.peek(in: bytes),
            byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        {
            _ = cursor.next(in: bytes)
        }
    }

    mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONValue.Fault) -> JSONValue {
        skipBlanks(bytes)
        guard depth < 64 else { throw fault("less nesting") }
        switch cursor.peek(in: bytes) {
        case UInt8(ascii: "{"): return try object(bytes, depth)
        case UInt8(ascii: "["): return try array(bytes, depth)
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        default: return try number(bytes)
        }
    }

    private mutating func word(
        _ text: StaticString, _ value: JSONValue, _ bytes: Span<UInt8>
    ) throws(JSONValue.Fault) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard cursor.remaining >= length, bytes.starts(at: cursor.position, with: text) else {
            throw fault("a value")
        }
        _ = cursor.take(count: length)
        return value
    }

    private mutating func object(
        _ bytes: Span<UInt8>, _ depth: Int
    ) throws(JSONValue.Fault) -> JSONValue {
        _ = cursor.next(in: bytes)
        var members: [JSONMember] = []
        skipBlanks(bytes)
        if cursor.take(UInt8(ascii: "}"), in: bytes) { return .object(members) }
        while true {
            skipBlanks(bytes)
            let name = try string(bytes)
            skipBlanks(bytes)
            guard cursor.take(UInt8(ascii: ":"), in: bytes) else { throw fault("a colon") }
            members.append(JSONMember(name: name, value: try value(bytes, depth: depth + 1)))
            skipBlanks(bytes)
            if cursor.take(UInt8(ascii: "}"), in: bytes) { return .object(members) }
            guard cursor.take(UInt8(ascii: ","), in: bytes) else { throw fault("a comma or }") }
        }
    }

    private mutating func array(
        _ bytes: Span<UInt8>, _ depth: Int
    ) throws(JSONValue.Fault) -> JSONValue {
        _ = cursor.next(in: bytes)
        var items: [JSONValue] = []
        skipBlanks(bytes)
        if cursor.take(UInt8(ascii: "]"), in: bytes) { return .array(items) }
        while true {
            items.append(try value(bytes, depth: depth + 1))
            skipBlanks(bytes)
            if cursor.take(UInt8(ascii: "]"), in: bytes) { return .array(items) }
            guard cursor.take(UInt8(ascii: ","), in: bytes) else { throw fault("a comma or ]") }
        }
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(JSONValue.Fault) -> JSONValue {
        let start = cursor.position
        _ = cursor.take(UInt8(ascii: "-"), in: bytes)
        if !cursor.take(UInt8(ascii: "0"), in: bytes) { try digits(bytes) }
        if cursor.take(UInt8(ascii: "."), in: bytes) { try digits(bytes) }
        if cursor.take(UInt8(ascii: "e"), in: bytes) || cursor.take(UInt8(ascii: "E"), in: bytes) {
            if !cursor.take(UInt8(ascii: "+"), in: bytes) {
                _ = cursor.take(UInt8(ascii: "-"), in: bytes)
            }
            try digits(bytes)
        }
        let text = bytes.copy(start..<cursor.position)
        return .number(String(decoding: text, as: UTF8.self))
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONValue.Fault) {
        let start = cursor.position
        while let byte = cursor.peek(in: bytes), byte >= 0x30, byte <= 0x39 {
            _ = cursor.next(in: bytes)
        }
        guard cursor.position > start else { throw fault("a value") }
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(JSONValue.Fault) -> String {
        guard cursor.take(UInt8(ascii: "\""), in: bytes) else { throw fault("a string") }
        var text: [UInt8] = []
        while let byte = cursor.next(in: bytes) {
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw fault("UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try escape(bytes, into: &text)
            case 0..<0x20: throw fault("an escaped control character")
            default: text.append(byte)
            }
        }
        throw fault("a closing quote")
    }

    private mutating func escape(
        _ bytes: Span<UInt8>, into text: inout [UInt8]
    ) throws(JSONValue.Fault) {
        switch cursor.next(in: bytes) {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "/"): text.append(0x2F)
        case UInt8(ascii: "\\"): text.append(0x5C)
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "u"):
            var code = try hexadecimal(bytes)
            if code >= 0xD800, code < 0xDC00 {
                guard cursor.take(UInt8(ascii: "\\"), in: bytes),
                    cursor.take(UInt8(ascii: "u"), in: bytes)
                else { throw fault("the second half of a surrogate pair") }
                let low = try hexadecimal(bytes)
                guard low >= 0xDC00, low < 0xE000 else {
                    throw fault("the second half of a surrogate pair")
                }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("a character") }
            text += Array(String(Character(scalar)).utf8)
        default: throw fault("an escape")
        }
    }

    private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(JSONValue.Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = cursor.next(in: bytes), let digit = ASCII.hexadecimal(byte) else {
                throw fault("four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }
}

/// What bytes are in ASCII.
enum ASCII {
    /// 0 to 9.
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    /// A to Z or a to z.
    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    /// The value of a hexadecimal digit.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - 0x30 }
        let lower = byte | 0x20
        return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : nil
    }
}
