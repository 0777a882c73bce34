import Bytes

/// Sees at first sight that a segment has nothing wrong with its elements.
///
/// It answers no whenever it is not sure: then `Checker.segment` looks closely and says what is
/// wrong, if anything is. Conditions between elements are the caller's.
struct CleanPass {
    /// Whether the page's bytes are all printable ASCII, so that text needs no look at each.
    let isPlain: Bool
    let component: UInt8

    /// Which elements are there (bit n for element n), when each is well formed and used by the
    /// guide and the required are all there; 0 when something may be wrong.
    @inline(__always)
    func present(
        _ segment: X12Document.Unit, _ rule: SlotRule, _ span: Span<UInt8>, _ marks: Span<UInt32>,
        _ parts: Span<UInt32>, _ specs: Span<HotSpec>, _ codes: Span<UInt64>
    ) -> UInt32 {
        let count = Int(segment.count)
        guard count > 0, count <= Int(rule.count), count < 32 else { return 0 }
        let first = Int(segment.marks)
        var present: UInt32 = 0
        var start = Int(marks[first]) + 1
        var number = 1
        var part = Int(segment.parts)
        while true {
            let end = Int(marks[first + number])
            if end > start {
                present |= 1 &<< UInt32(truncatingIfNeeded: number)
                let spec = specs[Int(rule.elements) + number - 1]
                if spec.look == HotSpec.Look.composite {
                    guard isClean(composite: spec, start, end, span, &part, parts, specs, codes)
                    else { return 0 }
                } else {
                    // A separator of components or repetitions does not belong here.
                    guard Int(parts[part]) >= end else { return 0 }
                    guard isClean(spec, start, end, span, codes) else { return 0 }
                    if spec.formatBy > 0 {
                        let place = spec.formatBy
                        guard place < count else { return 0 }
                        let form = (Int(marks[first + place - 1]) + 1)..<Int(marks[first + place])
                        guard isDate(span, start, end, form) else { return 0 }
                    }
                }
            } else if number == count {
                // A separator at the end.
                return 0
            }
            if number == count { break }
            start = end + 1
            number += 1
        }
        return rule.wanted & ~present == 0 ? present : 0
    }

    /// A composite without repetitions, whose components are all well formed.
    @inline(__always)
    private func isClean(
        composite spec: HotSpec, _ start: Int, _ end: Int, _ span: Span<UInt8>,
        _ part: inout Int, _ parts: Span<UInt32>, _ specs: Span<HotSpec>,
        _ codes: Span<UInt64>
    ) -> Bool {
        var from = start
        var place = 0
        var present: UInt32 = 0
        while true {
            let mark = Int(parts[part])
            let stop = min(mark, end)
            if stop > from {
                guard place < spec.partCount else { return false }
                guard isClean(specs[spec.partStart + place], from, stop, span, codes) else {
                    return false
                }
                present |= 1 &<< UInt32(truncatingIfNeeded: place)
            }
            if mark >= end { break }
            // Repetitions, and a separator at the end, are left to a closer look.
            if span[mark] != component || mark + 1 == end { return false }
            part += 1
            from = mark + 1
            place += 1
        }
        return spec.wantedParts & ~present == 0
    }

    /// A simple value that its type, lengths and codes allow.
    @inline(__always)
    private func isClean(
        _ spec: HotSpec, _ start: Int, _ end: Int, _ span: Span<UInt8>, _ codes: Span<UInt64>
    ) -> Bool {
        let length = end - start
        switch spec.look {
        case HotSpec.Look.text:
            return length >= spec.shortest && length <= spec.longest && span[end - 1] != 0x20
                && (isPlain || isPrintable(span, start, end))
        case HotSpec.Look.oneCode:
            return length <= 8 && span.word(at: start, count: length) == spec.more
                && span[end - 1] != 0
        case HotSpec.Look.code:
            return length <= 8 && isListed(span.word(at: start, count: length), spec, codes)
                && span[end - 1] != 0
        case HotSpec.Look.number: return isNumber(spec, start, end, mostPoints: 1, span)
        case HotSpec.Look.whole: return isNumber(spec, start, end, mostPoints: 0, span)
        case HotSpec.Look.date: return length == 8 && isDay(span, start)
        case HotSpec.Look.time:
            return length >= spec.shortest && length <= spec.longest
                && ElementRule.isTime(span, start..<end)
        default: return false
        }
    }

    /// Codes have the lengths that their element allows, since the guides say so.
    @inline(__always)
    private func isListed(_ code: UInt64, _ spec: HotSpec, _ codes: Span<UInt64>) -> Bool {
        var low = spec.first
        var high = low + spec.count
        while high - low > 8 {
            let middle = (low + high) / 2
            if codes[middle] <= code { low = middle } else { high = middle }
        }
        while low < high {
            if codes[low] == code { return true }
            low += 1
        }
        return false
    }

    @inline(never)
    private func isPrintable(_ span: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        for index in start..<end where span[index] < 0x20 || span[index] > 0x7E { return false }
        return true
    }

    /// Digits, with a minus in front, and up to `mostPoints` points; only digits count.
    @inline(__always)
    private func isNumber(
        _ spec: HotSpec, _ start: Int, _ end: Int, mostPoints: Int, _ span: Span<UInt8>
    ) -> Bool {
        var index = start
        if span[index] == 0x2D { index += 1 }
        var points = 0
        let first = index
        while index < end {
            let byte = span[index]
            if !byte.isDigit {
                if byte != 0x2E { return false }
                points += 1
            }
            index += 1
        }
        let digits = end - first - points
        return points <= mostPoints && digits > 0 && digits >= spec.shortest
            && digits <= spec.longest
    }

    /// CCYYMMDD, in the calendar; the days after the 28th are left to a closer look.
    @inline(__always)
    private func isDay(_ span: Span<UInt8>, _ start: Int) -> Bool {
        let word = span.word(at: start, count: 8)
        guard ByteWord.isDigits(word) else { return false }
        let value = ByteWord.number(word)
        let day = value % 100
        let month = value / 100 % 100
        guard day >= 1, month >= 1, month <= 12, value >= 10000 else { return false }
        return day <= 28 || ElementRule.isDate(span, start..<(start + 8))
    }

    /// A date in the form that another element states; forms that are rare are left to a closer
    /// look.
    @inline(__always)
    private func isDate(_ span: Span<UInt8>, _ start: Int, _ end: Int, _ form: Range<Int>) -> Bool {
        guard form.count <= 8, !form.isEmpty else { return false }
        let stated = span.word(at: form.lowerBound, count: form.count)
        if span[form.upperBound - 1] == 0 { return false }
        if stated == code("D", "8") { return end - start == 8 && isDay(span, start) }
        if stated == code("R", "D", "8") { return ElementRule.isDateRange(span, start..<end) }
        return false
    }
}
