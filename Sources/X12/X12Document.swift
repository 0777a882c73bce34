import Bytes
public import Exchange

/// A parsed page: the segments of its records and of the loops around them, in flat tables.
///
/// `bytes` are the context's bytes followed by the page's; every place here is an index into them.
/// A unit is a segment.
public struct X12Document: Sendable {
    /// One segment.
    struct Unit: Sendable {
        /// Its first byte, and the place of its terminator.
        var start: UInt32
        var end: UInt32
        /// Its separators are `marks[marks ..< marks + count]`.
        var marks: UInt32
        var count: UInt16
        /// Its slot in the guide; −1 when it has none.
        var slot: Int16
        /// The loop occurrence it belongs to.
        var instance: UInt32
        /// Its position in the set, ST being 1.
        var position: UInt32
    }

    /// One occurrence of a loop.
    struct Instance: Sendable {
        var loop: Int
        /// The occurrence around it; −1 for the set.
        var parent: Int
        var firstUnit: Int
        /// The rank of its item in the loop around it.
        var rank: Int
    }

    /// Something wrong with the order of segments, found while parsing.
    struct Issue: Sendable {
        enum Kind: UInt8, Sendable {
            case unknownSegment, unexpected, missing, loopOver, segmentOver, foreign, sequence, badKey
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
    var units: [Unit] = []
    var marks: [UInt32] = []
    var instances: [Instance] = []
    var issues: [Issue] = []
    var entries: [Entry] = []

    init(page: Page, context: X12Context) {
        self.page = page
        self.context = context
        delimiters = context.delimiters
        guide = context.guide
        bytes = context.bytes + page.bytes
        base = context.bytes.count
    }

    /// Element `number` of a unit, from 1; empty when it is not there.
    @inline(__always)
    func range(_ unit: Int, _ number: Int) -> Range<Int> {
        let segment = units[unit]
        let count = Int(segment.count)
        guard number >= 1, number <= count else { return Int(segment.end)..<Int(segment.end) }
        let first = Int(segment.marks) + number - 1
        let end = number < count ? Int(marks[first + 1]) : Int(segment.end)
        return (Int(marks[first]) + 1)..<end
    }

    /// A component, from 1, of an element's range; the whole for a simple element.
    func component(_ span: Span<UInt8>, _ range: Range<Int>, _ number: Int) -> Range<Int> {
        var start = range.lowerBound
        var left = number
        while let stop = span.firstIndex(of: delimiters.component, in: start..<range.upperBound) {
            if left == 1 { return start..<stop }
            left -= 1
            start = stop + 1
        }
        return left == 1 ? start..<range.upperBound : range.upperBound..<range.upperBound
    }

    /// The place in the content of a place in `bytes`.
    func location(at index: Int, record: Int?, path: String?) -> Location {
        if index >= base { return page.location(at: index - base, record: record, path: path) }
        for block in context.blocks where block.range.contains(index) || block.range.upperBound == index {
            let offset = block.offset + index - block.range.lowerBound
            if offset >= page.offset, offset <= page.offset + page.bytes.count {
                return page.location(at: offset - page.offset, record: record, path: path)
            }
            return Location(byte: offset, record: record, path: path)
        }
        return Location(record: record, path: path)
    }
}
