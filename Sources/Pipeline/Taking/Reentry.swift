import Bytes
import Exchange
import Ledger
import Mapping

/// Takes records back in that somebody released from quarantine, and those that waited behind a
/// registration that is no longer held.
struct Reentry {
    private let context: NightContext
    private let workspace: Workspace
    private let stager: RowStager

    init(_ context: NightContext, _ workspace: Workspace, _ stager: RowStager) {
        self.context = context
        self.workspace = workspace
        self.stager = stager
    }

    func run() throws {
        let feeds = context.lanes.map(\.feed.name)
        var held = try context.ledger.takeReleased(batch: context.batch.id, feeds: feeds)
        var patients: Set<[UInt8]> = []
        let identity = context.lanes.map(\.feed).filter { $0.rank == .identity }.map(\.name)
        if !identity.isEmpty {
            try workspace.work(feeds: identity, outcome: .accepted) { row in
                if !row.patient.isEmpty { patients.insert(row.patient) }
            }
        }
        for item in held where item.rank == Feed.Rank.identity.order {
            if let patient = item.patient { patients.insert(patient) }
        }
        if !patients.isEmpty {
            held += try context.ledger.takeWaiting(on: Array(patients), batch: context.batch.id)
        }
        for item in held where item.destination.isEmpty { try enter(item) }
    }

    private func enter(_ item: Held) throws {
        guard let canonical = item.canonical, let record = try? CanonicalCodec.decode(canonical) else {
            return
        }
        context.register(RecordID.receipt(item.record), feed: item.feed, archive: item.archive)
        try workspace.add(
            WorkRow(
                record: item.record, origin: .released, part: item.part, feed: item.feed,
                rank: item.rank, type: item.type, entity: item.entity, event: item.event,
                key: item.key, hash: item.hash, cents: item.cents, outcome: .accepted,
                offset: item.offset, length: item.length, spill: try workspace.spill(canonical),
                patient: item.patient ?? []))
        try stager.stage(record, record: item.record, feed: item.feed)
    }
}
