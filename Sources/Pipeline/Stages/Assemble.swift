import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// Stage 7: renders the legs, builds each destination's files, reads them back, stands them under
/// temporary names in their outboxes, and commits everything as staged, in one transaction.
struct Assemble {
    private let context: NightContext
    private let workspace: Workspace
    private let taken: [Taken]
    private let routed: Routed
    private let mirrors: Mirrors
    private let census: [String: FieldCensus]

    init(
        _ context: NightContext, _ workspace: Workspace, _ taken: [Taken], _ routed: Routed,
        _ mirrors: Mirrors, _ census: [String: FieldCensus]
    ) {
        self.context = context
        self.workspace = workspace
        self.taken = taken
        self.routed = routed
        self.mirrors = mirrors
        self.census = census
    }

    func run() async throws {
        let units = UnitPlan.form(context, routed)
        try context.ledger.declare(units: units.map(\.unit), batch: context.batch.id)
        try FileManager.default.createDirectory(
            atPath: context.workFolder, withIntermediateDirectories: true)
        let numbers = try context.ledger.numbers()
        var commits: [UnitCommit] = []
        for (index, unit) in units.enumerated() {
            let assembler = UnitAssembler(context, workspace, routed, mirrors, unit, numbers)
            let isBaseline = context.batch.kind == .baseline
            if isBaseline {
                try Baseline(context, workspace).note(unit, routed)
            } else {
                try await assembler.run()
            }
            let files = taken.filter { unit.unit.feeds.contains($0.feed.name) }
            for file in files where file.feed.answering.what != .none && !isBaseline {
                try await assembler.acknowledge(file)
            }
            commits.append(
                UnitCommit(
                    batch: context.batch.id, unit: unit.unit, receipts: files.map(\.result),
                    deliveries: assembler.deliveries, money: try payments(of: unit.unit),
                    census: rows(of: unit.unit),
                    numbers: index == units.count - 1 ? numbers : nil, at: context.batch.instant))
        }
        try aliases()
        try holds()
        for record in taken.flatMap(\.overtaken) {
            try context.ledger.supersede(
                record, batch: context.batch.id, at: context.batch.instant)
        }
        try LifeCycle(context, workspace).stand()
        try changeOutcome()
        context.checkpoints.pass("assemble.staged")
        try context.ledger.commitUnits(commits, workspace: workspace)
        context.checkpoints.pass("assemble.committed")
    }

    /// A test's planted fault; nothing in production.
    private func changeOutcome() throws {
        for lane in context.lanes where context.checkpoints.strikes(.changeOutcome, lane.feed.name)
        {
            var records: [Int64] = []
            try workspace.work(feeds: [lane.feed.name], outcome: .accepted) {
                records.append($0.record)
            }
            try workspace.settle(Array(records.prefix(1)), as: .rejected, code: "", owner: nil)
        }
    }

    /// What each payment says it is, against what its claims and provider adjustments come to (B6).
    private func payments(of unit: ReleaseUnit) throws -> [MoneyCheck] {
        var checks: [MoneyCheck] = []
        try workspace.work(
            feeds: unit.feeds, outcome: .accepted, only: .payments
        ) { row in
            guard row.origin != .leg, let spill = row.spill else { return }
            let record = try context.site.names.view(try workspace.unspill(spill))
            checks.append(PaymentSums.check(record.record, receipt: RecordID.receipt(row.record)))
        }
        return checks
    }

    private func rows(of unit: ReleaseUnit) -> [CensusRow] {
        unit.feeds.flatMap { name -> [CensusRow] in
            guard let counts = census[name], let lane = context.site.lane(name) else { return [] }
            return lane.fields(counts).map {
                CensusRow(feed: name, field: $0.field, count: $0.count, isMapped: $0.isMapped)
            }
        }
    }

    /// The merges that the feeds told of.
    private func aliases() throws {
        for lane in context.lanes {
            let system = context.site.system(of: lane.feed)
            try workspace.work(feeds: [lane.feed.name], outcome: .accepted, only: .merges) { row in
                guard row.origin != .leg, let spill = row.spill else { return }
                try alias(try context.site.names.view(try workspace.unspill(spill)), row, system)
            }
        }
    }

    /// A merge (A40) makes the loser another name of the survivor.
    private func alias(_ record: CanonicalView, _ row: WorkRow, _ system: String) throws {
        guard let (loser, survivor) = Merges.pair(in: record) else { return }
        try workspace.add(
            Alias(
                system: system, loser: loser, survivor: survivor,
                record: row.record, feed: row.feed))
    }

    /// A packed record in the form that outlasts this run's settings.
    private func lasting(_ packed: [UInt8]) throws -> [UInt8] {
        CanonicalCodec.encode(try context.site.names.view(packed).record)
    }

    /// Held records keep their canonical form, so that they can be released without the file.
    private func holds() throws {
        for lane in context.lanes {
            try workspace.work(feeds: [lane.feed.name], outcome: .held) { row in
                guard row.origin != .leg,
                    !context.checkpoints.strikes(.loseHold, row.feed)
                else { return }
                let canonical = try row.spill.map { try lasting(try workspace.unspill($0)) }
                let waits = row.code == RunFindings.waitsForPatient.code
                try workspace.add(
                    StagedHold(
                        record: row.record, feed: row.feed, code: row.code,
                        owner: row.owner ?? .it,
                        patient: row.patient.isEmpty ? nil : row.patient,
                        waitingOn: waits ? row.patient : nil, canonical: canonical))
            }
        }
    }
}
