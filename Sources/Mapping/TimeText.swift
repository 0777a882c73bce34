import Bytes

/// Reads and writes times in the forms that standards fix, quicker than patterns can.
enum TimeText {
    /// HL7 v2 chapter 2A, DTM: `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`. X12's D8 and
    /// `CCYYMMDDHHMM` are among its forms. An offset without a time of day means nothing and goes.
    static func hl7(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Timestamp? {
        var cursor = Cursor(range)
        guard let year = number(&cursor, bytes, 4) else { return nil }
        var parts: (month: Int?, day: Int?, hour: Int?, minute: Int?, second: Int?)
        parts.month = number(&cursor, bytes, 2)
        if parts.month != nil { parts.day = number(&cursor, bytes, 2) }
        if parts.day != nil { parts.hour = number(&cursor, bytes, 2) }
        if parts.hour != nil { parts.minute = number(&cursor, bytes, 2) }
        if parts.minute != nil { parts.second = number(&cursor, bytes, 2) }
        var nanosecond: Int?
        var digits = 0
        if parts.second != nil, cursor.take(UInt8(ascii: "."), in: bytes) {
            var value = 0
            while digits < 4, let digit = number(&cursor, bytes, 1) {
                value = value * 10 + digit
                digits += 1
            }
            guard digits > 0 else { return nil }
            for _ in digits..<9 { value *= 10 }
            nanosecond = value
        }
        var offset: Int?
        if let sign = cursor.peek(in: bytes), sign == 0x2B || sign == 0x2D {
            _ = cursor.next(in: bytes)
            guard let hours = number(&cursor, bytes, 2), let minutes = number(&cursor, bytes, 2),
                minutes < 60
            else { return nil }
            offset = (sign == 0x2D ? -1 : 1) * (hours * 60 + minutes)
        }
        guard cursor.isAtEnd else { return nil }
        return Timestamp(
            year: year, month: parts.month, day: parts.day, hour: parts.hour,
            minute: parts.minute, second: parts.second, nanosecond: nanosecond,
            fractionDigits: digits, offset: parts.hour == nil ? nil : offset)
    }

    /// ISO 8601 extended at any precision, as `iso(_:)` writes it.
    static func iso(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Timestamp? {
        var cursor = Cursor(range)
        func part(_ lead: StaticString, _ cursor: inout Cursor) -> Int?? {
            guard bytes.starts(at: cursor.position, with: lead), !cursor.isAtEnd else {
                return .some(nil)
            }
            _ = cursor.take(count: 1)
            guard let value = number(&cursor, bytes, 2) else { return nil }
            return .some(value)
        }
        guard let year = number(&cursor, bytes, 4), let month = part("-", &cursor) else {
            return nil
        }
        var day, hour, minute, second, nanosecond, offset: Int?
        var digits = 0
        if month != nil {
            guard let read = part("-", &cursor) else { return nil }
            day = read
        }
        if day != nil {
            guard let read = part("T", &cursor) else { return nil }
            hour = read
        }
        if hour != nil {
            guard let read = part(":", &cursor) else { return nil }
            minute = read
        }
        if minute != nil {
            guard let read = part(":", &cursor) else { return nil }
            second = read
        }
        if second != nil, cursor.take(UInt8(ascii: "."), in: bytes) {
            var value = 0
            while digits < 9, let digit = number(&cursor, bytes, 1) {
                value = value * 10 + digit
                digits += 1
            }
            guard digits > 0 else { return nil }
            for _ in digits..<9 { value *= 10 }
            nanosecond = value
        }
        if hour != nil, cursor.take(UInt8(ascii: "Z"), in: bytes) {
            offset = 0
        } else if hour != nil, let sign = cursor.peek(in: bytes) {
            _ = cursor.next(in: bytes)
            guard sign == 0x2B || sign == 0x2D, let hours = number(&cursor, bytes, 2),
                cursor.take(0x3A, in: bytes), let minutes = number(&cursor, bytes, 2), minutes < 60
            else { return nil }
            offset = (sign == 0x2D ? -1 : 1) * (hours * 60 + minutes)
        }
        guard cursor.isAtEnd else { return nil }
        return Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            nanosecond: nanosecond, fractionDigits: digits, offset: offset)
    }

    /// ISO 8601 extended, from text.
    static func iso(_ text: String) -> Timestamp? {
        let bytes = text.utf8.span
        return iso(bytes, 0..<bytes.count)
    }

    /// Exactly `count` digits as a number; takes nothing and gives nil when there are fewer.
    private static func number(_ cursor: inout Cursor, _ bytes: Span<UInt8>, _ count: Int) -> Int? {
        guard cursor.remaining >= count else { return nil }
        var value = 0
        for index in cursor.position..<(cursor.position + count) {
            let byte = bytes[index]
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        _ = cursor.take(count: count)
        return value
    }

    /// ISO 8601 extended, as `Timestamp.description` writes it.
    static func iso(_ stamp: Timestamp) -> String {
        var text = Digits()
        text.number(stamp.year, 4)
        if stamp.precision >= .month { text.byte(0x2D, stamp.month, 2) }
        if stamp.precision >= .day { text.byte(0x2D, stamp.day, 2) }
        if stamp.precision >= .hour { text.byte(0x54, stamp.hour, 2) }
        if stamp.precision >= .minute { text.byte(0x3A, stamp.minute, 2) }
        if stamp.precision >= .second { text.byte(0x3A, stamp.second, 2) }
        if stamp.precision >= .fraction { text.fraction(stamp) }
        if let offset = stamp.offset, stamp.precision >= .hour {
            if offset == 0 {
                text.append(0x5A)
            } else {
                text.byte(offset < 0 ? 0x2D : 0x2B, abs(offset) / 60, 2)
                text.byte(0x3A, abs(offset) % 60, 2)
            }
        }
        return text.text
    }

    /// The DTM form, as precise as `stamp` is.
    static func hl7(_ stamp: Timestamp) -> String {
        var text = Digits()
        text.number(stamp.year, 4)
        if stamp.precision >= .month { text.number(stamp.month, 2) }
        if stamp.precision >= .day { text.number(stamp.day, 2) }
        if stamp.precision >= .hour { text.number(stamp.hour, 2) }
        if stamp.precision >= .minute { text.number(stamp.minute, 2) }
        if stamp.precision >= .second { text.number(stamp.second, 2) }
        if stamp.precision >= .fraction { text.fraction(stamp) }
        if let offset = stamp.offset, stamp.precision >= .hour {
            text.byte(offset < 0 ? 0x2D : 0x2B, abs(offset) / 60, 2)
            text.number(abs(offset) % 60, 2)
        }
        return text.text
    }

    /// Up to 40 ASCII bytes without an allocation.
    private struct Digits {
        private var bytes = InlineArray<40, UInt8>(repeating: 0)
        private var count = 0

        mutating func append(_ byte: UInt8) {
            guard count < 40 else { return }
            bytes[count] = byte
            count += 1
        }

        mutating func number(_ value: Int, _ width: Int) {
            var divisor = 1
            for _ in 1..<width { divisor *= 10 }
            while divisor > 0 {
                append(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
                divisor /= 10
            }
        }

        mutating func byte(_ lead: UInt8, _ value: Int, _ width: Int) {
            append(lead)
            number(value, width)
        }

        mutating func fraction(_ stamp: Timestamp) {
            append(0x2E)
            var rest = stamp.nanosecond
            var divisor = 100_000_000
            for _ in 0..<min(9, max(1, stamp.fractionDigits)) {
                append(0x30 + UInt8(truncatingIfNeeded: rest / divisor))
                rest %= divisor
                divisor = max(1, divisor / 10)
            }
        }

        var text: String {
            let whole = bytes.span
            guard let valid = try? UTF8Span(validating: whole.extracting(0..<count)) else {
                return ""
            }
            return String(copying: valid)
        }
    }
}
