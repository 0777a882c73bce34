/// A finding's path as the parts of ERR-2: segment, its sequence, field, repetition, component,
/// sub-component.
struct ErrorPlace {
    let segment: String
    let sequence: String
    let field: String
    private let rest: [Int]

    init(_ path: String?) {
        var notation = PathNotation((path ?? "").utf8)
        guard let read = notation.read() else {
            segment = ""
            sequence = ""
            field = ""
            rest = []
            return
        }
        segment = SegmentID.text(read.segment)
        sequence = String(max(1, read.occurrence))
        field = read.field > 0 ? String(read.field) : ""
        rest = [read.field > 0 ? max(1, read.repetition) : 0, read.component, read.subcomponent]
    }

    var location: [String] {
        [segment, sequence, field] + rest.map { $0 > 0 ? String($0) : "" }
    }
}
