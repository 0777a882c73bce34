import Exchange
import Ledger

/// The records of a unit in the night's order, run by run.
struct RecordOrder {
    private let runs: [ClosedRange<Int64>]
    private var next = 0
    private var place: Int64 = 0

    /// - Parameter sets: the records of each destination.
    init(_ context: NightContext, _ sets: [RecordSet]) {
        let ranks = context.rankOfReceipt
        func rank(_ run: ClosedRange<Int64>) -> Int {
            ranks[RecordID.receipt(run.lowerBound)] ?? .max
        }
        runs = sets.reduce(RecordSet()) { $0.union($1) }.runs.sorted {
            (rank($0), $0.lowerBound) < (rank($1), $1.lowerBound)
        }
        place = runs.first?.lowerBound ?? 0
    }

    /// The next records, consecutive, at most `count`; nil when there are no more.
    mutating func take(_ count: Int) -> ClosedRange<Int64>? {
        guard next < runs.count else { return nil }
        let first = place
        let last = min(runs[next].upperBound, first + Int64(count) - 1)
        if last == runs[next].upperBound {
            next += 1
            place = next < runs.count ? runs[next].lowerBound : 0
        } else {
            place = last + 1
        }
        return first...last
    }
}
