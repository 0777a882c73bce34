/// Reads HL7's abstract message syntax into nodes in document order.
///
/// `X` once, `[X]` optional, `{X}` repeats, `NAME(...)` a group, `<A|B>` a choice of segments. Three
/// marks are ours: `NAME:A|B(...)` is entered by these segments only, the members of `NAME*(...)`
/// come in any order, and `NAME?(...)` begins only where all that it requires follows.
struct StructureSyntax {
    private let text: [UInt8]
    private var position = 0
    private(set) var nodes: [StructureNode]
    private(set) var names: [String]
    private var entries: [Int: UInt64] = [:]
    private let bit: (String) -> UInt64

    /// - Parameter bit: the mask of a segment by name; 0 when it is not described.
    init(
        _ text: String, nodes: [StructureNode], names: [String], bit: @escaping (String) -> UInt64
    ) {
        self.text = Array(text.utf8)
        self.nodes = nodes
        self.names = names
        self.bit = bit
    }

    /// Reads one structure and returns its root, or what is wrong with it.
    mutating func read(named name: String) -> (root: Int, fault: String?) {
        let root = nodes.count
        nodes.append(
            StructureNode(
                kind: .group, name: intern(name), isRequired: true, repeats: false, parent: root,
                end: root + 1))
        let fault = members(of: root, optional: false, repeats: false, until: nil)
        settle(root)
        return (root, fault ?? (position == text.count ? nil : "text after the end"))
    }

    /// Reads members up to `closing`, which is taken.
    private mutating func members(
        of parent: Int, optional: Bool, repeats: Bool, until closing: UInt8?
    ) -> String? {
        while true {
            while position < text.count, text[position] == 0x20 { position += 1 }
            guard position < text.count else {
                return closing == nil ? nil : "a bracket is not closed"
            }
            let byte = text[position]
            if byte == closing {
                position += 1
                return nil
            }
            var fault: String?
            switch byte {
            case UInt8(ascii: "["):
                position += 1
                fault = members(
                    of: parent, optional: true, repeats: repeats, until: UInt8(ascii: "]"))
            case UInt8(ascii: "{"):
                position += 1
                fault = members(
                    of: parent, optional: optional, repeats: true, until: UInt8(ascii: "}"))
            case UInt8(ascii: "<"):
                position += 1
                let choice = word(including: UInt8(ascii: "|"))
                guard position < text.count, text[position] == UInt8(ascii: ">") else {
                    return "a choice is not closed"
                }
                position += 1
                add(choice, to: parent, required: !optional, repeats: repeats)
            default:
                fault = named(in: parent, optional: optional, repeats: repeats)
            }
            if let fault { return fault }
        }
    }

    /// Reads a segment, or a group with its marks.
    private mutating func named(in parent: Int, optional: Bool, repeats: Bool) -> String? {
        let name = word(including: nil)
        guard !name.isEmpty else { return "a name is missing at column \(position + 1)" }
        var entry: UInt64 = 0
        if position < text.count, text[position] == UInt8(ascii: ":") {
            position += 1
            for segment in word(including: UInt8(ascii: "|")).split(separator: "|") {
                entry |= bit(String(segment))
            }
        }
        let unordered = takes(UInt8(ascii: "*"))
        let looksAhead = takes(UInt8(ascii: "?"))
        guard position < text.count, text[position] == UInt8(ascii: "(") else {
            add(name, to: parent, required: !optional, repeats: repeats)
            return nil
        }
        position += 1
        let index = nodes.count
        nodes.append(
            StructureNode(
                kind: .group, name: intern(name), isRequired: !optional, repeats: repeats,
                isUnordered: unordered, looksAhead: looksAhead, parent: parent, end: index + 1))
        if entry != 0 { entries[index] = entry }
        let fault = members(of: index, optional: false, repeats: false, until: UInt8(ascii: ")"))
        settle(index)
        return fault
    }

    /// Takes a mark that stands here.
    private mutating func takes(_ mark: UInt8) -> Bool {
        guard position < text.count, text[position] == mark else { return false }
        position += 1
        return true
    }

    private mutating func add(_ name: String, to parent: Int, required: Bool, repeats: Bool) {
        let mask = name.split(separator: "|").reduce(0) { $0 | bit(String($1)) }
        nodes.append(
            StructureNode(
                kind: .segment, name: intern(name), isRequired: required, repeats: repeats,
                parent: parent, end: nodes.count + 1, first: mask, contains: mask))
    }

    /// Computes what can begin a group, and what it holds, from its members.
    private mutating func settle(_ group: Int) {
        nodes[group].end = nodes.count
        var open = true
        var child = group + 1
        while child < nodes.count {
            nodes[group].contains |= nodes[child].contains
            if open { nodes[group].first |= nodes[child].first }
            if nodes[child].isRequired, !nodes[child].isNullable { open = false }
            child = nodes[child].end
        }
        nodes[group].isNullable = open
        if let entry = entries[group] { nodes[group].first = entry }
    }

    private mutating func word(including extra: UInt8?) -> String {
        let start = position
        while position < text.count {
            let byte = text[position]
            let isName =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F
            guard isName || byte == extra else { break }
            position += 1
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func intern(_ name: String) -> UInt16 {
        if let index = names.firstIndex(of: name) { return UInt16(index) }
        names.append(name)
        return UInt16(names.count - 1)
    }
}
