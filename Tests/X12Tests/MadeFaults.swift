import Bytes
import Exchange

@testable import X12

/// One fault put into a set that was made from its guide.
struct MadeFault {
    /// What is wrong, as the table words it.
    var kind: String
    var segments: [String]
    /// The code that must be found, and where: the end of its path.
    var code: String
    var place: String
    /// Whether a qualifier is at fault: it fits no slot, and is placed at the nearest of its segment.
    var isKey = false
    /// IK304, and IK403 where an element is at fault.
    var segmentCode: String?
    var elementCode: String?
}

/// Faults of levels 1 and 2, driven from a guide's data: each element and segment that must be
/// there missing, each code list, type, length and syntax note broken, each maximum exceeded.
final class MadeFaults {
    let guide: Guide
    private(set) var all: [MadeFault] = []

    init(_ guide: Guide) {
        self.guide = guide
        for item in guide.items.indices {
            let made = SetMaker.least(guide, with: item)
            let slot = guide.slot(guide.items[item])
            guard let line = made.lines.firstIndex(where: { $0.slot == slot }) else { continue }
            let id = segmentName(guide.slots[slot].segment)
            // The envelope's own segments, and the first of a loop, which its loop stands for.
            let home = guide.slots[slot].loop
            let isOpener =
                guide.items[item].slot >= 0 && home > 0 && guide.loops[home].trigger == slot
            guard id != "ST", id != "SE", id != "AK9", !isOpener else { continue }
            // A loop that is named again was done where it was first.
            let isAgain =
                guide.items[item].loop >= 0
                && guide.items.firstIndex { $0.loop == guide.items[item].loop } != item
            if !isAgain {
                segments(made, line, item)
                if id != "HL" { elements(made, line) }
            }
        }
    }

    // MARK: Segments

    private func segments(_ made: SetMaker, _ line: Int, _ index: Int) {
        let item = guide.items[index]
        let slot = guide.slots[made.lines[line].slot]
        let id = segmentName(slot.segment)
        let texts = made.segments
        let run = run(made, line, item)
        if item.usage != .situational, id != "HL" {
            var left = texts
            left.removeSubrange(run)
            let isRecord = guide.record.isUsual(loop: item.loop) && item.loop > 0
            if !isRecord, !(id == "AK2") {
                add(
                    item.loop >= 0 ? "a required loop is missing" : "a required segment is missing",
                    left, "X12-203", place(slot, id), segment: "3")
            }
        }
        if item.max <= 25, id != "HL", id != "BHT" || item.max == 1 {
            var more = texts
            for _ in 0..<item.max { more.insert(contentsOf: texts[run], at: run.upperBound) }
            if guide.names.isClaim, id == "LX" { more = numbered(more) }
            add(
                item.loop >= 0 ? "a loop is there too often" : "a segment is there too often",
                more, item.loop >= 0 ? "X12-204" : "X12-205", place(slot, id),
                segment: item.loop >= 0 ? "4" : "5")
        }
        guard item.loop >= 0 || slot.loop == 0 && id == "BHT" else {
            return sequence(made, line, index)
        }
        // Behind a loop's first segment: what no guide has, what another has, what stands elsewhere.
        let loop = item.loop >= 0 ? guide.loops[item.loop].id : ""
        func strange(_ kind: String, _ text: String, _ code: String, _ ack: String) {
            var more = texts
            more.insert(text + "*1", at: line + 1)
            add(kind, more, code, (loop.isEmpty ? "" : loop + "/") + text, segment: ack)
        }
        strange("a segment that no guide has", "ZZZ", "X12-201", "1")
        let foreign = guide.segmentIndex(packSegment("SVD")) == nil ? "SVD" : "EB"
        strange("a segment of another transaction", foreign, "X12-206", "6")
        if let other = elsewhere(made, line) {
            strange("a segment that does not stand here", other, "X12-202", "2")
        }
    }

    /// The segments of the loop that a line opens, or the line alone.
    private func run(_ made: SetMaker, _ line: Int, _ item: Item) -> Range<Int> {
        guard item.loop >= 0 else { return line..<(line + 1) }
        var end = line + 1
        let own = made.lines[line].occurrence
        while end < made.lines.count {
            var inner = made.lines[end].occurrence
            while inner > own { inner = made.occurrences[inner].parent }
            if inner != own { break }
            end += 1
        }
        return line..<end
    }

    private func numbered(_ texts: [String]) -> [String] {
        var number = 0
        return texts.map { text in
            if text.hasPrefix("CLM*") { number = 0 }
            guard text.hasPrefix("LX*") else { return text }
            number += 1
            return "LX*\(number)"
        }
    }

    /// A segment of the guide that has no place in the loops around a line.
    private func elsewhere(_ made: SetMaker, _ line: Int) -> String? {
        let kinds = guide.segments.count
        return guide.segments.indices.first { kind in
            let name = segmentName(guide.segments[kind])
            if ["ST", "SE", "HL", "LX"].contains(name) || guide.segments[kind] == guide.record.opens
                || guide.segments[kind] == guide.record.opensAlone
            {
                return false
            }
            var occurrence = made.lines[line].occurrence
            while occurrence >= 0 {
                let group = guide.groups[made.occurrences[occurrence].loop * kinds + kind]
                if group.start != group.end { return false }
                occurrence = made.occurrences[occurrence].parent
            }
            return true
        }.map { segmentName(guide.segments[$0]) }
    }

    /// A segment behind another of its loop that must come later.
    private func sequence(_ made: SetMaker, _ line: Int, _ index: Int) {
        let item = guide.items[index]
        let loop = guide.slots[made.lines[line].slot].loop
        guard item.usage == .situational,
            let later = guide.loops[loop].items.first(where: {
                guide.items[$0].rank > item.rank && guide.items[$0].slot >= 0
                    && guide.slots[guide.items[$0].slot].segment != ID.se
                    && guide.slots[guide.items[$0].slot].segment
                        != guide.slots[item.slot].segment
            })
        else { return }
        let other = SetMaker.least(guide, with: later)
        guard let place = other.lines.firstIndex(where: { $0.slot == guide.items[later].slot })
        else { return }
        var texts = other.segments
        texts.insert(made.segments[line], at: place + 1)
        // Where a loop around has such a segment, it stands there rightly.
        let kind = guide.segmentIndex(guide.slots[item.slot].segment) ?? 0
        var occurrence = other.occurrences[other.lines[place].occurrence].parent
        while occurrence >= 0 {
            let group =
                guide.groups[other.occurrences[occurrence].loop * guide.segments.count + kind]
            if group.start != group.end { return }
            occurrence = other.occurrences[occurrence].parent
        }
        let slot = guide.slots[item.slot]
        if isTaken(later, from: item, loop) { return }
        add(
            "a segment is out of sequence", texts, "X12-207",
            self.place(slot, segmentName(slot.segment)), segment: "7")
    }

    /// Whether a later item of the loop takes the segment of `item` too.
    private func isTaken(_ later: Int, from item: Item, _ loop: Int) -> Bool {
        guide.loops[loop].items.contains {
            guide.items[$0].rank >= guide.items[later].rank
                && guide.slots[guide.slot(guide.items[$0])].segment
                    == guide.slots[item.slot].segment
        }
    }

    private func place(_ slot: Slot, _ id: String) -> String {
        let loop = guide.loops[slot.loop].id
        return loop.isEmpty ? id : loop + "/" + id
    }

    // MARK: Elements

    private func elements(_ made: SetMaker, _ line: Int) {
        let slot = made.lines[line].slot
        let own = guide.slots[slot]
        let id = segmentName(own.segment)
        func with(_ changes: [(Int, String)]) -> [String] {
            var texts = made.segments
            var copy = made.lines[line]
            for (element, value) in changes {
                while copy.elements.count < element { copy.elements.append("") }
                copy.elements[element - 1] = value
            }
            texts[line] = made.text(copy)
            return texts
        }
        func path(_ element: Int, _ component: Int = 0) -> String {
            place(own, id) + (element < 10 ? "0" : "") + "\(element)"
                + (component > 0 ? "-\(component)" : "")
        }
        for element in 1...max(1, own.elements.count) {
            let spec = guide.spec(slot, element)
            let before = made.lines[line].elements[element - 1]
            value(spec, before, isLast: false) { kind, value, code, ack in
                self.add(
                    kind, with([(element, value)]), code, path(element), element: ack,
                    isKey: spec.isKey)
            }
            guard spec.kind == .composite, spec.usage != .notUsed else { continue }
            let parts = before.split(separator: ":", omittingEmptySubsequences: false)
                .map(String.init)
            for (place, index) in spec.components.enumerated() {
                let part = guide.elements[index]
                let old = place < parts.count ? parts[place] : ""
                value(part, old, isLast: false) { kind, value, code, ack in
                    var copy = parts.isEmpty ? [""] : parts
                    while copy.count <= place { copy.append("") }
                    copy[place] = value
                    while copy.last?.isEmpty == true { copy.removeLast() }
                    if copy.isEmpty { return }
                    self.add(
                        kind, with([(element, copy.joined(separator: ":"))]), code,
                        path(element, place + 1), element: ack, isKey: part.isKey)
                }
            }
            let wide = (0...spec.components.count).map { $0 < parts.count ? parts[$0] : "" }
            add(
                "a composite has too many components",
                with([(element, (wide.dropLast() + ["A"]).joined(separator: ":"))]), "X12-313",
                path(element, spec.components.count + 1), element: "13")
            if spec.repeats < 12 {
                let times = Array(repeating: before, count: Int(spec.repeats) + 1)
                add(
                    "an element repeats too often",
                    with([(element, times.joined(separator: "^"))]), "X12-312", path(element),
                    element: "12")
            }
        }
        add(
            "a segment has too many elements", with([(own.elements.count + 1, "A")]), "X12-303",
            path(own.elements.count + 1), element: "3")
        if guide.rules[slot].wanted == 0, !own.elements.isEmpty {
            add(
                "a segment holds no element",
                with((1...own.elements.count).map { ($0, "") }), "X12-209", place(own, id))
        }
        notes(made, line, own, with, { path($0) })
    }

    /// The faults of one simple value.
    private func value(
        _ spec: ElementSpec, _ old: String, isLast: Bool,
        _ add: (_ kind: String, _ value: String, _ code: String, _ ack: String) -> Void
    ) {
        if spec.usage == .notUsed {
            return add("an element that is not used is there", "A", "X12-314", "I10")
        }
        if spec.usage == .mandatory {
            add("a mandatory element is missing", "", "X12-301", "1")
        } else if spec.usage == .required {
            add("a required element is missing", "", "X12-315", "1")
        }
        if spec.kind == .composite { return }
        let isNumber = spec.kind == .whole || spec.kind == .decimal
        let filler = isNumber ? "1" : spec.kind == .date || spec.kind == .time ? "0" : "B"
        add(
            "a value is too long", String(repeating: filler, count: spec.max + 1), "X12-305", "5")
        if spec.min > 1 {
            add(
                "a value is too short", String(repeating: filler, count: spec.min - 1), "X12-304",
                "4")
        }
        if !spec.codes.isEmpty {
            if let bad = stranger(spec) { add("a code is not in its list", bad, "X12-307", "7") }
            return
        }
        if spec.formatBy > 0 {
            return add("a date is not in its form", "2561", "X12-308", "8")
        }
        switch spec.kind {
        case .whole, .decimal:
            add(
                "a number has a letter", String(repeating: "A", count: max(1, spec.min)),
                "X12-306", "6")
        case .date:
            add("a date does not exist", spec.max == 6 ? "260230" : "20260230", "X12-308", "8")
        case .time: add("a time does not exist", "2561", "X12-309", "9")
        default:
            add(
                "a value has a character that is not printable",
                "\u{7}" + String(repeating: "A", count: max(1, spec.min) - 1), "X12-306", "6")
            if spec.digits > 0 {
                add(
                    "a value has not its form", String(repeating: "A", count: Int(spec.digits)),
                    "X12-316", "I12")
            }
        }
    }

    /// A value of the right length that is none of the codes.
    private func stranger(_ spec: ElementSpec) -> String? {
        let codes = guide.codes[spec.codes]
        let letters = spec.kind == .whole ? "9876" : "QZXVJ"
        for letter in letters {
            for count in stride(from: min(spec.max, 8), through: spec.min, by: -1) where count > 0 {
                let text = String(repeating: letter, count: count)
                if !codes.contains(packCode(text)) { return text }
            }
        }
        return nil
    }

    // MARK: Syntax notes

    private func notes(
        _ made: SetMaker, _ line: Int, _ own: Slot, _ with: ([(Int, String)]) -> [String],
        _ path: (Int) -> String
    ) {
        let slot = made.lines[line].slot
        for note in guide.notes[own.notes] {
            let numbers = guide.noteElements[note.elements].filter { $0 <= own.elements.count }
            guard numbers.count > 1 else { continue }
            let usages = numbers.map { guide.spec(slot, $0).usage }
            let isExclusive = note.kind == UInt8(ascii: "E")
            let isAny = note.kind == UInt8(ascii: "R")
            // Those that shall be there, and those that shall not.
            let there = isExclusive ? numbers : isAny ? [] : [numbers[0]]
            let gone = numbers.filter { !there.contains($0) }
            func usage(_ number: Int) -> Usage { guide.spec(slot, number).usage }
            guard usages.contains(where: { $0 != .notUsed }),
                there.allSatisfy({ usage($0) != .notUsed }),
                gone.allSatisfy({ usage($0) == .situational || usage($0) == .notUsed })
            else { continue }
            var changes = gone.map { ($0, "") }
            for number in there where made.lines[line].elements[number - 1].isEmpty {
                changes.append((number, sample(guide.spec(slot, number))))
            }
            let place = isExclusive ? numbers[numbers.count - 1] : gone[0]
            add(
                isExclusive
                    ? "elements that exclude each other are there"
                    : "an element that a syntax note wants is missing", with(changes),
                isExclusive ? "X12-310" : "X12-302", path(place), element: isExclusive ? "10" : "2")
        }
    }

    private func sample(_ spec: ElementSpec) -> String {
        if let code = guide.codes[spec.codes].first { return codeText(code) }
        if spec.list >= 0, let code = library.lists.first(of: Int(spec.list)) { return code }
        return String(
            repeating: spec.kind == .whole || spec.kind == .decimal ? "1" : "A",
            count: max(1, spec.min))
    }

    private func add(
        _ kind: String, _ segments: [String], _ code: String, _ place: String,
        segment: String = "8", element: String? = nil, isKey: Bool = false
    ) {
        all.append(
            MadeFault(
                kind: kind, segments: segments, code: code, place: place, isKey: isKey,
                segmentCode: segment, elementCode: element))
    }
}
