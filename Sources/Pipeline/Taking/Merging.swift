import Exchange
import Ledger
import Mapping

/// Judges the merges (ADT A40) of a batch when every registration of it is there, and learns those
/// that stand: later records go by them.
struct Merging {
    private let context: NightContext
    private let workspace: Workspace
    private let merges: Merges

    init(_ context: NightContext, _ workspace: Workspace, _ merges: Merges) {
        self.context = context
        self.workspace = workspace
        self.merges = merges
    }

    /// A merge of a number into itself is refused; one of a number that nobody knows is held, where
    /// the site is given the full list of its patients.
    func run() throws {
        let identity = context.lanes.map(\.feed).filter { $0.rank == .identity }
        guard !identity.isEmpty else { return }
        var found: [(record: Int64, loser: [UInt8], survivor: [UInt8])] = []
        var same: [Int64] = []
        try workspace.work(
            feeds: identity.map(\.name), outcome: .accepted, only: .merges
        ) { row in
            guard row.origin == .received, let spill = row.spill else { return }
            let record = try context.site.names.view(try workspace.unspill(spill))
            if let (loser, survivor) = Merges.pair(in: record) {
                found.append((row.record, loser, survivor))
            } else if Merges.isOfItself(record) {
                same.append(row.record)
            }
        }
        try settle(same, .rejected, RunFindings.mergedWithItself)
        let known = try known(found.map(\.loser), identity)
        let unknown = found.filter { !known.contains($0.loser) }.map(\.record)
        try settle(unknown, .held, RunFindings.unknownLoser)
        for merge in found where known.contains(merge.loser) {
            merges.add(loser: merge.loser, survivor: merge.survivor)
        }
    }

    private func settle(_ records: [Int64], _ outcome: Outcome, _ kind: FindingKind) throws {
        for record in records {
            try workspace.add(
                Finding(
                    kind, at: Location(record: RecordID.number(record)),
                    ack: kind == RunFindings.mergedWithItself ? ["ERR-3": "205"] : [:]),
                receipt: RecordID.receipt(record), record: record)
        }
        try workspace.settle(records, as: outcome, code: kind.code, owner: kind.owner)
    }

    /// Those of the numbers that some system has, or that were registered tonight.
    private func known(_ losers: [[UInt8]], _ identity: [Feed]) throws -> Set<[UInt8]> {
        guard !losers.isEmpty, context.site.feeds.contains(where: Self.listsPatients) else {
            return Set(losers)
        }
        var known: Set<[UInt8]> = []
        for system in Set(context.site.dictionaries.values.map(\.system)).sorted() {
            known.formUnion(
                try context.ledger.mirror(system: system, entity: "patient", keys: losers).keys)
        }
        let open = Set(losers).subtracting(known)
        guard !open.isEmpty else { return known }
        try workspace.work(feeds: identity.map(\.name), outcome: .accepted) { row in
            if row.event != Events.merge, open.contains(row.patient) { known.insert(row.patient) }
        }
        return known
    }

    private static func listsPatients(_ feed: Feed) -> Bool {
        feed.rank == .identity && feed.contents == .snapshot
    }
}
