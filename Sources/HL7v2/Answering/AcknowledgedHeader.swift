import Bytes
import Exchange

/// The MSH of a message that is answered, and the answer's text.
struct AcknowledgedHeader {
    private let heard: Delimiters
    private let fields: [[UInt8]]
    private let version: String
    private let speech: AnswerSpeech

    /// Reads what `acknowledgementBasis` gave; nil when it is no MSH or belongs to an ACK.
    init?(_ basis: [UInt8]) {
        guard basis.starts(with: Array("MSH".utf8)), basis.count > 4 else { return nil }
        let heard = Delimiters.read(basis.span, at: 0, end: basis.count)
        let fields = basis.split(separator: heard.field, omittingEmptySubsequences: false)
            .map(Array.init)
        let type = Self.part(fields, 9, 1, heard)
        guard !type.elementsEqual("ACK".utf8), !type.elementsEqual("MCF".utf8) else { return nil }
        self.heard = heard
        self.fields = fields
        version = Self.spoken(String(decoding: Self.part(fields, 12, 1, heard), as: UTF8.self))
        speech = AnswerSpeech(heard, version: version)
    }

    /// Component `component` of the first repetition of field `number`; MSH-1 is the separator, so
    /// field 2 is the second piece.
    private static func part(
        _ fields: [[UInt8]], _ number: Int, _ component: Int, _ delimiters: Delimiters
    ) -> [UInt8] {
        guard number - 1 < fields.count else { return [] }
        let field = fields[number - 1]
        let span = field.span
        let repetition = Pieces.first(span, 0..<span.count, delimiters.repetition)
        return Pieces.piece(span, repetition, delimiters.component, component).map {
            span.copy($0)
        } ?? []
    }

    private func first(_ number: Int, component: Int = 1) -> String {
        String(decoding: Self.part(fields, number, component, heard), as: UTF8.self)
    }

    /// Field `number` as it came.
    private func field(_ number: Int) -> [UInt8] {
        number - 1 < fields.count ? speech.field(fields[number - 1]) : []
    }

    /// The version that is answered in: the sender's, or the nearest that we know.
    private static func spoken(_ version: String) -> String {
        if HL7Settings.known.contains(version) { return version }
        return ["2.1", "2.2"].contains(version) ? "2.3" : "2.5.1"
    }

    /// Whether the version has ERR with a location of its own (2.5 on).
    private var hasLocations: Bool { !["2.3", "2.3.1", "2.4"].contains(version) }

    /// MSA-1 of each answer that the sender wants (table 0155 in MSH-15 and MSH-16): none, one, or
    /// the receipt and the application's answer.
    func codes(for record: Acknowledged) -> [String] {
        let accept = condition(15)
        let application = condition(16)
        let isRejected = record.answer == .rejected
        let letter = isRejected ? (isUnprocessed(record) ? "R" : "E") : "A"
        // HL7 v2 ch. 2, "Acknowledgment": original mode when neither is valued.
        if accept.isEmpty, application.isEmpty { return ["A" + letter] }
        var codes: [String] = []
        if Self.wants(accept, isRejected) { codes.append("C" + letter) }
        if Self.wants(application, isRejected) { codes.append("A" + letter) }
        return codes
    }

    private func condition(_ number: Int) -> String {
        let text = first(number)
        return text == "\"\"" ? "" : text
    }

    private static func wants(_ condition: String, _ isRejected: Bool) -> Bool {
        switch condition {
        case "", "NE": false
        case "ER": isRejected
        case "SU": !isRejected
        // AL; what the table does not have is answered, so that its sender hears of it.
        default: true
        }
    }

    /// AR: type, event, processing id, version or the system stood in the way, not the content.
    private func isUnprocessed(_ record: Acknowledged) -> Bool {
        record.findings.contains {
            $0.severity == .error
                && ["200", "201", "202", "203", "205", "207"].contains($0.ack["ERR-3"] ?? "")
        }
    }

    /// The whole ACK message.
    ///
    /// - Parameter tellsErrors: whether ERR segments follow; of two answers, the last tells.
    func message(
        _ code: String, _ record: Acknowledged, control: String, time: String, processing: String,
        tellsErrors: Bool
    ) -> [UInt8] {
        let isKnownProcessing = ["D", "P", "T"].contains(first(11))
        let isKnownVersion = first(12) == version
        var header: [[UInt8]] = [
            speech.spoken.encodingCharacters, field(5), field(6), field(3), field(4),
            Array(time.utf8), [], type, Array(control.utf8),
            isKnownProcessing ? field(11) : Array(processing.utf8),
            isKnownVersion ? field(12) : Array(version.utf8),
        ]
        let charset = Self.part(fields, 18, 1, heard)
        if !charset.isEmpty, HL7Charset.charset(named: charset) != nil {
            header += [[], [], [], [], [], charset]
        }
        var output = speech.segment("MSH", header)
        output += speech.segment("MSA", [Array(code.utf8), field(10)])
        if record.answer == .rejected, tellsErrors { output += errors(record.findings) }
        return output
    }

    /// MSH-9: `ACK`, and from 2.4 on the event that is answered and the structure.
    private var type: [UInt8] {
        let event = first(9, component: 2)
        let isEvent =
            event.utf8.count <= 3
            && event.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
            }
        guard !["2.3", "2.3.1"].contains(version), !event.isEmpty, isEvent else {
            return Array("ACK".utf8)
        }
        return speech.components(["ACK", event, "ACK"])
    }

    private func errors(_ findings: [Finding]) -> [UInt8] {
        let told = findings.filter { $0.severity == .error || $0.ack["ERR-3"] != nil }
        guard !told.isEmpty else { return [] }
        if hasLocations { return told.flatMap(error) }
        // To 2.4 one ERR, its ERR-1 repeating: segment^sequence^field^code.
        let places = told.map { finding in
            let place = ErrorPlace(finding.location.path)
            return speech.components([
                place.segment, place.sequence, place.field, finding.ack["ERR-3"] ?? "207",
            ])
        }
        return speech.segment("ERR", [Array(places.joined(separator: [speech.spoken.repetition]))])
    }

    /// From 2.5: ERR-2 location, ERR-3 table 0357, ERR-4 table 0516, ERR-5 our code, ERR-7 and 8.
    private func error(_ finding: Finding) -> [UInt8] {
        let severity =
            switch finding.severity {
            case .error: "E"
            case .warning: "W"
            case .info: "I"
            }
        let code = finding.ack["ERR-3"] ?? "207"
        return speech.segment(
            "ERR",
            [
                [], speech.components(ErrorPlace(finding.location.path).location),
                speech.components([code, Self.names[code] ?? "", "HL70357"]),
                Array(severity.utf8), speech.components([finding.code, "", "99WAYBILL"]), [],
                speech.text(finding.message),
                speech.text(finding.fix),
            ])
    }

    /// Table 0357.
    private static let names = [
        "100": "Segment sequence error", "101": "Required field missing",
        "102": "Data type error", "103": "Table value not found", "104": "Value too long",
        "198": "Non-conformant cardinality", "199": "Other HL7 error",
        "200": "Unsupported message type",
        "201": "Unsupported event code", "202": "Unsupported processing id",
        "203": "Unsupported version id", "204": "Unknown key identifier",
        "205": "Duplicate key identifier", "206": "Application record locked",
        "207": "Application internal error",
    ]
}
