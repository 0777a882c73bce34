import ArgumentParser
import Exchange
import Pipeline

/// `waybill lint`: mistakes in the settings, with line, column and nearest name.
struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds mistakes in the settings.",
        discussion: """
            Each with its file, line, column and what was probably meant. Exit 78 when a mistake \
            keeps the settings from being used, else 0.

            Examples:
              waybill lint
              waybill lint --site /srv/waybill --json
            """)

    @OptionGroup var options: SiteOptions

    func run() throws {
        let day = SiteOptions.day(SiteClock.system.now())
        let (site, findings) = SiteReader.read(options.root, registry: Waybill.registry, day: day)
        for finding in findings {
            if options.json {
                Terminal.json(FindingLine(finding.location.path ?? "config", finding))
            } else {
                Terminal.out(SiteOptions.line(finding))
            }
        }
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        if !options.json {
            Terminal.out(
                (site.map { "\($0.feeds.count) feeds, \($0.destinations.count) destinations: " }
                    ?? "")
                    + "\(errors) errors, \(warnings) warnings")
        }
        if site == nil { throw ExitCode(Exit.settings) }
    }
}
