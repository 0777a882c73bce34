import ArgumentParser
import Exchange
import Ledger
import Pipeline

/// `waybill status`: how the site stands now.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how the site, or a feed, stands now.",
        discussion: """
            Exit 4 when a unit of the newest batch is out of balance, 5 when the fail-safe is \
            engaged, else 0. It may be asked during a run.

            Examples:
              waybill status
              waybill status --feed lab-results --json
            """)

    @OptionGroup var options: SiteOptions

    @Option(help: "Only this feed; may be given several times.")
    var feed: [String] = []

    func run() throws {
        let site = try options.read()
        for name in feed { try options.know(name, site) }
        let now = SiteOptions.now()
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        let status = try ledger?.status()
        let standings = try FeedStanding.all(site, ledger, at: now).filter {
            feed.contains($0.feed)
        }
        var totals: [FeedTotals] = []
        if let ledger, let last = status?.last, !feed.isEmpty {
            totals = try ledger.totals(batch: last.id).feeds.filter { feed.contains($0.feed) }
        }
        if options.json {
            Terminal.json(StatusOutput(status, standings, totals, site))
        } else {
            tell(status, site, now)
            for standing in standings {
                tell(standing, totals.first { $0.feed == standing.feed }, site)
            }
        }
        if status?.outOfBalance.isEmpty == false { throw ExitCode(Exit.outOfBalance) }
        if status?.failsafe.isEngaged == true { throw ExitCode(Exit.failsafe) }
    }

    private func tell(_ status: LedgerStatus?, _ site: Site, _ now: Int64) {
        guard let status, let last = status.last else {
            Terminal.out("\(site.name): nothing has been run yet.")
            Terminal.note("Next: waybill plan")
            return
        }
        Terminal.out(
            "\(site.name): batch \(last.name) of \(site.local(last.instant))"
                + " \(last.verdict ?? "not finished")"
                + (last.exit.map { ", exit \($0)" } ?? ""))
        if let open = status.open {
            let isRunning = RunLock.take(site.paths.state + "/waybill.lock") == nil
            Terminal.out(
                isRunning
                    ? "Running: \(open.name)"
                    : "Interrupted: \(open.name); the next run finishes it")
        }
        if !status.outOfBalance.isEmpty {
            Terminal.out("OUT OF BALANCE: \(status.outOfBalance.joined(separator: ", "))")
        }
        if status.failsafe.isEngaged {
            Terminal.out(
                "FAIL-SAFE ENGAGED since \(site.local(status.failsafe.since)) by "
                    + "\(status.failsafe.actor): \(status.failsafe.reason)")
        }
        let age = status.oldestHeld.map { ", the oldest for \(Plain.age(now - $0))" } ?? ""
        Terminal.out("Held: \(status.held)\(age)")
        let pending = status.pending.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        Terminal.out(
            "Not published: \(pending.isEmpty ? "nothing" : pending.joined(separator: ", "))")
        Terminal.out("Claims without an answer: \(status.awaitingAnswers)")
        Terminal.note(
            status.held > 0 ? "Next: waybill quarantine list" : "Next: waybill batch report last")
    }

    private func tell(_ standing: FeedStanding, _ totals: FeedTotals?, _ site: Site) {
        Terminal.out(
            "\(standing.feed): last arrival \(site.local(standing.lastArrival) ?? "never"), "
                + "\(standing.punctuality.rawValue), next due \(site.local(standing.next) ?? "never"), "
                + "\(standing.held) held")
        guard let totals else { return }
        let words = Outcome.allCases.map { "\(totals.outcomes[$0] ?? 0) \($0.word)" }
        Terminal.out(
            "  last batch: \(totals.received) received, \(totals.released) released = "
                + words.joined(separator: " + "))
    }
}

/// The status as JSON.
struct StatusOutput: Encodable {
    struct Last: Encodable {
        let batch: String
        let instant: String
        let verdict: String?
        let exit: Int?
    }

    struct Feed: Encodable {
        let feed: String
        let standing: FeedOutput
        let received: Int64?
        let released: Int64?
        let outcomes: [String: Int64]?
    }

    let site: String
    let last: Last?
    let interrupted: String?
    let held: Int64
    let oldestHeld: String?
    let notPublished: [String: Int64]
    let awaitingAnswers: Int64
    let failsafe: FailsafeOutput
    let outOfBalance: [String]
    let feeds: [Feed]

    init(
        _ status: LedgerStatus?, _ standings: [FeedStanding], _ totals: [FeedTotals],
        _ site: Site
    ) {
        self.site = site.name
        last = status?.last.map {
            Last(
                batch: $0.name, instant: site.local($0.instant), verdict: $0.verdict, exit: $0.exit)
        }
        interrupted = status?.open?.name
        held = status?.held ?? 0
        oldestHeld = site.local(status?.oldestHeld)
        notPublished = status?.pending ?? [:]
        awaitingAnswers = status?.awaitingAnswers ?? 0
        failsafe = FailsafeOutput(status?.failsafe, site)
        outOfBalance = status?.outOfBalance ?? []
        feeds = standings.map { standing in
            let total = totals.first { $0.feed == standing.feed }
            return Feed(
                feed: standing.feed, standing: FeedOutput(standing, site),
                received: total?.received, released: total?.released,
                outcomes: total.map {
                    Dictionary(
                        $0.outcomes.map { ($0.key.word, $0.value) }, uniquingKeysWith: +)
                })
        }
    }
}
