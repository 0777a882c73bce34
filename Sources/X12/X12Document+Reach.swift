import Bytes
import Exchange

/// Reaching into a parsed page.
extension X12Document {
    /// Whether a unit is the segment that a path names.
    private func matches(
        _ unit: Int, _ path: X12Path, _ loop: Int, _ guide: Guide, _ span: Span<UInt8>
    ) -> Bool {
        let index = Int(units[unit].slot)
        guard index >= 0 else { return false }
        let slot = guide.slots[index]
        guard slot.segment == path.segment, slot.loop == loop else { return false }
        if path.qualifier.isEmpty { return true }
        guard let key = slot.qualifier(guide) else { return false }
        var range = range(unit, key.element)
        if key.component > 0 { range = component(span, range, key.component) }
        return span.equals(range, path.qualifier)
    }

    /// Whether a unit is the segment that a path names, in the loop that it names.
    func names(_ unit: Int, _ path: X12Path, _ guide: Guide) -> Bool {
        guard let loop = path.loop(in: self.guide) else { return false }
        let bytes = bytes
        return matches(unit, path, loop, guide, bytes.span)
    }

    /// The units that a path names in `scope`; where it has none, those of the loops around it.
    func found(_ path: X12Path, within scope: Range<Int>, _ guide: Guide) -> [Int] {
        guard let loop = path.loop(in: self.guide) else { return [] }
        let bytes = bytes
        let span = bytes.span
        var result: [Int] = []
        for unit in scope where matches(unit, path, loop, guide, span) { result.append(unit) }
        guard result.isEmpty, scope.lowerBound < units.count, !scope.isEmpty else { return result }
        var inner = Int(units[scope.lowerBound].instance)
        var end = scope.lowerBound
        while inner >= 0 {
            let instance = instances[inner]
            if instance.loop == loop || guide.loops[loop].parents.contains(instance.loop),
                instance.firstUnit < end
            {
                for unit in instance.firstUnit..<end where isWithin(unit, inner) {
                    if matches(unit, path, loop, guide, span) { result.append(unit) }
                }
                if !result.isEmpty { return result }
            }
            end = min(end, instance.firstUnit)
            inner = instance.parent
        }
        return result
    }

    /// Whether a unit belongs to an occurrence or directly to one within it.
    private func isWithin(_ unit: Int, _ instance: Int) -> Bool {
        let own = Int(units[unit].instance)
        return own == instance || instances[own].parent == instance
    }

    /// The values at a field of one unit, one for each repetition.
    func values(_ path: X12Path, _ unit: Int) -> [FieldValue] {
        let bytes = bytes
        let span = bytes.span
        return values(span, range(unit, path.element), path.component)
    }

    private func values(_ span: Span<UInt8>, _ range: Range<Int>, _ component: Int) -> [FieldValue]
    {
        guard !range.isEmpty else { return [] }
        var values: [FieldValue] = []
        var start = range.lowerBound
        while start <= range.upperBound {
            let end =
                span.firstIndex(of: delimiters.repetition, in: start..<range.upperBound)
                ?? range.upperBound
            var part = start..<end
            if component > 0 { part = self.component(span, part, component) }
            if !part.isEmpty {
                values.append(
                    FieldValue(
                        String(decoding: span.copy(part), as: UTF8.self),
                        at: max(0, part.lowerBound - base)))
            }
            start = end + 1
        }
        return values
    }

    /// A value of the ISA or GS.
    func envelopeValues(_ path: X12Path) -> [FieldValue] {
        let place = path.segment == ID.isa ? context.isa : context.gs
        guard !place.isEmpty else { return [] }
        let bytes = bytes
        let span = bytes.span
        let fields = Fields(span, place.lowerBound, place.upperBound, delimiters.element)
        let range = fields.range(path.element, span)
        guard !range.isEmpty else { return [] }
        // The ISA is fixed in length and padded with blanks that are no data.
        let text = span.copy(range).trimmed
        return text.isEmpty ? [] : [FieldValue(String(decoding: text, as: UTF8.self))]
    }

    /// Each occurrence of a group in `scope`.
    func occurrences(_ group: X12Path, within scope: Range<Int>, _ guide: Guide) -> [Range<Int>] {
        guard let loop = group.loop(in: self.guide) else { return [] }
        if group.kind != .loop { return found(group, within: scope, guide).map { $0..<($0 + 1) } }
        var result: [Range<Int>] = []
        var unit = scope.lowerBound
        while unit < scope.upperBound {
            let instance = Int(units[unit].instance)
            guard instances[instance].loop == loop, instances[instance].firstUnit == unit else {
                unit += 1
                continue
            }
            var end = unit + 1
            while end < scope.upperBound, descends(Int(units[end].instance), from: instance) {
                end += 1
            }
            result.append(unit..<end)
            unit = end
        }
        return result
    }

    private func descends(_ instance: Int, from ancestor: Int) -> Bool {
        var inner = instance
        while inner > ancestor { inner = instances[inner].parent }
        return inner == ancestor
    }

    /// The bytes of one element, as they are.
    func bytes(_ unit: Int, _ element: Int) -> [UInt8] { Array(bytes[range(unit, element)]) }
}
