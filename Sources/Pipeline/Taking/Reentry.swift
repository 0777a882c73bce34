import Bytes
import Exchange
import Ledger
import Mapping

/// What came back out of quarantine.
struct Reentered {
    /// Legs that were released alone: destination → records.
    var legs: [String: RecordSet] = [:]
    /// The code that each whole record was held for: about that one a person has decided.
    var decided: [Int64: String] = [:]
    /// What was held of each record: where the life cycle of results goes by it.
    var past: [Int64: Held] = [:]
}

/// Takes records back in that somebody released from quarantine, and those that waited behind a
/// registration that is no longer held.
///
/// A whole record is read anew from the archive, so that a mended dictionary or crosswalk serves
/// it; a leg goes on from what the record was mapped to. Everything that is taken gets an outcome
/// again: what cannot be taken in goes back to quarantine and says why.
final class Reentry {
    private let context: NightContext
    private let workspace: Workspace
    private let stager: RowStager
    private let mirrors: Mirrors
    private let merges: Merges
    private let originals: Originals
    private var page: (id: Int, receipt: Int64, worked: WorkedPage)?
    private var tonight: [String: Set<[UInt8]>] = [:]
    private var result = Reentered()

    init(
        _ context: NightContext, _ workspace: Workspace, _ stager: RowStager, _ mirrors: Mirrors,
        _ merges: Merges
    ) {
        self.merges = merges
        self.context = context
        self.workspace = workspace
        self.stager = stager
        self.mirrors = mirrors
        originals = Originals(context)
    }

    private var feeds: [String] { context.lanes.map(\.feed.name) }

    /// Takes what was asked for, and what need not wait any more.
    func run() throws -> Reentered {
        let batch = context.batch.id
        return try run(
            asked: try context.ledger.takeReleased(batch: batch, feeds: feeds),
            waiting: { [context, feeds] in
                try context.ledger.takeWaiting(on: $0, batch: batch, feeds: feeds)
            })
    }

    /// The same for `waybill plan`: looks, and takes nothing.
    func look() throws -> Reentered {
        try run(
            asked: try context.ledger.releaseRequests(feeds: feeds),
            waiting: { [context, feeds] in try context.ledger.waiting(on: $0, feeds: feeds) })
    }

    private func run(
        asked: [Held], waiting: ([[UInt8]]) throws -> [Held]
    ) throws -> Reentered {
        // Registrations first: what waits behind one follows in the same night.
        let first = asked.filter { $0.rank == Feed.Rank.identity.order }
        let later = asked.filter { $0.rank != Feed.Rank.identity.order }
        try enter(first)
        let free = try freed()
        try enter(later + (free.isEmpty ? [] : try waiting(free)))
        return result
    }

    /// The keys that are waited for and whose patient is known by now: taken in tonight, or sent
    /// to some system before.
    private func freed() throws -> [[UInt8]] {
        let keys = try context.ledger.waitingKeys(batch: context.batch.id, feeds: feeds)
        guard !keys.isEmpty else { return [] }
        var known: Set<[UInt8]> = []
        let identity = context.lanes.map(\.feed).filter { $0.rank == .identity }.map(\.name)
        if !identity.isEmpty {
            try workspace.work(feeds: identity, outcome: .accepted) { row in
                if !row.patient.isEmpty { known.insert(row.patient) }
            }
        }
        for system in Set(context.site.destinations.values.map(\.system)).sorted() {
            known.formUnion(
                try context.ledger.mirror(system: system, entity: "patient", keys: keys).keys)
        }
        return keys.filter(known.contains)
    }

    private func enter(_ items: [Held]) throws {
        let whole = items.filter(\.destination.isEmpty).sorted { $0.record < $1.record }
        for item in whole {
            context.register(RecordID.receipt(item.record), feed: item.feed, archive: item.archive)
            try enter(item)
        }
        let legs = items.filter { !$0.destination.isEmpty }.sorted {
            ($0.record, $0.destination) < ($1.record, $1.destination)
        }
        var index = 0
        while index < legs.count {
            let mine = legs[index...].prefix { $0.record == legs[index].record }
            try enter(legs: Array(mine))
            index += mine.count
        }
    }

    // MARK: Whole records

    private func enter(_ item: Held) throws {
        result.decided[item.record] = item.code
        var row = row(of: item, origin: .released)
        guard let worked = try read(item) else {
            return try keep(row, Finding(RunFindings.notRead), spill: try packed(item))
        }
        for finding in worked.findings where worked.outcome != .accepted {
            try workspace.add(finding, receipt: RecordID.receipt(item.record), record: item.record)
        }
        row.outcome = worked.outcome
        row.code = worked.code
        row.owner = worked.owner
        guard !worked.packed.isEmpty, let page else { return try workspace.add(row) }
        var record = try context.site.names.view(Array(page.worked.packed[worked.packed]))
        if let assigned = assigned(item.patient, to: record) { record = try view(of: assigned) }
        if item.rank != Feed.Rank.identity.order, let survived = merges.survived(record) {
            record = try view(of: survived)
        }
        let gist = mirrors.gist(record, feed: item.feed)
        row.entity = gist.entity
        if !gist.patient.isEmpty { row.patient = gist.patient }
        if row.event.isEmpty { row.event = String(decoding: gist.event, as: UTF8.self) }
        if row.outcome == .accepted {
            if try stageResults(record, item) {
                // Which versions they meet is known when all of tonight's are there.
            } else if try isOvertaken(record, item) {
                return try keep(row, Finding(RunFindings.overtaken), spill: record.bytes)
            }
            try derive(worked, page.worked, into: &row)
        }
        row.spill = try workspace.spill(record.bytes)
        try workspace.add(row)
        try add(gist, item.record)
        try stager.stage(record, record: item.record, feed: item.feed)
        try mirrors.touch(record, in: workspace)
    }

    private func row(of item: Held, origin: Origin) -> WorkRow {
        WorkRow(
            record: item.record, origin: origin, part: item.part, feed: item.feed, rank: item.rank,
            type: item.type, entity: item.entity, event: item.event, key64: item.key64,
            key: item.key, hash: item.hash, cents: item.cents, outcome: .accepted,
            offset: item.offset, length: item.length, patient: item.patient ?? [])
    }

    /// Puts a record back into quarantine, and says why.
    private func keep(_ row: WorkRow, _ finding: Finding, spill: [UInt8]?) throws {
        var row = row
        row.outcome = .held
        row.code = finding.code
        row.owner = finding.kind.owner
        row.spill = try spill.map { try workspace.spill($0) }
        try note(finding, row.record)
        try workspace.add(row)
    }

    private func note(_ finding: Finding, _ record: Int64) throws {
        var placed = finding
        placed.location.record = RecordID.number(record)
        try workspace.add(placed, receipt: RecordID.receipt(record), record: record)
    }

    /// The record as the settings of tonight read it; nil when the archive does not give it.
    private func read(_ item: Held) throws -> WorkedRecord? {
        let receipt = RecordID.receipt(item.record)
        guard let lane = context.site.lane(item.feed),
            let original = try originals.find(item.record)
        else { return nil }
        if page?.id != original.pageID || page?.receipt != receipt {
            var worked = lane.work(original.page)
            try mirrors.look(at: &worked, feed: item.feed)
            page = (original.pageID, receipt, worked)
        }
        guard let records = page?.worked.records, records.indices.contains(original.index) else {
            return nil
        }
        let record = records[original.index]
        return record.hash == item.hash ? record : nil
    }

    /// What a person said whose record it is goes before what the record says itself.
    private func assigned(_ patient: [UInt8]?, to view: CanonicalView) -> Canonical? {
        let name = "patient.identifier.mrn"
        guard let patient else { return nil }
        let value = String(decoding: patient, as: UTF8.self)
        guard view.text(name) != value else { return nil }
        var record = view.record
        for node in record.nodes.indices {
            if let field = record.nodes[node].fields.firstIndex(where: { $0.name == name }) {
                record.nodes[node].fields[field].value = value
                return record
            }
        }
        if !record.nodes.isEmpty { record.nodes[0].fields.append(Canonical.Field(name, value)) }
        return record
    }

    private func add(_ gist: Gist, _ record: Int64) throws {
        guard var version = gist.version else { return }
        version.record = record
        try workspace.add(version)
    }

    private func view(of record: Canonical) throws -> CanonicalView {
        try context.site.names.view(context.site.names.pack(record))
    }

    /// What the ledger kept of a held record, packed with tonight's names.
    private func packed(_ item: Held) throws -> [UInt8]? {
        try item.canonical.map { context.site.names.pack(try CanonicalCodec.decode($0)) }
    }

    private func system(of feed: String) -> String {
        context.site.feed(feed).map(context.site.system) ?? ""
    }

    /// Whether a later version was taken in meanwhile, before tonight or tonight. A merge says nothing
    /// of the survivor, and no registration of it is a later version.
    private func isOvertaken(_ record: CanonicalView, _ item: Held) throws -> Bool {
        guard item.event != Events.merge, let key = mirrors.key(of: record) else { return false }
        let systems = Set(context.site.destinations.values.map(\.system) + [system(of: item.feed)])
        for system in systems.sorted() {
            let known = try context.ledger.mirror(system: system, entity: record.entity, key: key)
            if let known, known.record > item.record { return true }
        }
        if tonight[item.feed] == nil {
            var keys: Set<[UInt8]> = []
            try workspace.work(feeds: [item.feed], outcome: .accepted) { row in
                guard row.origin == .received, let spill = row.spill,
                    let other = try? context.site.names.view(try workspace.unspill(spill))
                else { return }
                if let key = mirrors.key(of: other) { keys.insert(key) }
            }
            tonight[item.feed] = keys
        }
        return tonight[item.feed]?.contains(key) ?? false
    }

    /// Stages what a record says of results, which are judged by the life cycle of each.
    /// - Returns: whether its feed's results have a life cycle.
    private func stageResults(_ record: CanonicalView, _ item: Held) throws -> Bool {
        guard let feed = context.site.feed(item.feed),
            let page = mirrors.results(
                of: record, feed: item.feed, number: RecordID.number(item.record))
        else { return false }
        result.past[item.record] = item
        try workspace.add(
            page.rows[...], of: page, record: item.record, source: feed.resultSource)
        return true
    }

    /// A full file's row gets its trigger from the mirror as it is tonight.
    private func derive(
        _ worked: WorkedRecord, _ from: WorkedPage, into row: inout WorkRow
    ) throws {
        guard let feed = context.site.feed(row.feed), feed.contents == .snapshot,
            let settings = feed.snapshot
        else { return }
        let snapshots = try Snapshots(
            context.ledger, context.site.names, mirrors, feed: feed.name,
            system: system(of: feed.name), settings: settings)
        var page = from
        page.records = [worked]
        switch try snapshots.meanings(of: page).first ?? nil {
        case .unchanged: (row.outcome, row.code) = (.filtered, RunFindings.unchanged.code)
        case .event(let event) where !event.isEmpty: row.event = event
        default: break
        }
    }

    // MARK: Legs

    /// Legs of one record that were held alone: the record's own outcome stands.
    private func enter(legs: [Held]) throws {
        guard let item = legs.first else { return }
        context.register(RecordID.receipt(item.record), feed: item.feed, archive: item.archive)
        var row = row(of: item, origin: .leg)
        row.legs = legs.count
        var refusal: Finding?
        if let packed = try? packed(item), let record = try? context.site.names.view(packed) {
            row.spill = try workspace.spill(packed)
            try add(mirrors.gist(record, feed: item.feed), item.record)
            if try !stageResults(record, item), try isOvertaken(record, item) {
                refusal = Finding(RunFindings.overtaken)
            }
        } else {
            refusal = Finding(RunFindings.notRead)
        }
        try workspace.add(row)
        if let refusal { try note(refusal, item.record) }
        for leg in legs {
            if refusal == nil, context.site.outlets[leg.destination] != nil {
                result.legs[leg.destination] = (result.legs[leg.destination] ?? []).union([
                    leg.record
                ])
            } else {
                try hold(leg, refusal ?? Finding(RunFindings.notRendered, "no such destination"))
            }
        }
    }

    private func hold(_ leg: Held, _ finding: Finding) throws {
        try workspace.add(
            StagedLeg(
                record: leg.record, feed: leg.feed, destination: leg.destination, state: .held,
                code: finding.code))
        try workspace.add(
            StagedHold(
                record: leg.record, feed: leg.feed, destination: leg.destination,
                code: finding.code, owner: finding.kind.owner, patient: leg.patient,
                canonical: leg.canonical))
    }
}
