import Bytes

/// The values of several fields, one field after another, as UTF-8 in one buffer that is used again
/// and again: most values are looked at once and thrown away.
public struct FieldValues: Sendable {
    /// One value.
    public struct Entry: Sendable {
        /// Where its text begins in `bytes`.
        public let start: Int
        /// How many bytes it has.
        public let count: Int
        /// HL7's `""`: delete what you have.
        public let isNull: Bool
        /// Where it begins in the page's bytes.
        public let index: Int

        /// Where its text lies in `bytes`.
        @inlinable public var range: Range<Int> { start..<(start + count) }
        /// Whether it says anything, be it that there is nothing.
        @inlinable public var isStated: Bool { isNull || count > 0 }
    }

    /// The texts of all values.
    public private(set) var bytes: [UInt8] = []
    @usableFromInline var entries: [Entry] = []
    @usableFromInline var ends: [Int] = []

    /// No fields.
    public init() {}

    /// How many fields there are.
    public var count: Int { ends.count }

    /// The places of the values of field `index`.
    @inlinable
    public func places(ofField index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// The value at a place.
    @inlinable public subscript(place: Int) -> Entry { entries[place] }

    /// Begins anew; the memory stays.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Adds the bytes of `span` in `range`, which are UTF-8, to the field that is open.
    public mutating func append(_ span: Span<UInt8>, _ range: Range<Int>, at index: Int) {
        entries.append(
            Entry(start: bytes.count, count: range.count, isNull: false, index: index))
        bytes.append(span, range)
    }

    /// Adds a value to the field that is open.
    public mutating func append(_ value: FieldValue) {
        entries.append(
            Entry(
                start: bytes.count, count: value.text.utf8.count, isNull: value.isNull,
                index: value.index))
        bytes.append(contentsOf: value.text.utf8)
    }

    /// Ends the field that is open; the next value is the next field's.
    public mutating func endField() { ends.append(entries.count) }

    /// The text of a value.
    public func text(_ entry: Entry) -> String {
        String(decoding: bytes[entry.range], as: UTF8.self)
    }

    /// The value on its own.
    public func value(_ entry: Entry) -> FieldValue {
        FieldValue(text(entry), isNull: entry.isNull, at: entry.index)
    }
}
