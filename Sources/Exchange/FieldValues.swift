import Bytes

/// The values of several fields, one field after another, as UTF-8: where they stand in the page, or
/// a copy where their text is written otherwise there. One of these serves one record after
/// another: most values are looked at once and thrown away.
public struct FieldValues: Sendable {
    /// One value.
    public struct Entry: Sendable {
        /// Where its text begins, in `copies` or in `source`.
        public let start: Int
        /// How many bytes it has.
        public let count: Int
        /// HL7's `""`: delete what you have.
        public let isNull: Bool
        /// Whether its text lies in `copies` and not in `source`.
        public let isCopy: Bool
        /// Where it begins in the page's bytes.
        public let index: Int

        @usableFromInline
        init(start: Int, count: Int, isNull: Bool, isCopy: Bool, index: Int) {
            self.start = start
            self.count = count
            self.isNull = isNull
            self.isCopy = isCopy
            self.index = index
        }

        /// Where its text lies.
        @inlinable public var range: Range<Int> { start..<(start + count) }
        /// Whether it says anything, be it that there is nothing.
        @inlinable public var isStated: Bool { isNull || count > 0 }
    }

    /// The page's bytes.
    public private(set) var source: [UInt8] = []
    /// Texts that do not stand in the page as they are.
    public private(set) var copies: [UInt8] = []
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

    /// Begins anew with the values of a page's fields; the memory stays.
    public mutating func removeAll(reading source: [UInt8] = []) {
        self.source = source
        // Cheaper than `removeAll(keepingCapacity:)`, and this runs for every group of every record.
        copies.removeLast(copies.count)
        entries.removeLast(entries.count)
        ends.removeLast(ends.count)
    }

    /// Adds the bytes of `source` in `range`, which are UTF-8, to the field that is open.
    @inlinable
    public mutating func append(_ range: Range<Int>) {
        entries.append(
            Entry(
                start: range.lowerBound, count: range.count, isNull: false, isCopy: false,
                index: range.lowerBound))
    }

    /// Adds a value to the field that is open.
    public mutating func append(_ value: FieldValue) {
        entries.append(
            Entry(
                start: copies.count, count: value.text.utf8.count, isNull: value.isNull,
                isCopy: true, index: value.index))
        copies.append(contentsOf: value.text.utf8)
    }

    /// Ends the field that is open; the next value is the next field's.
    @inlinable
    public mutating func endField() { ends.append(entries.count) }

    /// The text of a value.
    public func text(_ entry: Entry) -> String {
        String(decoding: bytes(of: entry)[entry.range], as: UTF8.self)
    }

    /// The bytes in whose `entry.range` its text lies.
    @inlinable
    public func bytes(of entry: Entry) -> [UInt8] { entry.isCopy ? copies : source }

    /// The value on its own.
    public func value(_ entry: Entry) -> FieldValue {
        FieldValue(text(entry), isNull: entry.isNull, at: entry.index)
    }
}
