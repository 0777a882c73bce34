import Bytes
import Exchange

/// Makes findings about one record, with their places in HL7's notation.
struct Reporter {
    let document: HL7Document
    let record: RecordEntry
    let schema: Schema
    private(set) var findings: [Finding] = []
    /// The number of each segment among those of its name, and how many there are; counted when
    /// the first finding asks.
    private var occurrences: [(number: UInt32, id: UInt32)] = []
    private var totals: [UInt32: UInt32] = [:]
    /// Which of the versions behind 2.5.1 the message is in; `none` for those with a schema.
    let later: Later
    /// Versions that are read by an older one's schema: it does not know what they added.
    enum Later: Int { case none, six, seven, eight }

    static let more = FindingKind(
        "HL7-199", .info, owner: .analyst, what: "the message has more faults than are told",
        fix: "Correct those that are told first; one wrong delimiter makes many.")
    static let kinds = [more]
    /// How many findings of one message are kept.
    static let limit = 2000

    init(_ document: HL7Document, _ record: RecordEntry, _ schema: Schema) {
        self.document = document
        self.record = record
        self.schema = schema
        later = Self.later(document, record)
    }

    private static func later(_ document: HL7Document, _ record: RecordEntry) -> Later {
        guard record.reading == .nearest else { return .none }
        let version = document.header(12, of: record)
        guard version.count >= 3, version.starts(with: [0x32, 0x2E]) else { return .none }
        switch version[2] {
        case 0x36: return .six
        case 0x37: return .seven
        case 0x38: return .eight
        default: return .none
        }
    }

    /// Table 0357's code for what stands too often: 198 from 2.8 on.
    func cardinality(_ code: String) -> String { later == .eight ? "198" : code }

    /// What a version behind the schema's may have added is no fault of the message.
    private static let softened: [String: Severity] = [
        StructureCheck.unexpected.code: .info, StructureCheck.sequence.code: .warning,
        StructureCheck.repeated.code: .warning, FieldCheck.extraField.code: .info,
        FieldCheck.extraComponent.code: .info, FieldCheck.unsplit.code: .info,
        FieldCheck.expected.code: .info, FieldCheck.repeats.code: .warning,
    ]

    /// Where in a segment something is; numbers from 1, 0 where not stated.
    struct Place {
        var segment: Int
        var field = 0
        var repetition = 0
        var component = 0
        var subcomponent = 0
        /// The offset in the page; nil: the segment's first byte.
        var index: Int?
    }

    /// Adds a finding at `place`, with table 0357's code for the acknowledgement when it has one.
    mutating func report(
        _ kind: FindingKind, _ place: Place, _ code: String? = nil, _ detail: String = "",
        severity: Severity? = nil
    ) {
        guard hasRoom() else { return }
        let segment = document.segments[place.segment]
        let severity = severity ?? (later == .none ? nil : Self.softened[kind.code])
        findings.append(
            Finding(
                kind,
                at: Location(
                    byte: document.offset + (place.index ?? Int(segment.start)),
                    line: Int(segment.line), record: record.number, path: path(place)),
                detail, ack: code.map { ["ERR-3": $0] } ?? [:], severity: severity))
    }

    /// Adds a finding about a segment that is not there, after segment `before`.
    mutating func report(
        missing name: String, after before: Int, _ kind: FindingKind, _ code: String?
    ) {
        guard hasRoom() else { return }
        let segment = document.segments[before]
        findings.append(
            Finding(
                kind,
                at: Location(
                    byte: document.offset + Int(segment.end), line: Int(segment.line),
                    record: record.number, path: name),
                "\(name) after \(path(Place(segment: before)))",
                ack: code.map { ["ERR-3": $0] } ?? [:]))
    }

    private mutating func hasRoom() -> Bool {
        if findings.count < Self.limit { return true }
        if findings.count == Self.limit {
            findings.append(Finding(Self.more, at: Location(record: record.number)))
        }
        return false
    }

    private mutating func countOccurrences() {
        occurrences.reserveCapacity(record.segments.count)
        for index in record.segments {
            let id = document.segments[index].id
            let number = totals[id, default: 0] + 1
            totals[id] = number
            occurrences.append((number, id))
        }
    }

    /// `OBX[4]-5[2].1`: the occurrence is stated when the message has more than one.
    mutating func path(_ place: Place) -> String {
        if occurrences.isEmpty { countOccurrences() }
        let segment = occurrences[place.segment - record.segments.lowerBound]
        var text = SegmentID.text(segment.id)
        if totals[segment.id, default: 0] > 1 { text += "[\(segment.number)]" }
        if place.field > 0 { text += "-\(place.field)" }
        if place.repetition > 1 { text += "[\(place.repetition)]" }
        if place.component > 0 { text += ".\(place.component)" }
        if place.subcomponent > 0 { text += ".\(place.subcomponent)" }
        return text
    }
}
