import Bytes
import Exchange

/// Builds one interchange with one group around rendered records.
///
/// Loops that consecutive records share (2000A billing provider, 2000B subscriber) are written once;
/// HLs are numbered from 1 in each set; a set is closed after `most` records. Control numbers come
/// from the series `ISA13|sender|receiver`, `GS06|sender|receiver`, `ST02|sender|receiver` and
/// `BHT03|sender|receiver`.
struct X12Assembly: Assembly {
    private let guide: Guide
    private let settings: X12EnvelopeSettings
    private let envelope: Envelope
    private var writer: SegmentWriter
    private var interchangeControl = ""
    private var groupControl = ""
    private var setControl = ""
    /// ST02 and BHT03 of all sets so far, with commas: asked for after each record, so that they
    /// are not put together anew.
    private var setControls = ""
    private var references = ""
    private var sets = 0
    private var recordsInSet = 0
    private var isSetOpen = false
    private var hlCount = 0
    /// The HL blocks that are open: what they hold, their numbers, and whether HL04 says that levels
    /// lie beneath.
    private var open: [(content: [[UInt8]], number: Int, hasChild: Bool)] = []

    init(_ envelope: Envelope, guide: Guide, newline: Bool) throws(WriteFault) {
        self.envelope = envelope
        self.guide = guide
        settings = try X12EnvelopeSettings(envelope, needsSubmitter: guide.set == "837")
        let wanted = envelope.settings?["newline"]?.text.map { $0 == "true" }
        writer = SegmentWriter(newline: wanted ?? newline)
    }

    var controlNumbers: [String: String] {
        [
            "ISA13": interchangeControl, "GS06": groupControl,
            "ST02": setControls, "BHT03": references,
        ].filter { !$0.value.isEmpty }
    }

    private func number(_ name: String) throws(WriteFault) -> Int64 {
        try Envelope.unused(envelope, "\(name)|\(settings.sender)|\(settings.receiver)")
    }

    mutating func begin() throws(WriteFault) -> [UInt8] {
        interchangeControl = Envelope.padded(try number("ISA13"), 9)
        groupControl = String(try number("GS06"))
        writer.isa(
            sender: (settings.senderQualifier, settings.sender),
            receiver: (settings.receiverQualifier, settings.receiver), clock: envelope.clock,
            control: interchangeControl, usage: settings.usage)
        writer.segment([
            "GS", guide.group, settings.groupSender, settings.groupReceiver,
            Envelope.date(envelope.clock), Envelope.time(envelope.clock), groupControl, "X",
            guide.id,
        ])
        return writer.take()
    }

    mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8] {
        let segments = record.split(separator: UInt8(ascii: "~")).map {
            Array($0.drop { $0.isBreak })
        }
        .filter { !$0.isEmpty }
        guard let first = segments.first else { throw Self.fault("an empty record") }
        if guide.record.isSet {
            try wholeSet(segments)
            return writer.take()
        }
        if isSetOpen, recordsInSet >= settings.most { closeSet() }
        if !isSetOpen { try openSet() }
        guard Self.id(first) == "HL" || guide.set == "999" else {
            throw Self.fault("a record begins with its HL loops")
        }
        recordsInSet += 1
        let (blocks, own) = split(segments)
        enter(blocks, hasOwnHL: own.first.map { Self.id($0) == "HL" } ?? false)
        for segment in own {
            if Self.id(segment) == "HL" { writeOwnHL(segment, own) } else { writer.raw(segment) }
        }
        return writer.take()
    }

    mutating func finish() throws(WriteFault) -> [UInt8] {
        if isSetOpen { closeSet() }
        writer.segment(["GE", String(sets), groupControl])
        writer.segment(["IEA", "1", interchangeControl])
        return writer.take()
    }

    private static func fault(_ detail: String) -> WriteFault {
        WriteFault(Finding(WriteFindings.record, detail))
    }

    private static func id(_ segment: [UInt8]) -> String {
        String(decoding: segment.prefix { $0 != UInt8(ascii: "*") }, as: UTF8.self)
    }

    // MARK: Sets

    private mutating func openSet() throws(WriteFault) {
        sets += 1
        isSetOpen = true
        recordsInSet = 0
        hlCount = 0
        open = []
        try begin(setOf: guide.id)
        guard let slot = guide.slots.first(where: { $0.segment == packSegment("BHT") }) else {
            return
        }
        let reference = Envelope.padded(try number("BHT03"), 9)
        references += (references.isEmpty ? "" : ",") + reference
        writer.segment([
            "BHT", onlyCode(slot, 1), try purpose(slot), reference, Envelope.date(envelope.clock),
            Envelope.time(envelope.clock),
            guide.set == "837" ? settings.claims : onlyCode(slot, 6),
        ])
        if guide.set == "837" {
            writer.segment([
                "NM1", "41", "2", settings.submitterName, "", "", "", "", "46",
                settings.submitterId,
            ])
            writer.segment(["PER", "IC", settings.contact] + contactPoints)
            writer.segment([
                "NM1", "40", "2", settings.receiverName, "", "", "", "", "46", settings.receiverId,
            ])
        }
    }

    /// Writes an ST with the next control number.
    private mutating func begin(setOf version: String?) throws(WriteFault) {
        setControl = Envelope.padded(try number("ST02"), 4)
        setControls += (setControls.isEmpty ? "" : ",") + setControl
        writer.beginSet()
        writer.segment(["ST", guide.set, setControl, version ?? ""])
    }

    /// The code of an element that the guide leaves no choice about; empty for others.
    private func onlyCode(_ slot: Slot, _ element: Int) -> String {
        let all = codes(slot, element)
        return all.count == 1 ? all[0] : ""
    }

    private func codes(_ slot: Slot, _ element: Int) -> [String] {
        guard element <= slot.elements.count else { return [] }
        let spec = guide.elements[slot.elements.lowerBound + element - 1]
        return spec.usage == .notUsed ? [] : guide.codes[spec.codes].map(codeText)
    }

    /// BHT02: as the settings say, where the guide has it; else an original, a request (13) or an
    /// answer (11); else the only code there is.
    private func purpose(_ slot: Slot) throws(WriteFault) -> String {
        let all = codes(slot, 2)
        if !settings.purpose.isEmpty {
            guard all.contains(settings.purpose) else {
                throw WriteFault(
                    Finding(
                        WriteFindings.settings, at: Location(path: "envelope"),
                        "`purpose:` is none of BHT02's codes: \(all.joined(separator: ", "))"))
            }
            return settings.purpose
        }
        for wanted in ["00", "13", "11"] where all.contains(wanted) { return wanted }
        return all.first ?? ""
    }

    private var contactPoints: [String] {
        var points: [String] = []
        if !settings.phone.isEmpty { points += ["TE", settings.phone] }
        if !settings.email.isEmpty { points += ["EM", settings.email] }
        return points
    }

    private mutating func closeSet() {
        writer.segment(["SE", String(writer.count + 1), setControl])
        isSetOpen = false
    }

    /// A record that is a whole set (835): its own ST and SE, with our control number.
    private mutating func wholeSet(_ segments: [[UInt8]]) throws(WriteFault) {
        sets += 1
        try begin(setOf: nil)
        for segment in segments where Self.id(segment) != "ST" && Self.id(segment) != "SE" {
            writer.raw(segment)
        }
        closeSet()
    }

    // MARK: HL loops

    /// Divides a record into the HL blocks around it and its own segments.
    private func split(_ segments: [[UInt8]]) -> (blocks: [[[UInt8]]], own: ArraySlice<[UInt8]>) {
        let opens = segmentName(guide.record.opens)
        var blocks: [[[UInt8]]] = []
        for (index, segment) in segments.enumerated() {
            let id = Self.id(segment)
            let code = id == "HL" ? Self.field(segment, 3) : []
            let lastCode = blocks.last?.first.map { Self.field($0, 3) } ?? []
            let isOpening =
                guide.record.hlCode != 0
                ? id == "HL"
                    && packCode(String(decoding: code, as: UTF8.self)) == guide.record.hlCode
                : id == opens
                    && (guide.record.under.isEmpty
                        || guide.record.under.contains(
                            packCode(String(decoding: lastCode, as: UTF8.self))))
            if isOpening { return (blocks, segments[index...]) }
            if id == "HL" || blocks.isEmpty { blocks.append([]) }
            blocks[blocks.count - 1].append(segment)
        }
        return (blocks, [])
    }

    private static func field(_ segment: [UInt8], _ number: Int) -> [UInt8] {
        let fields = segment.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        return number < fields.count ? Array(fields[number]) : []
    }

    /// Writes the blocks that are not open already.
    private mutating func enter(_ blocks: [[[UInt8]]], hasOwnHL: Bool) {
        var same = 0
        while same < blocks.count, same < open.count, Self.equal(open[same].content, blocks[same]) {
            same += 1
        }
        // What was written as having nothing beneath is written again where something follows.
        if same > 0, same < blocks.count || hasOwnHL, !open[same - 1].hasChild { same -= 1 }
        open.removeSubrange(same...)
        for (index, block) in blocks.enumerated().dropFirst(same) {
            hlCount += 1
            let parent = open.last?.number
            let code = String(decoding: Self.field(block[0], 3), as: UTF8.self)
            let hasChild = index + 1 < blocks.count || hasOwnHL
            writeHL(hlCount, parent, code, hasChild)
            for segment in block.dropFirst() { writer.raw(segment) }
            open.append((block, hlCount, hasChild))
        }
    }

    /// Equal apart from the HL's numbers.
    private static func equal(_ left: [[UInt8]], _ right: [[UInt8]]) -> Bool {
        guard left.count == right.count, let first = left.first, let other = right.first else {
            return false
        }
        return field(first, 3) == field(other, 3) && left.dropFirst() == right.dropFirst()
    }

    /// HL04 says whether HLs follow beneath, where the guide has it.
    private mutating func writeHL(_ number: Int, _ parent: Int?, _ code: String, _ hasChild: Bool) {
        let packed = packCode(code)
        let loop = guide.hlLoops.first { guide.loops[$0].hlCode == packed }
        let elements = loop.map { guide.slots[guide.loops[$0].trigger].elements } ?? 0..<0
        let isUsed =
            elements.count < 4 || guide.elements[elements.lowerBound + 3].usage != .notUsed
        let children = !isUsed ? "" : hasChild ? "1" : "0"
        writer.segment(["HL", String(number), parent.map { String($0) } ?? "", code, children])
    }

    /// An HL within a record (270, 271): the first is the record's own level, the rest lie below it.
    private mutating func writeOwnHL(_ segment: [UInt8], _ own: ArraySlice<[UInt8]>) {
        hlCount += 1
        let isFirst = segment == own.first
        let below = own.dropFirst().contains { Self.id($0) == "HL" }
        let code = String(decoding: Self.field(segment, 3), as: UTF8.self)
        if isFirst { ownLevel = hlCount }
        writeHL(hlCount, isFirst ? open.last?.number : ownLevel, code, isFirst && below)
    }

    private var ownLevel = 0
}
