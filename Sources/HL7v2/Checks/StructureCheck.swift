import Exchange

/// Tells what the structure matcher found: segments missing, too many, misplaced or broken.
enum StructureCheck {
    static let broken = FindingKind(
        "HL7-201", .error, owner: .analyst, what: "a line break lies inside a segment",
        fix: "Ask the sender to escape line breaks (\\.br\\) or to end segments with CR only.")
    static let unexpected = FindingKind(
        "HL7-202", .error, owner: .analyst, what: "a segment is not part of this message",
        fix: "Ask the sender to leave it out or to use a Z segment.")
    static let sequence = FindingKind(
        "HL7-203", .error, owner: .analyst, what: "a segment is out of sequence",
        fix: "Ask the sender to keep the order of the message structure.")
    static let missing = FindingKind(
        "HL7-204", .error, owner: .analyst, what: "a required segment is missing",
        fix: "Ask the sender to send it.")
    static let repeated = FindingKind(
        "HL7-205", .error, owner: .analyst, what: "a segment repeats that may stand once only",
        fix: "Ask the sender to send it once.")
    static let tolerated = FindingKind(
        "HL7-206", .warning, owner: .analyst, what: "a segment stands in an unusual place",
        fix: "Nothing to do; tell the sender when convenient.")
    static let kinds = [broken, unexpected, sequence, missing, repeated, tolerated]

    static func check(_ reporter: inout Reporter) {
        let document = reporter.document
        for index in reporter.record.faults {
            let fault = document.faults[index]
            let place = Reporter.Place(segment: Int(fault.segment))
            switch fault.kind {
            case .unexpected: reporter.report(unexpected, place, "100")
            case .sequence: reporter.report(sequence, place, "100")
            case .repeated:
                reporter.report(repeated, place, reporter.cardinality("100"))
            case .tolerated: reporter.report(tolerated, place)
            case .missing:
                let node = reporter.schema.nodes[Int(fault.node)]
                let name = reporter.schema.names[Int(node.name)]
                reporter.report(missing: name, after: Int(fault.segment), missing, "100")
            }
        }
        for index in reporter.record.segments where document.segments[index].isBroken {
            reporter.report(broken, Reporter.Place(segment: index), "100")
        }
    }
}
