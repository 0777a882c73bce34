import ArgumentParser
import Bytes
import Foundation
import Glibc
import Ledger
import Pipeline

/// `waybill run`: everything that arrived, from the sources to the outboxes and the report.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes in what arrived, delivers it, and writes the reconciliation report.",
        discussion: """
            Running again is always safe: nothing is delivered twice, and an interrupted run is \
            finished first. Exit 0 when all is well, 3 with exceptions, 4 out of balance.
            """)

    @OptionGroup var options: SiteOptions

    @Option(help: "Only this feed; may be given several times.")
    var feed: [String] = []

    @Option(help: "The instant the batch states, in ISO 8601 with a zone, instead of now.")
    var asOf: String?

    @Flag(help: "Print no progress.")
    var quiet = false

    func run() async throws {
        let start = try instant()
        let site = try options.read(at: start)
        for name in feed where site.feed(name) == nil {
            Terminal.note("There is no feed called \(name); `waybill feeds` lists them.")
            throw ExitCode(Exit.usage)
        }
        try FileManager.default.createDirectory(
            atPath: site.paths.state, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let lock = try options.lock(site)
        let ledger = try options.open(site)
        var night = Night.Options()
        night.feeds = feed
        if asOf != nil { night.instant = start }
        night.checkpoints = CrashPoint.checkpoints
        if !quiet { night.progress = { Terminal.note($0) } }
        let result = try await Night(site, ledger, clock: clock(from: start), options: night).run()
        try ledger.close()
        withExtendedLifetime(lock) {}
        if options.json {
            Terminal.json(RunLine(batch: result.batch, exit: Int(result.exit), report: result.report))
        } else {
            Terminal.out(result.summary)
            Terminal.out("Report: \(result.report)")
        }
        if result.exit != 0 { throw ExitCode(result.exit) }
    }

    /// Now, or the instant that `--as-of` names.
    private func instant() throws -> Int64 {
        guard let asOf else { return SiteClock.system.now() }
        guard let stamp = Timestamp(iso: asOf), stamp.offset != nil else {
            throw ValidationError("--as-of wants a time with a zone, such as 2026-11-20T02:00:00-06:00")
        }
        return stamp.microseconds()
    }

    /// A clock that stands at `start` now and runs as the machine's does.
    private func clock(from start: Int64) -> SiteClock {
        let began = SiteClock.system.now()
        return SiteClock(
            now: { start + SiteClock.system.now() - began }, wait: SiteClock.system.wait)
    }

    private struct RunLine: Encodable {
        let batch: String
        let exit: Int
        let report: String
    }
}

/// Where the crash tests stop a run. In a release build there is no such place.
enum CrashPoint {
    static var checkpoints: Checkpoints {
        #if DEBUG
            let environment = ProcessInfo.processInfo.environment
            let countdown = environment["WAYBILL_CRASH_AT"].flatMap(Int.init).map { Countdown($0) }
            // `lose-leg:lab-results` plants that fault once, in that feed.
            let mutant = environment["WAYBILL_MUTANT"]
            let once = Countdown(1)
            return Checkpoints(
                { name in
                    if let countdown, countdown.passes() {
                        Terminal.note("crash test: killed at \(name)")
                        kill(getpid(), SIGKILL)
                    }
                },
                plant: { fault, feed in
                    mutant == "\(fault.rawValue):\(feed)" && once.passes()
                })
        #else
            return .none
        #endif
    }
}
