import Bytes
import Exchange

/// Checks what is required only under conditions that lie in other fields or segments: HL7 v2's
/// usage C, which flat tables of fields cannot say.
enum ConditionalCheck {
    static let noSubId = FindingKind(
        "HL7-423", .warning, owner: .lab,
        what: "the same observation stands twice under one order with the same OBX-4, or none",
        fix: "Ask the sender to tell them apart in OBX-4.")
    static let noValue = FindingKind(
        "HL7-424", .warning, owner: .lab, what: "a result has a final status and no value",
        fix: "Ask the sender to value OBX-5, or to state in OBX-11 why there is none.")
    static let noAppointment = FindingKind(
        "HL7-431", .error, owner: .analyst, what: "an appointment has no number",
        fix: "Ask the sender to value SCH-1 or SCH-2.")
    static let noOrder = FindingKind(
        "HL7-432", .warning, owner: .lab, what: "an order has neither a placer nor a filler number",
        fix: "Ask the sender to value OBR-2 or OBR-3; without one a correction cannot be matched.")
    static let noReportField = FindingKind(
        "HL7-433", .warning, owner: .lab, what: "a report lacks a field that reports must have",
        fix: "Ask the sender to value OBR-7, OBR-22 and OBR-25 on results.")
    static let noIdentifierType = FindingKind(
        "HL7-434", .warning, owner: .analyst,
        what: "an identifier has no type, which 2.7 and later require",
        fix: "Ask the sender to value CX.5.")
    static let kinds = [
        noSubId, noValue, noAppointment, noOrder, noReportField, noIdentifierType,
    ]

    private static let obr = SegmentID.pack("OBR")
    private static let orc = SegmentID.pack("ORC")
    private static let sch = SegmentID.pack("SCH")
    private static let spm = SegmentID.pack("SPM")
    private static let pid = SegmentID.pack("PID")
    private static let reports = ["ORU_R01", "ORU_R30"].map { Schema.pack(Array($0.utf8)) }

    static func check(_ reporter: inout Reporter) {
        let document = reporter.document
        let bytes = document.bytes
        let span = bytes.span
        let name = reporter.schema.rootKeys[reporter.record.root] ?? 0
        let isReport = reports.contains(name)
        var results = ObservationKeys()
        var common: SegmentEntry?
        for index in reporter.record.segments {
            let segment = document.segments[index]
            switch segment.id {
            case SegmentID.obx:
                result(&reporter, span, index, segment, &results)
            case orc: common = segment
            case obr:
                order(&reporter, index, segment, common, isReport: isReport)
                common = nil
                results.forget()
            case spm: results.forget()
            case sch:
                if isEmpty(1, segment, document), isEmpty(2, segment, document) {
                    reporter.report(
                        noAppointment, Reporter.Place(segment: index, field: 1), "101")
                }
            case pid:
                if reporter.record.reading != .own { identifiers(&reporter, span, index, segment) }
            default: break
            }
        }
    }

    @inline(__always)
    private static func isEmpty(
        _ number: Int, _ segment: SegmentEntry, _ document: HL7Document
    ) -> Bool {
        document.field(number, of: segment)?.isEmpty ?? true
    }

    /// HL7 v2 ch. 4 and 7: the numbers may stand in ORC or in OBR; a report has a time and a status.
    private static func order(
        _ reporter: inout Reporter, _ index: Int, _ segment: SegmentEntry,
        _ common: SegmentEntry?, isReport: Bool
    ) {
        let document = reporter.document
        let inCommon =
            common.map { !isEmpty(2, $0, document) || !isEmpty(3, $0, document) } ?? false
        if !inCommon, isEmpty(2, segment, document), isEmpty(3, segment, document) {
            reporter.report(noOrder, Reporter.Place(segment: index, field: 3), "101")
        }
        guard isReport else { return }
        for number in [7, 22, 25] where isEmpty(number, segment, document) {
            reporter.report(noReportField, Reporter.Place(segment: index, field: number), "101")
        }
    }

    /// HL7 v2 ch. 7: OBX-4 tells results with one OBX-3 apart; OBX-5 may be empty for a reason.
    private static func result(
        _ reporter: inout Reporter, _ bytes: Span<UInt8>, _ index: Int, _ segment: SegmentEntry,
        _ results: inout ObservationKeys
    ) {
        let document = reporter.document
        if let code = document.field(3, of: segment), !code.isEmpty {
            let sub = document.field(4, of: segment) ?? code
            let key = ByteRange(Int(code.start), Int(sub.isEmpty ? code.end : sub.end))
            if results.hasSeen(bytes, key) {
                reporter.report(noSubId, Reporter.Place(segment: index, field: 4))
            }
        }
        guard isEmpty(5, segment, document), isEmpty(8, segment, document),
            let status = document.field(11, of: segment), status.count == 1
        else { return }
        switch bytes[Int(status.start)] {
        case UInt8(ascii: "F"), UInt8(ascii: "C"), UInt8(ascii: "P"), UInt8(ascii: "R"):
            reporter.report(noValue, Reporter.Place(segment: index, field: 5))
        default: break
        }
    }

    /// HL7 v2.7 ch. 2A, CX: the type of an identifier is required.
    private static func identifiers(
        _ reporter: inout Reporter, _ bytes: Span<UInt8>, _ index: Int, _ segment: SegmentEntry
    ) {
        let version = reporter.document.header(12, of: reporter.record)
        guard version.starts(with: Array("2.7".utf8)) || version.starts(with: Array("2.8".utf8)),
            let field = reporter.document.field(3, of: segment), !field.isEmpty
        else { return }
        let delimiters = reporter.record.delimiters
        let pieces = Pieces.all(bytes, field.range, delimiters.repetition)
        for (offset, piece) in pieces.enumerated() where !piece.isEmpty {
            let type = Pieces.piece(bytes, piece, delimiters.component, 5)
            guard type?.isEmpty ?? true else { continue }
            reporter.report(
                noIdentifierType,
                Reporter.Place(
                    segment: index, field: 3, repetition: offset + 1, component: 5,
                    index: piece.lowerBound), "101")
        }
    }
}

/// The results seen under one order, by OBX-3 and OBX-4; grows with them and stays quick.
struct ObservationKeys {
    private var slots: [UInt64] = []
    private var keys: [ByteRange] = []

    /// Begins another order.
    mutating func forget() {
        guard !keys.isEmpty else { return }
        keys.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = 0 }
    }

    /// Whether the same bytes were seen before; remembers them.
    mutating func hasSeen(_ bytes: Span<UInt8>, _ key: ByteRange) -> Bool {
        if keys.count * 2 >= slots.count { grow(bytes) }
        let hash = RecordHash.hash(bytes, key.range)
        var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
        while slots[slot] != 0 {
            // The upper half is the hash, the lower half the key's index + 1.
            let known = keys[Int(slots[slot] & 0xFFFF_FFFF) - 1]
            if slots[slot] >> 32 == hash >> 32, known.count == key.count,
                Self.equal(bytes, known, key)
            {
                return true
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        keys.append(key)
        slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(keys.count)
        return false
    }

    private mutating func grow(_ bytes: Span<UInt8>) {
        slots = [UInt64](repeating: 0, count: max(64, slots.count * 2))
        for (index, key) in keys.enumerated() {
            let hash = RecordHash.hash(bytes, key.range)
            var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(index + 1)
        }
    }

    private static func equal(_ bytes: Span<UInt8>, _ left: ByteRange, _ right: ByteRange) -> Bool {
        for offset in 0..<left.count
        where bytes[Int(left.start) + offset] != bytes[Int(right.start) + offset] {
            return false
        }
        return true
    }
}
