import Bytes

/// A date or time pattern in strptime's directives (Table Schema, `format: "%d/%m/%Y"`).
///
/// A pattern reads a whole cell or nothing. Fields of two digits may be written with one, as
/// strptime has it. `%y` is 1969 to 2068, as POSIX has it.
struct StrptimePattern: Hashable, Sendable {
    /// A directive, or a byte that stands for itself.
    private enum Part: Hashable, Sendable {
        case literal(UInt8)
        case blanks
        case field(UInt8)
    }

    private let parts: [Part]
    /// Whether it reads a date's parts.
    let hasDate: Bool
    /// Whether it reads a time's parts.
    let hasTime: Bool

    /// Compiles `pattern`; nil when it has a directive that means nothing here.
    init?(_ pattern: String) {
        var parts: [Part] = []
        var letters = Array(pattern.utf8)[...]
        var fields: Set<UInt8> = []
        while let byte = letters.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                parts.append(byte == 0x20 ? .blanks : .literal(byte))
                continue
            }
            guard var directive = letters.popFirst() else { return nil }
            // glibc's `%-d`: without padding, which reading allows anyway.
            if directive == UInt8(ascii: "-"), let next = letters.popFirst() { directive = next }
            switch directive {
            case UInt8(ascii: "%"): parts.append(.literal(directive))
            case UInt8(ascii: "T"): letters = Array("%H:%M:%S".utf8) + letters
            case UInt8(ascii: "R"): letters = Array("%H:%M".utf8) + letters
            case UInt8(ascii: "D"), UInt8(ascii: "x"): letters = Array("%m/%d/%y".utf8) + letters
            case UInt8(ascii: "X"): letters = Array("%H:%M:%S".utf8) + letters
            case UInt8(ascii: "F"): letters = Array("%Y-%m-%d".utf8) + letters
            case UInt8(ascii: "c"): letters = Array("%a %b %d %H:%M:%S %Y".utf8) + letters
            case UInt8(ascii: "e"):
                parts.append(.field(UInt8(ascii: "d")))
                fields.insert(UInt8(ascii: "d"))
            case UInt8(ascii: "h"):
                parts.append(.field(UInt8(ascii: "b")))
                fields.insert(UInt8(ascii: "b"))
            default:
                guard "YymdBbAajHIMSfpzZ".utf8.contains(directive) else { return nil }
                parts.append(.field(directive))
                fields.insert(directive)
            }
        }
        guard !fields.isEmpty else { return nil }
        self.parts = parts
        hasDate = !fields.isDisjoint(with: "YymdBbj".utf8)
        hasTime = !fields.isDisjoint(with: "HIMSf".utf8)
    }

    /// What was read so far.
    private struct Parts {
        var year: Int?
        var month: Int?
        var day: Int?
        var dayOfYear: Int?
        var hour: Int?
        var hour12: Int?
        var isAfternoon: Bool?
        var minute: Int?
        var second: Int?
        var micro = 0
        var offset: Int?
    }

    /// Reads the whole of `range`; parts that are not named are those of 1900-01-01T00:00:00, as
    /// strptime has it. Nil when it does not fit or the calendar does not have it.
    func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Timestamp? {
        var cursor = Cursor(range)
        var read = Parts()
        for part in parts {
            switch part {
            case .literal(let byte): if !cursor.take(byte, in: bytes) { return nil }
            case .blanks: while cursor.take(0x20, in: bytes) {}
            case .field(let directive):
                if !StrptimePattern.read(directive, &cursor, bytes, into: &read) { return nil }
            }
        }
        return cursor.isAtEnd ? StrptimePattern.stamp(read) : nil
    }

    private static func stamp(_ read: Parts) -> Timestamp? {
        var hour = read.hour
        if let hour12 = read.hour12 {
            guard (1...12).contains(hour12) else { return nil }
            hour = hour12 % 12 + (read.isAfternoon == true ? 12 : 0)
        }
        // A leap second is kept as the last second that the calendar has.
        let second = read.second == 60 ? 59 : read.second
        var month = read.month
        var day = read.day
        let year = read.year ?? 1900
        if let dayOfYear = read.dayOfYear {
            var rest = dayOfYear
            var place = 1
            while place < 12, rest > Timestamp.days(in: place, of: year) {
                rest -= Timestamp.days(in: place, of: year)
                place += 1
            }
            month = place
            day = rest
        }
        return Timestamp(
            year: year, month: month ?? 1, day: day ?? 1, hour: hour ?? 0,
            minute: read.minute ?? 0, second: second ?? 0, nanosecond: read.micro * 1000,
            fractionDigits: 6, offset: read.offset)
    }

    private static func read(
        _ directive: UInt8, _ cursor: inout Cursor, _ bytes: Span<UInt8>, into read: inout Parts
    ) -> Bool {
        switch directive {
        case UInt8(ascii: "Y"):
            read.year = digits(4...4, &cursor, bytes)
            return read.year != nil
        case UInt8(ascii: "y"):
            guard let value = digits(2...2, &cursor, bytes) else { return false }
            read.year = value + (value < 69 ? 2000 : 1900)
        case UInt8(ascii: "m"):
            read.month = digits(1...2, &cursor, bytes)
            return read.month != nil
        case UInt8(ascii: "d"):
            read.day = digits(1...2, &cursor, bytes)
            return read.day != nil
        case UInt8(ascii: "j"):
            read.dayOfYear = digits(1...3, &cursor, bytes)
            return read.dayOfYear != nil
        case UInt8(ascii: "H"):
            read.hour = digits(1...2, &cursor, bytes)
            return read.hour != nil
        case UInt8(ascii: "I"):
            read.hour12 = digits(1...2, &cursor, bytes)
            return read.hour12 != nil
        case UInt8(ascii: "M"):
            read.minute = digits(1...2, &cursor, bytes)
            return read.minute != nil
        case UInt8(ascii: "S"):
            read.second = digits(1...2, &cursor, bytes)
            return read.second != nil
        case UInt8(ascii: "f"):
            let start = cursor.position
            guard var value = digits(1...6, &cursor, bytes) else { return false }
            for _ in (cursor.position - start)..<6 { value *= 10 }
            read.micro = value
        default: return readName(directive, &cursor, bytes, into: &read)
        }
        return true
    }

    private static func readName(
        _ directive: UInt8, _ cursor: inout Cursor, _ bytes: Span<UInt8>, into read: inout Parts
    ) -> Bool {
        switch directive {
        case UInt8(ascii: "B"), UInt8(ascii: "b"):
            guard let index = Names.index(of: Names.months, &cursor, bytes) else { return false }
            read.month = index + 1
        case UInt8(ascii: "A"), UInt8(ascii: "a"):
            return Names.index(of: Names.days, &cursor, bytes) != nil
        case UInt8(ascii: "p"):
            guard let index = Names.index(of: ["am", "pm"], &cursor, bytes) else { return false }
            read.isAfternoon = index == 1
        case UInt8(ascii: "z"):
            read.offset = TimeForms.zone(&cursor, bytes, colon: .either)
            return read.offset != nil
        default:
            guard Names.index(of: ["utc", "gmt", "z"], &cursor, bytes) != nil else { return false }
            read.offset = 0
        }
        return true
    }

    private static func digits(
        _ width: ClosedRange<Int>, _ cursor: inout Cursor, _ bytes: Span<UInt8>
    ) -> Int? {
        var value = 0
        var count = 0
        while count < width.upperBound, let byte = cursor.peek(in: bytes), ASCII.isDigit(byte) {
            value = value * 10 + Int(byte - 0x30)
            count += 1
            _ = cursor.next(in: bytes)
        }
        return count >= width.lowerBound ? value : nil
    }
}

/// Names of months and days, in English, in any case, in full or their first three letters.
enum Names {
    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december",
    ]
    static let days = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    /// Takes the letters that come next and finds them among `names`.
    static func index(of names: [String], _ cursor: inout Cursor, _ bytes: Span<UInt8>) -> Int? {
        var word: [UInt8] = []
        while let byte = cursor.peek(in: bytes), ASCII.isLetter(byte), word.count < 10 {
            word.append(byte | 0x20)
            _ = cursor.next(in: bytes)
        }
        return names.firstIndex { name in
            name.utf8.elementsEqual(word)
                || (word.count >= 3 && name.utf8.prefix(3).elementsEqual(word))
        }
    }
}
