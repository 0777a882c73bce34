/// A date, or a date with a time, as precise as it was stated and no more.
///
/// Only values that exist are made: the proleptic Gregorian calendar, hours 0 to 23, minutes and
/// seconds 0 to 59, zones up to 14 hours.
public struct Timestamp: Hashable, Sendable, CustomStringConvertible {
    /// The finest part that was stated.
    public enum Precision: UInt8, Sendable, Comparable {
        case year, month, day, hour, minute, second, fraction
        /// Whether the left comes before the right.
        public static func < (left: Precision, right: Precision) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The finest part that was stated.
    public let precision: Precision
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12; 1 when not stated.
    public let month: Int
    /// The day, 1 to 31; 1 when not stated.
    public let day: Int
    /// The hour, 0 to 23; 0 when not stated.
    public let hour: Int
    /// The minute; 0 when not stated.
    public let minute: Int
    /// The second; 0 when not stated.
    public let second: Int
    /// Nanoseconds of the fraction; 0 when not stated.
    public let nanosecond: Int
    /// How many digits the fraction was stated with.
    public let fractionDigits: Int
    /// Minutes east of UTC; nil when no zone was stated.
    public let offset: Int?

    /// Makes a time stamp; nil when the calendar does not have it.
    public init?(
        year: Int, month: Int? = nil, day: Int? = nil, hour: Int? = nil, minute: Int? = nil,
        second: Int? = nil, nanosecond: Int? = nil, fractionDigits: Int = 0, offset: Int? = nil
    ) {
        guard (1...9999).contains(year), (1...12).contains(month ?? 1), (day ?? 1) >= 1,
            (day ?? 1) <= Timestamp.days(in: month ?? 1, of: year),
            (0...23).contains(hour ?? 0), (0...59).contains(minute ?? 0),
            (0...59).contains(second ?? 0), abs(offset ?? 0) <= 14 * 60
        else { return nil }
        precision =
            nanosecond != nil
            ? .fraction
            : second != nil
                ? .second
                : minute != nil
                    ? .minute
                    : hour != nil ? .hour : day != nil ? .day : month != nil ? .month : .year
        self.year = year
        self.month = month ?? 1
        self.day = day ?? 1
        self.hour = hour ?? 0
        self.minute = minute ?? 0
        self.second = second ?? 0
        self.nanosecond = nanosecond ?? 0
        self.fractionDigits = fractionDigits
        self.offset = offset
    }

    /// How many days the month has.
    public static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days since 1970-01-01, of the date part.
    public var dayNumber: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Microseconds since 1970-01-01T00:00Z, taking `defaultOffset` (minutes) when none is stated.
    public func microseconds(defaultOffset: Int = 0) -> Int64 {
        let minutes =
            Int64(dayNumber) * 1440 + Int64(hour) * 60 + Int64(minute)
            - Int64(offset ?? defaultOffset)
        return (minutes * 60 + Int64(second)) * 1_000_000 + Int64(nanosecond / 1000)
    }

    /// The instant `microseconds` after 1970-01-01T00:00Z, in UTC, to the second or finer.
    public init(microseconds: Int64, fractionDigits: Int = 0) {
        let (seconds, micros) = microseconds.floored(by: 1_000_000)
        let (days, rest) = seconds.floored(by: 86_400)
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.floored(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthIndex + 2) / 5 + 1)
        month = Int(monthIndex < 10 ? monthIndex + 3 : monthIndex - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = Int(rest / 3600)
        minute = Int(rest / 60 % 60)
        second = Int(rest % 60)
        nanosecond = fractionDigits > 0 ? Int(micros) * 1000 : 0
        self.fractionDigits = fractionDigits
        precision = fractionDigits > 0 ? .fraction : .second
        offset = 0
    }

    /// ISO 8601 extended, as precise as it was stated: `2026-11`, `2026-11-20T08:05-06:00`.
    public var description: String {
        var text = Timestamp.pad(year, 4)
        if precision >= .month { text += "-" + Timestamp.pad(month, 2) }
        if precision >= .day { text += "-" + Timestamp.pad(day, 2) }
        guard precision >= .hour else { return text }
        text += "T" + Timestamp.pad(hour, 2)
        if precision >= .minute { text += ":" + Timestamp.pad(minute, 2) }
        if precision >= .second { text += ":" + Timestamp.pad(second, 2) }
        if precision >= .fraction {
            text += "." + Timestamp.pad(nanosecond, 9).prefix(max(1, fractionDigits))
        }
        if let offset {
            text +=
                offset == 0
                ? "Z"
                : (offset < 0 ? "-" : "+") + Timestamp.pad(abs(offset) / 60, 2) + ":"
                    + Timestamp.pad(abs(offset) % 60, 2)
        }
        return text
    }

    static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Int64 {
    /// Quotient rounded down, and the remainder that goes with it (never negative).
    fileprivate func floored(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
