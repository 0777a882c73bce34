import Exchange
import Mapping

/// What happened to the thing that a record describes, as an HL7 trigger: `A04`, `S13`.
enum Events {
    /// The fields in which a record states its trigger itself.
    static let names = ["appointment.trigger", "encounter.event"]
    /// Two record numbers are one patient.
    static let merge = "A40"
    /// The triggers of appointments (HL7 v2 chapter 10, table 0003): S25 is a query.
    static let bookings = Set((12...26).filter { $0 != 25 }.map { "S\($0)" })
    /// Those of an appointment that is there: moved, changed, cancelled, missed.
    static let ofKnown: Set<String> = ["S13", "S14", "S15", "S26"]
    /// It was cancelled.
    static let cancellation = "S15"
    /// What may follow a cancellation: booked anew, deleted.
    static let afterCancellation: Set<String> = ["S12", "S17"]

    /// The trigger that a message's type names: `A40` of `ADT^A40`; empty where there is none.
    static func trigger(ofType type: String) -> String {
        let mark = UInt8(ascii: "^")
        let bytes = type.utf8
        guard let first = bytes.firstIndex(where: { $0 != mark }),
            let end = bytes[first...].firstIndex(of: mark),
            let start = bytes[end...].firstIndex(where: { $0 != mark })
        else { return "" }
        return String(type[start..<(bytes[start...].firstIndex(of: mark) ?? bytes.endIndex)])
    }

    /// The trigger that a full file's row means, from the settings, the row and its last version.
    static func derived(
        _ settings: Feed.Events, _ record: CanonicalView, before: [String: String]?
    ) -> String {
        for condition in settings.conditions {
            if let expected = condition.value {
                if record.text(condition.field) == expected { return condition.event }
            } else if let before, before[condition.field] != record.text(condition.field) {
                return condition.event
            }
        }
        return before == nil ? settings.new : settings.changed
    }
}
