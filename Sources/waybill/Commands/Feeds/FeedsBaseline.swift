import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline

/// `waybill feeds baseline`: a feed's first night.
struct FeedsBaseline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Notes what lies at a feed's source as known, and delivers none of it.",
        discussion: """
            For the first night of a feed. What lies there is archived and read; its rows become \
            the state that later rows are compared with, its record keys are known as repeats, \
            and its claims are open, so that answers to them find them. Nothing is delivered, \
            answered, held or moved. It is a batch like any other, with a balanced report. What \
            cannot be read is rejected and reported; what would be held is noted and left.

            Ends as `waybill run` does: 0, 3 with exceptions, 4 out of balance, 11 during a run.

            Examples:
              waybill feeds baseline pms-patients --dry-run
              waybill feeds baseline pms-patients --reason "first night"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: "The feed.")
    var feed: String

    @Flag(help: "Print no progress.")
    var quiet = false

    func run() async throws {
        let reason = try change.stated()
        let site = try options.read()
        try options.know(feed, site)
        if change.dryRun { return try await preview(site) }
        let lock = try options.lock(site)
        let ledger = try options.open(site)
        defer {
            try? ledger.close()
            withExtendedLifetime(lock) {}
        }
        if let open = try ledger.openBatch(),
            open.batch.kind != .baseline || open.batch.feeds != [feed]
        {
            throw Refusal.usage(
                "Batch \(open.batch.name) was interrupted and must be finished first: waybill run")
        }
        try ledger.audit(
            actor: SiteOptions.actor, action: "baseline", object: "feed \(feed)", outcome: reason,
            at: SiteOptions.now())
        var night = Night.Options()
        night.feeds = [feed]
        night.isBaseline = true
        night.checkpoints = CrashPoint.checkpoints
        if !quiet { night.progress = { Terminal.note($0) } }
        let result = try await Night(site, ledger, clock: .system, options: night).run()
        if options.json {
            Terminal.json(
                RunLine(batch: result.batch, exit: Int(result.exit), report: result.report))
        } else {
            Terminal.out(result.summary)
            Terminal.out("Report: \(result.report)")
            Terminal.note("Next: waybill plan --feed \(feed)")
        }
        if result.exit != 0 { throw ExitCode(result.exit) }
    }

    private func preview(_ site: Site) async throws {
        let plan = try await PlanCommand.make(site, options, feeds: [feed])
        let ready = plan.files.filter { $0.fate == .claimed }
        if options.json {
            Terminal.json(PlanOutput(plan, site, names: false))
        } else {
            let records = ready.reduce(0) { $0 + $1.records }
            Terminal.out(
                "Would note \(Plain.count(ready.count, "file")) with "
                    + "\(Plain.count(records, "record")) of \(feed) as known, and deliver nothing.")
        }
    }
}
