import Bytes
import Exchange

/// Cuts X12 content into pages of records, and is the only reader of its envelopes.
///
/// A record is what the guide's `record` line says: a claim in an 837, a payment (ST to SE) in an
/// 835, a claim status in a 277CA, an AK2 response in a 999 (its AK9 when it has no AK2; the last
/// AK2 record carries the AK9), a TA1. Segments before a record go into the page's context and are
/// checked with the first record beneath them; where none follows they are checked here.
///
/// Positions are byte offsets in the content, so that taking a page off the intake moves nothing.
/// Memory holds one page, one record, and the open loops.
struct X12Framer: Framer {
    static let mostSegmentBytes = 1 << 20
    static let mostRecordBytes = 64 << 20

    let guides: GuideLibrary
    let options: X12Options
    var intake: Intake
    var closing = Closing()
    var received = ReceivedEnvelope()

    /// The next byte to look at.
    var scan = 0
    var isDone = false
    var isSkipping = false
    var sawISA = false
    var inBOM = true

    var interchange: InterchangeState?
    var group: GroupState?
    var set: SetState?
    var open: OpenRecord?

    var recordNumber = 0
    var partNumber = 0
    /// The end of the last whole segment.
    var lastEnd = 0
    var seenInterchanges: Set<[UInt8]> = []

    var frames: [PendingFrame] = []
    var context: X12Context?
    var contextKey = (interchange: -1, group: -1)
    var ready: [Page] = []

    /// A record whose end was seen.
    struct PendingFrame {
        var start: Int
        var end: Int
        var number: Int
        var part: Int
        var cents: Int64
    }

    /// A record whose end is still to come.
    struct OpenRecord {
        var start: Int
        var position: Int
        var guide: Int
        var block: Int
        var occurrence: Int
        var cents: Int64 = 0
        var hasMoney = false
    }

    init(_ source: any ByteSource, guides: GuideLibrary, options: X12Options) {
        intake = Intake(source)
        self.guides = guides
        self.options = options
    }

    mutating func next() throws(SystemError) -> Page? {
        while ready.isEmpty, !isDone {
            consume()
            if !ready.isEmpty { break }
            if intake.isAtEnd {
                finish()
            } else {
                try intake.fill(to: intake.pending.count + Page.target)
            }
        }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    // MARK: Segments

    /// Takes every whole segment that is pending; pages that fill go to `ready`.
    private mutating func consume() {
        while true {
            if isSkipping || interchange == nil {
                guard seekISA() else { return }
            } else {
                guard takeSegments() else { return }
            }
        }
    }

    /// Handles segments up to the end of the interchange or of what is pending.
    /// - Returns: whether there may be more to do now.
    private mutating func takeSegments() -> Bool {
        guard let delimiters = interchange?.delimiters else { return true }
        let bytes = intake.pending
        let base = intake.offset
        let end = bytes.count
        let span = bytes.span
        while interchange != nil, !isSkipping {
            var start = scan - base
            while start < end, span[start].isBreak, span[start] != delimiters.segment { start += 1 }
            guard start < end else {
                scan = base + start
                return false
            }
            guard let stop = span.firstIndex(of: delimiters.segment, in: start..<end) else {
                if end - start > Self.mostSegmentBytes {
                    runaway(at: base + start)
                    return true
                }
                scan = base + start
                return false
            }
            scan = base + stop + 1
            segment(span, start, stop, base, delimiters)
            lastEnd = scan
            if cutting { flush() }
            if !ready.isEmpty { return false }
        }
        return true
    }

    /// Whether the frames at hand fill a page.
    private var cutting: Bool {
        guard let last = frames.last, let first = frames.first else { return false }
        return last.end - first.start >= Page.target
    }

    @inline(__always)
    private mutating func segment(
        _ span: Span<UInt8>, _ start: Int, _ stop: Int, _ base: Int, _ delimiters: Delimiters
    ) {
        if start == stop {
            if delimiters.segment.isBreak == false {
                report(EnvelopeFindings.emptySegment, at: base + start)
            }
            return
        }
        var idEnd = start
        while idEnd < stop, idEnd < start + 4, span[idEnd] != delimiters.element { idEnd += 1 }
        let id = packSegment(span, start, idEnd)
        switch id {
        case ID.isa, ID.iea, ID.gs, ID.ge, ID.ta1, ID.st, ID.se:
            let fields = Fields(span, start, stop, delimiters.element)
            envelope(id, fields, span, start, stop, base)
        default:
            inside(id, span, start, stop, base, delimiters)
        }
    }

    /// A segment of a set's body.
    @inline(__always)
    private mutating func inside(
        _ id: UInt32, _ span: Span<UInt8>, _ start: Int, _ stop: Int, _ base: Int,
        _ delimiters: Delimiters
    ) {
        guard set != nil else {
            strayed(id, at: base + start)
            return
        }
        set?.segments += 1
        if id == ID.ak9 { set?.sawTail = true }
        if id == ID.hl {
            let fields = Fields(span, start, stop, delimiters.element)
            hierarchy(fields, span, at: base + start)
        }
        if set?.opens(id, isOpen: open != nil) == true {
            closeRecord(at: lastEnd)
            openRecord(at: base + start)
        } else if id == ID.hl, open != nil, endsAtHL {
            closeRecord(at: lastEnd)
        }
        if open == nil {
            if id == ID.hl { enterBlock(at: base + start) }
            set?.append(span, start, stop + 1, base)
            if set?.isStatus == true { totals(id, span, start, stop, delimiters) }
        } else {
            if let money = set?.money, money.segment == id, open?.hasMoney == false {
                let fields = Fields(span, start, stop, delimiters.element)
                let range = fields.range(money.element)
                open?.cents = ExactDecimal(span, range)?.cents ?? 0
                open?.hasMoney = true
                if set?.rule.isSet == true {
                    closing.declaredCents = (closing.declaredCents ?? 0) &+ (open?.cents ?? 0)
                }
            }
            if let first = open?.start, base + stop - first > Self.mostRecordBytes {
                oversize(at: base + start)
            }
        }
    }

    /// Whether the last HL ends the record: one that lies beneath it does not.
    private var endsAtHL: Bool {
        guard let guide = set?.guide else { return true }
        let rule = guides[guide].record
        return rule.opens != ID.hl || !isBeneath(rule.loop, guides[guide])
    }

    mutating func openRecord(at start: Int) {
        // A record that an HL opens lies beneath the block around that HL.
        if let guide = set?.guide, guides[guide].record.opens == ID.hl {
            leaveBlocks(around: guides[guide].record.loop)
        }
        guard var state = set else { return }
        state.records += 1
        let block = state.chain.count - 1
        if block >= 0 { state.chain[block].records += 1 }
        open = OpenRecord(
            start: start, position: state.segments, guide: state.guide, block: block,
            occurrence: block >= 0 ? state.chain[block].records : 1)
        set = state
    }

    mutating func closeRecord(at end: Int) {
        guard let record = open else { return }
        open = nil
        recordNumber += 1
        let key = (received.interchanges.count, received.interchanges.last?.groups.count ?? 0)
        if context == nil || contextKey != key || context?.guide != record.guide {
            if !frames.isEmpty { flush() }
            beginContext(record.guide)
            contextKey = key
        }
        var block = -1
        if record.block >= 0 { block = addBlocks() }
        context?.records.append(
            .init(
                number: recordNumber, block: block, position: record.position,
                occurrence: record.occurrence))
        frames.append(
            PendingFrame(
                start: record.start, end: end, number: recordNumber, part: set?.part ?? 0,
                cents: record.cents))
        if set?.isStatus == true { set?.cents += ExactDecimal(cents: record.cents) }
    }

    // MARK: Pages

    private mutating func beginContext(_ guide: Int) {
        guard let state = interchange else { return }
        var made = X12Context(delimiters: state.delimiters, guide: guide)
        made.bytes = state.isa
        made.isa = 0..<state.isa.count
        if let group {
            made.bytes += group.gs
            made.gs = state.isa.count..<made.bytes.count
        }
        context = made
        set?.forgetPages()
    }

    /// Puts the open blocks into the page's context, where they are not yet.
    private mutating func addBlocks() -> Int {
        guard var state = set, var made = context else { return -1 }
        var parent = -1
        for index in state.chain.indices {
            if state.chain[index].page < 0 {
                let start = made.bytes.count
                made.bytes += state.chain[index].bytes
                if state.chain[index].reporter == 0 { state.chain[index].reporter = recordNumber }
                made.blocks.append(
                    .init(
                        range: start..<made.bytes.count, parent: parent,
                        offset: state.chain[index].offset, position: state.chain[index].position,
                        reporter: state.chain[index].reporter,
                        occurrence: state.chain[index].occurrence))
                state.chain[index].page = made.blocks.count - 1
            }
            parent = state.chain[index].page
        }
        set = state
        context = made
        return parent
    }

    /// Makes a page of the frames at hand and takes its bytes off the intake.
    mutating func flush() {
        guard let last = frames.last else { return }
        let base = intake.offset
        let page = (line: intake.line, context: context)
        let made = framed(base)
        frames = []
        context = nil
        set?.forgetPages()
        let bytes = intake.take(last.end - base)
        ready.append(
            Page(bytes: bytes, offset: base, line: page.line, frames: made, context: page.context))
    }

    private func framed(_ base: Int) -> [Frame] {
        let bytes = intake.pending
        let span = bytes.span
        var made: [Frame] = []
        made.reserveCapacity(frames.count)
        for frame in frames {
            let range = (frame.start - base)..<(frame.end - base)
            let hash = RecordHash.hash(span, range)
            made.append(
                Frame(
                    range: ByteRange(range), number: frame.number, part: frame.part, hash: hash,
                    cents: frame.cents))
        }
        return made
    }
}
