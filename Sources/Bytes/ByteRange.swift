/// A half-open range of byte offsets in one page, in eight bytes: what flat tables are made of.
///
/// A page is shorter than 4 GiB, so 32 bits are enough.
public struct ByteRange: Hashable, Sendable {
    /// The first byte.
    public var start: UInt32
    /// One past the last byte.
    public var end: UInt32

    /// Makes a range from `start` up to `end`.
    @inlinable
    public init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// Makes a range from a Swift range.
    @inlinable
    public init(_ range: Range<Int>) { self.init(range.lowerBound, range.upperBound) }

    /// The same as a Swift range.
    @inlinable public var range: Range<Int> { Int(start)..<Int(end) }
    /// How many bytes it spans.
    @inlinable public var count: Int { Int(end) - Int(start) }
    /// Whether it spans no byte.
    @inlinable public var isEmpty: Bool { start == end }
}
