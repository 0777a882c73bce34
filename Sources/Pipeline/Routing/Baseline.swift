import Exchange
import Ledger
import Mapping

/// The first night's legs: every destination is taken to have what lay there before Waybill, and
/// claims are open from now on, so that the answers to them find them.
struct Baseline {
    private let context: NightContext
    private let workspace: Workspace

    init(_ context: NightContext, _ workspace: Workspace) {
        self.context = context
        self.workspace = workspace
    }

    /// Notes the records that would have gone to the destinations of a unit.
    func note(_ unit: UnitPlan, _ routed: Routed) throws {
        for name in unit.destinations { try note(routed.legs[name] ?? [], at: name) }
    }

    private func note(_ records: RecordSet, at name: String) throws {
        guard let destination = context.site.destinations[name] else { return }
        for id in records {
            guard let row = try workspace.work(id) else { continue }
            try workspace.add(
                StagedLeg(
                    record: id, feed: row.feed, destination: name, state: .suppressed,
                    cents: row.cents, code: RunFindings.baseline.code))
            try claim(row, destination)
        }
    }

    private func claim(_ row: WorkRow, _ destination: Destination) throws {
        guard row.entity == "claim", destination.format.name == "x12", let spill = row.spill,
            let record = try? context.site.names.view(try workspace.unspill(spill)),
            let number = record.text("claim.identifier"), !number.isEmpty
        else { return }
        try workspace.add(
            StagedClaim(
                record: row.record, feed: row.feed, pcn: Array(number.utf8),
                destination: destination.name, partner: destination.partner ?? "",
                traits: ClaimTraits(of: record), lines: ClaimLine.all(of: record),
                cents: row.cents))
    }
}
