import Bytes

/// A set of byte strings, looked up without making one: enumerations, words for true, values
/// that mean missing.
struct ValueSet: Sendable {
    private var bytes: [UInt8] = []
    private var starts: [UInt32] = [0]
    /// Open addressing by `RecordHash`: index + 1, or 0.
    private var slots: [UInt32] = []

    /// Holds `values`.
    init(_ values: [String]) {
        for value in values {
            bytes += Array(value.utf8)
            starts.append(UInt32(truncatingIfNeeded: bytes.count))
        }
        guard values.count > 8 else { return }
        var size = 16
        while size < values.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for index in values.indices {
            let range = Int(starts[index])..<Int(starts[index + 1])
            var slot = Int(truncatingIfNeeded: RecordHash.hash(bytes.span, range)) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: index + 1)
        }
    }

    /// How many it holds.
    var count: Int { starts.count - 1 }

    /// Whether it holds the bytes in `range`.
    func contains(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if slots.isEmpty {
            for index in 0..<(starts.count - 1) where equals(index, text, range) { return true }
            return false
        }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: RecordHash.hash(text, range)) & mask
        while slots[slot] != 0 {
            if equals(Int(slots[slot]) - 1, text, range) { return true }
            slot = (slot + 1) & mask
        }
        return false
    }

    private func equals(_ index: Int, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let start = Int(starts[index])
        guard Int(starts[index + 1]) - start == range.count else { return false }
        for offset in 0..<range.count
        where bytes[start + offset] != text[range.lowerBound + offset] { return false }
        return true
    }
}
