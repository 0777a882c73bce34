import Bytes

/// The elements of one segment, found by walking its separators anew for each: envelopes and HLs
/// are short, and nothing is allocated.
struct Fields {
    private let start: Int
    private let end: Int
    private let separator: UInt8
    /// How many elements there are.
    let count: Int

    /// Describes the segment from `start` up to `stop`.
    init(_ span: Span<UInt8>, _ start: Int, _ stop: Int, _ separator: UInt8) {
        self.start = start
        end = stop
        self.separator = separator
        var count = 0
        for index in start..<stop where span[index] == separator { count += 1 }
        self.count = count
    }

    /// Element `number`, from 1; empty when it is not there.
    func range(_ number: Int, _ span: Span<UInt8>) -> Range<Int> {
        var left = number
        var index = start
        while left > 0, index < end {
            if span[index] == separator { left -= 1 }
            index += 1
        }
        guard left == 0, number > 0 else { return end..<end }
        let first = index
        while index < end, span[index] != separator { index += 1 }
        return first..<index
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
    /// Whether no guide knows its GS01 or GS08.
    var isForeign = false
    /// ST02 of its sets, packed. GE01 has six digits: a group of more sets is refused anyhow.
    var setControls: Set<UInt64> = []
    var isRejected = false
}

/// The set that is open. It is changed in place only: a copy would copy its stacks.
struct SetState: Sendable {
    /// A run of segments that are no record, and the HL it belongs to.
    struct Block: Sendable {
        /// Where its bytes begin in `bytes`; they end where those of the next block begin.
        var start: Int
        var offset: Int
        var position: Int
        /// Its loop in the guide; 0 for the head, −1 for an HL that the guide does not know.
        var loop: Int
        var occurrence = 1
        var records = 0
        /// Its index in the page that is being made; −1 when it is not in it.
        var page = -1
        /// The record that reports on it; 0 for none yet.
        var reporter = 0
    }

    /// An HL that may still be named as a parent.
    struct Level: Sendable {
        var number: Int
        var loop: Int
        /// Where it stands in the content.
        var offset: Int
        /// HL04 as stated: 0 or 1 as a byte, 0 where it is not stated.
        var childCode: UInt8
        var hasChild = false

        /// Whether HL04 says otherwise than what came beneath.
        var isWrong: Bool {
            childCode == UInt8(ascii: "0") && hasChild
                || childCode == UInt8(ascii: "1") && !hasChild
        }
    }

    /// Whether a set is open at all.
    var isOpen = false
    var part = 0
    /// Its guide; that of the envelope for a set that no guide knows.
    var guide = 0
    var isKnown = false
    var control: [UInt8] = []
    var offset = 0
    /// Segments so far, ST being the first.
    var segments = 1
    var records = 0
    /// What its guide says, at hand: how records open, where their money is, whether it is a 277.
    /// The segment that opens a record beneath the last HL; see `opensHere`.
    var opens: UInt32 = 0
    var opensAlone: UInt32 = 0
    /// How a record opens beneath the last HL; nil where none does.
    var opening: RecordRule.Opening? {
        didSet {
            opens = opening?.segment ?? 0
            opensHere = opening != nil
        }
    }
    /// Whether `opens` opens a record beneath the last HL.
    private(set) var opensHere = false
    var isRecord = false
    var moneySegment: UInt32 = 0
    var moneyElement = 0
    var isStatus = false
    /// The open blocks, outermost first, and their bytes one after another.
    var chain: [Block] = []
    var bytes: [UInt8] = []
    /// For each open block and each HL loop of the guide, how many of them it had.
    var children: [Int32] = []
    /// The byte of the content up to which the innermost block's bytes were copied.
    var copied = 0
    /// Whether a block grew too large to be kept.
    var isBlind = false
    var levels: [Level] = []
    var hlCount = 0
    /// The code and loop of the last HL.
    var hlCode: UInt64 = 0
    var hlLoop = 0
    var isRejected = false
    /// What a 277CA says of the whole beneath an information receiver, and beneath a provider.
    var receiver = StatusTotals("2200B")
    var provider = StatusTotals("2200C")
    /// Whether the segment that must end the set was seen (999: AK9).
    var sawTail = false

    /// Says that no block is in the page being made.
    mutating func forgetPages() {
        for index in chain.indices { chain[index].page = -1 }
    }

    /// Opens a block beneath the innermost, whose loop is number `child` of `hlLoops`; −1 for none.
    mutating func push(_ block: Block, child: Int, of hlLoops: Int) {
        var block = block
        if child >= 0, !chain.isEmpty {
            let place = (chain.count - 1) * hlLoops + child
            if children.indices.contains(place) {
                children[place] += 1
                block.occurrence = Int(children[place])
            }
        }
        block.start = bytes.count
        chain.append(block)
        children.append(contentsOf: repeatElement(0, count: hlLoops))
        copied = block.offset
    }

    /// Closes the innermost block.
    mutating func pop(of hlLoops: Int) {
        guard let last = chain.popLast() else { return }
        bytes.removeLast(bytes.count - last.start)
        children.removeLast(min(hlLoops, children.count))
    }

    /// Where the bytes of block `index` lie in `bytes`.
    func range(_ index: Int) -> Range<Int> {
        chain[index].start..<(index + 1 < chain.count ? chain[index + 1].start : bytes.count)
    }
}
