import Bytes
import Exchange

/// A close look at a segment: each element by its type, lengths and codes, and the conditions
/// between them.
extension Checker {
    /// Looks at every element of a segment.
    func segment(
        _ unit: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let segment = document.table.units[unit]
        guard segment.slot >= 0 else { return }
        let slot = guide.slots[Int(segment.slot)]
        let count = Int(segment.count)
        let wanted = slot.elements.count
        var isEmpty = true
        var start = count > 0 ? Int(document.table.marks[Int(segment.marks)]) + 1 : Int(segment.end)
        for number in 1...max(1, max(wanted, count)) {
            let end =
                number < count
                ? Int(document.table.marks[Int(segment.marks) + number]) : Int(segment.end)
            let isThere = number <= count && end > start
            if isThere { isEmpty = false }
            if number > wanted {
                if isThere {
                    report(
                        SegmentFindings.tooMany, unit, element: number, code: "3", entry,
                        into: &findings)
                }
            } else {
                let place = slot.elements.lowerBound + number - 1
                if !isThere {
                    let usage = guide.elements[place].usage
                    if usage == .mandatory {
                        report(
                            SegmentFindings.elementMissing, unit, element: number, code: "1", entry,
                            into: &findings)
                    } else if usage == .required, checksGuide {
                        report(
                            SegmentFindings.required, unit, element: number, code: "1", entry,
                            into: &findings)
                    }
                } else {
                    element(
                        unit, number, start..<end, guide.elements[place], span, entry,
                        into: &findings)
                }
            }
            start = end + 1
        }
        if count > 0,
            Int(document.table.marks[Int(segment.marks) + count - 1]) + 1 == Int(segment.end)
        {
            reportSegment(
                SegmentFindings.trailing, unit, slot: -1, code: nil, entry, into: &findings)
        }
        // Where something must be there, that was told.
        if isEmpty, guide.rules[Int(segment.slot)].wanted == 0 {
            reportSegment(SegmentFindings.empty, unit, slot: -1, code: "8", entry, into: &findings)
        }
        for note in slot.notes { syntax(unit, guide.notes[note], entry, into: &findings) }
    }

    @inline(__always)
    private func element(
        _ unit: Int, _ number: Int, _ range: Range<Int>, _ spec: ElementSpec, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        if spec.usage == .notUsed {
            if checksGuide {
                report(
                    SegmentFindings.notUsed, unit, element: number, code: "I10", entry,
                    into: &findings)
            }
            return
        }
        if spec.kind == .composite {
            return composite(unit, number, range, spec, span, entry, into: &findings)
        }
        value(unit, number, 0, range, spec, span, entry, into: &findings)
        if spec.formatBy > 0 {
            dateValue(
                unit, number, range, document.range(unit, Int(spec.formatBy)), span, entry,
                into: &findings)
        }
    }

    private func composite(
        _ unit: Int, _ number: Int, _ range: Range<Int>, _ spec: ElementSpec, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        var start = range.lowerBound
        var times = 0
        while start <= range.upperBound {
            let end =
                span.firstIndex(of: document.delimiters.repetition, in: start..<range.upperBound)
                ?? range.upperBound
            times += 1
            parts(unit, number, start..<end, spec, span, entry, into: &findings)
            start = end + 1
        }
        if times > Int(spec.repeats) {
            report(
                SegmentFindings.repetitions, unit, element: number, code: "12", entry,
                into: &findings)
        }
    }

    private func parts(
        _ unit: Int, _ number: Int, _ range: Range<Int>, _ spec: ElementSpec, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        var start = range.lowerBound
        var place = 0
        let count = spec.components.count
        while start <= range.upperBound {
            let end =
                span.firstIndex(of: document.delimiters.component, in: start..<range.upperBound)
                ?? range.upperBound
            place += 1
            if place > count {
                if end > start {
                    report(
                        SegmentFindings.components, unit, element: number, component: place,
                        code: "13", entry, into: &findings)
                }
            } else {
                let part = guide.elements[spec.components.lowerBound + place - 1]
                if end > start {
                    if part.usage == .notUsed {
                        if checksGuide {
                            report(
                                SegmentFindings.notUsed, unit, element: number, component: place,
                                code: "I10", entry, into: &findings)
                        }
                    } else {
                        value(unit, number, place, start..<end, part, span, entry, into: &findings)
                    }
                } else {
                    absent(unit, number, place, part, entry, into: &findings)
                }
            }
            start = end + 1
        }
        if place > 1, place <= count, range.upperBound > range.lowerBound,
            span[range.upperBound - 1] == document.delimiters.component
        {
            reportSegment(
                SegmentFindings.trailing, unit, slot: -1, code: nil, entry, into: &findings)
        }
        while place < count {
            place += 1
            absent(
                unit, number, place, guide.elements[spec.components.lowerBound + place - 1], entry,
                into: &findings)
        }
    }

    @inline(__always)
    private func absent(
        _ unit: Int, _ number: Int, _ place: Int, _ part: ElementSpec, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        if part.usage == .mandatory || (part.usage == .required && checksGuide) {
            report(
                part.usage == .mandatory
                    ? SegmentFindings.elementMissing : SegmentFindings.required, unit,
                element: number, component: place, code: "1", entry, into: &findings)
        }
    }

    @inline(__always)
    private func value(
        _ unit: Int, _ number: Int, _ place: Int, _ range: Range<Int>, _ spec: ElementSpec,
        _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let fault = ElementRule.fault(span, range, spec, guide.codes)
        if fault == .none {
            if spec.advised > 0, range.count > Int(spec.advised), checksGuide {
                report(
                    SegmentFindings.advised, unit, element: number, component: place, code: nil,
                    entry, into: &findings)
            }
            if spec.kind == .text || spec.kind == .identifier {
                if span[range.upperBound - 1] == 0x20, spec.min != spec.max {
                    report(
                        SegmentFindings.trailingBlank, unit, element: number, component: place,
                        code: nil, entry, into: &findings)
                }
                if spec.codeCount == 0 {
                    separators(unit, number, place, range, span, entry, into: &findings)
                }
            }
            return
        }
        faulty(fault, unit, number, place, range, spec, span, entry, into: &findings)
    }

    /// A simple element that holds a component or repetition separator.
    @inline(__always)
    private func separators(
        _ unit: Int, _ number: Int, _ place: Int, _ range: Range<Int>, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let component = document.delimiters.component
        let repetition = document.delimiters.repetition
        for index in range {
            let byte = span[index]
            if byte == component {
                return report(
                    SegmentFindings.components, unit, element: number, component: place, code: "13",
                    entry, into: &findings)
            }
            if byte == repetition {
                return report(
                    SegmentFindings.repetitions, unit, element: number, component: place,
                    code: "12", entry, into: &findings)
            }
        }
    }

    private func faulty(
        _ fault: ElementRule.Fault, _ unit: Int, _ number: Int, _ place: Int, _ range: Range<Int>,
        _ spec: ElementSpec, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        // A qualifier that chose no slot was told once already.
        if fault == .code, spec.isKey, wasTold(unit, number, place, entry) { return }
        if fault == .code, !checksGuide { return }
        let (kind, code): (FindingKind, String) =
            switch fault {
            case .short: (SegmentFindings.short, "4")
            case .long: (SegmentFindings.long, "5")
            case .code: (SegmentFindings.code, "7")
            case .date: (SegmentFindings.date, "8")
            case .time: (SegmentFindings.time, "9")
            case .pattern: (SegmentFindings.pattern, "I12")
            case .repetitions: (SegmentFindings.repetitions, "12")
            case .components: (SegmentFindings.components, "13")
            case .none, .character: (SegmentFindings.character, "6")
            }
        report(kind, unit, element: number, component: place, code: code, entry, into: &findings)
    }

    private func wasTold(_ unit: Int, _ number: Int, _ place: Int, _ entry: X12Document.Entry)
        -> Bool
    {
        document.issues[entry.issues].contains {
            $0.kind == .badKey && $0.unit == unit && $0.element == number && $0.component == place
        }
    }

    /// A date whose form stands in another element.
    private func dateValue(
        _ unit: Int, _ number: Int, _ range: Range<Int>, _ form: Range<Int>, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let isGood: Bool
        if span.equals(form, "D8") {
            isGood = range.count == 8 && ElementRule.isDate(span, range)
        } else if span.equals(form, "RD8") {
            isGood = ElementRule.isDateRange(span, range)
        } else if span.equals(form, "DT") {
            isGood =
                range.count == 12
                && ElementRule.isDate(span, range.lowerBound..<(range.lowerBound + 8))
                && ElementRule.isTime(span, (range.lowerBound + 8)..<range.upperBound)
        } else if span.equals(form, "TM") {
            isGood = ElementRule.isTime(span, range)
        } else {
            return
        }
        if !isGood {
            report(SegmentFindings.date, unit, element: number, code: "8", entry, into: &findings)
        }
    }

    // MARK: Syntax notes

    /// X12.6, conditions: P all or none, R at least one, E at most one, C if the first then all,
    /// L if the first then one more.
    @inline(__always)
    private func syntax(
        _ unit: Int, _ note: SyntaxNote, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        var present = 0
        var firstAbsent = 0
        var firstPresent = 0
        for place in note.elements {
            let number = guide.noteElements[place]
            if document.range(unit, number).isEmpty {
                if firstAbsent == 0 { firstAbsent = number }
            } else {
                present += 1
                if firstPresent == 0 { firstPresent = number }
            }
        }
        let isFirst =
            firstPresent != 0 && firstPresent == guide.noteElements[note.elements.lowerBound]
        let isBroken: Bool
        switch note.kind {
        case UInt8(ascii: "P"): isBroken = present > 0 && present < note.elements.count
        case UInt8(ascii: "R"): isBroken = present == 0
        case UInt8(ascii: "E"): isBroken = present > 1
        case UInt8(ascii: "C"): isBroken = isFirst && present < note.elements.count
        case UInt8(ascii: "L"): isBroken = isFirst && present < 2
        default: isBroken = false
        }
        guard isBroken else { return }
        if note.kind == UInt8(ascii: "E") {
            report(
                SegmentFindings.exclusion, unit,
                element: guide.noteElements[note.elements.upperBound - 1], code: "10",
                entry, into: &findings, noteName(note))
        } else {
            report(
                SegmentFindings.conditional, unit, element: firstAbsent, code: "2", entry,
                into: &findings, noteName(note))
        }
    }

    /// The note as the standard writes it: `P0809`.
    private func noteName(_ note: SyntaxNote) -> String {
        let numbers = guide.noteElements[note.elements].map { ($0 < 10 ? "0" : "") + String($0) }
        return String(UnicodeScalar(note.kind)) + numbers.joined()
    }
}
