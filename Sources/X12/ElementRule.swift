/// What one simple element may hold: X12.6 data types and lengths, and the guide's codes.
enum ElementRule {
    /// What is wrong with a value; the raw value is IK403, except where noted at its use.
    enum Fault: UInt8, Sendable {
        case none, short, long, character, code, date, time, pattern, repetitions, components
    }

    /// The first thing wrong with a value that is not empty.
    @inline(__always)
    static func fault(
        _ span: Span<UInt8>, _ range: Range<Int>, _ spec: ElementSpec, _ codes: [UInt64]
    ) -> Fault {
        switch spec.kind {
        case .identifier, .text, .composite:
            let length = range.count
            if length > spec.max { return .long }
            if length < spec.min { return .short }
            if !spec.codes.isEmpty { return listed(span, range, spec.codes, codes) ? .none : .code }
            var sawInk = false
            for index in range {
                let byte = span[index]
                if byte < 0x20 || byte > 0x7E { return .character }
                if byte != 0x20 { sawInk = true }
            }
            if !sawInk { return .character }
            if spec.digits > 0, length != Int(spec.digits) || !isDigits(span, range) {
                return .pattern
            }
            return .none
        case .whole, .decimal: return number(span, range, spec, codes)
        case .date:
            if range.count > spec.max { return .long }
            if range.count < spec.min { return .short }
            return isDate(span, range) ? .none : .date
        case .time:
            if range.count > spec.max { return .long }
            if range.count < spec.min { return .short }
            return isTime(span, range) ? .none : .time
        }
    }

    private static func listed(
        _ span: Span<UInt8>, _ range: Range<Int>, _ list: Range<Int>, _ codes: [UInt64]
    ) -> Bool {
        let code = packCode(span, range.lowerBound, range.upperBound)
        if list.count > 12 { return codes[list].binarySearch(code) }
        for index in list where codes[index] == code { return true }
        return false
    }

    /// N0 and R: digits with a minus in front, R with one point; only digits count for the length.
    private static func number(
        _ span: Span<UInt8>, _ range: Range<Int>, _ spec: ElementSpec, _ codes: [UInt64]
    ) -> Fault {
        var digits = 0
        var points = 0
        for index in range {
            let byte = span[index]
            if byte.isDigit {
                digits += 1
            } else if byte == 0x2E, spec.kind == .decimal, points == 0 {
                points = 1
            } else if byte != 0x2D || index != range.lowerBound {
                return .character
            }
        }
        if digits == 0 { return .character }
        if digits > spec.max { return .long }
        if digits < spec.min { return .short }
        if !spec.codes.isEmpty, !listed(span, range, spec.codes, codes) { return .code }
        return .none
    }

    static func isDigits(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !span[index].isDigit { return false }
        return true
    }

    /// CCYYMMDD or YYMMDD, in the calendar.
    static func isDate(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == 8 || range.count == 6 else { return false }
        var value = 0
        for index in range {
            guard span[index].isDigit else { return false }
            value = value * 10 + Int(span[index] - 0x30)
        }
        let year = range.count == 8 ? value / 10000 : 2000 + value / 10000
        let month = value / 100 % 100
        let day = value % 100
        guard year >= 1, month >= 1, month <= 12, day >= 1 else { return false }
        if day <= 28 { return true }
        switch month {
        case 2: return day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        case 4, 6, 9, 11: return day <= 30
        default: return day <= 31
        }
    }

    /// HHMM, HHMMSS, HHMMSSD or HHMMSSDD.
    static func isTime(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == 4 || (6...8).contains(range.count), isDigits(span, range) else {
            return false
        }
        func pair(_ place: Int) -> Int {
            Int(span[range.lowerBound + place] - 0x30) * 10
                + Int(span[range.lowerBound + place + 1] - 0x30)
        }
        return pair(0) < 24 && pair(2) < 60 && (range.count < 6 || pair(4) < 60)
    }

    /// The same for bytes of their own.
    static func isDate(_ bytes: [UInt8]) -> Bool {
        let answer = isDate(bytes.span, 0..<bytes.count)
        return answer
    }

    /// The same for bytes of their own.
    static func isTime(_ bytes: [UInt8]) -> Bool {
        let answer = isTime(bytes.span, 0..<bytes.count)
        return answer
    }

    /// RD8: two dates with a hyphen, the first not after the second.
    static func isDateRange(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == 17, span[range.lowerBound + 8] == 0x2D else { return false }
        return isDate(span, range.lowerBound..<(range.lowerBound + 8))
            && isDate(span, (range.lowerBound + 9)..<range.upperBound)
    }
}
