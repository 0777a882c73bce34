/// A small generator of random numbers: the same seed gives the same numbers everywhere, for ever.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts from `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next one.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A whole number in `range`. Not `Int.random(in:)`, whose method is the library's affair.
    public mutating func number(_ range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(next().multipliedFullWidth(by: width).high)
    }

    /// One of `items`.
    public mutating func pick<T>(_ items: [T]) -> T { items[number(0...(items.count - 1))] }

    /// Whether something of `percent` in a hundred happens.
    public mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
}
