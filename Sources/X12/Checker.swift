import Bytes
import Exchange

/// Checks one record, level by level. Pure; made afresh for each call, holds nothing of its own.
///
/// Level 1 is syntax, 2 the guide, 3 balance, 4 situations, 5 code sets. A segment that `CleanPass`
/// finds nothing wrong with is passed over; any other is looked at element by element here.
struct Checker {
    let document: X12Document
    let guides: GuideLibrary
    let guide: Guide
    let levels: X12Levels
    /// Whether the guide is looked at (level 2), not the standard alone.
    let checksGuide: Bool
    let overlay: Overlay?
    /// Whether segments that are clean at first sight are passed over; tests compare both ways.
    var passesClean = true
    var names: LoopNames { guide.names }

    init(
        document: X12Document, guides: GuideLibrary, levels: X12Levels, overlay: Overlay? = nil
    ) {
        self.document = document
        self.guides = guides
        self.levels = levels
        self.overlay = overlay
        checksGuide = levels.isOn(2)
        guide = guides[document.guide]
    }

    /// Every finding about an entry: the blocks that it reports on, and the record itself.
    func check(_ index: Int, into findings: inout [Finding]) {
        let start = findings.count
        let entry = document.entries[index]
        let bytes = document.bytes
        let span = bytes.span
        structure(entry, into: &findings)
        segments(entry.lead, span, entry, into: &findings)
        segments(entry.units, span, entry, into: &findings)
        let names = guide.names
        if checksGuide, names.isClaim { lines(entry, span, into: &findings) }
        if levels.isOn(3) {
            if names.isClaim { claimBalance(entry, span, into: &findings) }
            if names.isPayment { paymentBalance(entry, span, into: &findings) }
        }
        if levels.isOn(4) {
            made(entry, span, into: &findings)
            if names.isClaim { claimSituation(entry, span, into: &findings) }
        }
        if levels.isOn(5) {
            codeSets(entry.lead, span, entry, into: &findings)
            codeSets(entry.units, span, entry, into: &findings)
        }
        shared(entry, span, into: &findings)
        if levels.isOn(7), let overlay { partner(overlay, entry, into: &findings) }
        levels.weigh(&findings, from: start)
    }

    /// Looks, at levels 4 and 5, at the loops around a record that an earlier record reported on: a
    /// provider with a wrong number is as wrong for each of its claims.
    @inline(__always)
    private func shared(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        var block = entry.block
        while document.context.blocks.indices.contains(block) {
            let units = document.blockUnits[block]
            if !entry.lead.overlaps(units) {
                if levels.isOn(4), guide.names.isClaim {
                    births(units, span, entry, into: &findings)
                }
                if levels.isOn(5) { codeSets(units, span, entry, into: &findings) }
            }
            block = document.context.blocks[block].parent
        }
    }

    /// Findings about blocks without a record.
    func checkLead(_ index: Int, into findings: inout [Finding]) {
        let start = findings.count
        let entry = document.entries[index]
        let bytes = document.bytes
        let span = bytes.span
        structure(entry, into: &findings)
        segments(entry.lead, span, entry, into: &findings)
        if levels.isOn(5) { codeSets(entry.lead, span, entry, into: &findings) }
        levels.weigh(&findings, from: start)
    }

    /// What the slot of a unit is to later levels; none for a unit without a slot.
    @inline(__always)
    func role(_ unit: Int) -> SlotRule.Role {
        document.table.units[unit].role
    }

    /// The loop of a unit that has a slot.
    @inline(__always)
    func loop(_ unit: Int) -> Int { Int(guide.rules[Int(document.table.units[unit].slot)].loop) }

    /// Whether an element holds a packed code of at most eight bytes.
    @inline(__always)
    func says(_ unit: Int, _ element: Int, _ code: UInt64, _ span: Span<UInt8>) -> Bool {
        span.isCode(document.range(unit, element), code)
    }

    /// Whether the elements that are there break none of a slot's conditions.
    @inline(__always)
    private func holds(_ rule: SlotRule, _ present: UInt32) -> Bool {
        var place = Int(rule.conditions)
        let end = place + Int(rule.conditionCount)
        while place < end {
            if guide.conditions[place].isBroken(by: present) { return false }
            place += 1
        }
        return true
    }

    /// Looks closely at the segments that are not clean at first sight.
    @inline(__always)
    private func segments(
        _ units: Range<Int>, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        if units.isEmpty { return }
        let marks = document.table.marks
        let elements = guide.specs
        let codes = guide.codes
        let parts = document.table.parts
        let pass = CleanPass(
            isPlain: document.table.isPlain, component: document.delimiters.component)
        let places = marks.span
        let inner = parts.span
        let specs = elements.span
        let lists = codes.span
        for unit in units {
            let segment = document.table.units[unit]
            guard segment.slot >= 0 else { continue }
            let rule = guide.rules[Int(segment.slot)]
            let present = pass.present(segment, rule, span, places, inner, specs, lists)
            if passesClean, present != 0, holds(rule, present) { continue }
            self.segment(unit, span, entry, into: &findings)
        }
    }

    // MARK: Structure

    private func structure(_ entry: X12Document.Entry, into findings: inout [Finding]) {
        for index in entry.issues {
            let issue = document.issues[index]
            if issue.kind == .badKey {
                report(
                    SegmentFindings.code, issue.unit, slot: issue.slot, element: issue.element,
                    component: issue.component, code: "7", entry, into: &findings)
                continue
            }
            if issue.kind == .missing, !checksGuide { continue }
            let (kind, code): (FindingKind, String) =
                switch issue.kind {
                case .unknownSegment: (SegmentFindings.unknown, "1")
                case .unexpected: (SegmentFindings.unexpected, "2")
                case .missing, .badKey: (SegmentFindings.missing, "3")
                case .loopOver: (SegmentFindings.loopOver, "4")
                case .segmentOver: (SegmentFindings.segmentOver, "5")
                case .foreign: (SegmentFindings.foreign, "6")
                case .sequence: (SegmentFindings.sequence, "7")
                }
            reportSegment(kind, issue.unit, slot: issue.slot, code: code, entry, into: &findings)
        }
    }

    // MARK: LX

    /// LX01 counts the lines of a claim from 1.
    private func lines(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        var wanted = 0
        for unit in entry.units where role(unit) == .lineNumber && loop(unit) == names.line {
            wanted += 1
            if span.number(document.range(unit, 1)) != wanted {
                report(
                    SegmentFindings.lineNumber, unit, element: 1, code: "7", entry, into: &findings)
            }
        }
    }
}
