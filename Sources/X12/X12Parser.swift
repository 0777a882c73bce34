import Bytes
import Exchange

/// Splits a page into segments and gives each its slot in the guide.
///
/// The walk keeps a stack of open loops. A segment takes the first slot, from the innermost loop
/// outwards and from the present rank onwards, whose qualifiers all fit; then, in this order, an
/// earlier slot that fits (out of sequence), a slot of its id whose qualifier does not fit (one
/// IK4 7), and none. Required slots are missed when their loop closes.
struct X12Parser {
    /// An open loop.
    struct Level {
        var loop: Int
        var instance: Int
        var rank: Int
        /// Whether an HL that stands before records opened it: `finishBlock` saw what it lacks.
        var isBlock = false
    }

    /// How often an item was seen in the occurrence of its loop that `stamp` names. A loop is open
    /// once at most, so that one entry for each item of the guide is enough, and opening a loop
    /// clears nothing.
    struct Seen {
        var stamp: Int32 = -1
        var count: Int32 = 0
    }

    let guide: Guide
    let library: GuideLibrary
    let context: X12Context
    let page: Page
    let bytes: [UInt8]
    let delimiters: Delimiters
    var table = SegmentTable()
    private var separators: Separators
    /// How many line breaks stood between segments.
    private var skipped = 0
    var instances: [X12Document.Instance] = []
    var issues: [X12Document.Issue] = []
    var entries: [X12Document.Entry] = []
    var levels: [Level] = []
    var seen: [Seen]
    var isQuiet = false
    /// The lowest level that the segments at hand may reach.
    var floor = 0
    var position = 0
    /// Level depth at the end of each block that was walked; −1 before.
    private var depths: [Int]
    /// The units of each block.
    private var blockUnits: [Range<Int>]

    private init(_ page: Page, _ context: X12Context, _ library: GuideLibrary) {
        self.page = page
        self.context = context
        self.library = library
        guide = library[context.guide]
        delimiters = context.delimiters
        separators = Separators(context.delimiters)
        bytes = context.bytes + page.bytes
        seen = Array(repeating: Seen(), count: guide.items.count)
        depths = Array(repeating: -1, count: context.blocks.count)
        blockUnits = Array(repeating: 0..<0, count: context.blocks.count)
        table.units.reserveCapacity(bytes.count / 20)
        table.marks.reserveCapacity(bytes.count / 4 + Separators.step)
        table.parts.reserveCapacity(bytes.count / 32)
        entries.reserveCapacity(page.frames.count)
        instances.append(.init(loop: 0, parent: -1, firstUnit: 0, rank: 0))
        levels = [Level(loop: 0, instance: 0, rank: 0)]
    }

    /// Parses every record of a page.
    static func parse(_ page: Page, guides: GuideLibrary) -> X12Document {
        let context = (page.context as? X12Context) ?? guess(page, guides)
        var parser = X12Parser(page, context, guides)
        let bytes = parser.bytes
        let span = bytes.span
        for frame in page.frames { parser.record(frame, span) }
        return parser.document()
    }

    /// Parses blocks that no record lies beneath, as one entry that reports on the last of them.
    static func parse(blocks: X12Context, guides: GuideLibrary, line: Int) -> X12Document {
        let page = Page(bytes: [], offset: 0, line: line, frames: [])
        var parser = X12Parser(page, blocks, guides)
        let bytes = parser.bytes
        let lead = parser.blocks(to: blocks.blocks.count - 1, number: -1, own: -1, bytes.span)
        let count = parser.table.units.count
        parser.entries.append(
            .init(
                number: 0, lead: lead..<count, units: count..<count,
                issues: 0..<parser.issues.count, around: 0))
        return parser.document()
    }

    private consuming func document() -> X12Document {
        table.parts.append(.max)
        table.isPlain = !separators.sawOther && separators.breaks == skipped
        return X12Document(
            page: page, context: context, bytes: bytes, table: table, instances: instances,
            issues: issues, entries: entries, blockUnits: blockUnits)
    }

    /// A context for a record that comes without one: delimiters from its bytes, the guide by its
    /// first segment.
    private static func guess(_ page: Page, _ guides: GuideLibrary) -> X12Context {
        let delimiters = Delimiters.guess(page.bytes)
        let end = page.bytes.firstIndex(of: delimiters.element) ?? 0
        let id = packSegment(page.bytes.span, 0, end)
        let index = guides.guides.firstIndex { $0.record.opens == id } ?? guides.controlIndex
        return X12Context(delimiters: delimiters, guide: index)
    }

    // MARK: Blocks and records

    /// Walks the chain of blocks down to `block`, where it was not walked yet.
    /// - Returns: the first unit of those that record `number` reports on.
    private mutating func blocks(
        to block: Int, number: Int, own: Int, _ span: Span<UInt8>
    ) -> Int {
        guard block >= 0, depths.indices.contains(block), depths[block] < 0 else {
            return table.units.count
        }
        var chain: [Int] = []
        var index = block
        while index >= 0, depths[index] < 0, chain.count <= depths.count {
            chain.append(index)
            index = context.blocks[index].parent
        }
        var lead = -1
        for index in chain.reversed() {
            let entry = context.blocks[index]
            let depth = entry.parent >= 0 ? depths[entry.parent] : 0
            leave(to: depth, at: table.units.count)
            floor = depth
            // The head of a set: nothing of an earlier set in this page counts.
            if entry.parent < 0 { restart() }
            isQuiet = entry.reporter != number
            if !isQuiet, lead < 0 { lead = table.units.count }
            position = entry.position
            if entry.parent >= 0 { presetLoop(entry) }
            let first = table.units.count
            walk(entry.range, span)
            blockUnits[index] = first..<table.units.count
            finishBlock(isHead: entry.parent < 0, own: index == block ? own : -1)
            depths[index] = levels.count - 1
            isQuiet = false
        }
        return lead < 0 ? table.units.count : lead
    }

    /// Sets how many of its kind came before an HL's loop, so that maxima hold across pages.
    private mutating func presetLoop(_ entry: X12Context.Block) {
        guard let level = levels.last, entry.occurrence > 1 else { return }
        for index in guide.loops[level.loop].items {
            let item = guide.items[index]
            if item.loop >= 0, guide.loops[item.loop].hlCode != 0 {
                preset(index, level, entry.occurrence - 1)
            }
        }
    }

    private mutating func preset(_ item: Int, _ level: Level, _ count: Int) {
        seen[item] = Seen(
            stamp: Int32(truncatingIfNeeded: level.instance), count: Int32(clamping: count))
    }

    private mutating func record(_ frame: Frame, _ span: Span<UInt8>) {
        let firstIssue = issues.count
        let entry = context.record(frame.number)
        let block = entry?.block ?? -1
        let own = ownLoop(frame, block, span)
        let lead = blocks(to: block, number: frame.number, own: own, span)
        let depth = block >= 0 && depths.indices.contains(block) ? max(0, depths[block]) : 0
        leave(to: depth, at: table.units.count)
        if block < 0 { restart() }
        floor = depth
        position = entry?.position ?? 1
        if entry == nil { assumeParents() }
        let base = levels[levels.count - 1]
        presetRecord(base, own, (entry?.occurrence ?? 1) - 1)
        let first = table.units.count
        let start = context.bytes.count
        walk((start + Int(frame.range.start))..<(start + Int(frame.range.end)), span)
        let end = table.units.count
        leave(to: floor, at: end)
        if guide.record.isSet { require(levels[0], at: end) }
        entries.append(
            .init(
                number: frame.number, lead: min(lead, first)..<first, units: first..<end,
                issues: firstIssue..<issues.count, around: base.instance, block: block))
    }

    /// A record that is a whole set begins with nothing seen.
    private mutating func restart() {
        if levels.count > 1 { levels.removeSubrange(1...) }
        instances.append(.init(loop: 0, parent: -1, firstUnit: table.units.count, rank: 0))
        levels[0] = Level(loop: 0, instance: instances.count - 1, rank: 0)
    }

    /// Without a context, the loops around a record are taken to be open.
    private mutating func assumeParents() {
        guard guide.record.loop > 0 else { return }
        var chain: [Int] = []
        var loop = guide.loops[guide.record.loop].parents.first ?? 0
        while loop > 0 {
            chain.append(loop)
            loop = guide.loops[loop].parents.first ?? 0
        }
        for loop in chain.reversed() {
            push(loop, rank: 0, unit: table.units.count)
            levels[levels.count - 1].isBlock = true
        }
        floor = levels.count - 1
    }

    /// The loop that a record is: where its guide names several, by the HL that it lies beneath or
    /// begins with.
    private func ownLoop(_ frame: Frame, _ block: Int, _ span: Span<UInt8>) -> Int {
        let rule = guide.record
        guard !rule.others.isEmpty else { return rule.loop }
        var start = context.bytes.count + Int(frame.range.start)
        if packSegment(span, start, min(start + 2, span.count)) != ID.hl {
            guard context.blocks.indices.contains(block) else { return rule.loop }
            start = context.blocks[block].range.lowerBound
            while start < span.count, span[start].isBreak { start += 1 }
        }
        let stop = span.firstIndex(of: delimiters.segment, in: start..<span.count) ?? span.count
        let code = Fields(span, start, stop, delimiters.element).range(3, span)
        return rule.opening(under: packCode(span, code))?.loop ?? rule.loop
    }

    private mutating func presetRecord(_ base: Level, _ own: Int, _ before: Int) {
        guard own > 0 else { return }
        for index in guide.loops[base.loop].items where guide.items[index].loop == own {
            preset(index, base, before)
        }
    }

    // MARK: Segments

    /// Splits and places the segments of a run.
    private mutating func walk(_ run: Range<Int>, _ span: Span<UInt8>) {
        let end = min(run.upperBound, span.count)
        guard run.lowerBound < end else { return }
        var first = table.marks.count
        var part = table.parts.count
        separators.find(
            in: span, run.lowerBound..<end, marks: &table.marks, parts: &table.parts)
        let terminator = delimiters.segment
        let lastMark = table.marks.count - 1
        let lastPart = table.parts.count
        var start = run.lowerBound
        while first <= lastMark {
            let head = Int(table.marks[first])
            while start < head, span[start].isBreak {
                start += 1
                skipped += 1
            }
            var last = first
            var stop = head
            while last < lastMark, span[stop] != terminator {
                last += 1
                stop = Int(table.marks[last])
            }
            if start < stop {
                let unit = X12Document.Unit(
                    start: UInt32(truncatingIfNeeded: start),
                    end: UInt32(truncatingIfNeeded: stop),
                    marks: UInt32(truncatingIfNeeded: first),
                    count: UInt16(clamping: last - first), parts: UInt32(truncatingIfNeeded: part),
                    slot: -1,
                    instance: UInt32(truncatingIfNeeded: levels[levels.count - 1].instance),
                    position: UInt32(truncatingIfNeeded: position))
                table.units.append(unit)
                position += 1
                place(table.units.count - 1, unit, packSegment(span, start, head), span)
            }
            while part < lastPart, Int(table.parts[part]) < stop { part += 1 }
            first = last + 1
            start = stop + 1
        }
    }

    @inline(__always)
    private mutating func place(
        _ unit: Int, _ segment: X12Document.Unit, _ id: UInt32, _ span: Span<UInt8>
    ) {
        guard let kind = guide.segmentIndex(id) else {
            issue(library.knows(segment: id) ? .foreign : .unknownSegment, unit)
            return
        }
        var over: (depth: Int, item: Int)?
        var depth = levels.count - 1
        let kinds = guide.segments.count
        // The place of the qualifier that was read last, and its code.
        var keyPlace = 0
        var key: UInt64 = 0
        while depth >= floor {
            let level = levels[depth]
            let group = guide.groups[level.loop * kinds + kind]
            var place = Int(group.start)
            while place < Int(group.end) {
                let candidate = guide.candidates[place]
                place += 1
                if Int(candidate.rank) < level.rank { continue }
                if candidate.element > 0 {
                    let wanted = Int(candidate.element) << 8 | Int(candidate.component)
                    if wanted != keyPlace {
                        keyPlace = wanted
                        key = qualifier(segment, candidate, span)
                    }
                    if candidate.code != key { continue }
                }
                let index = Int(candidate.item)
                let item = guide.items[index]
                if candidate.hasMore, !fits(unit, item, span) { continue }
                if count(index, level) < item.max {
                    return take(unit, depth, index, movesRank: true)
                }
                if over == nil { over = (depth, index) }
            }
            depth -= 1
        }
        if let over {
            let item = guide.items[over.item]
            issue(item.loop >= 0 ? .loopOver : .segmentOver, unit, slot: guide.slot(item))
            return take(unit, over.depth, over.item, movesRank: true)
        }
        misplaced(unit, kind, span)
    }

    @inline(__always)
    private func qualifier(
        _ segment: X12Document.Unit, _ candidate: Candidate, _ span: Span<UInt8>
    ) -> UInt64 {
        var range = table.range(segment, Int(candidate.element))
        if candidate.component > 0 {
            range = span.component(Int(candidate.component), of: range, delimiters.component)
        }
        return packCode(span, range.lowerBound, range.upperBound)
    }

    /// How often an item was seen in an open loop.
    @inline(__always)
    func count(_ item: Int, _ level: Level) -> Int {
        let entry = seen[item]
        return entry.stamp == Int32(truncatingIfNeeded: level.instance) ? Int(entry.count) : 0
    }

    /// Gives the unit its slot, closing and opening loops.
    @inline(__always)
    mutating func take(_ unit: Int, _ depth: Int, _ index: Int, movesRank: Bool) {
        if levels.count - 1 > depth { leave(to: depth, at: unit) }
        let level = levels[depth]
        let item = guide.items[index]
        seen[index] = Seen(
            stamp: Int32(truncatingIfNeeded: level.instance),
            count: Int32(truncatingIfNeeded: count(index, level) + 1))
        if movesRank { levels[depth].rank = item.rank }
        if item.loop >= 0 {
            push(item.loop, rank: item.rank, unit: unit)
            let opened = levels[levels.count - 1]
            seen[guide.loops[item.loop].items.lowerBound] = Seen(
                stamp: Int32(truncatingIfNeeded: opened.instance), count: 1)
            place(unit, at: guide.loops[item.loop].trigger, in: opened.instance)
        } else {
            place(unit, at: item.slot, in: level.instance)
        }
    }

    @inline(__always)
    private mutating func place(_ unit: Int, at slot: Int, in instance: Int) {
        table.units[unit].slot = Int16(truncatingIfNeeded: slot)
        table.units[unit].role = guide.rules[slot].role
        table.units[unit].instance = UInt32(truncatingIfNeeded: instance)
    }

    private mutating func push(_ loop: Int, rank: Int, unit: Int) {
        instances.append(
            .init(
                loop: loop, parent: levels[levels.count - 1].instance, firstUnit: unit, rank: rank)
        )
        levels.append(Level(loop: loop, instance: instances.count - 1, rank: 0))
    }

    /// Notes something wrong with the order of segments.
    mutating func issue(_ kind: X12Document.Issue.Kind, _ unit: Int, slot: Int = -1) {
        if !isQuiet { issues.append(.init(kind: kind, unit: unit, slot: slot)) }
    }
}
