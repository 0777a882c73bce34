import Bytes
import Exchange

/// Checks what appointments need under conditions (HL7 v2 ch. 10): a time somewhere, resources
/// that are named, and the action in messages that change an appointment.
struct AppointmentCheck {
    static let noAction = FindingKind(
        "HL7-435", .info, owner: .analyst,
        what: "a resource of a changed appointment does not say what becomes of it",
        fix: "Nothing to do; resources without an action are read as a whole list.")
    static let noTime = FindingKind(
        "HL7-436", .warning, owner: .analyst, what: "an appointment has no time",
        fix: "Ask the sender to value the start in AIS-4, AIG-8, AIL-6, AIP-6, TQ1-7 or SCH-11.")
    static let noResource = FindingKind(
        "HL7-437", .warning, owner: .analyst, what: "a resource is not named",
        fix: "Ask the sender to value AIL-3 or AIL-4, AIP-3 or AIP-4.")
    static let kinds = [noAction, noTime, noResource]

    private var schedule: Int?
    private var hasTime = false
    private var changes = false

    /// Takes SCH.
    mutating func begin(
        _ index: Int, _ segment: SegmentEntry, _ document: HL7Document, _ record: RecordEntry
    ) {
        let event = document.headerKey(9, component: 2, of: record)
        let number = event & 0xFFFF
        changes = event >> 16 == 0x53 && (0x3133...0x3232).contains(number)
        // S12 to S14 book, reschedule and change; the others need no time.
        guard event >> 16 == 0x53, (0x3132...0x3134).contains(number) else { return }
        schedule = index
        guard let field = document.field(11, of: segment), !field.isEmpty else { return }
        let bytes = document.bytes.span
        for piece in Pieces.all(bytes, field.range, record.delimiters.repetition) {
            let start = Pieces.piece(bytes, piece, record.delimiters.component, 4)
            if start?.isEmpty == false { hasTime = true }
        }
    }

    /// Takes AIS, AIG, AIL, AIP or TQ1.
    mutating func resource(
        _ index: Int, _ segment: SegmentEntry, _ document: HL7Document,
        _ found: (ConditionalCheck.Fault) -> Void
    ) {
        let start: Int
        switch segment.id {
        case SegmentID.ais: start = 4
        case SegmentID.aig: start = 8
        case SegmentID.ail, SegmentID.aip: start = 6
        default: start = 7
        }
        func isEmpty(_ number: Int) -> Bool {
            ConditionalCheck.isEmpty(number, segment, document)
        }
        if !isEmpty(start) { hasTime = true }
        guard segment.id != SegmentID.tq1 else { return }
        if changes, isEmpty(2) {
            found(.init(Self.noAction, Reporter.Place(segment: index, field: 2), nil))
        }
        if start == 6, isEmpty(3), isEmpty(4) {
            found(.init(Self.noResource, Reporter.Place(segment: index, field: 3)))
        }
    }

    /// Tells of an appointment that none of its segments gives a time.
    func finish(_ found: (ConditionalCheck.Fault) -> Void) {
        guard let schedule, !hasTime else { return }
        found(.init(Self.noTime, Reporter.Place(segment: schedule, field: 11)))
    }
}
