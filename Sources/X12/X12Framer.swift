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
    static let mostBlockBytes = 16 << 20

    let guides: GuideLibrary
    let options: X12Options
    var intake: Intake
    var closing = Closing()
    var received = ReceivedEnvelope()
    var tally = CountTally()

    /// The next byte to look at.
    var scan = 0
    var isDone = false
    var isSkipping = false
    /// Whether bytes that are no interchange stand before the place that is looked at.
    var isInJunk = false
    var sawISA = false
    var inBOM = true

    var interchange: InterchangeState?
    var group: GroupState?
    var set = SetState()
    var open: OpenRecord?

    var recordNumber = 0
    var partNumber = 0
    /// The end of the last whole segment.
    var lastEnd = 0
    var seenInterchanges: Set<[UInt8]> = []

    var frames: [PendingFrame] = []
    /// Whether the frames at hand fill a page.
    var isFull = false
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
        /// The loop it is, and that of the HL it lies beneath or that opens it.
        var loop = 0
        var level = 0
        /// Whether it is a record only where no level lies beneath its HL.
        var isAlone = false
        var cents: Int64 = 0
        var hasMoney = false
        /// Whether a claim's status refuses it (277CA: STC03 U).
        var isRefused = false
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
            let goesOn = isSkipping || interchange == nil ? seekISA() : takeSegments()
            if isFull { flush() }
            if !ready.isEmpty { return }
            if !goesOn {
                letGo()
                return
            }
        }
    }

    /// Handles segments up to the end of the interchange, of a page, or of what is pending.
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
            if isFull || !ready.isEmpty { return true }
        }
        return true
    }

    /// Lets bytes go that no page will hold, so that a long stretch without records is not kept.
    private mutating func letGo() {
        guard frames.isEmpty, open == nil, interchange != nil, scan - intake.offset > 1 << 20 else {
            return
        }
        fillBlock(to: lastEnd)
        _ = intake.take(min(lastEnd, scan) - intake.offset)
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
        guard set.isOpen else {
            strayed(id, at: base + start)
            return
        }
        set.segments += 1
        if id == ID.ak9 { set.sawTail = true }
        if id == ID.hl, set.isKnown {
            let fields = Fields(span, start, stop, delimiters.element)
            hierarchy(fields, span, at: base + start)
        }
        if id == ID.hl, let record = open { next(record) }
        var opens = false
        if id == set.opens {
            opens = set.opensHere
        } else if id == set.opensAlone, set.records == 0, open == nil {
            // A segment that opens a record where the set has none before it.
            opens = true
        }
        // What opens an answer above the claim again is a loop too many, and no second record.
        if opens, open?.isAlone == true, id != ID.hl { opens = false }
        if opens {
            closeRecord(at: lastEnd)
            openRecord(at: base + start)
        }
        if set.isStatus { totals(id, span, start, stop, delimiters, at: base + start) }
        if open == nil {
            if id == ID.hl { enterBlock(at: base + start) }
            return
        }
        if id == set.moneySegment, open?.hasMoney == false {
            money(Fields(span, start, stop, delimiters.element), span)
        }
        if let first = open?.start, base + stop - first > Self.mostRecordBytes {
            oversize(at: base + start)
        }
    }

    /// What an HL does to the record that is open.
    private mutating func next(_ record: OpenRecord) {
        if set.isRecord { return }
        let guide = guides[set.guide]
        let isBeneath = isBeneath(record.level, guide)
        if record.isAlone, isBeneath {
            withdraw(record)
        } else if record.loop != record.level || !isBeneath {
            // An HL that lies beneath the one that opened the record does not end it.
            closeRecord(at: lastEnd)
        }
    }

    private mutating func money(_ fields: Fields, _ span: Span<UInt8>) {
        let cents = ExactDecimal(span, fields.range(set.moneyElement, span))?.cents ?? 0
        open?.cents = cents
        open?.hasMoney = true
        if set.isStatus { open?.isRefused = span.equals(fields.range(3, span), "U") }
        if set.isRecord { closing.declaredCents = (closing.declaredCents ?? 0) &+ cents }
    }
}
