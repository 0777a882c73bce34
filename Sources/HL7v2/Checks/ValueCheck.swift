import Bytes
import Exchange

/// Checks one simple value by its type (HL7 v2 ch. 2A): its form, the calendar, its table.
enum ValueCheck {
    static let number = FindingKind(
        "HL7-401", .error, owner: .analyst, what: "a value is no number",
        fix: "Ask the sender for digits with an optional sign and point (NM).")
    static let integer = FindingKind(
        "HL7-402", .error, owner: .analyst, what: "a value is no sequence number",
        fix: "Ask the sender for a non-negative whole number (SI).")
    static let date = FindingKind(
        "HL7-403", .error, owner: .analyst, what: "a value is no date of the calendar",
        fix: "Ask the sender for YYYY[MM[DD]].")
    static let time = FindingKind(
        "HL7-404", .error, owner: .analyst, what: "a value is no time of day",
        fix: "Ask the sender for HH[MM[SS[.SSSS]]][+/-ZZZZ].")
    static let timestamp = FindingKind(
        "HL7-405", .error, owner: .analyst, what: "a value is no date and time of the calendar",
        fix: "Ask the sender for YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ].")
    static let closedTable = FindingKind(
        "HL7-406", .error, owner: .analyst, what: "a code is not in its HL7 table",
        fix: "Ask the sender for one of the table's codes.")
    static let userTable = FindingKind(
        "HL7-407", .warning, owner: .analyst, what: "a code is not in the suggested table",
        fix: "Agree the code with the sender, and add it to the crosswalk.")
    static let length = FindingKind(
        "HL7-408", .warning, owner: .analyst, what: "a value is longer than its type",
        fix: "Nothing to do; check that no destination cuts it.")
    static let kinds = [
        number, integer, date, time, timestamp, closedTable, userTable, length,
    ]

    @inline(__always)
    static func check(
        _ check: inout FieldCheck, _ bytes: Span<UInt8>, _ rule: FieldRule, _ type: TypeRule,
        _ range: Range<Int>, _ place: Reporter.Place
    ) {
        if type.length > 0, range.count > type.length {
            // HL7 v2.7, table 0357: 104.
            let code = check.reporter.later.rawValue >= Reporter.Later.seven.rawValue ? "104" : nil
            check.reporter.report(length, place, code, "\(range.count) over \(type.length)")
        }
        switch type.kind {
        case .text, .varies, .open, .composite: return
        case .number:
            if !Lexical.isNumber(bytes, range) { fault(&check, number, rule, place) }
        case .integer:
            if !Lexical.isInteger(bytes, range) { fault(&check, integer, rule, place) }
        case .date:
            if !Lexical.isDate(bytes, range) { fault(&check, date, rule, place) }
        case .time:
            if !Lexical.isTime(bytes, range) { fault(&check, time, rule, place) }
        case .timestamp:
            if !Lexical.isTimestamp(bytes, range) { fault(&check, timestamp, rule, place) }
        case .coded, .userCoded:
            if rule.table >= 0 { code(&check, bytes, Int(rule.table), range, place) }
        }
    }

    /// Tells a fault of form; a telephone number's parts must not stop a result, so some only warn.
    private static func fault(
        _ check: inout FieldCheck, _ kind: FindingKind, _ rule: FieldRule, _ place: Reporter.Place
    ) {
        check.reporter.report(kind, place, "102", severity: rule.isLenient ? .warning : nil)
    }

    private static func code(
        _ check: inout FieldCheck, _ bytes: Span<UInt8>, _ index: Int, _ range: Range<Int>,
        _ place: Reporter.Place
    ) {
        let table = check.schema.tables[index]
        var key: UInt64 = 0
        if range.count <= 8, !table.ignoresCase {
            for offset in range { key = key << 8 | UInt64(bytes[offset]) }
        } else {
            var value = bytes.copy(range)
            if table.ignoresCase {
                for offset in value.indices where (0x61...0x7A).contains(value[offset]) {
                    value[offset] -= 32
                }
            }
            key = Schema.pack(value)
        }
        if check.schema.table(index, holds: key) { return }
        let isProcessing = table.number == 103
        check.reporter.report(
            table.isClosed ? closedTable : userTable, place,
            table.isClosed ? (isProcessing ? "202" : "103") : nil, "table \(table.name)")
    }
}

/// The lexical forms of HL7's simple types.
enum Lexical {
    /// NM: `[+-]?(\d+\.?\d*|\.\d+)`.
    static func isNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        if index < range.upperBound, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
        var digits = 0
        var points = 0
        while index < range.upperBound {
            let byte = bytes[index]
            if isDigit(byte) {
                digits += 1
            } else if byte == 0x2E {
                points += 1
            } else {
                return false
            }
            index += 1
        }
        return digits > 0 && points <= 1
    }

    /// SI: digits only.
    static func isInteger(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            guard ByteWord.isDigits(bytes.eight(at: index)) else { return false }
            index &+= 8
        }
        let rest = range.upperBound &- index
        guard rest > 0 else { return !range.isEmpty }
        // Filled up with zeros, the rest is a word like the others.
        let filling = ByteWord.all(0x30) &<< UInt64(truncatingIfNeeded: rest &* 8)
        return ByteWord.isDigits(bytes.word(at: index, count: rest) | filling)
    }

    /// DT: `YYYY[MM[DD]]`.
    static func isDate(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        isInteger(bytes, range) && isCalendar(bytes, range.lowerBound, range.count)
            && range.count <= 8
    }

    /// TM: `HH[MM[SS[.S{1,4}]]][+/-ZZZZ]`.
    static func isTime(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let end = withoutZone(bytes, range) else { return false }
        return isClock(bytes, range.lowerBound..<end)
    }

    /// TS, DTM: `YYYY[MM[DD[HH[MM[SS[.S{1,4}]]]]]][+/-ZZZZ]`, of the calendar.
    static func isTimestamp(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let end = withoutZone(bytes, range) else { return false }
        let count = end - range.lowerBound
        let date = range.lowerBound..<(range.lowerBound + min(8, count))
        guard isInteger(bytes, date), isCalendar(bytes, date.lowerBound, date.count) else {
            return false
        }
        return count <= 8 || isClock(bytes, (range.lowerBound + 8)..<end)
    }

    /// The value's end before its zone; nil when the zone is none.
    private static func withoutZone(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard range.count > 5 else { return range.upperBound }
        let sign = range.upperBound - 5
        guard bytes[sign] == 0x2B || bytes[sign] == 0x2D else { return range.upperBound }
        guard isInteger(bytes, (sign + 1)..<range.upperBound) else { return nil }
        let hours = two(bytes, sign + 1)
        let minutes = two(bytes, sign + 3)
        return minutes < 60 && hours * 60 + minutes <= 14 * 60 ? sign : nil
    }

    private static func isCalendar(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Bool {
        guard count == 4 || count == 6 || count == 8 else { return false }
        let year = two(bytes, start) * 100 + two(bytes, start + 2)
        guard year > 0 else { return false }
        if count == 4 { return true }
        let month = two(bytes, start + 4)
        guard month >= 1, month <= 12 else { return false }
        if count == 6 { return true }
        let day = two(bytes, start + 6)
        return day >= 1 && day <= Timestamp.days(in: month, of: year)
    }

    private static func isClock(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var count = range.count
        if count > 6 {
            guard bytes[range.lowerBound + 6] == 0x2E, count >= 8, count <= 11,
                isInteger(bytes, (range.lowerBound + 7)..<range.upperBound)
            else { return false }
            count = 6
        }
        guard count == 2 || count == 4 || count == 6,
            isInteger(bytes, range.lowerBound..<(range.lowerBound + count))
        else { return false }
        return two(bytes, range.lowerBound) <= 23
            && (count < 4 || two(bytes, range.lowerBound + 2) <= 59)
            && (count < 6 || two(bytes, range.lowerBound + 4) <= 59)
    }

    @inline(__always)
    private static func two(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        Int(bytes[index] &- 0x30) * 10 + Int(bytes[index + 1] &- 0x30)
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
