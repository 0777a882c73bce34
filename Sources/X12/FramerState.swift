import Bytes

/// The elements of one segment, by their separators.
struct Fields {
    private var marks: [Int] = []
    private let end: Int

    /// Splits the segment from `start` up to `stop`.
    init(_ span: Span<UInt8>, _ start: Int, _ stop: Int, _ separator: UInt8) {
        end = stop
        marks.reserveCapacity(18)
        for index in start..<stop where span[index] == separator { marks.append(index) }
    }

    /// How many elements there are.
    var count: Int { marks.count }

    /// Element `number`, from 1; empty when it is not there.
    func range(_ number: Int) -> Range<Int> {
        guard number >= 1, number <= marks.count else { return end..<end }
        return (marks[number - 1] + 1)..<(number < marks.count ? marks[number] : end)
    }
}

extension Span where Element == UInt8 {
    /// The number that `range` writes in up to 15 digits; nil for anything else.
    func number(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 15 else { return nil }
        var value = 0
        for index in range {
            guard self[index].isDigit else { return nil }
            value = value * 10 + Int(self[index] - 0x30)
        }
        return value
    }
}

/// The interchange that is open.
struct InterchangeState: Sendable {
    var delimiters: Delimiters
    /// The ISA's bytes, without its terminator.
    var isa: [UInt8]
    /// ISA13.
    var control: [UInt8]
    var offset: Int
    var groups = 0
    var segments = 0
    var acknowledgements = 0
    var firstPart: Int
    var groupControls: Set<[UInt8]> = []
    var isRejected = false
    var isHeld = false
}

/// The group that is open.
struct GroupState: Sendable {
    /// The GS's bytes, without its terminator.
    var gs: [UInt8]
    var functional: [UInt8]
    var control: [UInt8]
    var version: [UInt8]
    var offset: Int
    var sets = 0
    var firstPart: Int
    var setControls: Set<[UInt8]> = []
    var isRejected = false
}

/// The set that is open.
struct SetState: Sendable {
    /// A run of segments that are no record, and the HL it belongs to.
    struct Block: Sendable {
        var bytes: [UInt8] = []
        var offset: Int
        var position: Int
        /// Its loop in the guide; 0 for the head, −1 for an HL that the guide does not know.
        var loop: Int
        var occurrence = 1
        var records = 0
        /// Blocks beneath it, by loop.
        var children: [Int: Int] = [:]
        /// Its index in the page that is being made; −1 when it is not in it.
        var page = -1
        /// The record that reports on it; 0 for none yet.
        var reporter = 0
        /// HL04 as stated, where it was stated.
        var hasChildCode: UInt8 = 0
        var wasChecked = false
    }

    /// An HL that may still be named as a parent.
    struct Level: Sendable {
        var number: Int
        var loop: Int
        var code: UInt64
    }

    var part: Int
    var guide: Int
    var control: [UInt8]
    var offset: Int
    /// Segments so far, ST being the first.
    var segments = 1
    var records = 0
    /// What its guide says, at hand: how records open, where their money is, whether it is a 277.
    var rule = RecordRule()
    var money: (segment: UInt32, element: Int)?
    var isStatus = false
    var chain: [Block] = []
    var levels: [Level] = []
    var hlCount = 0
    /// The code and loop of the last HL.
    var hlCode: UInt64 = 0
    var hlLoop = 0
    var isRejected = false
    /// Money of the records so far.
    var cents = ExactDecimal.zero
    /// What a 277CA states: STC04 of 2200B, and its claims by QTY*90 and QTY*AA.
    var stated: ExactDecimal?
    var statedClaims: Int?
    /// Whether the segment that must end the set was seen (999: AK9).
    var sawTail = false

    /// Whether this segment opens a record here.
    @inline(__always)
    func opens(_ id: UInt32, isOpen: Bool) -> Bool {
        if id == rule.opens {
            if rule.isSet { return false }
            if rule.hlCode != 0 { return hlCode == rule.hlCode }
            return rule.under.isEmpty || rule.under.contains(hlCode)
        }
        return rule.opensAlone != 0 && id == rule.opensAlone && records == 0 && !isOpen
    }

    /// Adds a segment, with what stood between it and the last, to the innermost block.
    mutating func append(_ span: Span<UInt8>, _ start: Int, _ stop: Int, _ base: Int) {
        let last = chain.count - 1
        guard last >= 0 else { return }
        // Line breaks between segments stay, so that places in the block are places in the content.
        var from = start
        let due = chain[last].offset + chain[last].bytes.count - base
        if due >= 0, due <= start { from = due }
        chain[last].bytes += span.copy(from..<stop)
    }

    /// Says that no block is in the page being made.
    mutating func forgetPages() {
        for index in chain.indices { chain[index].page = -1 }
    }
}
