/// A place in a run of bytes, and the end it may not pass.
///
/// The cursor holds offsets only and is handed the span at each call, so that it can be stored
/// anywhere. Offsets are those of the span: a parser that is given a slice still reports places
/// in the whole page.
public struct Cursor: Sendable {
    @usableFromInline internal var offset: Int
    /// The offset of the next byte.
    @inlinable public var position: Int { offset }
    /// One past the last byte the cursor may read.
    public let end: Int

    /// Makes a cursor over `range`.
    @inlinable
    public init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Whether nothing is left to read.
    @inlinable public var isAtEnd: Bool { position == end }
    /// How many bytes are left.
    @inlinable public var remaining: Int { end - position }

    /// The next byte, left in place; nil at the end.
    @inlinable
    public func peek(in bytes: Span<UInt8>) -> UInt8? {
        position < end ? bytes[position] : nil
    }

    /// The next byte, taken; nil at the end.
    @inlinable
    public mutating func next(in bytes: Span<UInt8>) -> UInt8? {
        guard position < end else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Takes `byte` when it is next.
    @inlinable
    public mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        offset += 1
        return true
    }

    /// Takes everything before `byte`, and `byte` itself; without one, everything that is left.
    @inlinable
    public mutating func scan(upTo byte: UInt8, in bytes: Span<UInt8>) -> Range<Int> {
        let start = position
        if let hit = bytes.firstIndex(of: byte, in: start..<end) {
            offset = hit + 1
            return start..<hit
        }
        offset = end
        return start..<end
    }

    /// Takes `count` bytes, or what is left when that is fewer.
    @inlinable
    public mutating func take(count: Int) -> Range<Int> {
        let start = position
        offset = min(end, start + count)
        return start..<position
    }
}
