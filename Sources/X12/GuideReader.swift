import Bytes

/// Reads a guide's data file:
///
/// ```
/// guide 005010X222A1          header lines: guide name set group record alone money
/// loop 2000A 0010 R >1        id, position, usage, maximum; indented lines are inside
///   HL 0010 R 1 notes P0203   segment, position, usage, maximum, syntax notes
///     01 M AN 1/12            element, usage, type, lengths, codes or @list or ~pattern
///     03 M key ID 1/2 20      `key`: the slot is chosen by it
///     04-07 N                 a run of equal elements
///     05 R composite x10      a composite, repeating ten times; its components follow
///       .1 R AN 1/2 @pos
/// ```
/// `record 2200D at TRN under 22 or 2200E at TRN under 23`: what a record is, and what opens it;
/// `alone 2200C at TRN under 19`: what is one too where no level lies beneath that HL.
/// Usage: M required by the standard, R required, S situational, N not used by the guide.
/// `as 02`: the format stands in element 02; `advised 20`: longer is a warning;
/// `loop 2300 1300 R 100 same`: the loop of that id again.
struct GuideReader {
    /// A line that cannot be read.
    struct Fault: Error, Hashable {
        /// 1-based.
        let line: Int
        let reason: String
    }

    private struct Node {
        var words: [Substring]
        var children: [Node]
        var line: Int
    }

    private var guide = GuideParts()
    private var lists: CodeLists
    private var codeCache: [String: Range<Int>] = [:]

    private init(lists: CodeLists) { self.lists = lists }

    /// Compiles the text of a file.
    static func read(_ bytes: [UInt8], lists: CodeLists) -> Result<Guide, Fault> {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(Fault(line: 1, reason: "not UTF-8"))
        }
        var reader = GuideReader(lists: lists)
        do throws(Fault) {
            var lines = outline(text)[...]
            let nodes = tree(&lines, depth: -1)
            try reader.compile(nodes)
            return .success(Guide(reader.guide))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Outline

    private typealias Line = (depth: Int, words: [Substring], number: Int)

    private static func outline(_ text: String) -> [Line] {
        var lines: [Line] = []
        // By bytes: the files are ASCII, and there are thousands of lines.
        let all = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() {
            let trimmed = line.drop { $0 == 0x20 }
            if trimmed.isEmpty || trimmed.first == UInt8(ascii: "#") { continue }
            let words = trimmed.split(separator: 0x20).map { Substring($0) }
            lines.append((line.count - trimmed.count, words, index + 1))
        }
        return lines
    }

    private static func tree(_ lines: inout ArraySlice<Line>, depth: Int) -> [Node] {
        var nodes: [Node] = []
        while let line = lines.first, line.depth > depth {
            lines.removeFirst()
            let children = tree(&lines, depth: line.depth)
            nodes.append(Node(words: line.words, children: children, line: line.number))
        }
        return nodes
    }

    // MARK: Compilation

    private mutating func compile(_ nodes: [Node]) throws(Fault) {
        var body: [Node] = []
        var recordWords: [Substring] = []
        var alone: [[Substring]] = []
        for node in nodes {
            let rest = node.words.dropFirst()
            switch node.words[0] {
            case "guide": guide.id = rest.joined(separator: " ")
            case "name": guide.name = rest.joined(separator: " ")
            case "set": guide.set = rest.joined(separator: " ")
            case "group": guide.group = rest.joined(separator: " ")
            case "record": recordWords = Array(rest)
            case "alone": alone.append(Array(rest))
            case "money":
                let text = rest.joined()
                guard let element = Int(text.suffix(2)) else {
                    throw Fault(line: node.line, reason: "money wants a segment and element, CLM02")
                }
                guide.money = (packSegment(String(text.dropLast(2))), element)
            default: body.append(node)
            }
        }
        guide.loops = [Loop()]
        try fill(loop: 0, from: body)
        try finish(recordWords, alone)
    }

    /// Reads the items of a loop; children's items come after all of its own.
    private mutating func fill(loop: Int, from nodes: [Node]) throws(Fault) {
        var rank = -1
        var lastPosition: Substring = ""
        var pending: [(loop: Int, nodes: [Node])] = []
        let start = guide.items.count
        for node in nodes {
            let isLoop = node.words[0] == "loop"
            let words = isLoop ? Array(node.words.dropFirst()) : node.words
            guard words.count >= 4, let usage = Self.usage(words[2]) else {
                throw Fault(line: node.line, reason: "wants id, position, usage and maximum")
            }
            if words[1] != lastPosition { rank += 1 }
            lastPosition = words[1]
            let most = words[3] == ">1" ? Int.max : Int(words[3]) ?? 1
            var item = Item(rank: rank, slot: -1, loop: -1, usage: usage, max: most)
            if isLoop {
                if words.count > 4, words[4] == "same" {
                    guard let same = guide.loop(String(words[0])) else {
                        throw Fault(line: node.line, reason: "no loop \(words[0]) before this")
                    }
                    item.loop = same
                } else {
                    item.loop = guide.loops.count
                    guide.loops.append(Loop(id: String(words[0])))
                    // A shared loop must be complete before it is named again.
                    pending.append((item.loop, node.children))
                }
                guide.loops[item.loop].parents.append(loop)
            } else {
                item.slot = try slot(words, node, loop, usage)
                if guide.loops[loop].trigger < 0 { guide.loops[loop].trigger = item.slot }
            }
            guide.items.append(item)
        }
        guide.loops[loop].items = start..<guide.items.count
        for child in pending { try fill(loop: child.loop, from: child.nodes) }
    }

    private mutating func slot(
        _ words: [Substring], _ node: Node, _ loop: Int, _ usage: Usage
    ) throws(Fault) -> Int {
        let packed = packSegment(String(words[0]))
        var slot = Slot(segment: packed, loop: loop, usage: usage)
        slot.position = Int(words[1]) ?? 0
        if let known = guide.segments.firstIndex(of: packed) {
            slot.segmentIndex = known
        } else {
            slot.segmentIndex = guide.segments.count
            guide.segments.append(packed)
        }
        if words.count > 5, words[4] == "notes" {
            let first = guide.notes.count
            for note in words[5].split(separator: ",") { guide.notes.append(self.note(note)) }
            slot.notes = first..<guide.notes.count
        }
        var specs: [(ElementSpec, [Node])] = []
        for child in node.children {
            for _ in try Self.run(child) { specs.append((try element(child), child.children)) }
        }
        let first = guide.elements.count
        guide.elements += specs.map(\.0)
        slot.elements = first..<guide.elements.count
        for (index, spec) in specs.enumerated() {
            if spec.0.isKey { slot.keys.append((index + 1, 0)) }
            guard !spec.1.isEmpty else { continue }
            var parts: [ElementSpec] = []
            for part in spec.1 {
                for _ in try Self.run(part) { parts.append(try element(part)) }
            }
            for (place, part) in parts.enumerated() {
                if part.isKey { slot.keys.append((index + 1, place + 1)) }
                if part.usage == .mandatory || part.usage == .required {
                    guide.elements[first + index].wantedParts |= 1 << UInt32(place)
                }
            }
            let start = guide.elements.count
            guide.elements += parts
            guide.elements[first + index].components = start..<guide.elements.count
        }
        guide.slots.append(slot)
        return guide.slots.count - 1
    }

    /// The numbers a line stands for: `06-07` or `.3-9`.
    private static func run(_ node: Node) throws(Fault) -> ClosedRange<Int> {
        let text = node.words[0].first == "." ? node.words[0].dropFirst() : node.words[0]
        let ends = text.split(separator: "-").compactMap { Int($0) }
        guard let low = ends.first, let high = ends.last, low <= high else {
            throw Fault(line: node.line, reason: "wants an element number")
        }
        return low...high
    }

    private mutating func element(_ node: Node) throws(Fault) -> ElementSpec {
        var words = node.words.dropFirst()
        guard let letter = words.popFirst(), let usage = Self.usage(letter) else {
            throw Fault(line: node.line, reason: "wants a usage M, R, S or N")
        }
        var spec = ElementSpec(usage: usage)
        if words.first == "key" {
            spec.isKey = true
            words.removeFirst()
        }
        if words.count >= 2, words[words.endIndex - 2] == "advised" {
            spec.advised = UInt8(words[words.endIndex - 1]) ?? 0
            words.removeLast(2)
        }
        if words.count >= 2, words[words.endIndex - 2] == "as" {
            spec.formatBy = UInt8(words[words.endIndex - 1]) ?? 0
            words.removeLast(2)
        }
        guard let type = words.popFirst() else { return spec }
        switch type {
        case "ID": spec.kind = .identifier
        case "AN": spec.kind = .text
        case "N0": spec.kind = .whole
        case "R": spec.kind = .decimal
        case "DT": spec.kind = .date
        case "TM": spec.kind = .time
        case "composite":
            spec.kind = .composite
            if let word = words.first, word.first == "x" {
                spec.repeats = UInt16(word.dropFirst()) ?? 1
            }
            return spec
        default: throw Fault(line: node.line, reason: "unknown type \(type)")
        }
        if let lengths = words.popFirst() {
            let ends = lengths.split(separator: "/").compactMap { UInt16($0) }
            guard ends.count == 2 else { throw Fault(line: node.line, reason: "wants min/max") }
            spec.shortest = ends[0]
            spec.longest = ends[1]
        }
        let rest = words.joined(separator: " ")
        if rest.hasPrefix("@") {
            spec.list = Int16(lists.index(of: String(rest.dropFirst())))
        } else if rest.hasPrefix("~[0-9]{") {
            spec.digits = UInt8(rest.dropFirst(7).prefix { $0 != "}" }) ?? 0
        } else if !rest.isEmpty {
            spec.codes = codes(rest)
        }
        return spec
    }

    private mutating func codes(_ text: String) -> Range<Int> {
        if let known = codeCache[text] { return known }
        let start = guide.codes.count
        guide.codes += Set(
            text.utf8.split(separator: UInt8(ascii: "|")).map { packCode(String(Substring($0))) }
        )
        .sorted()
        codeCache[text] = start..<guide.codes.count
        return start..<guide.codes.count
    }

    private mutating func note(_ text: Substring) -> SyntaxNote {
        var digits = text.dropFirst()
        let first = guide.noteElements.count
        while digits.count >= 2 {
            if let number = Int(digits.prefix(2)) { guide.noteElements.append(number) }
            digits = digits.dropFirst(2)
        }
        return SyntaxNote(kind: text.utf8.first ?? 0, elements: first..<guide.noteElements.count)
    }

    private static func usage(_ word: Substring) -> Usage? {
        switch word {
        case "M": .mandatory
        case "R": .required
        case "S": .situational
        case "N": .notUsed
        default: nil
        }
    }

    // MARK: Tables

    private mutating func finish(_ words: [Substring], _ alone: [[Substring]]) throws(Fault) {
        guard guide.segments.count < 200 else { throw Fault(line: 1, reason: "too many segments") }
        for (index, loop) in guide.loops.enumerated() {
            guard loop.trigger >= 0 else {
                throw Fault(line: 1, reason: "loop \(loop.id) has no segment")
            }
            let slot = guide.slots[loop.trigger]
            guard segmentName(slot.segment) == "HL", index > 0, let key = slot.keys.first else {
                continue
            }
            let spec = guide.elements[slot.elements.lowerBound + key.element - 1]
            if let code = guide.codes[spec.codes].first {
                guide.loops[index].hlCode = code
                guide.hlLoops.append(index)
            }
        }
        guide.record = try recordRule(words)
        for words in alone {
            guide.record.others.append(try opening(words[...], isAlone: true))
        }
    }

    private func recordRule(_ words: [Substring]) throws(Fault) -> RecordRule {
        var rule = RecordRule()
        guard let first = words.first else { throw Fault(line: 1, reason: "no `record` line") }
        if first == "set" {
            rule.isSet = true
            rule.opens = packSegment("ST")
            return rule
        }
        rule.loop = guide.loop(String(first)) ?? 0
        guard words.count >= 3 else { throw Fault(line: 1, reason: "`record` wants a segment") }
        rule.opens = packSegment(String(words[2]))
        var rest = words.dropFirst(3)
        if words[2] == "HL", let code = rest.popFirst() { rule.hlCode = packCode(String(code)) }
        if rest.first == "or", rest.count == 2 {
            rule.opensAlone = packSegment(String(rest[rest.startIndex + 1]))
        }
        let parts = rest.split(separator: "or", omittingEmptySubsequences: false)
        if let own = parts.first, own.first == "under" {
            rule.under = own.dropFirst().map { packCode(String($0)) }
        }
        for words in parts.dropFirst() where words.count > 1 {
            rule.others.append(try opening(words, isAlone: false))
        }
        return rule
    }

    /// `2200C at TRN under 19` or `2000B at HL 21`.
    private func opening(
        _ words: ArraySlice<Substring>, isAlone: Bool
    ) throws(Fault) -> RecordRule.Opening {
        guard let name = words.first, let loop = guide.loop(String(name)),
            let code = words.last, words.count == 4 || words.count == 5
        else { throw Fault(line: 1, reason: "a record wants a loop, a segment and an HL03") }
        return RecordRule.Opening(
            loop: loop, segment: packSegment(String(words[words.startIndex + 2])),
            code: packCode(String(code)), isAlone: isAlone)
    }
}
