/// How records are cut from a set, and which segments may stand before them.
struct RecordRule: Sendable {
    /// The loop of a record; 0 when the whole set is one.
    var loop = 0
    /// The packed id of the segment that opens one.
    var opens: UInt32 = 0
    /// A segment that opens one when the set has none before it (999: AK9).
    var opensAlone: UInt32 = 0
    /// HL codes under which the segment opens a record; empty for any.
    var under: [UInt64] = []
    /// The HL03 that opens a record, when HL does.
    var hlCode: UInt64 = 0
    /// Whether the whole set is the record (835).
    var isSet = false
    /// Further ways a record opens, each under one HL03.
    var others: [Opening] = []

    /// One way a record opens.
    struct Opening: Sendable {
        /// The loop of the record.
        var loop: Int
        /// The packed id of the segment that opens it.
        var segment: UInt32
        /// The HL03 it opens under, or that of the HL that opens it; 0 for any.
        var code: UInt64 = 0
        /// Whether it is a record only where no other level lies beneath its HL: an answer that
        /// covers all that would lie there.
        var isAlone = false
    }

    /// How a record opens where the last HL03 is `code` (0 before the first HL); nil where none
    /// does.
    func opening(under code: UInt64) -> Opening? {
        if isSet { return nil }
        if hlCode != 0 ? code == hlCode : under.isEmpty || under.contains(code) {
            return Opening(loop: loop, segment: opens, code: code)
        }
        return others.first { $0.code == code }
    }

    /// Whether a record may be a loop of this index.
    func holds(loop index: Int) -> Bool {
        loop == index || others.contains { $0.loop == index }
    }

    /// Whether a loop of this index is always a record.
    func isUsual(loop index: Int) -> Bool {
        loop == index || others.contains { $0.loop == index && !$0.isAlone }
    }
}

/// One loop: its items in guide order.
struct Loop: Sendable {
    var id = ""
    var items = 0..<0
    /// The slot that opens it.
    var trigger = -1
    /// Loops that hold it (2300 lies under 2000B and 2000C).
    var parents: [Int] = []
    /// HL03 of its trigger, when that is an HL.
    var hlCode: UInt64 = 0
}

/// A place in a loop, for a segment or a child loop.
struct Item: Sendable {
    /// Order within the loop; equal ranks in any order.
    var rank: Int
    /// The slot, or −1.
    var slot: Int
    /// The child loop, or −1.
    var loop: Int
    var usage: Usage
    /// How often it may occur; `Int.max` for without limit.
    var max: Int
}

/// Up to two qualifiers of a slot, without an array of their own.
struct Keys: Sendable {
    private(set) var count = 0
    private var one = (element: 0, component: 0)
    private var two = (element: 0, component: 0)

    var isEmpty: Bool { count == 0 }
    var first: (element: Int, component: Int)? { count > 0 ? one : nil }

    @inline(__always)
    subscript(index: Int) -> (element: Int, component: Int) { index == 0 ? one : two }

    /// Adds a qualifier; a third is not looked at.
    mutating func append(_ key: (element: Int, component: Int)) {
        if count == 0 { one = key } else if count == 1 { two = key } else { return }
        count += 1
    }
}

/// A segment's meaning in its loop.
struct Slot: Sendable {
    var segment: UInt32
    var segmentIndex = 0
    var loop: Int
    var usage: Usage
    /// Its elements, in order from 01; components lie elsewhere.
    var elements = 0..<0
    var notes = 0..<0
    /// Up to two qualifiers by which it is told from others of the same segment id.
    var keys = Keys()
    /// The first position (010) where the guide has it, for people.
    var position = 0
}

extension Slot {
    /// The element by which a path's `[qualifier]` picks: the first key, else element 01.
    func qualifier(_ guide: Guide) -> (element: Int, component: Int)? {
        if let key = keys.first { return key }
        guard !elements.isEmpty else { return nil }
        return (1, guide.elements[elements.lowerBound].components.isEmpty ? 0 : 1)
    }
}

/// How the guide uses a thing. `mandatory` is required by the standard itself (level 1).
enum Usage: UInt8, Sendable { case mandatory, required, situational, notUsed }

/// An element or component, in 32 bytes.
struct ElementSpec: Sendable {
    /// The data types of X12.6 that these guides use.
    enum Kind: UInt8, Sendable { case identifier, text, whole, decimal, date, time, composite }
    var usage: Usage
    var kind: Kind = .text
    var isKey = false
    /// Exactly so many digits are wanted; 0 for no pattern.
    var digits: UInt8 = 0
    /// The element whose value (D8, RD8) is the format of this one; 0 for none.
    var formatBy: UInt8 = 0
    /// The length the guide advises; longer is a warning. 0 for none.
    var advised: UInt8 = 0
    var partCount: UInt8 = 0
    var shortest: UInt16 = 1
    var longest: UInt16 = 1
    /// How often it may repeat.
    var repeats: UInt16 = 1
    var codeCount: UInt16 = 0
    /// An external list: index into `CodeLists.names` order, or −1.
    var list: Int16 = -1
    var codeStart: UInt32 = 0
    var partStart: UInt32 = 0
    /// The components that must be there: bit 0 for the first.
    var wantedParts: UInt32 = 0

    var min: Int { Int(shortest) }
    var max: Int { Int(longest) }
    /// Its codes; empty for any value.
    var codes: Range<Int> {
        get { Int(codeStart)..<(Int(codeStart) + Int(codeCount)) }
        set {
            codeStart = UInt32(clamping: newValue.lowerBound)
            codeCount = UInt16(clamping: newValue.count)
        }
    }
    /// Its components; empty for a simple element.
    var components: Range<Int> {
        get { Int(partStart)..<(Int(partStart) + Int(partCount)) }
        set {
            partStart = UInt32(clamping: newValue.lowerBound)
            partCount = UInt8(clamping: newValue.count)
        }
    }

    init(usage: Usage) { self.usage = usage }
}

/// A syntax note of a segment (X12.6: P, R, E, C, L).
struct SyntaxNote: Sendable {
    var kind: UInt8
    /// Element numbers: a range of the guide's `noteElements`.
    var elements: Range<Int>
}
