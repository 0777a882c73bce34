import Exchange
import Foundation
import Ledger
import Mapping

/// Makes a `Plan`: the run's own stages, over copies in a scratch folder.
struct Planner {
    private let context: NightContext
    private let scratch: String
    private let now: Int64
    private var plan = Plan()

    init(_ site: Site, _ ledger: Ledger, clock: SiteClock, feeds: [String], scratch: String) {
        now = clock.now()
        self.scratch = scratch
        let names = Set(feeds)
        context = NightContext(
            site: site, ledger: ledger, clock: clock, checkpoints: .none,
            archive: Archive(root: site.paths.state + "/archive"),
            batch: .planned(instant: now, settings: site.digest, feeds: feeds),
            lanes: site.lanes.filter { names.isEmpty || names.contains($0.feed.name) },
            progress: { _ in })
    }

    func plan() async throws -> Plan {
        var planner = self
        planner.plan.feeds = context.lanes.map(\.feed.name)
        planner.plan.interrupted = try context.ledger.openBatch()?.batch.name
        var receipts: [Receipt] = []
        for place in Place.all(context.lanes) {
            receipts += try await planner.look(place, receipts.count)
        }
        try await planner.process(receipts)
        return planner.plan
    }

    // MARK: Sources

    /// Sorts what lies at a place and copies what is ready.
    /// - Returns: receipts that are only thought of.
    private mutating func look(_ place: Place, _ before: Int) async throws -> [Receipt] {
        let entries: [Entry]
        do { entries = try await place.transport.list() } catch {
            // A folder that was never made holds nothing; the run makes it.
            if error.kind == .notFound { return [] }
            for feed in place.feeds {
                plan.troubles.append(Plan.Trouble(feed: feed.name, detail: error.description))
            }
            return []
        }
        let sorted = try Sorter(
            feeds: place.feeds, endpoint: place.endpoint, ledger: context.ledger,
            batch: context.batch.id
        ).sort(entries)
        for (feed, listed) in zip(place.feeds, sorted.listed) {
            for line in listed { note(line, feed) }
        }
        let looks = try context.ledger.looksSoFar(endpoint: place.endpoint)
        var receipts: [Receipt] = []
        for candidate in sorted.candidates {
            let feed = place.feeds[candidate.feed]
            let number = before + receipts.count + 1
            if let receipt = try await take(candidate.entry, feed, place, looks, number) {
                receipts.append(receipt)
            }
        }
        return receipts
    }

    private mutating func note(_ line: Listed, _ feed: Feed) {
        switch line.fate {
        case .seenBefore: plan.seenBefore[feed.name, default: 0] += 1
        // What is ignored for good is not worth a line, unless no feed knows it.
        case .ignored where line.code.isEmpty: break
        default:
            plan.files.append(
                Plan.File(
                    feed: feed.name, name: line.name, size: line.size, modified: line.modified,
                    fate: line.fate, code: line.code))
        }
    }

    private mutating func take(
        _ entry: Entry, _ feed: Feed, _ place: Place, _ looks: [Look: Int64], _ number: Int
    ) async throws -> Receipt? {
        var file = Plan.File(
            feed: feed.name, name: entry.name, size: entry.size, modified: entry.modified,
            fate: .claimed)
        defer { plan.files.append(file) }
        let since =
            looks[Look(name: entry.name, size: entry.size, modified: entry.modified)] ?? now
        let needs = feed.ready.marker == nil ? Int64(feed.ready.stable) * 1_000_000 : 0
        file.needsSecondLook = now - since < needs
        let path = scratch + "/file-\(number)"
        let fetched: Fetched
        do { fetched = try await place.transport.fetch(entry, to: path) } catch {
            file.fate = .notReady
            file.code =
                error.kind == .changed ? RunFindings.changed.code : RunFindings.unreachable.code
            return nil
        }
        let isPatient = now - since < Int64(feed.ready.grace) * 1_000_000
        if feed.format.waitsForClose, entry.size > 0, isPatient, try !Acquire.closes(path, feed) {
            file.fate = .notReady
            file.code = RunFindings.growing.code
            return nil
        }
        let arrival = Arrival(
            feed: feed.name, endpoint: place.endpoint, name: entry.name, size: entry.size,
            modified: entry.modified, digest: fetched.digest, archive: path, at: now)
        return .planned(arrival, number: Int64(number))
    }

    // MARK: Stages 2 to 6

    private mutating func process(_ receipts: [Receipt]) async throws {
        let tables = try Night.tables(context.site)
        let workspace = try Workspace.create(
            at: scratch + "/workspace.sqlite", columns: tables.tables)
        defer { workspace.close() }
        let mirrors = Mirrors(context.site, read: tables.mirrored)
        let stager = try RowStager(context.site, workspace)
        for lane in context.lanes {
            for receipt in Take.order(receipts, of: lane.feed) {
                context.register(receipt.id, feed: receipt.feed, archive: receipt.archive)
            }
        }
        let systems = Set(context.site.dictionaries.values.map(\.system))
        let merges = try Merges(context.ledger, systems: systems)
        var take = Take(context, workspace, stager, mirrors, merges)
        let taken = try await take.run(receipts)
        let reentered = try Reentry(context, workspace, stager, mirrors, merges).look()
        let routed = try RouteStage(context, workspace, taken, mirrors, reentered).run()
        try count(taken, workspace)
        plan.offers = routed.legs.filter { !$0.value.isEmpty }
            .map { Plan.Offer(destination: $0.key, records: $0.value.count) }
            .sorted { $0.destination < $1.destination }
        plan.releasedLegs = reentered.legs.values.reduce(0) { $0 + $1.count }
        for trouble in context.troubles {
            plan.troubles.append(
                Plan.Trouble(feed: trouble.feed, detail: trouble.finding.message))
        }
    }

    private mutating func count(_ taken: [Taken], _ workspace: Workspace) throws {
        for file in taken {
            guard let index = plan.files.firstIndex(where: { self.is($0, file.receipt) }) else {
                continue
            }
            plan.files[index].outcome = file.outcome
            plan.files[index].records = file.tally.records
            if file.outcome != .processed { plan.files[index].code = file.code }
            try workspace.work(receipt: file.receipt.id) { row in
                plan.files[index].outcomes[row.outcome, default: 0] += 1
                if row.outcome == .rejected || row.outcome == .held {
                    plan.files[index].codes[row.code, default: 0] += 1
                }
            }
        }
        try workspace.work(feeds: plan.feeds) { row in
            if row.origin == .released { plan.released[row.outcome, default: 0] += 1 }
        }
    }

    private func `is`(_ file: Plan.File, _ receipt: Receipt) -> Bool {
        file.fate == .claimed && file.feed == receipt.feed && file.name == receipt.name
    }
}
