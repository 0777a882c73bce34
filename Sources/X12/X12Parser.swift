import Bytes
import Exchange

/// Splits a page into segments and gives each its slot in the guide.
///
/// The walk keeps a stack of open loops. A segment takes the first slot, from the innermost loop
/// outwards and from the present rank onwards, whose qualifiers all fit; then, in this order, an
/// earlier slot that fits (out of sequence), a slot of its id whose qualifier does not fit (one
/// IK4 7), and none. Required slots are missed when their loop closes.
struct X12Parser {
    private struct Level {
        var loop: Int
        var instance: Int
        var rank: Int
        var counts: Int
    }

    private var document: X12Document
    private let guide: Guide
    private let library: GuideLibrary
    private var levels: [Level] = []
    private var counts: [Int32] = []
    private var isQuiet = false
    /// The lowest level that the segments at hand may reach.
    private var floor = 0
    private var position = 0

    private init(_ document: X12Document, _ library: GuideLibrary) {
        self.document = document
        self.library = library
        guide = library[document.guide]
        self.document.units.reserveCapacity(document.bytes.count / 24)
        self.document.marks.reserveCapacity(document.bytes.count / 5)
    }

    /// Parses every record of a page.
    static func parse(_ page: Page, guides: GuideLibrary) -> X12Document {
        let context = (page.context as? X12Context) ?? guess(page, guides)
        var parser = X12Parser(X12Document(page: page, context: context), guides)
        parser.start()
        for frame in page.frames { parser.record(frame) }
        return parser.document
    }

    /// Parses blocks that no record lies beneath, as one entry that reports on the last of them.
    static func parse(blocks: X12Context, guides: GuideLibrary, line: Int) -> X12Document {
        let page = Page(bytes: [], offset: 0, line: line, frames: [])
        var parser = X12Parser(X12Document(page: page, context: blocks), guides)
        parser.start()
        let last = blocks.blocks.count - 1
        let lead = parser.blocks(to: last, number: -1)
        let count = parser.document.units.count
        parser.document.entries.append(
            .init(
                number: 0, lead: lead..<count, units: count..<count,
                issues: 0..<parser.document.issues.count, around: 0))
        return parser.document
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

    private mutating func start() {
        document.instances.append(.init(loop: 0, parent: -1, firstUnit: 0, rank: 0))
        levels = [Level(loop: 0, instance: 0, rank: 0, counts: 0)]
        counts = Array(repeating: 0, count: guide.loops[0].items.count)
        depths = Array(repeating: -1, count: document.context.blocks.count)
    }

    /// Level depth at the end of each block that was walked; −1 before.
    private var depths: [Int] = []

    /// Walks the chain of blocks down to `block`, where it was not walked yet.
    /// - Returns: the first unit of those that record `number` reports on.
    private mutating func blocks(to block: Int, number: Int) -> Int {
        guard block >= 0, document.context.blocks.indices.contains(block) else {
            return document.units.count
        }
        var chain: [Int] = []
        var index = block
        while index >= 0, depths[index] < 0, chain.count <= document.context.blocks.count {
            chain.append(index)
            index = document.context.blocks[index].parent
        }
        var lead = -1
        for index in chain.reversed() {
            let entry = document.context.blocks[index]
            let depth = entry.parent >= 0 ? depths[entry.parent] : 0
            leave(to: depth, at: document.units.count)
            floor = depth
            // The head of a set: nothing of an earlier set in this page counts.
            if entry.parent < 0 { restart() }
            isQuiet = entry.reporter != number
            if !isQuiet, lead < 0 { lead = document.units.count }
            position = entry.position
            if entry.parent >= 0 { presetLoop(entry) }
            walk(entry.range)
            finishBlock(isHead: entry.parent < 0)
            depths[index] = levels.count - 1
            isQuiet = false
        }
        return lead < 0 ? document.units.count : lead
    }

    /// Sets how many of its kind came before an HL's loop, so that maxima hold across pages.
    private mutating func presetLoop(_ entry: X12Context.Block) {
        guard let level = levels.last, entry.occurrence > 1 else { return }
        for (place, index) in guide.loops[level.loop].items.enumerated() {
            let item = guide.items[index]
            if item.loop >= 0, guide.loops[item.loop].hlCode != 0 {
                counts[level.counts + place] = Int32(clamping: entry.occurrence - 1)
            }
        }
    }

    private mutating func record(_ frame: Frame) {
        let firstIssue = document.issues.count
        let entry = document.context.record(frame.number)
        let lead = blocks(to: entry?.block ?? -1, number: frame.number)
        let block = entry?.block ?? -1
        let depth = block >= 0 && depths.indices.contains(block) ? max(0, depths[block]) : 0
        leave(to: depth, at: document.units.count)
        if block < 0 { restart() }
        floor = depth
        position = entry?.position ?? 1
        if entry == nil { assumeParents() }
        let base = levels[levels.count - 1]
        presetRecord(base, (entry?.occurrence ?? 1) - 1)
        let around = base.instance
        let first = document.units.count
        let range = frame.range.range
        walk((document.base + range.lowerBound)..<(document.base + range.upperBound))
        let end = document.units.count
        leave(to: floor, at: end)
        if guide.record.isSet { require(levels[0], at: end) }
        document.entries.append(
            .init(
                number: frame.number, lead: min(lead, first)..<first, units: first..<end,
                issues: firstIssue..<document.issues.count, around: around))
    }

    /// A record that is a whole set begins with nothing seen.
    private mutating func restart() {
        levels.removeSubrange(1...)
        levels[0].rank = 0
        for index in counts.indices { counts[index] = 0 }
        document.instances.append(
            .init(loop: 0, parent: -1, firstUnit: document.units.count, rank: 0))
        levels[0].instance = document.instances.count - 1
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
        for loop in chain.reversed() { push(loop, rank: 0) }
        floor = levels.count - 1
    }

    private mutating func presetRecord(_ base: Level, _ before: Int) {
        for (place, index) in guide.loops[base.loop].items.enumerated() {
            let item = guide.items[index]
            if item.loop >= 0, item.loop == guide.record.loop {
                counts[base.counts + place] = Int32(clamping: before)
            }
        }
    }

    // MARK: Segments

    /// Splits and places the segments of a run.
    private mutating func walk(_ run: Range<Int>) {
        let bytes = document.bytes
        let span = bytes.span
        let separator = document.delimiters.element
        let terminator = document.delimiters.segment
        var index = run.lowerBound
        while index < run.upperBound {
            if span[index].isBreak || span[index] == terminator {
                index += 1
                continue
            }
            let start = index
            let firstMark = document.marks.count
            while index < run.upperBound {
                let byte = span[index]
                if byte == separator {
                    document.marks.append(UInt32(truncatingIfNeeded: index))
                } else if byte == terminator {
                    break
                }
                index += 1
            }
            let marked = document.marks.count - firstMark
            document.units.append(
                .init(
                    start: UInt32(truncatingIfNeeded: start),
                    end: UInt32(truncatingIfNeeded: index),
                    marks: UInt32(truncatingIfNeeded: firstMark),
                    count: UInt16(clamping: marked), slot: -1, instance: 0,
                    position: UInt32(clamping: position)))
            position += 1
            let idEnd = marked > 0 ? Int(document.marks[firstMark]) : index
            place(document.units.count - 1, packSegment(span, start, idEnd), span)
            index += 1
        }
    }

    private mutating func place(_ unit: Int, _ id: UInt32, _ span: Span<UInt8>) {
        document.units[unit].instance = UInt32(levels[levels.count - 1].instance)
        guard let segment = guide.segmentIndex(id) else {
            issue(library.knows(segment: id) ? .foreign : .unknownSegment, unit)
            return
        }
        var over: (depth: Int, item: Int)?
        var depth = levels.count - 1
        while depth >= floor {
            let level = levels[depth]
            for place in guide.candidateRanges[level.loop * guide.segments.count + segment] {
                let index = guide.candidates[place]
                let item = guide.items[index]
                guard item.rank >= level.rank, fits(unit, item, span) else { continue }
                let seen = counts[level.counts + index - guide.loops[level.loop].items.lowerBound]
                if Int(seen) < item.max { return take(unit, depth, index, movesRank: true) }
                if over == nil { over = (depth, index) }
            }
            depth -= 1
        }
        if let over {
            let item = guide.items[over.item]
            issue(item.loop >= 0 ? .loopOver : .segmentOver, unit, slot: slot(item))
            return take(unit, over.depth, over.item, movesRank: true)
        }
        misplaced(unit, segment, span)
    }

    /// A segment that fits no slot from here on.
    private mutating func misplaced(_ unit: Int, _ segment: Int, _ span: Span<UInt8>) {
        var wrongKey: (depth: Int, item: Int, isAhead: Bool)?
        for depth in stride(from: levels.count - 1, through: floor, by: -1) {
            let level = levels[depth]
            for place in guide.candidateRanges[level.loop * guide.segments.count + segment] {
                let index = guide.candidates[place]
                let item = guide.items[index]
                if fits(unit, item, span) {
                    issue(.sequence, unit, slot: slot(item))
                    return take(unit, depth, index, movesRank: false)
                }
                let isAhead = item.rank >= level.rank
                let seen = counts[level.counts + index - guide.loops[level.loop].items.lowerBound]
                let isWanted = isAhead && item.usage != .situational && seen == 0
                if wrongKey == nil || (isAhead && wrongKey?.isAhead == false)
                    || (isWanted && wrongKey?.depth == depth && !isDue(wrongKey?.item, level))
                {
                    wrongKey = (depth, index, isAhead)
                }
            }
        }
        guard let found = wrongKey else { return issue(.unexpected, unit) }
        let slot = guide.slots[slot(guide.items[found.item])]
        for place in 0..<slot.keys.count where !fits(unit, slot.keys[place], slot, span) {
            let key = slot.keys[place]
            document.issues.append(
                .init(
                    kind: .badKey, unit: unit, slot: self.slot(guide.items[found.item]),
                    element: key.element, component: key.component))
            if isQuiet { document.issues.removeLast() }
            break
        }
        take(unit, found.depth, found.item, movesRank: found.isAhead)
    }

    private func isDue(_ index: Int?, _ level: Level) -> Bool {
        guard let index else { return false }
        let place = level.counts + index - guide.loops[level.loop].items.lowerBound
        return guide.items[index].usage != .situational && counts.indices.contains(place)
            && counts[place] == 0
    }

    @inline(__always)
    private func slot(_ item: Item) -> Int {
        item.slot >= 0 ? item.slot : guide.loops[item.loop].trigger
    }

    @inline(__always)
    private func fits(_ unit: Int, _ item: Item, _ span: Span<UInt8>) -> Bool {
        let index = slot(item)
        let slot = guide.slots[index]
        for place in 0..<slot.keys.count where !fits(unit, slot.keys[place], slot, span) {
            return false
        }
        return true
    }

    @inline(__always)
    private func fits(
        _ unit: Int, _ key: (element: Int, component: Int), _ slot: Slot, _ span: Span<UInt8>
    ) -> Bool {
        var range = document.range(unit, key.element)
        var spec = guide.elements[slot.elements.lowerBound + key.element - 1]
        if key.component > 0 {
            range = document.component(span, range, key.component)
            spec = guide.elements[spec.components.lowerBound + key.component - 1]
        }
        if spec.codes.isEmpty { return true }
        let code = packCode(span, range.lowerBound, range.upperBound)
        for index in spec.codes where guide.codes[index] == code { return true }
        return false
    }

    /// Gives the unit its slot, closing and opening loops.
    private mutating func take(_ unit: Int, _ depth: Int, _ index: Int, movesRank: Bool) {
        leave(to: depth, at: unit)
        let level = levels[depth]
        let item = guide.items[index]
        counts[level.counts + index - guide.loops[level.loop].items.lowerBound] += 1
        if movesRank { levels[depth].rank = item.rank }
        if item.loop >= 0 {
            push(item.loop, rank: item.rank, unit: unit)
            counts[levels[levels.count - 1].counts] = 1
        }
        document.units[unit].slot = Int16(truncatingIfNeeded: slot(item))
        document.units[unit].instance = UInt32(levels[levels.count - 1].instance)
    }

    private mutating func push(_ loop: Int, rank: Int, unit: Int? = nil) {
        document.instances.append(
            .init(
                loop: loop, parent: levels[levels.count - 1].instance,
                firstUnit: unit ?? document.units.count, rank: rank))
        levels.append(
            Level(loop: loop, instance: document.instances.count - 1, rank: 0, counts: counts.count)
        )
        for _ in guide.loops[loop].items { counts.append(0) }
    }

    // MARK: Closing loops

    /// Closes the loops above `depth`, seeing what they lack.
    private mutating func leave(to depth: Int, at unit: Int) {
        while levels.count - 1 > depth, let level = levels.last {
            if !blockLevels.contains(level.instance) { require(level, at: unit) }
            counts.removeSubrange(level.counts...)
            levels.removeLast()
        }
    }

    /// The loop occurrences of HLs that stand before records; `finishBlock` saw what they lack.
    private var blockLevels: Set<Int> = []

    /// Sees what the loop of a block lacks of what stands before its records and lower HLs.
    private mutating func finishBlock(isHead: Bool) {
        let depth = isHead ? 0 : min(levels.count - 1, floor + 1)
        leave(to: depth, at: document.units.count)
        guard let level = levels.last else { return }
        blockLevels.insert(level.instance)
        var limit = Int.max
        for index in guide.loops[level.loop].items {
            let item = guide.items[index]
            if item.loop >= 0, item.loop == guide.record.loop || guide.loops[item.loop].hlCode != 0
            {
                limit = min(limit, item.rank)
            }
        }
        require(level, at: document.units.count, before: limit)
    }

    /// Notes the required items that were not there.
    private mutating func require(_ level: Level, at unit: Int, before limit: Int = .max) {
        if isQuiet { return }
        let items = guide.loops[level.loop].items
        for index in items {
            let item = guide.items[index]
            guard item.usage == .required || item.usage == .mandatory,
                counts[level.counts + index - items.lowerBound] == 0, item.rank < limit
            else { continue }
            let slot = slot(item)
            let segment = guide.slots[slot].segment
            // The envelope's own segments are the framer's to miss.
            if segment == ID.st || segment == ID.se { continue }
            issue(.missing, due(item.rank, in: level.instance, before: unit), slot: slot)
        }
    }

    /// The first unit of an occurrence that comes after `rank`.
    private func due(_ rank: Int, in instance: Int, before end: Int) -> Int {
        var unit = document.instances[instance].firstUnit + 1
        while unit < end {
            let entry = document.units[unit]
            var inner = Int(entry.instance)
            if inner == instance {
                if entry.slot >= 0,
                    let item = guide.items.first(where: { $0.slot == Int(entry.slot) }),
                    item.rank > rank
                {
                    return unit
                }
            } else {
                while inner > 0, document.instances[inner].parent != instance {
                    inner = document.instances[inner].parent
                }
                if inner > 0, document.instances[inner].rank > rank { return unit }
            }
            unit += 1
        }
        return end
    }

    private mutating func issue(_ kind: X12Document.Issue.Kind, _ unit: Int, slot: Int = -1) {
        if !isQuiet { document.issues.append(.init(kind: kind, unit: unit, slot: slot)) }
    }
}
