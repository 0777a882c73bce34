import Bytes
import Exchange

@testable import X12

/// Makes transaction sets from a guide's own data: what is required, and what is asked for beside.
struct SetMaker {
    /// One segment.
    struct Line {
        var slot: Int
        /// The item it was made for: that of its loop where it opens one.
        var item: Int
        /// The occurrence of the loop it lies in: an index of `occurrences`.
        var occurrence: Int
        /// Its elements from 01, in the usual separators.
        var elements: [String]
    }

    let guide: Guide
    private(set) var lines: [Line] = []
    /// The loop of each occurrence, and the occurrence around it.
    private(set) var occurrences: [(loop: Int, parent: Int)] = []
    /// How often a situational item is made.
    private var counts: (Int) -> Int
    /// Whether a situational element is filled.
    private var fills: (_ slot: Int, _ element: Int) -> Bool
    /// Which of several codes is taken: a number that is divided by how many there are.
    private var picks: () -> Int
    private var hls: [(loop: Int, number: Int)] = []
    private var lineNumber = 0

    /// Makes a set.
    init(
        _ guide: Guide, counts: @escaping (Int) -> Int,
        fills: @escaping (_ slot: Int, _ element: Int) -> Bool, picks: @escaping () -> Int = { 0 }
    ) {
        self.guide = guide
        self.counts = counts
        self.fills = fills
        self.picks = picks
        make(loop: 0, parent: -1)
        stateChildren()
    }

    /// HL04 says whether levels lie beneath, where the guide leaves the choice.
    private mutating func stateChildren() {
        let parents = Set(
            lines.filter { guide.slots[$0.slot].segment == ID.hl }.map { $0.elements[1] })
        for index in lines.indices where guide.slots[lines[index].slot].segment == ID.hl {
            guard lines[index].elements.count > 3, !lines[index].elements[3].isEmpty else {
                continue
            }
            let spec = guide.spec(lines[index].slot, 4)
            let wanted = parents.contains(lines[index].elements[0]) ? "1" : "0"
            if spec.codes.isEmpty || guide.codes[spec.codes].contains(packCode(wanted)) {
                lines[index].elements[3] = wanted
            }
        }
    }

    /// What a file needs so that item `target` is in it, once: that, all that is required, and the
    /// loops around it and around a record.
    static func least(_ guide: Guide, with target: Int) -> SetMaker {
        var wanted: Set<Int> = target >= 0 ? [target] : []
        func want(_ loop: Int) {
            var loop = loop
            while loop > 0, let parent = guide.loops[loop].parents.first {
                if let item = guide.loops[parent].items.first(where: {
                    guide.items[$0].loop == loop
                }) {
                    wanted.insert(item)
                }
                loop = parent
            }
        }
        if let home = guide.loops.indices.first(where: { guide.loops[$0].items.contains(target) }) {
            want(home)
        }
        want(guide.record.loop)
        let slot = target >= 0 ? guide.slot(guide.items[target]) : -1
        return SetMaker(
            guide, counts: { wanted.contains($0) ? 1 : 0 }, fills: { own, _ in own == slot })
    }

    // MARK: Loops

    private mutating func make(loop: Int, parent: Int) {
        occurrences.append((loop, parent))
        let own = occurrences.count - 1
        for index in guide.loops[loop].items {
            let item = guide.items[index]
            let isWanted = item.usage == .required || item.usage == .mandatory
            let count = max(isWanted ? 1 : 0, min(counts(index), item.max))
            if item.slot >= 0 {
                let isTrigger = item.slot == guide.loops[loop].trigger && loop > 0
                for _ in 0..<(isTrigger ? 1 : count) {
                    let opener =
                        isTrigger
                        ? guide.loops[
                            occurrences[own].parent >= 0
                                ? occurrences[occurrences[own].parent].loop : 0
                        ].items.first {
                            guide.items[$0].loop == loop
                        } ?? index : index
                    add(item.slot, opener, own)
                }
            } else {
                for _ in 0..<count { make(loop: item.loop, parent: own) }
            }
        }
    }

    private mutating func add(_ slot: Int, _ item: Int, _ occurrence: Int) {
        var elements = filled(slot)
        let id = segmentName(guide.slots[slot].segment)
        switch id {
        case "ST":
            // An 835 is not told its version.
            let hasVersion = elements.count > 2 && guide.set != "835"
            elements = [guide.set, "0001"] + (hasVersion ? [guide.id] : [])
        case "SE": elements = [String(lines.count + 1), "0001"]
        case "CLM": lineNumber = 0
        case "LX":
            lineNumber = guide.names.isClaim ? lineNumber + 1 : 1
            elements = [String(lineNumber)]
        case "HL":
            let loop = guide.slots[slot].loop
            while let last = hls.last, !guide.loops[loop].parents.contains(last.loop) {
                hls.removeLast()
            }
            let number = lines.count { segmentName(guide.slots[$0.slot].segment) == "HL" } + 1
            elements[0] = String(number)
            elements[1] = hls.last.map { String($0.number) } ?? ""
            hls.append((loop, number))
        default: break
        }
        lines.append(
            Line(slot: slot, item: item, occurrence: occurrence, elements: elements))
    }

    // MARK: Elements

    /// The elements of a slot that may and shall be there, with no syntax note broken.
    private func filled(_ slot: Int) -> [String] {
        let own = guide.slots[slot]
        var texts: [String] = []
        for (place, index) in own.elements.enumerated() {
            let spec = guide.elements[index]
            let isThere =
                spec.usage == .mandatory || spec.usage == .required
                || (spec.usage == .situational && fills(slot, place + 1))
            texts.append(isThere ? text(spec, slot, place + 1, texts) : "")
        }
        mend(slot, &texts)
        // A segment holds something.
        if texts.allSatisfy(\.isEmpty) {
            for number in texts.indices.map({ $0 + 1 })
            where guide.spec(slot, number).usage != .notUsed {
                texts[number - 1] = text(guide.spec(slot, number), slot, number, texts)
            }
            mend(slot, &texts)
        }
        return texts
    }

    private func mend(_ slot: Int, _ texts: inout [String]) {
        let notes = guide.slots[slot].notes
        for _ in 0..<notes.count + 1 {
            for note in guide.notes[notes] { mend(note, slot, &texts) }
        }
    }

    private func mend(_ note: SyntaxNote, _ slot: Int, _ texts: inout [String]) {
        let numbers = guide.noteElements[note.elements].filter { $0 <= texts.count }
        let own = guide.slots[slot]
        let spec = { (number: Int) in guide.elements[own.elements.lowerBound + number - 1] }
        let there = numbers.filter { !texts[$0 - 1].isEmpty }
        func fill(_ number: Int) {
            if texts[number - 1].isEmpty, spec(number).usage != .notUsed {
                texts[number - 1] = text(spec(number), slot, number, texts)
            }
        }
        func clear(_ number: Int) {
            if spec(number).usage == .situational { texts[number - 1] = "" }
        }
        switch note.kind {
        case UInt8(ascii: "P"):
            if !there.isEmpty, there.count < numbers.count {
                if numbers.contains(where: { spec($0).usage == .notUsed }) {
                    numbers.forEach(clear)
                } else {
                    numbers.forEach(fill)
                }
            }
        case UInt8(ascii: "R"): if there.isEmpty, let one = usable(numbers, spec) { fill(one) }
        case UInt8(ascii: "E"):
            for number in there.dropFirst() { clear(number) }
            if numbers.filter({ !texts[$0 - 1].isEmpty }).count > 1 { clear(there[0]) }
        case UInt8(ascii: "C"), UInt8(ascii: "L"):
            guard let first = numbers.first, there.contains(first) else { return }
            let rest = numbers.dropFirst()
            let isC = note.kind == UInt8(ascii: "C")
            if isC ? rest.allSatisfy({ there.contains($0) }) : there.count > 1 { return }
            if rest.contains(where: { spec($0).usage == .notUsed }) {
                clear(first)
            } else {
                for number in isC ? Array(rest) : Array(rest.prefix(1)) { fill(number) }
            }
        default: break
        }
    }

    private func usable(_ numbers: [Int], _ spec: (Int) -> ElementSpec) -> Int? {
        numbers.first { spec($0).usage != .notUsed }
    }

    private func text(_ spec: ElementSpec, _ slot: Int, _ element: Int, _ before: [String])
        -> String
    {
        guard spec.kind == .composite else {
            return value(spec, slot, element, 0, before)
        }
        var parts: [String] = []
        for (place, index) in spec.components.enumerated() {
            let part = guide.elements[index]
            let isThere =
                part.usage == .mandatory || part.usage == .required
                || (part.usage == .situational && fills(slot, element))
            parts.append(isThere ? value(part, slot, element, place + 1, before) : "")
        }
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts.joined(separator: ":")
    }

    private func value(
        _ spec: ElementSpec, _ slot: Int, _ element: Int, _ component: Int, _ before: [String]
    ) -> String {
        if spec.formatBy > 0, before.count >= Int(spec.formatBy) {
            return Self.dates[before[Int(spec.formatBy) - 1]] ?? "20261101"
        }
        if !spec.codes.isEmpty {
            let all = codes(spec, slot, element, component)
            return name(all[picks() % all.count])
        }
        switch spec.kind {
        case .whole, .decimal: return String(repeating: "1", count: max(1, spec.min))
        case .date: return spec.max == 6 ? "261101" : "20261101"
        case .time: return "0805"
        default:
            if spec.digits > 0 { return String(repeating: "7", count: Int(spec.digits)) }
            if spec.list >= 0, let code = library.lists.first(of: Int(spec.list)) { return code }
            return String(repeating: "A", count: max(1, spec.min))
        }
    }

    static let dates = [
        "D8": "20261101", "RD8": "20261101-20261102", "DT": "202611010805", "TM": "0805",
    ]

    /// The codes by which an element may be filled: of a qualifier those that no slot before it has.
    private func codes(_ spec: ElementSpec, _ slot: Int, _ element: Int, _ component: Int)
        -> [UInt64]
    {
        let own = guide.slots[slot]
        let all = Array(guide.codes[spec.codes])
        guard spec.isKey, let first = own.keys.first, first.element == element,
            first.component == component
        else { return all }
        var taken: Set<UInt64> = []
        for other in guide.slots.indices.prefix(slot)
        where guide.slots[other].loop == own.loop && guide.slots[other].segment == own.segment {
            guard let key = guide.slots[other].keys.first else { continue }
            var theirs = guide.elements[guide.slots[other].elements.lowerBound + key.element - 1]
            if key.component > 0 {
                theirs = guide.elements[theirs.components.lowerBound + key.component - 1]
            }
            taken.formUnion(guide.codes[theirs.codes])
        }
        let free = all.filter { !taken.contains($0) }
        return free.isEmpty ? all : free
    }

    /// A code's text; long ones are kept as hashes only.
    private func name(_ code: UInt64) -> String {
        let text = codeText(code)
        if !text.isEmpty { return text }
        let long = [
            guide.id, "SITUATIONAL TRIGGER", "PATIENT NAME NM109", "SUBSCRIBER NAME NM109",
            "SUBSCRIBER NUMBER REF02",
        ]
        return long.first { packCode($0) == code } ?? "?"
    }

    // MARK: Text

    /// The segments between GS and GE.
    var segments: [String] { lines.map { text($0) } }

    func text(_ line: Line) -> String {
        var elements = line.elements
        while elements.last?.isEmpty == true { elements.removeLast() }
        return ([segmentName(guide.slots[line.slot].segment)] + elements).joined(separator: "*")
    }

    /// A whole file of segments from ST to what stands before SE; SE is made.
    static func file(_ guide: Guide, _ segments: [String]) -> String {
        let body = segments.filter { !$0.hasPrefix("SE*") }.flatMap {
            $0.split(separator: "~").map(String.init)
        }
        return Sample.isa
            + "GS*\(guide.group)*CLINIC7*CLEARHOUSE*20261120*0805*7*X*\(guide.id)~\n"
            + body.map { $0 + "~\n" }.joined()
            + "SE*\(body.count + 1)*0001~\nGE*1*7~\nIEA*1*000000007~\n"
    }
}

extension Guide {
    /// What it says of an element.
    func spec(_ slot: Int, _ element: Int) -> ElementSpec {
        elements[slots[slot].elements.lowerBound + element - 1]
    }
}
