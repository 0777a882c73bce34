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
    static let noSubId = FindingKind(
        "HL7-423", .warning, owner: .lab,
        what: "the same observation stands twice under one order without OBX-4",
        fix: "Ask the sender to tell them apart in OBX-4.")
    static let kinds = [noType, structuredNumber, noSubId]

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
        var key: UInt64 = 0
        for offset in name.range { key = key << 8 | UInt64(bytes[offset]) }
        // An unknown name was told at OBX-2, by table 0125.
        let type = check.schema.type(key)
        guard type >= 0 else { return }
        var rule = FieldRule(type: UInt16(type))
        rule.repeats = true
        switch check.types[type].kind {
        case .text:
            // Lengths are exceeded here in every feed; escapes and repetitions are as they are.
            return
        default: check.check(bytes, rule, range, place)
        }
        if key == 0x534E { structured(&check, bytes, range, place) }
    }

    /// SN: comparator, number, separator, number.
    private static func structured(
        _ check: inout FieldCheck, _ bytes: Span<UInt8>, _ range: Range<Int>,
        _ place: Reporter.Place
    ) {
        let delimiters = check.delimiters
        for (offset, repetition) in Pieces.all(bytes, range, delimiters.repetition).enumerated() {
            let parts = Pieces.all(bytes, repetition, delimiters.component)
            var place = place
            place.repetition = offset + 1
            place.index = repetition.lowerBound
            let comparator = parts[0]
            let isComparator =
                comparator.isEmpty
                || [">", "<", ">=", "<=", "=", "<>"].contains {
                    bytes.equals(comparator, Array($0.utf8))
                }
            if !isComparator {
                place.component = 1
                check.reporter.report(structuredNumber, place, "102")
            }
            if parts.count > 2, !parts[2].isEmpty {
                let isSeparator =
                    parts[2].count == 1
                    && [0x2D, 0x2B, 0x2F, 0x2E, 0x3A].contains(bytes[parts[2].lowerBound])
                if !isSeparator {
                    place.component = 3
                    check.reporter.report(structuredNumber, place, "102")
                }
            }
        }
    }

    /// OBX-4 is required when OBX-3 comes again under one order: the last eight are looked at.
    static func check(
        _ check: inout FieldCheck, _ bytes: Span<UInt8>, _ index: Int, _ segment: SegmentEntry
    ) {
        guard let code = check.document.field(3, of: segment), !code.isEmpty,
            check.document.field(4, of: segment)?.isEmpty ?? true
        else { return }
        let first = check.reporter.record.segments.lowerBound
        var before = index - 1
        while before >= first, before >= index - 8 {
            let other = check.document.segments[before]
            // Notes stand between results; anything else begins another order or specimen.
            if other.id == SegmentID.nte {
                before -= 1
                continue
            }
            guard other.id == SegmentID.obx else { return }
            if let same = check.document.field(3, of: other), same.count == code.count,
                check.document.field(4, of: other)?.isEmpty ?? true,
                equal(bytes, same.range, code.range)
            {
                check.reporter.report(noSubId, Reporter.Place(segment: index, field: 4))
                return
            }
            before -= 1
        }
    }

    private static func equal(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool
    {
        var offset = left.count - 1
        // Codes of one order differ at their end sooner than at their beginning.
        while offset >= 0 {
            if bytes[left.lowerBound + offset] != bytes[right.lowerBound + offset] { return false }
            offset -= 1
        }
        return true
    }
}
