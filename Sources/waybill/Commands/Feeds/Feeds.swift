import ArgumentParser
import Ledger
import Pipeline

/// `waybill feeds`: how each feed stands.
struct Feeds: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows each feed: last arrival, due, held, breaker, next; takes a first night.",
        discussion: """
            Examples:
              waybill feeds
              waybill feeds list --json
              waybill feeds baseline pms-patients --reason "first night"
            """,
        subcommands: [FeedsList.self, FeedsBaseline.self], defaultSubcommand: FeedsList.self)
}

/// `waybill feeds list`.
struct FeedsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Shows each feed: last arrival, due, held, breaker, next.",
        discussion: """
            Late is a feed of which nothing came since the due time before the last one. Exit 7 \
            when a feed is late, else 0.

            Example:
              waybill feeds --json
            """)

    @OptionGroup var options: SiteOptions

    func run() throws {
        let site = try options.read()
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        let standings = try FeedStanding.all(site, ledger, at: SiteOptions.now())
        if options.json {
            Terminal.json(["feeds": standings.map { FeedOutput($0, site) }])
        } else {
            var table = TextTable(
                "FEED", "LAST ARRIVAL", "STANDING", "WAS DUE", ">HELD", "BREAKER", "NEXT DUE")
            for feed in standings {
                table.add(
                    feed.feed, site.local(feed.lastArrival) ?? "never", feed.punctuality.rawValue,
                    site.local(feed.due) ?? "-", String(feed.held), FeedOutput.breaker(feed),
                    site.local(feed.next) ?? "-")
            }
            Terminal.out(table.text())
            for feed in standings where feed.punctuality == .late {
                Terminal.note("\(feed.feed) is late; ask \(feed.contact ?? feed.partner).")
            }
        }
        if standings.contains(where: { $0.punctuality == .late }) { throw ExitCode(Exit.missing) }
    }
}

/// A feed's standing as JSON.
struct FeedOutput: Encodable {
    let feed: String
    let partner: String
    let contact: String?
    let lastArrival: String?
    let standing: FeedStanding.Punctuality
    let due: String?
    let next: String?
    let held: Int
    let breaker: String

    init(_ feed: FeedStanding, _ site: Site) {
        self.feed = feed.feed
        partner = feed.partner
        contact = feed.contact
        lastArrival = site.local(feed.lastArrival)
        standing = feed.punctuality
        due = site.local(feed.due)
        next = site.local(feed.next)
        held = feed.held
        breaker = Self.breaker(feed)
    }

    static func breaker(_ feed: FeedStanding) -> String {
        if feed.tripped > 0 { return "TRIPPED (\(feed.tripped) held)" }
        return feed.breaker.map { "\($0)%" } ?? "none"
    }
}
