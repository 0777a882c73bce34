import Exchange
import Ledger

/// The records of a unit in the night's order, each with the destinations it goes to.
struct RecordOrder {
    private let lists: [[Int64]]
    private let all: [Int64]
    private var place = 0

    /// - Parameter lists: for each destination its records, ascending.
    init(_ context: NightContext, _ lists: [[Int64]]) {
        self.lists = lists
        var union: [Int64] = []
        for list in lists { union = SortedIDs.union(union, list) }
        let ranks = context.rankOfReceipt
        all = union.sorted {
            let left = ranks[RecordID.receipt($0)] ?? .max
            let right = ranks[RecordID.receipt($1)] ?? .max
            return left == right ? $0 < $1 : left < right
        }
    }

    mutating func next() -> (record: Int64, destinations: [Int])? {
        guard place < all.count else { return nil }
        let record = all[place]
        place += 1
        return (record, lists.indices.filter { SortedIDs.contains(lists[$0], record) })
    }
}
