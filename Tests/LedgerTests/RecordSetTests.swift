import Ledger
import Testing

@Suite struct RecordSetTests {
    /// Sets of small numbers, every one of them, as bits.
    private func set(_ bits: Int) -> RecordSet {
        RecordSet((0..<6).filter { bits >> $0 & 1 == 1 }.map(Int64.init))
    }

    @Test func `its algebra is that of sets, for all pairs of small sets`() {
        for left in 0..<64 {
            for right in 0..<64 {
                #expect(set(left).union(set(right)) == set(left | right))
                #expect(set(left).intersection(set(right)) == set(left & right))
                #expect(set(left).subtracting(set(right)) == set(left & ~right))
            }
            #expect(set(left).count == left.nonzeroBitCount)
            #expect((0..<8).allSatisfy { set(left).contains($0) == (left >> Int($0) & 1 == 1) })
            #expect(Array(set(left)) == (0..<6).filter { left >> Int($0) & 1 == 1 })
        }
    }

    @Test func `consecutive ids are one run, in whatever order they come`() {
        #expect(RecordSet(1...1_000_000).runs == [1...1_000_000])
        #expect(RecordSet([5, 3, 4, 4, 9, 1]).runs == [1...1, 3...5, 9...9])
        #expect(RecordSet([Int64]()).isEmpty)
    }

    @Test func `an id before the last is not appended`() {
        var set: RecordSet = [3, 4]
        let again = set.append(4)
        let before = set.append(2)
        #expect(again && !before)
        #expect(set.runs == [3...4])
    }
}
