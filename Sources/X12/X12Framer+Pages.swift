import Bytes
import Exchange

/// Records and the pages they are put into.
extension X12Framer {
    mutating func openRecord(at start: Int) {
        fillBlock(to: start)
        let own = set.opening ?? .init(loop: guides[set.guide].record.loop, segment: set.opens)
        // A record that an HL opens lies beneath the block around that HL.
        if own.segment == ID.hl { leaveBlocks(around: own.loop) }
        set.records += 1
        let block = set.chain.count - 1
        if block >= 0 { set.chain[block].records += 1 }
        open = OpenRecord(
            start: start, position: set.segments, guide: set.guide, block: block,
            occurrence: block >= 0 ? set.chain[block].records : 1, loop: own.loop,
            level: own.segment == ID.hl ? own.loop : set.hlLoop, isAlone: own.isAlone)
    }

    /// Takes a record back: what lies beneath its HL are records, and it belongs to their block.
    mutating func withdraw(_ record: OpenRecord) {
        open = nil
        set.records -= 1
        if set.chain.indices.contains(record.block) { set.chain[record.block].records -= 1 }
        if record.loop == record.level { enter(record.loop, record.start, record.position) }
        set.copied = record.start
    }

    mutating func closeRecord(at end: Int) {
        guard let record = open else { return }
        open = nil
        set.copied = end
        recordNumber += 1
        let key = (received.interchanges.count, received.interchanges.last?.groups.count ?? 0)
        if context == nil || contextKey != key || context?.guide != record.guide {
            if !frames.isEmpty { flush() }
            beginContext(record.guide)
            contextKey = key
        }
        let block = record.block >= 0 ? addBlocks() : -1
        context?.records.append(
            .init(
                number: recordNumber, block: block, position: record.position,
                occurrence: record.occurrence))
        frames.append(
            PendingFrame(
                start: record.start, end: end, number: recordNumber, part: set.part,
                cents: record.cents))
        if let first = frames.first, end - first.start >= Page.target { isFull = true }
        if set.isStatus, !record.isAlone { set.provider.count(record) }
    }

    private mutating func beginContext(_ guide: Int) {
        guard let state = interchange else { return }
        var made = X12Context(
            delimiters: state.delimiters, guide: guide, guideKey: guides[guide].key)
        made.bytes = state.isa
        made.isa = 0..<state.isa.count
        if let group {
            made.bytes += group.gs
            made.gs = state.isa.count..<made.bytes.count
        }
        context = made
        set.forgetPages()
    }

    /// Puts the open blocks into the page's context, where they are not yet.
    private mutating func addBlocks() -> Int {
        var parent = -1
        for index in set.chain.indices {
            let block = set.chain[index]
            if block.page < 0 {
                if block.reporter == 0 { set.chain[index].reporter = recordNumber }
                let start = context?.bytes.count ?? 0
                let run = set.range(index)
                context?.bytes += set.bytes[run]
                context?.blocks.append(
                    .init(
                        range: start..<(start + run.count), parent: parent, offset: block.offset,
                        position: block.position, reporter: set.chain[index].reporter,
                        occurrence: block.occurrence))
                set.chain[index].page = (context?.blocks.count ?? 0) - 1
            }
            parent = set.chain[index].page
        }
        return parent
    }

    /// Copies what the innermost block has up to `end`, before a record or a block begins there or
    /// the bytes are taken away. Line breaks between segments stay, so that places in the block are
    /// places in the content.
    mutating func fillBlock(to end: Int) {
        guard set.isOpen, open == nil, !set.chain.isEmpty, set.copied < end else { return }
        let base = intake.offset
        if set.copied >= base, end - base <= intake.pending.count, !set.isBlind {
            set.bytes += intake.pending[(set.copied - base)..<(end - base)]
            if set.bytes.count > Self.mostBlockBytes {
                set.isBlind = true
                rejectSet(EnvelopeFindings.tooLarge, "5", at: set.offset)
            }
        }
        set.copied = end
    }

    /// Makes a page of the frames at hand and takes its bytes off the intake.
    mutating func flush() {
        isFull = false
        guard let last = frames.last else { return }
        fillBlock(to: lastEnd)
        let base = intake.offset
        let page = (line: intake.line, context: context)
        let made = framed(base)
        frames = []
        context = nil
        set.forgetPages()
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
