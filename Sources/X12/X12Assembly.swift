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
    private var setControls: [String] = []
    private var references: [String] = []
    private var sets = 0
    private var recordsInSet = 0
    private var isSetOpen = false
    private var hlCount = 0
    /// The HL blocks that are open: what they hold, and their numbers.
    private var open: [(content: [[UInt8]], number: Int)] = []

    init(_ envelope: Envelope, guide: Guide, newline: Bool) throws(WriteFault) {
        self.envelope = envelope
        self.guide = guide
        settings = try X12EnvelopeSettings(envelope, needsSubmitter: guide.set == "837")
        let wanted = envelope.settings?["newline"]?.text.map { $0 == "true" }
        writer = SegmentWriter(newline: wanted ?? newline)
    }

    var controlNumbers: [String: String] {
        [
            "ISA13": interchangeControl, "GS06": groupControl, "ST02": setControls.joined(separator: ","),
            "BHT03": references.joined(separator: ","),
        ].filter { !$0.value.isEmpty }
    }

    private func number(_ name: String) -> Int64 {
        Envelope.number(envelope, "\(name)|\(settings.sender)|\(settings.receiver)")
    }

    mutating func begin() throws(WriteFault) -> [UInt8] {
        interchangeControl = Envelope.padded(number("ISA13"), 9)
        groupControl = String(number("GS06"))
        writer.isa(
            sender: (Array(settings.senderQualifier.utf8), Array(settings.sender.utf8)),
            receiver: (Array(settings.receiverQualifier.utf8), Array(settings.receiver.utf8)),
            clock: envelope.clock, control: interchangeControl, usage: Array(settings.usage.utf8))
        writer.segment([
            "GS", guide.group, settings.groupSender, settings.groupReceiver,
            Envelope.date(envelope.clock), Envelope.time(envelope.clock), groupControl, "X", guide.id,
        ])
        return writer.take()
    }

    mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8] {
        let segments = record.split(separator: UInt8(ascii: "~")).map { Array($0.drop { $0.isBreak }) }
            .filter { !$0.isEmpty }
        guard let first = segments.first else { throw Self.fault("an empty record") }
        if guide.record.isSet {
            wholeSet(segments)
            return writer.take()
        }
        if isSetOpen, recordsInSet >= settings.most { closeSet() }
        if !isSetOpen { openSet() }
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

    private mutating func openSet() {
        sets += 1
        isSetOpen = true
        recordsInSet = 0
        hlCount = 0
        open = []
        setControl = Envelope.padded(number("ST02"), 4)
        setControls.append(setControl)
        writer.beginSet()
        writer.segment(["ST", guide.set, setControl, guide.id])
        guard guide.segmentIndex(packSegment("BHT")) != nil else { return }
        let reference = Envelope.padded(number("BHT03"), 9)
        references.append(reference)
        let date = Envelope.date(envelope.clock)
        let time = Envelope.time(envelope.clock)
        switch guide.set {
        case "837":
            writer.segment(["BHT", "0019", "00", reference, date, time, settings.claims])
            writer.segment(["NM1", "41", "2", settings.submitterName, "", "", "", "", "46", settings.submitterId])
            writer.segment(["PER", "IC", settings.contact] + contactPoints)
            writer.segment(["NM1", "40", "2", settings.receiverName, "", "", "", "", "46", settings.receiverId])
        case "270": writer.segment(["BHT", "0022", "13", reference, date, time])
        case "271": writer.segment(["BHT", "0022", "11", reference, date, time])
        default: writer.segment(["BHT", guide.id == "005010X214" ? "0085" : "0010", "08", reference, date, time, guide.id == "005010X214" ? "TH" : "DG"])
        }
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
    private mutating func wholeSet(_ segments: [[UInt8]]) {
        sets += 1
        setControl = Envelope.padded(number("ST02"), 4)
        setControls.append(setControl)
        writer.beginSet()
        writer.segment(["ST", guide.set, setControl])
        for segment in segments where Self.id(segment) != "ST" && Self.id(segment) != "SE" { writer.raw(segment) }
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
                ? id == "HL" && packCode(String(decoding: code, as: UTF8.self)) == guide.record.hlCode
                : id == opens && (guide.record.under.isEmpty || guide.record.under.contains(packCode(String(decoding: lastCode, as: UTF8.self))))
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
        while same < blocks.count, same < open.count, Self.equal(open[same].content, blocks[same]) { same += 1 }
        open.removeSubrange(same...)
        for (index, block) in blocks.enumerated().dropFirst(same) {
            hlCount += 1
            let parent = open.last?.number
            let code = String(decoding: Self.field(block[0], 3), as: UTF8.self)
            let hasChild = index + 1 < blocks.count || hasOwnHL
            writeHL(hlCount, parent, code, hasChild)
            for segment in block.dropFirst() { writer.raw(segment) }
            open.append((block, hlCount))
        }
    }

    /// Equal apart from the HL's numbers.
    private static func equal(_ left: [[UInt8]], _ right: [[UInt8]]) -> Bool {
        guard left.count == right.count, let first = left.first, let other = right.first else { return false }
        return field(first, 3) == field(other, 3) && left.dropFirst() == right.dropFirst()
    }

    /// HL04 says whether HLs follow beneath; the patient level of a 277CA has none.
    private mutating func writeHL(_ number: Int, _ parent: Int?, _ code: String, _ hasChild: Bool) {
        let children = code == "PT" || (code == "23" && guide.set == "277") ? "" : hasChild ? "1" : "0"
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
