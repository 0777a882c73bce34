import Bytes
import Exchange

/// Writes TA1 and 999 for one received file (X231A1; TA1 of X12.5).
///
/// A TA1 goes out for each interchange that asked for one (ISA14 1) or has a fault of its own; one
/// 999 for each functional group of an interchange that was not refused, with an AK2 for every set.
/// A set is refused (IK5 R) when its envelope or a record of it fails at levels 1 and 2; findings of
/// level 4 and above that a 999 can tell leave it accepted with errors (E). Nothing is answered to
/// a 999 or TA1. Values are told only where the basis holds them: the patient control number in CTX.
///
/// What is quoted of the sender's is told only where the 999's own guide lets it stand: a set whose
/// ST01 is none of AK201's codes is counted in AK9 and not listed, and a group whose GS01 is none of
/// AK101's is told by a TA1 with errors (TA104 E, TA105 024), since no 999 can name it.
struct X12Acknowledger: Acknowledger {
    /// The most segments that are told of one set, and of all.
    private static let mostSegments = 200
    private static let mostNotes = 100_000
    /// The most sets of a group that are all listed; of a larger one only those with faults are,
    /// as AK2 is situational, and AK9 counts the rest.
    private static let mostSets = 10_000

    private var received: ReceivedEnvelope
    private let refused: Set<Int>
    private let envelope: Envelope
    private let newline: Bool
    /// The codes that AK101 and AK201 may have.
    private let groupCodes: Set<String>
    private let setCodes: Set<String>
    private var notes: [Int: [Note]] = [:]
    private var noted = 0
    private var condemned: Set<Int> = []
    private var wasFinished = false
    private var wroteTA1 = false
    private var wrote999 = false

    /// What is said of one segment.
    private struct Note {
        var ack: [String: String]
        var basis: [UInt8]
        var position: Int
    }

    init(
        _ received: ReceivedEnvelope, closing: Closing, envelope: Envelope, guides: GuideLibrary,
        newline: Bool
    ) {
        self.received = received
        let guide = guides.guides.first { $0.set == "999" }
        groupCodes = guide?.codes(of: "AK1", 1) ?? []
        setCodes = guide?.codes(of: "AK2", 1) ?? []
        refused = Set(
            closing.parts.compactMap { if case .reject = $0.value { $0.key } else { nil } })
        self.envelope = envelope
        self.newline = newline
        for interchange in received.interchanges {
            for group in interchange.groups {
                for (part, faults) in group.faults { note(faults.findings, part: part, basis: []) }
            }
        }
    }

    var kind: String { wrote999 ? "999" : wroteTA1 ? "TA1" : "" }

    mutating func add(_ record: Acknowledged) -> [UInt8] {
        if record.number == 0, record.answer == .rejected { refuse(record) }
        note(record.findings, part: record.part, basis: record.basis)
        return []
    }

    /// Refuses the interchange that was taken in before (TA105 025). The file is refused as a whole,
    /// so its other interchanges are refused for what stands beside them (024).
    private mutating func refuse(_ envelope: Acknowledged) {
        let code = envelope.findings.compactMap { $0.ack["TA105"] }.first ?? "024"
        for index in received.interchanges.indices {
            let isMeant = received.interchanges[index].key == envelope.basis
            if isMeant {
                received.interchanges[index].codes.insert(code, at: 0)
            } else if received.interchanges[index].codes.isEmpty {
                received.interchanges[index].codes = ["024"]
            }
        }
    }

    private mutating func note(_ findings: [Finding], part: Int, basis: [UInt8]) {
        for finding in findings where part > 0 {
            if finding.severity == .error, finding.kind.reach != .record { condemned.insert(part) }
            // What only warns leaves its set accepted; the sender is told of it all the same.
            guard finding.ack["IK304"] != nil else { continue }
            guard noted < Self.mostNotes, notes[part, default: []].count < Self.mostSegments else {
                continue
            }
            // What lies around several records is told by each of them.
            if finding.ack["CTX01"] == nil,
                notes[part]?.contains(where: { $0.ack == finding.ack }) == true
            {
                continue
            }
            noted += 1
            let position = Int(finding.ack["IK302"] ?? "") ?? 0
            notes[part, default: []].append(
                Note(ack: finding.ack, basis: basis, position: position))
        }
    }

    mutating func finish() -> [UInt8] {
        guard !wasFinished else { return [] }
        wasFinished = true
        var bytes: [UInt8] = []
        for interchange in received.interchanges {
            let isRefused = !interchange.codes.isEmpty
            let asked = interchange.groups.filter { $0.functional != Array("FA".utf8) }
            let groups = isRefused ? [] : asked.filter { groupCodes.contains(text($0.functional)) }
            let isErroneous = !isRefused && groups.count < asked.count
            let asks = interchange.asksForTA1 || isRefused || isErroneous
            let isAnswer =
                interchange.holdsOnlyTA1
                || (!interchange.groups.isEmpty
                    && interchange.groups.allSatisfy { $0.functional == Array("FA".utf8) })
            if isAnswer || (groups.isEmpty && !asks) { continue }
            bytes += answer(interchange, groups, withTA1: asks, isErroneous: isErroneous)
        }
        return bytes
    }

    // MARK: One interchange

    private mutating func answer(
        _ interchange: ReceivedEnvelope.Interchange, _ groups: [ReceivedEnvelope.Group],
        withTA1: Bool, isErroneous: Bool
    ) -> [UInt8] {
        var writer = SegmentWriter(newline: newline)
        let theirs = interchange.isa
        let sender = party(theirs[7])
        let receiver = party(theirs[5])
        let control = Envelope.padded(
            Envelope.number(envelope, "ISA13|\(sender)|\(receiver)"), 9)
        writer.isa(
            sender: (qualifier(theirs[6]), sender), receiver: (qualifier(theirs[4]), receiver),
            clock: envelope.clock, control: control,
            usage: quoted(theirs[14], ISAHeader.isValid(15, theirs[14]), "P"))
        if withTA1 {
            let code = interchange.codes.first ?? (isErroneous ? "024" : "000")
            writer.segment([
                "TA1",
                quoted(
                    theirs[12], theirs[12].count == 9 && theirs[12].allSatisfy(\.isDigit),
                    "000000000"),
                quoted(
                    theirs[8], ElementRule.isDate(theirs[8]),
                    String(Envelope.date(envelope.clock).dropFirst(2))),
                quoted(theirs[9], ElementRule.isTime(theirs[9]), Envelope.time(envelope.clock)),
                interchange.codes.isEmpty ? isErroneous ? "E" : "A" : "R", code,
            ])
            wroteTA1 = true
        }
        for (index, group) in groups.enumerated() { answer(group, index + 1, &writer) }
        if !groups.isEmpty { wrote999 = true }
        writer.segment(["IEA", String(groups.count), control])
        return writer.bytes
    }

    /// What is quoted back; where it could not stand in a valid answer, what stands in for it.
    private func quoted(_ bytes: [UInt8], _ isValid: Bool, _ other: String) -> String {
        isValid ? String(decoding: bytes, as: UTF8.self) : other
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// ISA06 or ISA08 as it may stand in our ISA.
    private func party(_ bytes: [UInt8]) -> String {
        let kept = SegmentWriter.plain(text(bytes.trimmed))
        return kept.isEmpty ? "UNKNOWN" : kept
    }

    /// ISA05 or ISA07 as it may stand in our ISA.
    private func qualifier(_ bytes: [UInt8]) -> String {
        quoted(bytes, ISAHeader.isValid(5, bytes), "ZZ")
    }

    /// A count of at most six digits.
    private func count(_ number: Int) -> String { String(min(number, 999_999)) }

    /// A control number for AK202, which has 4 to 9 characters: zeros in front of a short one, the
    /// end of a long one.
    private func quotedControl(_ packed: UInt64) -> String {
        let kept = SegmentWriter.plain(ReceivedEnvelope.unpack(packed))
        return String(repeating: "0", count: max(0, 4 - kept.utf8.count)) + kept
    }

    /// One functional group with one 999.
    private mutating func answer(
        _ group: ReceivedEnvelope.Group, _ number: Int, _ writer: inout SegmentWriter
    ) {
        let ours = SegmentWriter.plain(text(group.receiver))
        let theirs = SegmentWriter.plain(text(group.sender))
        let control = String(Envelope.number(envelope, "GS06|\(ours)|\(theirs)"))
        writer.segment([
            "GS", "FA", ours, theirs, Envelope.date(envelope.clock), Envelope.time(envelope.clock),
            control, "X", "005010X231A1",
        ])
        writer.beginSet()
        writer.segment(["ST", "999", "0001", "005010X231A1"])
        let number = group.control.filter(\.isDigit)
        writer.segment([
            "AK1", text(group.functional), number.isEmpty ? "0" : text(Array(number.prefix(9))),
            SegmentWriter.plain(text(group.version)),
        ])
        var accepted = 0
        var withErrors = false
        for index in group.sets.indices {
            let verdict = answer(index, group, &writer)
            if verdict != "R" { accepted += 1 }
            if verdict == "E" { withErrors = true }
        }
        let isRefused = !group.codes.isEmpty
        let answer =
            isRefused || accepted == 0
            ? "R" : accepted < group.sets.count ? "P" : withErrors ? "E" : "A"
        writer.segment(
            [
                "AK9", answer, count(group.declared ?? group.sets.count), count(group.sets.count),
                count(isRefused ? 0 : accepted),
            ] + unique(group.codes))
        writer.segment(["SE", String(writer.count + 1), "0001"])
        writer.segment(["GE", "1", control])
    }

    /// AK2 … IK5 of one set.
    /// - Returns: IK501.
    private mutating func answer(
        _ index: Int, _ group: ReceivedEnvelope.Group, _ writer: inout SegmentWriter
    ) -> String {
        let part = group.firstPart + index
        let said = group.faults[part]?.codes ?? []
        let all = (notes.removeValue(forKey: part) ?? []).enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
        let isRefused =
            refused.contains(part) || condemned.contains(part) || !group.codes.isEmpty
        let verdict = isRefused ? "R" : all.isEmpty ? "A" : "E"
        if verdict == "A", group.sets.count > Self.mostSets { return verdict }
        let set = group.sets[index]
        let kind = group.kinds[Int(set.kind)]
        // What is none of AK201's codes cannot be quoted; AK9 counts the set as not accepted.
        guard setCodes.contains(text(kind.id)) else { return verdict }
        let version = text(kind.version)
        let isVersion = version.utf8.count <= 35 && version == SegmentWriter.plain(version)
        writer.segment([
            "AK2", text(kind.id), quotedControl(set.control), isVersion ? version : "",
        ])
        segments(all, &writer)
        var codes = said.filter { $0 != "5" }
        let isGuideOnly =
            !all.isEmpty
            && all.allSatisfy { ($0.ack["IK403"] ?? $0.ack["IK304"] ?? "").hasPrefix("I") }
        if !all.isEmpty { codes.append(isGuideOnly ? "I5" : "5") }
        if said.contains("5") || condemned.contains(part), all.isEmpty { codes.append("5") }
        writer.segment(["IK5", verdict] + (verdict == "A" ? [] : unique(codes)))
        return verdict
    }

    /// IK3, CTX and IK4: notes of one segment stand together.
    private func segments(_ all: [Note], _ writer: inout SegmentWriter) {
        var index = 0
        while index < all.count {
            let first = all[index]
            let isElement = first.ack["IK401"] != nil
            let segment = first.ack["IK301"] ?? ""
            writer.segment([
                "IK3", segment.utf8.count < 2 ? "ZZ" : segment, count(first.position),
                first.ack["IK303"] ?? "",
                first.ack["IK304"] ?? "8",
            ])
            if let trigger = first.ack["CTX02"], !trigger.isEmpty {
                writer.segment([
                    "CTX", "SITUATIONAL TRIGGER", trigger,
                    count(Int(first.ack["CTX03"] ?? "") ?? 1),
                    first.ack["CTX04"] ?? "", first.ack["CTX05"] ?? "",
                ])
            }
            let unit = text(first.basis)
            if let name = first.ack["CTX01"], (1...35).contains(first.basis.count),
                unit == SegmentWriter.plain(unit)
            {
                writer.segment(["CTX", name + ":" + unit])
            }
            var next = index
            while next < all.count, isElement, all[next].ack["IK302"] == first.ack["IK302"],
                all[next].ack["IK301"] == first.ack["IK301"], let element = all[next].ack["IK401"]
            {
                writer.segment(["IK4", place(element), "", all[next].ack["IK403"] ?? "1"])
                next += 1
            }
            index = max(next, index + 1)
        }
    }

    /// IK401: element and component have two digits at most.
    private func place(_ element: String) -> String {
        element.split(separator: ":").map { String(min(Int($0) ?? 1, 99)) }.joined(separator: ":")
    }

    /// The first five, each once.
    private func unique(_ codes: [String]) -> [String] {
        var seen: [String] = []
        for code in codes where !seen.contains(code) { seen.append(code) }
        return Array(seen.prefix(5))
    }
}
