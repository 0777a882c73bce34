import Glibc

extension Span where Element == UInt8 {
    /// The first index in `range` that holds `byte`, or nil. `range` must lie within the span.
    @inlinable
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // Short runs are quicker a word at a time than through a call.
        var index = range.lowerBound
        let near = Swift.min(range.upperBound, index + 64)
        let pattern = ByteWord.all(byte)
        while index + 8 <= near {
            let places = ByteWord.places(eight(at: index), pattern)
            if places != 0 { return index + places.trailingZeroBitCount >> 3 }
            index += 8
        }
        if index + 8 <= range.upperBound {
            return longScan(byte, from: index, to: range.upperBound)
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    @usableFromInline
    func longScan(_ byte: UInt8, from start: Int, to end: Int) -> Int? {
        return unsafe withUnsafeBufferPointer { buffer -> Int? in
            guard let base = buffer.baseAddress,
                let hit = unsafe memchr(base + start, Int32(byte), end - start)
            else { return nil }
            return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
        }
    }

    /// Whether the bytes at `index` begin with `other`.
    @inlinable
    public func starts(at index: Int, with other: StaticString) -> Bool {
        let length = other.utf8CodeUnitCount
        guard index >= 0, index + length <= count else { return false }
        return other.withUTF8Buffer { text -> Bool in
            for offset in 0..<length {
                let expected = unsafe text[offset]
                if self[index + offset] != expected { return false }
            }
            return true
        }
    }

    /// Whether the bytes in `range` equal `other`.
    @inlinable
    public func equals(_ range: Range<Int>, _ other: [UInt8]) -> Bool {
        guard range.count == other.count else { return false }
        var index = range.lowerBound
        for byte in other {
            if self[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Whether the bytes in `range` equal those of `other` in its own range.
    @inlinable
    public func equals(_ range: Range<Int>, _ other: Span<UInt8>, _ theirs: Range<Int>) -> Bool {
        guard range.count == theirs.count else { return false }
        var offset = 0
        while offset < range.count {
            let length = Swift.min(8, range.count - offset)
            if word(at: range.lowerBound + offset, count: length)
                != other.word(at: theirs.lowerBound + offset, count: length)
            {
                return false
            }
            offset += 8
        }
        return true
    }

    /// A copy of the bytes in `range`.
    @inlinable
    public func copy(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe withUnsafeBufferPointer { unsafe Array($0[range]) }
    }
}

extension [UInt8] {
    /// Appends the bytes of `span` in `range`.
    @inlinable
    public mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= span.count)
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0[range]) }
    }
}
