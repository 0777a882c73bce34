import Bytes

/// The results seen under one order, by OBX-3 and OBX-4.
///
/// The first sixteen are looked through, more are hashed: quick for a panel, linear for a message
/// of a million results.
struct ObservationKeys {
    private var near = InlineArray<16, UInt64>(repeating: 0)
    private var ranges = InlineArray<16, ByteRange>(repeating: ByteRange(0, 0))
    private var count = 0
    private var far: [UInt64: ByteRange] = [:]

    /// Begins another order.
    mutating func forget() {
        count = 0
        if !far.isEmpty { far = [:] }
    }

    /// Whether the same bytes were seen before; remembers them.
    mutating func hasSeen(_ bytes: Span<UInt8>, _ key: ByteRange) -> Bool {
        let hash = RecordHash.hash(bytes, key.range)
        for index in 0..<min(count, 16) where near[index] == hash {
            return Self.equal(bytes, ranges[index], key)
        }
        if count < 16 {
            near[count] = hash
            ranges[count] = key
            count += 1
            return false
        }
        if let known = far[hash] { return Self.equal(bytes, known, key) }
        far[hash] = key
        return false
    }

    private static func equal(_ bytes: Span<UInt8>, _ left: ByteRange, _ right: ByteRange) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count
        where bytes[Int(left.start) + offset] != bytes[Int(right.start) + offset] {
            return false
        }
        return true
    }
}
