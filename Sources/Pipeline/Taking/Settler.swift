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
    /// The system that the feed's records come from.
    private let system: String
    private let merges: Merges

    init(
        _ workspace: Workspace, _ stager: RowStager, _ feed: Feed, _ receipt: Receipt,
        _ snapshots: Snapshots?, _ mirrors: Mirrors, _ merges: Merges, system: String
    ) {
        self.system = system
        self.merges = merges
        self.mirrors = mirrors
        self.snapshots = snapshots
        self.workspace = workspace
        self.stager = stager
        self.feed = feed
        self.receipt = receipt
    }

    func settle(_ page: WorkedPage, _ taken: inout Taken) throws {
        let meanings = try snapshots?.meanings(of: page)
        for (index, worked) in page.records.enumerated() {
            let record = try survived(worked)
            let id = RecordID.make(receipt: receipt.id, number: record.frame.number)
            let spill = record.encoded.isEmpty ? nil : try workspace.spill(record.encoded)
            let gist =
                record.gist
                ?? record.canonical.map {
                    mirrors.gist($0, encoded: record.encoded, system: system, feed: feed.name)
                }
            let row = row(record, gist, id, spill, meanings?[index])
            try workspace.add(row)
            // Those that routing takes out again leave nothing behind: the commit sees to it. A
            // merge says who lives on as whom, and nothing else about the survivor.
            if row.outcome == .accepted, row.event != "A40", var mirror = gist?.mirror {
                mirror.record = id
                try workspace.add(mirror)
            }
            if let canonical = record.canonical {
                try stager.stage(canonical, record: id, feed: feed.name)
                try mirrors.touch(canonical, in: workspace)
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

    /// A record under a number that was merged away goes on under the surviving one; the identity
    /// feeds themselves keep theirs.
    private func survived(_ record: WorkedRecord) throws -> WorkedRecord {
        guard feed.rank != .identity, let canonical = record.canonical.flatMap(merges.survived)
        else { return record }
        return record.replacing(
            canonical, CanonicalCodec.encode(canonical),
            adding: Finding(RunFindings.merged, at: Location(record: record.frame.number)))
    }

    private func row(
        _ record: WorkedRecord, _ gist: Gist?, _ id: Int64, _ spill: SpillRange?,
        _ meaning: Snapshots.Meaning?
    ) -> WorkRow {
        var (outcome, code) = (record.outcome, record.code)
        var event = gist?.event ?? ""
        if event.isEmpty { event = Events.trigger(ofType: record.type) }
        switch meaning {
        case .unchanged where outcome == .accepted:
            (outcome, code) = (.filtered, RunFindings.unchanged.code)
        case .event(let derived) where !derived.isEmpty: event = derived
        default: break
        }
        // Rows of a full file repeat every night: they are compared with the mirror instead.
        let key = feed.contents == .snapshot ? [] : record.key
        let identity = Array(feed.endpoint.utf8) + [0x1F] + key
        return WorkRow(
            record: id, part: record.frame.part, feed: feed.name, rank: feed.rank.order,
            type: record.type, entity: gist?.entity ?? "",
            event: event,
            key64: key.isEmpty ? 0 : Int64(bitPattern: RecordHash.hash(identity)),
            key: key.isEmpty ? [] : identity, hash: record.hash, cents: record.frame.cents,
            outcome: outcome, code: code, owner: record.owner,
            offset: record.offset, length: record.length, spill: spill,
            basis: record.basis,
            patient: gist?.patient ?? [])
    }
}
