import Bytes
import Exchange

/// Checks what a receiver must know before anything else: delimiters, type, version, character set.
enum HeaderCheck {
    static let noHeader = FindingKind(
        "HL7-101", .error, owner: .it, what: "segments stand without an MSH before them",
        fix: "Ask the sender for the whole message; its beginning is missing.")
    static let delimiters = FindingKind(
        "HL7-102", .error, owner: .analyst,
        what: "the delimiters in MSH-1 and MSH-2 cannot be used",
        fix: "Ask the sender for distinct delimiters, best |^~\\&.")
    static let unusual = FindingKind(
        "HL7-103", .warning, owner: .analyst, what: "the delimiters are unusual",
        fix: "Nothing to do; tell the sender when convenient.")
    static let type = FindingKind(
        "HL7-104", .error, owner: .analyst, what: "the message type is not supported",
        fix: "Correct MSH-9.1, or ask for this message to be described in schemas/hl7v2.")
    static let event = FindingKind(
        "HL7-105", .error, owner: .analyst, what: "the trigger event is not supported",
        fix: "Correct MSH-9.2, or ask for this event to be described in schemas/hl7v2.")
    static let structure = FindingKind(
        "HL7-106", .warning, owner: .analyst, what: "MSH-9.3 does not go with MSH-9.1 and 9.2",
        fix: "Nothing to do; the message is read by 9.1 and 9.2.")
    static let version = FindingKind(
        "HL7-107", .error, owner: .analyst, what: "the version in MSH-12 is not supported",
        fix: "Ask the sender for 2.3 to 2.8.")
    static let nearest = FindingKind(
        "HL7-108", .info, owner: .analyst, what: "the version is read by the rules of 2.5.1",
        fix: "Nothing to do.")
    static let charset = FindingKind(
        "HL7-109", .error, owner: .it, what: "the character set in MSH-18 is not supported",
        fix: "Ask the sender for ASCII, 8859/1 to 8859/15 or UNICODE UTF-8.")
    static let undecodable = FindingKind(
        "HL7-110", .error, owner: .it,
        what: "a byte does not belong to the message's character set",
        fix: "Ask the sender to state the set in MSH-18, or set `charset:` in the feed.")
    static let unwanted = FindingKind(
        "HL7-111", .error, owner: .analyst, what: "the feed does not take this message type",
        fix: "Add it to `messages:` in the feed, or ask the sender to send it elsewhere.")
    static let otherVersion = FindingKind(
        "HL7-112", .error, owner: .analyst, what: "the feed does not take this version",
        fix: "Add it to `versions:` in the feed, or ask the sender for another version.")
    static let kinds = [
        noHeader, delimiters, unusual, type, event, structure, version, nearest, charset,
        undecodable, unwanted, otherVersion,
    ]

    /// - Returns: whether the rest of the message can be checked.
    static func check(_ format: HL7Format, _ reporter: inout Reporter) -> Bool {
        let record = reporter.record
        guard let first = record.segments.first,
            reporter.document.segments[first].id == SegmentID.msh
        else {
            reporter.report(
                noHeader, Reporter.Place(segment: record.segments.lowerBound), "100")
            return false
        }
        // With delimiters that mean two things, no field can be told apart.
        guard checkDelimiters(&reporter, first) else { return false }
        checkVersion(format, &reporter, first)
        checkType(format, &reporter, first)
        checkCharset(format, &reporter, first)
        return true
    }

    /// Whether delimiters, version, type and character set give nothing to say.
    static func isUsual(
        _ format: HL7Format, _ document: HL7Document, _ record: RecordEntry
    ) -> Bool {
        guard let first = record.segments.first, document.segments[first].id == SegmentID.msh,
            record.delimiters == .standard,
            document.field(2, of: document.segments[first])?.count == 4, record.root >= 0,
            record.reading == .own, !record.hasHighBytes,
            document.field(18, of: document.segments[first])?.isEmpty ?? true
        else { return false }
        let stated = document.headerKey(9, component: 3, of: record)
        return (stated == 0 || stated == format.schemas[record.schema].rootKey(record.root))
            && format.wanted.take(
                version: document.headerKey(12, of: record),
                type: document.headerKey(9, of: record),
                event: document.headerKey(9, component: 2, of: record))
    }

    /// HL7 v2 ch. 2, "Message delimiters".
    private static func checkDelimiters(_ reporter: inout Reporter, _ first: Int) -> Bool {
        let own = reporter.record.delimiters
        if own == .standard, reporter.document.fields.count > 1,
            reporter.document.field(2, of: reporter.document.segments[first])?.count == 4
        {
            return true
        }
        let given = own.given
        let length = reporter.document.field(2, of: reporter.document.segments[first])?.count ?? 0
        let place = Reporter.Place(segment: first, field: 2)
        let isText = given.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if Set(given).count != given.count || length == 0 || length > 5 || !isText {
            reporter.report(
                Self.delimiters, place, "102", "want four distinct characters, five from 2.7 on")
            return false
        }
        let isAlphanumeric = given.contains {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        if isAlphanumeric {
            reporter.report(unusual, place, nil, "a letter or digit")
        } else if given.contains(where: { $0 == 0x20 || $0 == 0x22 }) {
            reporter.report(unusual, place, nil, "a space or quotation mark")
        } else if length < 4 {
            reporter.report(unusual, place, nil, "\(length) instead of 4")
        } else if length == 5, reporter.later.rawValue < Reporter.Later.seven.rawValue {
            reporter.report(unusual, place, nil, "a truncation character before 2.7")
        }
        return true
    }

    private static func checkVersion(
        _ format: HL7Format, _ reporter: inout Reporter, _ first: Int
    ) {
        let version = reporter.document.header(12, of: reporter.record)
        // An empty MSH-12 is told as a required field.
        guard !version.isEmpty else { return }
        let place = Reporter.Place(segment: first, field: 12)
        switch reporter.record.reading {
        case .unknown: reporter.report(self.version, place, "203")
        case .nearest: reporter.report(nearest, place)
        case .own: break
        }
        let wanted = format.settings.versions
        if !wanted.isEmpty, !wanted.contains(where: { Array($0.utf8) == version }) {
            reporter.report(
                otherVersion, place, "203", "it takes \(wanted.joined(separator: ", "))")
        }
    }

    private static func checkType(
        _ format: HL7Format, _ reporter: inout Reporter, _ first: Int
    ) {
        let document = reporter.document
        let record = reporter.record
        let type = document.header(9, of: record)
        guard !type.isEmpty else { return }
        let place = Reporter.Place(segment: first, field: 9, component: 1)
        if record.root < 0 {
            if format.knows(type: type, inSchema: record.schema) {
                var place = place
                place.component = 2
                reporter.report(event, place, "201")
            } else {
                reporter.report(self.type, place, "200")
            }
        } else {
            let stated = document.header(9, component: 3, of: record)
            let node = reporter.schema.nodes[record.root]
            let name = reporter.schema.names[Int(node.name)]
            if !stated.isEmpty, stated != Array(name.utf8) {
                var place = place
                place.component = 3
                reporter.report(structure, place, nil, "\(name) is expected")
            }
        }
        let wanted = format.settings.messages
        guard !wanted.isEmpty else { return }
        let event = document.header(9, component: 2, of: record)
        let full = event.isEmpty ? type : type + [0x5E] + event
        if !wanted.contains(where: {
            Array($0.utf8) == full || Array($0.utf8) == type
                || Array($0.utf8) == type + Array("^*".utf8)
        }) {
            reporter.report(
                unwanted, place,
                wanted.contains { $0.hasPrefix(String(decoding: type, as: UTF8.self) + "^") }
                    ? "201" : "200", "it takes \(wanted.joined(separator: ", "))")
        }
    }

    /// HL7 v2 ch. 2, MSH-18: bytes that do not fit are told with their place and kept.
    private static func checkCharset(
        _ format: HL7Format, _ reporter: inout Reporter, _ first: Int
    ) {
        let record = reporter.record
        guard let charset = format.charset(of: record, in: reporter.document) else {
            reporter.report(self.charset, Reporter.Place(segment: first, field: 18), "103")
            return
        }
        guard record.hasHighBytes else { return }
        let document = reporter.document
        let span = document.bytes.span
        // A wrong set would make a finding of every byte: the first in each segment is enough.
        for index in record.segments {
            let segment = document.segments[index]
            guard
                case .failure(let fault) = charset.decode(
                    span, Int(segment.start)..<Int(segment.end))
            else { continue }
            var place = Reporter.Place(segment: index, index: fault.offset)
            for number in 1...max(1, Int(segment.fieldCount)) {
                if let field = document.field(number, of: segment),
                    Int(field.end) >= fault.offset, Int(field.start) <= fault.offset
                {
                    place.field = number
                    break
                }
            }
            reporter.report(undecodable, place, "102", "\(charset)")
        }
    }
}
