import Bytes
import Exchange

/// Checks OBX: OBX-2 decides what OBX-5 is, for each repetition (HL7 v2 ch. 7, "OBX").
enum ObservationCheck {
    static let noType = FindingKind(
        "HL7-421", .error, owner: .lab, what: "OBX-5 holds a value and OBX-2 does not say its type",
        fix: "Ask the sender to value OBX-2.")
    static let structuredNumber = FindingKind(
        "HL7-422", .error, owner: .lab,
        what: "a structured number has an unknown comparator or separator",
        fix: "Ask the sender for > < >= <= = <> and - + / . : (SN).")
    static let kinds = [noType, structuredNumber]

    /// Checks OBX-5 by the type that OBX-2 names.
    static func value(
        _ check: inout FieldCheck, _ bytes: Span<UInt8>, _ index: Int, _ segment: SegmentEntry,
        _ range: Range<Int>
    ) {
        let place = Reporter.Place(segment: index, field: 5, index: range.lowerBound)
        guard let name = check.document.field(2, of: segment), !name.isEmpty else {
            if range.count == 2, bytes[range.lowerBound] == 0x22 { return }
            check.reporter.report(noType, Reporter.Place(segment: index, field: 2), "101")
            return
        }
        guard name.count <= 8 else { return }
        let key = Schema.pack(bytes, name.range)
        // An unknown name was told at OBX-2, by table 0125.
        let type = check.schema.type(key)
        guard type >= 0 else { return }
        let rule = check.rules[check.schema.firstValue + type]
        if rule.kind == .text {
            // Lengths are exceeded here in every feed.
            check.checkText(bytes, range, place, isFormatted: rule.isFormatted)
        } else {
            check.check(bytes, rule, range, place)
        }
        if key == structuredType { structured(&check, bytes, range, place) }
    }

    /// `SN`, packed.
    static let structuredType: UInt64 = 0x534E

    /// SN: comparator, number, separator, number.
    private static func structured(
        _ check: inout FieldCheck, _ bytes: Span<UInt8>, _ range: Range<Int>,
        _ place: Reporter.Place
    ) {
        let delimiters = check.delimiters
        for (offset, repetition) in Pieces.all(bytes, range, delimiters.repetition).enumerated() {
            var place = place
            place.repetition = offset + 1
            place.index = repetition.lowerBound
            var fault = structuredFault(bytes, repetition, delimiters)
            if fault == 1 {
                place.component = 1
                check.reporter.report(structuredNumber, place, "102")
                fault = Pieces.piece(bytes, repetition, delimiters.component, 3).flatMap {
                    isSeparator(bytes, $0) ? nil : 3
                }
            }
            if fault == 3 {
                place.component = 3
                check.reporter.report(structuredNumber, place, "102")
            }
        }
    }

    /// The first component of a structured number, or of one of its repetitions, that is at fault: 1
    /// or 3; nil when none is.
    static func structuredFault(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters
    ) -> Int? {
        var number = 1
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound {
            let isEnd = index == range.upperBound
            // A delimiter that is 0 is none: a NUL in the data does not divide anything.
            let isRepetition =
                !isEnd && delimiters.repetition != 0 && bytes[index] == delimiters.repetition
            let isComponent =
                !isEnd && delimiters.component != 0 && bytes[index] == delimiters.component
            guard isEnd || isRepetition || isComponent else { continue }
            if number == 1, !isComparator(bytes, start..<index) { return 1 }
            if number == 3, !isSeparator(bytes, start..<index) { return 3 }
            number = isRepetition ? 1 : number + 1
            start = index + 1
        }
        return nil
    }

    /// `>`, `<`, `>=`, `<=`, `=`, `<>`, or nothing.
    private static func isComparator(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return true }
        let isSign = bytes[first] == 0x3C || bytes[first] == 0x3E
        switch range.count {
        case 1: return isSign || bytes[first] == 0x3D
        case 2:
            let second = bytes[first + 1]
            return isSign && (second == 0x3D || (bytes[first] == 0x3C && second == 0x3E))
        default: return false
        }
    }

    /// `-`, `+`, `/`, `.`, `:`, or nothing.
    private static func isSeparator(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return true }
        guard range.count == 1 else { return false }
        switch bytes[first] {
        case 0x2D, 0x2B, 0x2F, 0x2E, 0x3A: return true
        default: return false
        }
    }
}
