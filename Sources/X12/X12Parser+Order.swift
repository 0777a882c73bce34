import Bytes

/// What the walk does when a segment fits nowhere, and when a loop closes.
extension X12Parser {
    // MARK: Segments that fit nowhere

    /// A segment that fits no slot from here on.
    mutating func misplaced(_ unit: Int, _ kind: Int, _ span: Span<UInt8>) {
        var wrongKey: (depth: Int, item: Int, isAhead: Bool, isFull: Bool)?
        for depth in stride(from: levels.count - 1, through: floor, by: -1) {
            let level = levels[depth]
            let group = guide.groups[level.loop * guide.segments.count + kind]
            var last = -1
            for place in Int(group.start)..<Int(group.end) {
                let index = Int(guide.candidates[place].item)
                // One entry for each code of the same item.
                if index == last { continue }
                last = index
                let item = guide.items[index]
                if fits(unit, item, span) {
                    issue(.sequence, unit, slot: guide.slot(item))
                    return take(unit, depth, index, movesRank: false)
                }
                let isAhead = item.rank >= level.rank
                let isWanted = isAhead && item.usage != .situational && count(index, level) == 0
                let isFull = count(index, level) >= item.max
                if wrongKey == nil || (isAhead && wrongKey?.isAhead == false)
                    || (isAhead && !isFull && wrongKey?.isFull == true && wrongKey?.depth == depth)
                    || (isWanted && wrongKey?.depth == depth && !isDue(wrongKey?.item, level))
                {
                    wrongKey = (depth, index, isAhead, isFull)
                }
            }
        }
        guard let found = wrongKey else { return issue(.unexpected, unit) }
        let slot = guide.slots[guide.slot(guide.items[found.item])]
        for place in 0..<slot.keys.count where !fits(unit, slot.keys[place], slot, span) {
            let key = slot.keys[place]
            if isQuiet { break }
            issues.append(
                .init(
                    kind: .badKey, unit: unit, slot: guide.slot(guide.items[found.item]),
                    element: key.element, component: key.component))
            break
        }
        take(unit, found.depth, found.item, movesRank: found.isAhead)
    }

    private func isDue(_ index: Int?, _ level: Level) -> Bool {
        guard let index else { return false }
        return guide.items[index].usage != .situational && count(index, level) == 0
    }

    /// Whether all qualifiers of an item's slot fit.
    func fits(_ unit: Int, _ item: Item, _ span: Span<UInt8>) -> Bool {
        let slot = guide.slots[guide.slot(item)]
        for place in 0..<slot.keys.count where !fits(unit, slot.keys[place], slot, span) {
            return false
        }
        return true
    }

    private func fits(
        _ unit: Int, _ key: (element: Int, component: Int), _ slot: Slot, _ span: Span<UInt8>
    ) -> Bool {
        var range = table.range(unit, key.element)
        var spec = guide.elements[slot.elements.lowerBound + key.element - 1]
        if key.component > 0 {
            range = span.component(key.component, of: range, delimiters.component)
            spec = guide.elements[spec.components.lowerBound + key.component - 1]
        }
        if spec.codes.isEmpty { return true }
        let code = packCode(span, range.lowerBound, range.upperBound)
        for index in spec.codes where guide.codes[index] == code { return true }
        return false
    }

    // MARK: Closing loops

    /// Closes the loops above `depth`, seeing what they lack.
    mutating func leave(to depth: Int, at unit: Int) {
        while levels.count - 1 > depth, let level = levels.last {
            if !level.isBlock { require(level, at: unit) }
            levels.removeLast()
        }
    }

    /// Sees what the loop of a block lacks of what stands before its records and lower HLs; `own`
    /// is the loop of the record that follows.
    mutating func finishBlock(isHead: Bool, own: Int) {
        let depth = isHead ? 0 : min(levels.count - 1, floor + 1)
        leave(to: depth, at: table.units.count)
        guard let level = levels.last else { return }
        levels[levels.count - 1].isBlock = true
        var limit = Int.max
        for index in guide.loops[level.loop].items {
            let item = guide.items[index]
            if item.loop >= 0,
                guide.loops[item.loop].hlCode != 0 || item.loop == own
                    || guide.record.isUsual(loop: item.loop)
            {
                limit = min(limit, item.rank)
            }
        }
        require(level, at: table.units.count, before: limit)
    }

    /// Notes the required items that were not there.
    @inline(__always)
    mutating func require(_ level: Level, at unit: Int, before limit: Int = .max) {
        if isQuiet { return }
        for place in guide.wantedRanges[level.loop] {
            let index = guide.wanted[place]
            if count(index, level) == 0 { missed(index, level, unit, limit) }
        }
    }

    private mutating func missed(_ index: Int, _ level: Level, _ unit: Int, _ limit: Int) {
        let item = guide.items[index]
        guard item.rank < limit else { return }
        let slot = guide.slot(item)
        let segment = guide.slots[slot].segment
        // The envelope's own segments are the framer's to miss.
        if segment == ID.st || segment == ID.se { return }
        issue(.missing, due(item.rank, in: level.instance, before: unit), slot: slot)
    }

    /// The first unit of an occurrence that comes after `rank`.
    private func due(_ rank: Int, in instance: Int, before end: Int) -> Int {
        var unit = instances[instance].firstUnit + 1
        while unit < end {
            let entry = table.units[unit]
            var inner = Int(entry.instance)
            if inner == instance {
                if entry.slot >= 0,
                    let item = guide.items.first(where: { $0.slot == Int(entry.slot) }),
                    item.rank > rank
                {
                    return unit
                }
            } else {
                while inner > 0, instances[inner].parent != instance {
                    inner = instances[inner].parent
                }
                if inner > 0, instances[inner].rank > rank { return unit }
            }
            unit += 1
        }
        return end
    }
}
