import Bytes
public import Exchange

/// A parsed page: the segments of its records and of the loops around them, in flat tables.
///
/// `bytes` are the context's bytes followed by the page's; every place here is an index into them.
/// A unit is a segment.
public final class X12Document: Sendable {
    /// One segment.
    struct Unit: Sendable {
        /// Its first byte, and the place of its terminator.
        var start: UInt32
        var end: UInt32
        /// Its separators are `marks[marks ..< marks + count]`, and its end comes after them.
        var marks: UInt32
        var count: UInt16
        /// The first component or repetition separator, in `parts`, that is not before it.
        var parts: UInt32
        /// Its slot in the guide; −1 when it has none.
        var slot: Int16
        /// What its slot is to later levels.
        var role = SlotRule.Role.none
        /// The loop occurrence it belongs to.
        var instance: UInt32
        /// Its position in the set, ST being 1.
        var position: UInt32
    }

    /// One occurrence of a loop.
    struct Instance: Sendable {
        private var loop32: Int32
        private var parent32: Int32
        private var firstUnit32: Int32
        private var rank32: Int32
        /// Its loop in the guide.
        var loop: Int { Int(loop32) }
        /// The occurrence around it; −1 for the set.
        var parent: Int { Int(parent32) }
        var firstUnit: Int { Int(firstUnit32) }
        /// The rank of its item in the loop around it.
        var rank: Int { Int(rank32) }

        init(loop: Int, parent: Int, firstUnit: Int, rank: Int) {
            loop32 = Int32(truncatingIfNeeded: loop)
            parent32 = Int32(truncatingIfNeeded: parent)
            firstUnit32 = Int32(truncatingIfNeeded: firstUnit)
            rank32 = Int32(truncatingIfNeeded: rank)
        }
    }

    /// Something wrong with the order of segments, found while parsing.
    struct Issue: Sendable {
        enum Kind: UInt8, Sendable {
            case unknownSegment, unexpected, missing, loopOver, segmentOver, foreign, sequence,
                badKey
        }
        var kind: Kind
        /// The unit where it is, or before which something is missing.
        var unit: Int
        /// The slot that is missing or over; −1 for none.
        var slot: Int
        /// The element of a bad qualifier, and its component or 0.
        var element = 0
        var component = 0
    }

    /// One record's own units and issues, and those of the blocks it reports on.
    struct Entry: Sendable {
        var number: Int
        var lead: Range<Int>
        var units: Range<Int>
        var issues: Range<Int>
        /// The loop occurrence around the record.
        var around: Int
        /// The innermost block around it; −1 for none.
        var block = -1
    }

    /// The page it was made from.
    public let page: Page
    /// The separators.
    public let delimiters: Delimiters
    let context: X12Context
    let guide: Int
    let bytes: [UInt8]
    /// Where the page's bytes begin in `bytes`.
    let base: Int
    let table: SegmentTable
    let instances: [Instance]
    let issues: [Issue]
    let entries: [Entry]
    /// The units of each block of the context.
    let blockUnits: [Range<Int>]
    /// GS04 as a number; beyond all dates where the context does not state it.
    let today: Int

    /// Takes what a parser made.
    init(
        page: Page, context: X12Context, bytes: [UInt8], table: SegmentTable,
        instances: [Instance], issues: [Issue], entries: [Entry], blockUnits: [Range<Int>]
    ) {
        self.page = page
        self.context = context
        self.bytes = bytes
        self.table = table
        self.instances = instances
        self.issues = issues
        self.entries = entries
        self.blockUnits = blockUnits
        delimiters = context.delimiters
        guide = context.guide
        base = context.bytes.count
        today = Self.groupDate(context, bytes)
    }

    private static func groupDate(_ context: X12Context, _ bytes: [UInt8]) -> Int {
        let gs = context.gs
        if gs.isEmpty { return .max }
        let span = bytes.span
        let fields = Fields(span, gs.lowerBound, gs.upperBound, context.delimiters.element)
        let range = fields.range(4, span)
        return range.count == 8 ? span.number(range) ?? .max : .max
    }

    /// Every segment, in the order of `bytes`.
    var units: [Unit] { table.units }

    /// Element `number` of a unit, from 1; empty when it is not there.
    @inline(__always)
    func range(_ unit: Int, _ number: Int) -> Range<Int> { table.range(unit, number) }

    /// A component, from 1, of an element's range; the whole for a simple element.
    @inline(__always)
    func component(_ span: Span<UInt8>, _ range: Range<Int>, _ number: Int) -> Range<Int> {
        span.component(number, of: range, delimiters.component)
    }

    /// The place in the content of a place in `bytes`.
    func location(at index: Int, record: Int?, path: String?) -> Location {
        if index >= base { return page.location(at: index - base, record: record, path: path) }
        for block in context.blocks
        where block.range.contains(index) || block.range.upperBound == index {
            let offset = block.offset + index - block.range.lowerBound
            if offset >= page.offset, offset <= page.offset + page.bytes.count {
                return page.location(at: offset - page.offset, record: record, path: path)
            }
            return Location(byte: offset, record: record, path: path)
        }
        return Location(record: record, path: path)
    }
}

/// Segments and their separators in two flat tables.
struct SegmentTable: Sendable {
    var units: [X12Document.Unit] = []
    /// The places of all separators and ends, segment by segment.
    var marks: [UInt32] = []
    /// The places of all component and repetition separators, and a last one beyond all.
    var parts: [UInt32] = []
    /// Whether all bytes are printable ASCII, but for line breaks between segments.
    var isPlain = false

    /// Element `number` of a unit, from 1; empty when it is not there.
    @inline(__always)
    func range(_ unit: Int, _ number: Int) -> Range<Int> { range(units[unit], number) }

    /// The same of a unit at hand.
    @inline(__always)
    func range(_ segment: X12Document.Unit, _ number: Int) -> Range<Int> {
        let count = Int(segment.count)
        guard number >= 1, number <= count else { return Int(segment.end)..<Int(segment.end) }
        let first = Int(segment.marks) + number - 1
        let start = Int(marks[first]) + 1
        return start..<max(start, Int(marks[first + 1]))
    }
}

extension Span where Element == UInt8 {
    /// A component, from 1, of an element's range; the whole for a simple element.
    @inline(__always)
    func component(_ number: Int, of range: Range<Int>, _ separator: UInt8) -> Range<Int> {
        var start = range.lowerBound
        var left = number
        var index = start
        while index < range.upperBound {
            if self[index] == separator {
                if left == 1 { return start..<index }
                left -= 1
                start = index + 1
            }
            index += 1
        }
        return left == 1 ? start..<range.upperBound : range.upperBound..<range.upperBound
    }
}
