import Bytes
import Exchange

/// Makes findings about one record, with their places in HL7's notation.
struct Reporter {
    let document: HL7Document
    let record: RecordEntry
    let schema: Schema
    private(set) var findings: [Finding] = []

    init(_ document: HL7Document, _ record: RecordEntry, _ schema: Schema) {
        self.document = document
        self.record = record
        self.schema = schema
    }

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
        let segment = document.segments[place.segment]
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
        missing name: String, after before: Int, _ kind: FindingKind, _ code: String
    ) {
        let segment = document.segments[before]
        findings.append(
            Finding(
                kind,
                at: Location(
                    byte: document.offset + Int(segment.end), line: Int(segment.line),
                    record: record.number, path: name),
                "\(name) after \(path(Place(segment: before)))", ack: ["ERR-3": code]))
    }

    /// `OBX[4]-5[2].1`: the occurrence is stated when the message has more than one.
    func path(_ place: Place) -> String {
        let segment = document.segments[place.segment]
        var text = SegmentID.text(segment.id)
        var before = 0
        var total = 0
        for index in record.segments where document.segments[index].id == segment.id {
            total += 1
            if index <= place.segment { before += 1 }
        }
        if total > 1 { text += "[\(before)]" }
        if place.field > 0 { text += "-\(place.field)" }
        if place.repetition > 1 { text += "[\(place.repetition)]" }
        if place.component > 0 { text += ".\(place.component)" }
        if place.subcomponent > 0 { text += ".\(place.subcomponent)" }
        return text
    }
}
