import Bytes
import Exchange
import Ledger
import Mapping

/// Writes the records of worked pages into the workspace, in file order.
struct Settler {
    private let workspace: Workspace
    private let stager: RowStager
    private let feed: Feed
    private let receipt: Receipt
    private let snapshots: Snapshots?
    private let mirrors: Mirrors
    private let merges: Merges
    private let names: CanonicalNames
    private let view: CanonicalView
    /// What stands before each record's key.
    private let keyPrefix: [UInt8]
    /// Whose order numbers the feed's results bear.
    private let source: Int64

    init(
        _ workspace: Workspace, _ stager: RowStager, _ feed: Feed, _ receipt: Receipt,
        _ snapshots: Snapshots?, _ mirrors: Mirrors, _ merges: Merges, _ names: CanonicalNames
    ) {
        self.names = names
        keyPrefix = Array(feed.endpoint.utf8) + [0x1F]
        view = CanonicalView(names)
        self.merges = merges
        self.mirrors = mirrors
        self.snapshots = snapshots
        self.workspace = workspace
        self.stager = stager
        self.feed = feed
        self.receipt = receipt
        source = feed.resultSource
    }

    func settle(_ page: WorkedPage, _ taken: inout Taken) throws {
        let meanings = try snapshots?.meanings(of: page)
        let spilled = try workspace.spill(page.packed)
        var results = page.results.rows[...]
        for (index, worked) in page.records.enumerated() {
            var (record, view) = (worked, view)
            let id = RecordID.make(receipt: receipt.id, number: record.frame.number)
            var spill = record.packed.isEmpty ? nil : spilled.part(record.packed)
            if needsView(record) {
                try view.load(page.packed, record.packed)
                if let survived = try survived(view, &record) {
                    view = survived.view
                    spill = survived.spill
                }
            }
            let gist = record.gist
            let row = row(record, gist, id, spill, meanings?[index])
            try workspace.add(row)
            // Those that routing takes out again leave nothing behind: the commit sees to it.
            if row.outcome == .accepted, var version = gist?.version {
                version.record = id
                try workspace.add(version)
            }
            if !results.isEmpty {
                let mine = results.prefix { $0.record <= record.frame.number }
                results = results.dropFirst(mine.count)
                // What is out by now does not come back in this batch.
                if row.outcome == .accepted {
                    try workspace.add(
                        mine.drop { $0.record < record.frame.number }, of: page.results,
                        record: id, source: source)
                }
            }
            if !record.packed.isEmpty {
                if stager.isNeeded { try stager.stage(view, record: id, feed: feed.name) }
                if mirrors.areLookedUp { try mirrors.touch(view, in: workspace) }
            }
            for finding in record.findings {
                try workspace.add(finding, receipt: receipt.id, record: id)
            }
            if !record.findings.isEmpty { taken.findings[record.frame.number] = record.findings }
            let number = record.frame.number
            let part = taken.parts[record.frame.part]
            taken.parts[record.frame.part] = (part?.lowerBound ?? number)...number
        }
    }

    /// Whether more is asked of the record's canonical form than its gist.
    private func needsView(_ record: WorkedRecord) -> Bool {
        guard let gist = record.gist else { return false }
        return stager.isNeeded || mirrors.areLookedUp
            || feed.rank != .identity && merges.survivor(of: gist.patient) != nil
    }

    /// A record under a number that was merged away goes on under the surviving one; the identity
    /// feeds themselves keep theirs.
    private func survived(
        _ view: CanonicalView, _ record: inout WorkedRecord
    ) throws -> (view: CanonicalView, spill: SpillRange)? {
        guard feed.rank != .identity, let canonical = merges.survived(view) else { return nil }
        let packed = names.pack(canonical)
        let view = try names.view(packed)
        record.gist = mirrors.gist(view, feed: feed.name)
        record.findings.append(
            Finding(RunFindings.merged, at: Location(record: record.frame.number)))
        return (view, try workspace.spill(packed))
    }

    private func row(
        _ record: WorkedRecord, _ gist: Gist?, _ id: Int64, _ spill: SpillRange?,
        _ meaning: Snapshots.Meaning?
    ) -> WorkRow {
        var (outcome, code, owner) = (record.outcome, record.code, record.owner)
        var event = gist.map { String(decoding: $0.event, as: UTF8.self) } ?? ""
        if event.isEmpty { event = Events.trigger(ofType: record.type) }
        switch meaning {
        case .unchanged where outcome == .accepted:
            (outcome, code) = (.filtered, RunFindings.unchanged.code)
        case .heldAlready: (outcome, code, owner) = (.filtered, RunFindings.heldAlready.code, nil)
        case .event(let derived) where !derived.isEmpty: event = derived
        default: break
        }
        // Rows of a full file repeat every night: they are compared with the mirror instead.
        let isKeyed = feed.contents != .snapshot && !record.key.isEmpty
        let identity = isKeyed ? keyPrefix + record.key : []
        return WorkRow(
            record: id, part: record.frame.part, feed: feed.name, rank: feed.rank.order,
            type: record.type, entity: gist?.entity ?? "",
            event: event,
            key64: isKeyed ? Int64(bitPattern: RecordHash.hash(identity)) : 0, key: identity,
            hash: record.hash, cents: record.frame.cents,
            outcome: outcome, code: code, owner: owner,
            offset: record.offset, length: record.length, spill: spill,
            basis: record.basis,
            patient: gist?.patient ?? [])
    }
}
