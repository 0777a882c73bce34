import Bytes

/// Reads the numbers and texts of canonical records in bytes, packed or with their own names.
struct PackedReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    func fault(_ reason: String) -> CanonicalFault {
        CanonicalFault(offset: position, reason: reason)
    }

    /// One spelling for each number, so that equal records have equal bytes.
    @inline(__always)
    mutating func number() throws(CanonicalFault) -> Int {
        if position < end, bytes[position] < 0x80 {
            position += 1
            return Int(bytes[position - 1])
        }
        return try longNumber()
    }

    private mutating func longNumber() throws(CanonicalFault) -> Int {
        var value = 0
        var shift = 0
        while position < end {
            guard shift < 56 else { throw fault("a number is too long") }
            let byte = bytes[position]
            position += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw fault("a number is padded") }
                return value
            }
            shift += 7
        }
        throw fault("it ends within a number")
    }

    /// Takes `count` bytes.
    @inline(__always)
    mutating func take(_ count: Int) throws(CanonicalFault) -> Range<Int> {
        guard count >= 0, count <= end - position else { throw fault("a text passes the end") }
        position += count
        return (position - count)..<position
    }

    /// A number of things that take at least a byte each: never more than there are bytes left.
    mutating func count() throws(CanonicalFault) -> Int {
        let value = try number()
        guard value <= end - position else { throw fault("a count passes the end") }
        return value
    }

    /// That many bytes of UTF-8.
    mutating func text(_ count: Int) throws(CanonicalFault) -> String {
        let range = try take(count)
        guard let valid = try? UTF8Span(validating: bytes.span.extracting(range)) else {
            throw fault("a text is not UTF-8")
        }
        return String(copying: valid)
    }

    /// The value of the field `name`.
    @inline(__always)
    mutating func value(of name: Int32) throws(CanonicalFault) -> CanonicalView.Field {
        let code = try number()
        let range = try take(max(0, code - 1))
        return CanonicalView.Field(
            name: name, start: Int32(truncatingIfNeeded: range.lowerBound),
            count: Int32(truncatingIfNeeded: code - 1))
    }
}
