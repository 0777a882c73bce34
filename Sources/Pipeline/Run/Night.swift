import Exchange
import Foundation
public import Ledger
import Mapping

/// One run: everything that arrived, from the sources to the outboxes and the report.
public struct Night: Sendable {
    /// What is asked of a run.
    public struct Options: Sendable {
        /// Only these feeds; empty for all.
        public var feeds: [String] = []
        /// Whether files are only marked as seen and the mirror loaded (the first night).
        public var isBaseline = false
        /// The instant that the batch states; nil is now.
        public var instant: Int64?
        /// What stops the run on purpose, in tests.
        public var checkpoints = Checkpoints.none
        /// Tells a person what is going on.
        public var progress: @Sendable (String) -> Void = { _ in }

        /// Asks for a plain run.
        public init() {}
    }

    /// What a run came to.
    public struct Result: Sendable {
        /// The batch's name.
        public var batch: String
        /// The exit code (product, section 3).
        public var exit: Int32
        /// The terminal summary.
        public var summary: String
        /// Where the report lies.
        public var report: String
    }

    private let site: Site
    private let ledger: Ledger
    private let clock: SiteClock
    private let options: Options

    /// Prepares a run. The caller holds the site's lock.
    public init(_ site: Site, _ ledger: Ledger, clock: SiteClock, options: Options = Options()) {
        self.site = site
        self.ledger = ledger
        self.clock = clock
        self.options = options
    }

    /// Runs, or first finishes what was interrupted.
    public func run() async throws -> Result {
        if let open = try ledger.openBatch() {
            options.progress("finishing the interrupted batch \(open.batch.name)")
            let result = try await work(open.batch)
            // The same run again is done; another one, or a later night, still has its own to do.
            let asked = options.instant ?? clock.now()
            let isSame =
                open.batch.feeds == options.feeds
                && asked - open.batch.instant < Self.sameRun && !options.isBaseline
            if isSame { return result }
            options.progress(result.summary)
        }
        let batch = try ledger.begin(
            options.isBaseline ? .baseline : .run, instant: options.instant ?? clock.now(),
            settings: site.digest,
            feeds: options.feeds)
        options.checkpoints.pass("batch.begun")
        return try await work(batch)
    }

    /// How long after it began an interrupted run is still the one that is asked for, in
    /// microseconds: half an hour.
    private static let sameRun: Int64 = 30 * 60 * 1_000_000

    /// The nine stages, in order.
    private func work(_ batch: Batch) async throws -> Result {
        let names = Set(batch.feeds)
        let context = NightContext(
            site: site, ledger: ledger, clock: clock, checkpoints: options.checkpoints,
            archive: Archive(root: site.paths.state + "/archive"), batch: batch,
            lanes: site.lanes.filter { names.isEmpty || names.contains($0.feed.name) },
            progress: options.progress)
        clean(except: batch.name)
        if try !isCommitted(batch) {
            try await prepare(context)
            try await Acquire(context).run()
            try await Publish(context).clean()
            try await Publish(context).notice()
            try await process(context)
        }
        try Reconcile(context).run()
        let publish = Publish(context)
        try await publish.run()
        try await publish.sweep()
        let state = try ledger.failsafe()
        try BookingFlag.update(site, state)
        let closing = ReportBuilder(context, failsafe: state)
        let result = try closing.close()
        try? FileManager.default.removeItem(atPath: context.workFolder)
        return result
    }

    /// Removes what interrupted runs left of their work: it holds patients' data.
    private func clean(except name: String) {
        let folder = site.paths.state + "/work"
        for other in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where other != name {
            try? FileManager.default.removeItem(atPath: folder + "/" + other)
        }
    }

    /// Makes local folders that are missing.
    private func prepare(_ context: NightContext) async throws {
        for feed in context.lanes.map(\.feed) {
            do { try await feed.transport.prepare() } catch {
                context.troubles.append(
                    (feed.name, RunFindings.unusable(error)))
            }
        }
        for destination in site.destinations.values {
            do { try await destination.transport.prepare() } catch {
                context.troubles.append(
                    (
                        "",
                        RunFindings.unusable(error, at: destination.name)
                    ))
            }
        }
    }

    private func isCommitted(_ batch: Batch) throws -> Bool {
        let units = try ledger.units(of: batch.id)
        return !units.isEmpty && units.allSatisfy { $0.state != .declared }
    }

    /// Stages 2 to 7: pure work over the archive, redone from the start after an interruption.
    private func process(_ context: NightContext) async throws {
        try FileManager.default.createDirectory(
            atPath: context.workFolder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let tables = try Self.tables(site)
        let workspace = try Workspace.create(
            at: context.workFolder + "/workspace.sqlite", columns: tables.tables)
        defer { workspace.close() }
        workspace.setSystems(
            feeds: Dictionary(
                site.feeds.map { ($0.name, site.system(of: $0)) },
                uniquingKeysWith: { first, _ in first }),
            destinations: site.destinations.mapValues(\.system))
        let mirrors = Mirrors(site, read: tables.mirrored)
        let stager = try RowStager(site, workspace)
        let receipts = try ledger.receipts(batch: context.batch.id)
        for lane in context.lanes {
            for receipt in Take.order(receipts, of: lane.feed) {
                context.register(receipt.id, feed: receipt.feed, archive: receipt.archive)
            }
        }
        let merges = try Merges(ledger, systems: Set(site.dictionaries.values.map(\.system)))
        var take = Take(context, workspace, stager, mirrors, merges)
        let taken = try await take.run(receipts)
        context.checkpoints.pass("take.end")
        let routed: Routed
        if context.batch.kind == .baseline {
            routed = try RouteStage(context, workspace, taken, mirrors, Reentered()).baseline()
        } else {
            let reentered = try Reentry(context, workspace, stager, mirrors, merges).run()
            routed = try RouteStage(context, workspace, taken, mirrors, reentered).run()
        }
        try await Assemble(context, workspace, taken, routed, mirrors, take.census).run()
    }

    /// The workspace's tables, and the entities whose mirror some SQL reads.
    static func tables(_ site: Site) throws -> (tables: [EntityTable], mirrored: Set<String>) {
        let own = WorkspaceTables.ownNames(site.dictionaries)
        let all = WorkspaceTables.all(site.model, own: own)
        let handle = try RuleHandle.planning(all)
        defer { handle.close() }
        var reads: Set<ColumnRead> = []
        for rule in site.rules { reads.formUnion((try? handle.prepare(rule.sql)) ?? []) }
        for route in site.routes {
            reads.formUnion((try? handle.prepare(condition: route.when)) ?? [])
        }
        let mirrored = site.model.entities.filter { entity in
            reads.contains { $0.table == "mirror_" + entity.table }
        }
        return (WorkspaceTables.needed(all, reads), Set(mirrored.map(\.name)))
    }
}
