import Bytes
import Exchange

/// The MSH of a message that is answered, and the answer's text.
struct AcknowledgedHeader {
    private let delimiters: Delimiters
    private let fields: [[UInt8]]

    /// Reads what `acknowledgementBasis` gave; nil when it is no MSH or belongs to an ACK.
    init?(_ basis: [UInt8]) {
        guard basis.starts(with: Array("MSH".utf8)), basis.count > 4 else { return nil }
        let delimiters = Delimiters.read(basis.span, at: 0, end: basis.count)
        self.delimiters = delimiters
        fields = basis.split(separator: delimiters.field, omittingEmptySubsequences: false)
            .map(Array.init)
        guard !first(9).elementsEqual("ACK".utf8), !first(9).elementsEqual("MCF".utf8) else {
            return nil
        }
    }

    /// Field `number` of MSH as it came; MSH-1 is the separator, so field 2 is the second piece.
    private func field(_ number: Int) -> [UInt8] {
        number - 1 < fields.count ? fields[number - 1] : []
    }

    private func first(_ number: Int, component: Int = 1) -> [UInt8] {
        let bytes = field(number)
        let span = bytes.span
        let repetition = Pieces.first(span, 0..<bytes.count, delimiters.repetition)
        return Pieces.piece(span, repetition, delimiters.component, component).map {
            span.copy($0)
        } ?? []
    }

    private var version: String { String(decoding: first(12), as: UTF8.self) }

    /// Whether the version has ERR with a location of its own (2.5 on).
    private var hasLocations: Bool { !["2.1", "2.2", "2.3", "2.3.1", "2.4"].contains(version) }

    /// MSA-1, or nil when the sender wants no answer to this (table 0155 in MSH-15 and MSH-16).
    func code(for record: Acknowledged) -> String? {
        let accept = String(decoding: first(15), as: UTF8.self)
        let application = String(decoding: first(16), as: UTF8.self)
        let isRejected = record.answer == .rejected
        let letter = isRejected ? (isUnprocessed(record) ? "R" : "E") : "A"
        if accept.isEmpty, application.isEmpty { return "A" + letter }
        // Enhanced mode: the application's answer includes the accept answer where both are asked.
        if Self.wants(application, isRejected) { return "A" + letter }
        if Self.wants(accept, isRejected) { return "C" + letter }
        return nil
    }

    private static func wants(_ condition: String, _ isRejected: Bool) -> Bool {
        switch condition {
        case "AL": true
        case "ER": isRejected
        case "SU": !isRejected
        default: false
        }
    }

    /// AR: type, event, processing id, version or the system stood in the way, not the content.
    private func isUnprocessed(_ record: Acknowledged) -> Bool {
        record.findings.contains {
            $0.severity == .error
                && ["200", "201", "202", "203", "205", "207"].contains($0.ack["ERR-3"] ?? "")
        }
    }

    /// The whole ACK message, in the sender's delimiters.
    func message(
        _ code: String, _ record: Acknowledged, control: String, time: String, processing: String
    ) -> [UInt8] {
        let separator = delimiters.field
        let component = String(decoding: [delimiters.component], as: UTF8.self)
        let event = String(decoding: first(9, component: 2), as: UTF8.self)
        let hasStructure = !["2.1", "2.2", "2.3", "2.3.1"].contains(version)
        var type = "ACK"
        if hasStructure, !event.isEmpty, delimiters.component != 0 {
            type = ["ACK", event, "ACK"].joined(separator: component)
        }
        var header: [[UInt8]] = [
            delimiters.encodingCharacters, field(5), field(6), field(3), field(4),
            Array(time.utf8), [], Array(type.utf8), Array(control.utf8),
            field(11).isEmpty ? Array(processing.utf8) : field(11),
            field(12).isEmpty ? Array("2.5.1".utf8) : field(12),
        ]
        if !field(18).isEmpty { header += [[], [], [], [], [], field(18)] }
        var output = Array("MSH".utf8) + [separator]
        output += Array(header.joined(separator: [separator])) + [0x0D]
        let answer: [[UInt8]] = [Array("MSA".utf8), Array(code.utf8), field(10)]
        output += Array(answer.joined(separator: [separator])) + [0x0D]
        if record.answer == .rejected { output += errors(record.findings) }
        return output
    }

    private func errors(_ findings: [Finding]) -> [UInt8] {
        let told = findings.filter { $0.severity == .error || $0.ack["ERR-3"] != nil }
        guard !told.isEmpty else { return [] }
        if hasLocations { return told.flatMap(error) }
        // To 2.4 one ERR, its ERR-1 repeating: segment^sequence^field^code.
        let repetition = delimiters.repetition == 0 ? delimiters.field : delimiters.repetition
        let places = told.map { finding in
            let place = ErrorPlace(finding.location.path)
            return join([
                place.segment, place.sequence, place.field, finding.ack["ERR-3"] ?? "207",
            ])
        }
        return Array("ERR".utf8) + [delimiters.field]
            + Array(places.joined(separator: [repetition])) + [0x0D]
    }

    /// From 2.5: ERR-2 location, ERR-3 table 0357, ERR-4 table 0516, ERR-5 our code, ERR-7 and 8.
    private func error(_ finding: Finding) -> [UInt8] {
        let place = ErrorPlace(finding.location.path)
        let severity =
            switch finding.severity {
            case .error: "E"
            case .warning: "W"
            case .info: "I"
            }
        let code = finding.ack["ERR-3"] ?? "207"
        let values: [[UInt8]] = [
            Array("ERR".utf8), [], join(place.location),
            join([code, Self.names[code] ?? "", "HL70357"]), Array(severity.utf8),
            join([finding.code]), [], escaped(finding.message), escaped(finding.fix),
        ]
        return Array(values.joined(separator: [delimiters.field])) + [0x0D]
    }

    private func escaped(_ text: String) -> [UInt8] {
        Array((Escapes.escape(text, delimiters) ?? "").utf8)
    }

    private func join(_ parts: [String]) -> [UInt8] {
        let separator = delimiters.component == 0 ? 0x20 : delimiters.component
        var bytes = Array(parts.map { Array($0.utf8) }.joined(separator: [separator]))
        while bytes.last == separator { bytes.removeLast() }
        return bytes
    }

    /// Table 0357.
    private static let names = [
        "100": "Segment sequence error", "101": "Required field missing",
        "102": "Data type error", "103": "Table value not found", "104": "Value too long",
        "198": "Non-conformant cardinality", "199": "Other HL7 error",
        "200": "Unsupported message type", "201": "Unsupported event code",
        "202": "Unsupported processing id", "203": "Unsupported version id",
        "204": "Unknown key identifier", "205": "Duplicate key identifier",
        "207": "Application internal error",
    ]
}

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
