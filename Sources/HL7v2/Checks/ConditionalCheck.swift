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
    static let otherEvent = FindingKind(
        "HL7-438", .warning, owner: .analyst, what: "EVN-1 names another event than MSH-9.2",
        fix: "Nothing to do; the message is read by MSH-9.2.")
    static let kinds =
        [noSubId, noValue, noAppointment, noOrder, noReportField, otherEvent]
        + IdentifierCheck.kinds + AppointmentCheck.kinds

    /// Adds what is wrong to the findings.
    static func check(_ reporter: inout Reporter) {
        var faults: [Fault] = []
        find(reporter.document, reporter.record, reporter.schema) { faults.append($0) }
        if reporter.later.rawValue >= Reporter.Later.seven.rawValue {
            IdentifierCheck.find(reporter.document, reporter.record, reporter.schema) {
                faults.append($0)
            }
        }
        for fault in faults { reporter.report(fault.kind, fault.place, fault.code) }
    }

    /// Something that is wrong, before anybody writes it down.
    struct Fault {
        let kind: FindingKind
        let place: Reporter.Place
        /// Table 0357's code.
        let code: String?

        init(_ kind: FindingKind, _ place: Reporter.Place, _ code: String? = "101") {
            self.kind = kind
            self.place = place
            self.code = code
        }
    }

    /// Hands every fault of a record to `found`, in order.
    static func find(
        _ document: HL7Document, _ record: RecordEntry, _ schema: Schema,
        _ found: (Fault) -> Void
    ) {
        let span = document.bytes.span
        let isReport = schema.isReport(root: record.root)
        var results = ObservationKeys()
        var common: SegmentEntry?
        var appointment = AppointmentCheck()
        for index in record.segments {
            let segment = document.segments[index]
            switch segment.id {
            case SegmentID.obx: result(document, span, index, segment, &results, found)
            case SegmentID.orc: common = segment
            case SegmentID.obr:
                order(document, index, segment, common, isReport: isReport, found)
                common = nil
                results.forget()
            case SegmentID.spm: results.forget()
            case SegmentID.sch:
                if isEmpty(1, segment, document), isEmpty(2, segment, document) {
                    found(Fault(noAppointment, Reporter.Place(segment: index, field: 1)))
                }
                appointment.begin(index, segment, document, record)
            case SegmentID.ais, SegmentID.aig, SegmentID.ail, SegmentID.aip, SegmentID.tq1:
                appointment.resource(index, segment, document, found)
            case SegmentID.evn: event(document, record, index, segment, found)
            default: break
            }
        }
        appointment.finish(found)
    }

    /// HL7 v2 ch. 3, EVN-1: what MSH-9.2 says as well.
    private static func event(
        _ document: HL7Document, _ record: RecordEntry, _ index: Int, _ segment: SegmentEntry,
        _ found: (Fault) -> Void
    ) {
        guard let field = document.field(1, of: segment), field.count == 3 else { return }
        let stated = Schema.pack(document.bytes.span, field.range)
        if stated != document.headerKey(9, component: 2, of: record) {
            found(Fault(otherEvent, Reporter.Place(segment: index, field: 1), nil))
        }
    }

    @inline(__always)
    static func isEmpty(
        _ number: Int, _ segment: SegmentEntry, _ document: HL7Document
    ) -> Bool {
        document.field(number, of: segment)?.isEmpty ?? true
    }

    /// HL7 v2 ch. 4 and 7: the numbers may stand in ORC or in OBR; a report has a time and a status.
    private static func order(
        _ document: HL7Document, _ index: Int, _ segment: SegmentEntry,
        _ common: SegmentEntry?, isReport: Bool, _ found: (Fault) -> Void
    ) {
        let inCommon =
            common.map { !isEmpty(2, $0, document) || !isEmpty(3, $0, document) } ?? false
        if !inCommon, isEmpty(2, segment, document), isEmpty(3, segment, document) {
            found(Fault(noOrder, Reporter.Place(segment: index, field: 3)))
        }
        guard isReport else { return }
        for number in 7...25
        where (number == 7 || number == 22 || number == 25) && isEmpty(number, segment, document) {
            found(Fault(noReportField, Reporter.Place(segment: index, field: number)))
        }
    }

    /// HL7 v2 ch. 7: OBX-4 tells results with one OBX-3 apart; OBX-5 may be empty for a reason.
    private static func result(
        _ document: HL7Document, _ bytes: Span<UInt8>, _ index: Int, _ segment: SegmentEntry,
        _ results: inout ObservationKeys, _ found: (Fault) -> Void
    ) {
        if let code = document.field(3, of: segment), !code.isEmpty {
            let sub = document.field(4, of: segment) ?? code
            let key = ByteRange(Int(code.start), Int(sub.isEmpty ? code.end : sub.end))
            if results.hasSeen(bytes, key) {
                found(Fault(noSubId, Reporter.Place(segment: index, field: 4)))
            }
        }
        guard isEmpty(5, segment, document), isEmpty(8, segment, document),
            let status = document.field(11, of: segment), status.count == 1
        else { return }
        switch bytes[Int(status.start)] {
        case UInt8(ascii: "F"), UInt8(ascii: "C"), UInt8(ascii: "P"), UInt8(ascii: "R"):
            found(Fault(noValue, Reporter.Place(segment: index, field: 5)))
        default: break
        }
    }
}
