import Bytes

/// The default forms of dates and times: ISO 8601 extended, as XML Schema part 2 has them.
enum TimeForms {
    /// Whether a zone has a colon.
    enum Colon { case required, either }

    /// Days since 1970-01-01 of `YYYY-MM-DD`.
    @inline(__always)
    static func date(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        let start = range.lowerBound
        guard range.count == 10, bytes[start + 4] == 0x2D, bytes[start + 7] == 0x2D,
            let year = number(bytes, start, 4), let month = number(bytes, start + 5, 2),
            let day = number(bytes, start + 8, 2)
        else { return .invalid }
        return days(year, month, day)
    }

    /// Days since 1970-01-01; invalid when the calendar does not have the day.
    @inline(__always)
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Measure {
        guard year >= 1, month >= 1, month <= 12, day >= 1,
            day <= 28 || day <= Timestamp.days(in: month, of: year)
        else { return .invalid }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return .key(Int64(era * 146_097 + dayOfEra - 719_468))
    }

    /// Microseconds of the day of `hh:mm:ss[.s…][zone]`; a zone shifts it to UTC.
    static func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        var cursor = Cursor(range)
        guard let micros = clock(&cursor, bytes), cursor.isAtEnd else { return .invalid }
        return .key(micros)
    }

    /// Microseconds since 1970 of `YYYY-MM-DDThh:mm:ss[.s…][zone]`.
    static func dateTime(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        let start = range.lowerBound
        guard range.count >= 19, bytes[start + 10] == UInt8(ascii: "T") else { return .invalid }
        guard case .key(let day) = date(bytes, start..<(start + 10)) else { return .invalid }
        var cursor = Cursor((start + 11)..<range.upperBound)
        guard let micros = clock(&cursor, bytes), cursor.isAtEnd else { return .invalid }
        return .key(day * 86_400_000_000 + micros)
    }

    /// `YYYY`.
    static func year(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        let isNegative = range.count == 5 && bytes[range.lowerBound] == 0x2D
        let start = range.lowerBound + (isNegative ? 1 : 0)
        guard range.upperBound - start == 4, let year = number(bytes, start, 4) else {
            return .invalid
        }
        return .key(Int64(isNegative ? -year : year))
    }

    /// `YYYY-MM`, in months.
    static func yearMonth(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        let start = range.lowerBound
        guard range.count == 7, bytes[start + 4] == 0x2D, let year = number(bytes, start, 4),
            let month = number(bytes, start + 5, 2), (1...12).contains(month)
        else { return .invalid }
        return .key(Int64(year * 12 + month - 1))
    }

    /// `[-]PnYnMnDTnHnMnS`, in microseconds, with a month of 30.436875 days, which orders all
    /// durations that XML Schema orders.
    static func duration(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        var cursor = Cursor(range)
        let isNegative = cursor.take(0x2D, in: bytes)
        guard cursor.take(UInt8(ascii: "P"), in: bytes) else { return .invalid }
        var total: Int64 = 0
        var isTime = false
        var parts = 0
        var partsOfTime = 0
        var order = 0
        while !cursor.isAtEnd {
            if !isTime, cursor.take(UInt8(ascii: "T"), in: bytes) {
                isTime = true
                continue
            }
            guard let (value, micros) = amount(&cursor, bytes), let unit = cursor.next(in: bytes),
                let (rank, size) = unitSize(unit, isTime), rank > order,
                micros == 0 || unit == UInt8(ascii: "S")
            else { return .invalid }
            order = rank
            parts += 1
            if isTime { partsOfTime += 1 }
            let product = value.multipliedReportingOverflow(by: size)
            let sum = total.addingReportingOverflow(product.partialValue)
            if product.overflow || sum.overflow { return .plain }
            total = sum.partialValue &+ micros
        }
        guard parts > 0, !isTime || partsOfTime > 0 else { return .invalid }
        return .key(isNegative ? 0 &- total : total)
    }

    private static func unitSize(_ unit: UInt8, _ isTime: Bool) -> (Int, Int64)? {
        switch (unit, isTime) {
        case (UInt8(ascii: "Y"), false): (1, 31_556_952_000_000)
        case (UInt8(ascii: "M"), false): (2, 2_629_746_000_000)
        case (UInt8(ascii: "W"), false): (3, 604_800_000_000)
        case (UInt8(ascii: "D"), false): (4, 86_400_000_000)
        case (UInt8(ascii: "H"), true): (5, 3_600_000_000)
        case (UInt8(ascii: "M"), true): (6, 60_000_000)
        case (UInt8(ascii: "S"), true): (7, 1_000_000)
        default: nil
        }
    }

    /// A whole number of at most twelve digits, and the microseconds of a fraction behind it.
    private static func amount(_ cursor: inout Cursor, _ bytes: Span<UInt8>) -> (Int64, Int64)? {
        var value: Int64 = 0
        var digits = 0
        while let byte = cursor.peek(in: bytes), ASCII.isDigit(byte) {
            value = value * 10 + Int64(byte - 0x30)
            digits += 1
            if digits > 12 { return nil }
            _ = cursor.next(in: bytes)
        }
        guard digits > 0 else { return nil }
        guard cursor.take(0x2E, in: bytes) else { return (value, 0) }
        guard let micros = fraction(&cursor, bytes) else { return nil }
        return (value, micros)
    }

    /// `hh:mm:ss[.s…][zone]`, in microseconds of the day in UTC.
    private static func clock(_ cursor: inout Cursor, _ bytes: Span<UInt8>) -> Int64? {
        let start = cursor.position
        guard cursor.remaining >= 8, bytes[start + 2] == 0x3A, bytes[start + 5] == 0x3A,
            let hour = number(bytes, start, 2), let minute = number(bytes, start + 3, 2),
            let second = number(bytes, start + 6, 2), hour < 24, minute < 60, second < 60
        else { return nil }
        _ = cursor.take(count: 8)
        var micros = Int64(hour * 3600 + minute * 60 + second) * 1_000_000
        if cursor.take(0x2E, in: bytes) {
            guard let part = fraction(&cursor, bytes) else { return nil }
            micros += part
        }
        guard !cursor.isAtEnd else { return micros }
        guard let offset = zone(&cursor, bytes, colon: .required) else { return nil }
        return micros - Int64(offset) * 60_000_000
    }

    private static func fraction(_ cursor: inout Cursor, _ bytes: Span<UInt8>) -> Int64? {
        var micros: Int64 = 0
        var digits = 0
        while let byte = cursor.peek(in: bytes), ASCII.isDigit(byte) {
            if digits < 6 { micros = micros * 10 + Int64(byte - 0x30) }
            digits += 1
            _ = cursor.next(in: bytes)
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 6)..<6 { micros *= 10 }
        return micros
    }

    /// `Z` or `±hh[:]mm`, in minutes.
    static func zone(_ cursor: inout Cursor, _ bytes: Span<UInt8>, colon: Colon) -> Int? {
        if cursor.take(UInt8(ascii: "Z"), in: bytes) { return 0 }
        guard let sign = cursor.next(in: bytes), sign == 0x2B || sign == 0x2D,
            cursor.remaining >= 4, let hours = number(bytes, cursor.position, 2)
        else { return nil }
        _ = cursor.take(count: 2)
        if !cursor.take(0x3A, in: bytes), colon == .required { return nil }
        guard cursor.remaining >= 2, let minutes = number(bytes, cursor.position, 2),
            minutes < 60, hours * 60 + minutes <= 14 * 60
        else { return nil }
        _ = cursor.take(count: 2)
        return sign == 0x2D ? -(hours * 60 + minutes) : hours * 60 + minutes
    }

    /// `count` digits from `start` on.
    @inline(__always)
    private static func number(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<(start + count) {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }
}
