import ArgumentParser
import Exchange
import Ledger
import Pipeline

/// `waybill doctor`: whether the site has all it needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks each thing that a site needs, and says what to do.",
        discussion: """
            Settings, time zone, schemas, folders and modes, free space, lock, ledger, clock, last \
            run, sources not swept, control numbers, audit log. With --deep every stored total is \
            computed anew and the whole ledger is read.

            Exit 0 when nothing is a problem (warnings may stand), 3 when something is, 78 when the \
            settings cannot be used.

            Examples:
              waybill doctor
              waybill doctor --deep --json
            """)

    @OptionGroup var options: SiteOptions

    @Flag(help: "Compute every stored total anew.")
    var deep = false

    func run() async throws {
        let now = SiteOptions.now()
        let (found, findings) = SiteReader.read(
            options.root, registry: Waybill.registry, day: SiteOptions.day(now))
        guard let site = found else {
            _ = try options.read(at: now)
            throw ExitCode(Exit.settings)
        }
        let warnings = findings.count { $0.severity == .warning }
        let checks = await Doctor(site, at: now).examine(warnings: warnings, deep: deep) {
            try options.reading(site)
        }
        if options.json {
            Terminal.json(["checks": checks])
        } else {
            for check in checks {
                let mark =
                    check.state == .ok ? "ok     " : check.state == .warning ? "WARNING" : "PROBLEM"
                Terminal.out("\(mark)  \(check.name): \(check.detail)")
                if let fix = check.fix { Terminal.out("         Do: \(fix)") }
            }
        }
        if checks.contains(where: { $0.state == .problem }) { throw ExitCode(Exit.exceptions) }
    }
}
