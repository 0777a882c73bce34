/// The codes of all tables as keys, in one flat array of small hash tables.
struct CodeSet: Sendable {
    /// Where a table's slots begin, and how many they are (a power of two), by table index.
    private let ranges: [(first: Int32, mask: Int32)]
    private let slots: [UInt64]

    /// Files the codes of `tables`, which lie in `codes`.
    init(_ tables: [CodeTable], _ codes: [UInt64]) {
        var ranges: [(first: Int32, mask: Int32)] = []
        var slots: [UInt64] = []
        for table in tables {
            var size = 4
            while size < table.count * 2 { size *= 2 }
            ranges.append((Int32(slots.count), Int32(size - 1)))
            let first = slots.count
            slots += [UInt64](repeating: 0, count: size)
            for code in codes[table.first..<(table.first + table.count)] {
                var slot = Self.slot(code, size - 1)
                while slots[first + slot] != 0 { slot = (slot + 1) & (size - 1) }
                slots[first + slot] = code
            }
        }
        self.ranges = ranges
        self.slots = slots
    }

    @inline(__always)
    private static func slot(_ key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) & mask
    }

    /// Whether table `index` holds the value with this key.
    @inline(__always)
    func table(_ index: Int, holds key: UInt64) -> Bool {
        guard key != 0 else { return false }
        let range = ranges[index]
        let mask = Int(range.mask)
        var slot = Self.slot(key, mask)
        while true {
            let found = slots[Int(range.first) + slot]
            if found == key { return true }
            if found == 0 { return false }
            slot = (slot + 1) & mask
        }
    }
}
