/// The bytes a framer has read from its source and not yet handed on.
///
/// A framer fills, looks for whole records in `pending`, and takes them off the front as a page.
/// Memory is bounded by the largest page: what was taken is gone.
public struct Intake: Sendable {
    private var source: any ByteSource
    /// What was read and not yet taken.
    public private(set) var pending: [UInt8] = []
    /// The offset in the content of `pending[0]`.
    public private(set) var offset = 0
    /// The 1-based line of `pending[0]`.
    public private(set) var line = 1
    /// Whether the source has nothing more.
    public private(set) var isAtEnd = false
    private var lastTaken: UInt8 = 0

    /// Reads from `source`.
    public init(_ source: any ByteSource) { self.source = source }

    /// Reads until `pending` holds at least `count` bytes or the source ends.
    /// - Returns: whether anything was added.
    @discardableResult
    public mutating func fill(to count: Int) throws(SystemError) -> Bool {
        let before = pending.count
        // Twice as much each time: a record of any size is copied a few times, not at every read.
        if pending.capacity < count { pending.reserveCapacity(max(count, 2 * pending.count)) }
        while pending.count < count, !isAtEnd {
            if try source.read(into: &pending, count: count - pending.count) == 0 { isAtEnd = true }
        }
        return pending.count > before
    }

    /// Takes the first `count` pending bytes off as an array of their own.
    public mutating func take(_ count: Int) -> [UInt8] {
        let taken = cut(count)
        guard !taken.isEmpty else { return taken }
        let breaks = Lines.breaks(in: taken.span, 0..<taken.count)
        line += breaks
        if lastTaken == 0x0D, taken[0] == 0x0A { line -= 1 }
        lastTaken = taken[taken.count - 1]
        return taken
    }

    /// The same for a caller that has counted their line breaks already, where an LF behind a CR
    /// taken before is none.
    public mutating func take(_ count: Int, breaks: Int) -> [UInt8] {
        let taken = cut(count)
        line += breaks
        lastTaken = taken.last ?? lastTaken
        return taken
    }

    private mutating func cut(_ count: Int) -> [UInt8] {
        precondition(count <= pending.count)
        var taken: [UInt8] = []
        // What is left is the shorter part as a rule: it is copied, and the page keeps its place.
        swap(&taken, &pending)
        if count < taken.count {
            pending = Array(taken[count...])
            taken.removeLast(taken.count - count)
        }
        offset += taken.count
        return taken
    }
}
