/// A date format in Unicode's letters (UTS 35): `yyyy MM dd HH mm ss SSS XXX`, all else literal.
///
/// `M` and `d`, `H` alone accept one or two digits. A pattern reads a whole text or nothing:
/// 13/04/1980 does not fit `MM/dd/yyyy`, and is not guessed to be April. Fraction digits `S…` and
/// a zone (`XXX` = `+hh:mm` or `Z`, `XX` = `+hhmm`) are read when the pattern names them.
public struct DatePattern: Hashable, Sendable, CustomStringConvertible {
    private enum Part: Hashable, Sendable {
        case literal(UInt8)
        case field(Character, width: Int)
    }

    private let parts: [Part]
    /// The pattern as it was written.
    public let description: String

    /// ISO 8601 extended, with the precision the text has: see `Timestamp(iso:)`.
    public static let isoDate = DatePattern(trusted: "yyyy-MM-dd")

    /// Compiles `pattern`; nil when it has a letter that means nothing here, or no year.
    public init?(_ pattern: String) {
        var parts: [Part] = []
        var hasYear = false
        let letters = Array(pattern)
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            if letter == "'" {
                index += 1
                while index < letters.count, letters[index] != "'" {
                    parts += letters[index].utf8.map(Part.literal)
                    index += 1
                }
                index += 1
                continue
            }
            guard letter.isLetter else {
                parts += letter.utf8.map(Part.literal)
                index += 1
                continue
            }
            var width = 1
            while index + width < letters.count, letters[index + width] == letter { width += 1 }
            switch (letter, width) {
            case ("y", 4): hasYear = true
            case ("M", 1...2), ("d", 1...2), ("H", 1...2), ("m", 2), ("s", 2), ("S", 1...9),
                ("X", 2...3):
                break
            default: return nil
            }
            parts.append(.field(letter, width: width))
            index += width
        }
        guard hasYear else { return nil }
        self.parts = parts
        description = pattern
    }

    private init(trusted pattern: String) {
        guard let made = DatePattern(pattern) else { preconditionFailure("a fixed pattern") }
        self = made
    }

    /// Reads the whole of `range`; nil when it does not fit or the calendar does not have it.
    public func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Timestamp? {
        var cursor = Cursor(range)
        var values: [Character: Int] = [:]
        var fractionDigits = 0
        var offset: Int?
        for part in parts {
            switch part {
            case .literal(let byte):
                guard cursor.take(byte, in: bytes) else { return nil }
            case .field("X", let width):
                guard let zone = DatePattern.zone(&cursor, bytes, colon: width == 3) else {
                    return nil
                }
                offset = zone
            case .field(let letter, let width):
                var value = 0
                var digits = 0
                let most = width == 1 && letter != "S" ? 2 : width
                while digits < most, let byte = cursor.peek(in: bytes), byte >= 0x30, byte <= 0x39 {
                    value = value * 10 + Int(byte - 0x30)
                    digits += 1
                    _ = cursor.next(in: bytes)
                }
                guard digits == width || (width == 1 && digits == 2) else { return nil }
                if letter == "S" {
                    fractionDigits = digits
                    for _ in digits..<9 { value *= 10 }
                }
                values[letter] = value
            }
        }
        guard cursor.isAtEnd, let year = values["y"] else { return nil }
        return Timestamp(
            year: year, month: values["M"], day: values["d"], hour: values["H"],
            minute: values["m"], second: values["s"], nanosecond: values["S"],
            fractionDigits: fractionDigits, offset: offset)
    }

    /// Reads the whole of `text`.
    public func parse(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        return parse(bytes.span, 0..<bytes.count)
    }

    /// Writes `stamp`; nil when the pattern wants a part that was not stated.
    public func format(_ stamp: Timestamp) -> String? {
        var text: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let byte): text.append(byte)
            case .field(let letter, let width):
                guard let piece = DatePattern.piece(letter, width, stamp) else { return nil }
                text += piece.utf8
            }
        }
        return String(validating: text, as: UTF8.self)
    }

    private static func piece(_ letter: Character, _ width: Int, _ stamp: Timestamp) -> String? {
        func at(_ precision: Timestamp.Precision, _ value: Int) -> String? {
            stamp.precision >= precision ? Timestamp.pad(value, width) : nil
        }
        switch letter {
        case "y": return at(.year, stamp.year)
        case "M": return at(.month, stamp.month)
        case "d": return at(.day, stamp.day)
        case "H": return at(.hour, stamp.hour)
        case "m": return at(.minute, stamp.minute)
        case "s": return at(.minute, stamp.second)
        case "S":
            return at(.minute, 0) == nil
                ? nil : String(Timestamp.pad(stamp.nanosecond, 9).prefix(width))
        default:
            guard let offset = stamp.offset else { return nil }
            if width == 3, offset == 0 { return "Z" }
            return (offset < 0 ? "-" : "+") + Timestamp.pad(abs(offset) / 60, 2)
                + (width == 3 ? ":" : "") + Timestamp.pad(abs(offset) % 60, 2)
        }
    }

    private static func zone(_ cursor: inout Cursor, _ bytes: Span<UInt8>, colon: Bool) -> Int? {
        if cursor.take(UInt8(ascii: "Z"), in: bytes) { return 0 }
        guard let sign = cursor.next(in: bytes), sign == 0x2B || sign == 0x2D else { return nil }
        var value = 0
        for position in 0..<4 {
            if position == 2, colon {
                guard cursor.take(UInt8(ascii: ":"), in: bytes) else { return nil }
            }
            guard let byte = cursor.next(in: bytes), byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        guard value % 100 < 60 else { return nil }
        let minutes = value / 100 * 60 + value % 100
        return sign == 0x2D ? -minutes : minutes
    }
}

extension Timestamp {
    private static let isoPatterns: [DatePattern] = [
        "yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mmXXX", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ss.SSS",
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy-MM-dd'T'HH", "yyyy-MM-dd'T'HHXXX",
        "yyyy-MM-dd'T'HH:mm:ss.S", "yyyy-MM-dd'T'HH:mm:ss.SXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSS",
        "yyyy-MM-dd'T'HH:mm:ss.SSSSXXX",
    ].compactMap(DatePattern.init)

    /// Reads what `description` writes: ISO 8601 extended, at any precision.
    public init?(iso text: String) {
        for pattern in Timestamp.isoPatterns {
            if let stamp = pattern.parse(text) {
                self = stamp
                return
            }
        }
        return nil
    }
}
