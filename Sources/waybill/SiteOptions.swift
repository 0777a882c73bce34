import ArgumentParser
import Bytes
import Exchange
import Foundation
import Ledger
import Pipeline

/// What every command that works on a site takes.
struct SiteOptions: ParsableArguments {
    @Option(help: "The site's folder.")
    var site = ProcessInfo.processInfo.environment["WAYBILL_SITE"] ?? "."

    @Flag(help: "Print JSON.")
    var json = false

    /// The absolute path of the site.
    var root: String { URL(fileURLWithPath: site).standardizedFileURL.path }

    /// Reads the settings, telling what is wrong with them; ends with 78 when they cannot be used.
    func read(at instant: Int64 = SiteClock.system.now()) throws -> Site {
        let (site, findings) = SiteReader.read(
            root, registry: Waybill.registry, day: Self.day(instant))
        guard let site else {
            for finding in findings where finding.severity == .error {
                Terminal.note(Self.line(finding))
            }
            Terminal.note(
                "The settings cannot be used; `waybill lint` shows everything that is wrong.")
            throw ExitCode(Exit.settings)
        }
        return site
    }

    /// The date in UTC, by which crosswalk rows hold.
    static func day(_ instant: Int64) -> String {
        String(Timestamp(microseconds: instant).description.prefix(10))
    }

    /// Opens the site's ledger.
    func open(_ site: Site) throws -> Ledger {
        try FileManager.default.createDirectory(
            atPath: site.paths.state, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        do {
            return try Ledger.open(at: site.paths.state + "/waybill.sqlite", hash: Self.hash)
        } catch LedgerError.damaged(let what) {
            // Nobody knows what was booked or registered: bookings stop until a person has looked.
            try BookingFlag.raise(site, reason: "the ledger is damaged")
            Terminal.note(
                "The ledger is damaged (\(what)). Bookings are stopped; restore the ledger.")
            throw ExitCode(Exit.failsafe)
        }
    }

    /// Takes the lock, or ends with 11.
    func lock(_ site: Site) throws -> RunLock {
        guard let lock = RunLock.take(site.paths.state + "/waybill.lock") else {
            Terminal.note("Another run holds the lock of this site. It is safe to run again later.")
            throw ExitCode(Exit.locked)
        }
        return lock
    }

    /// A finding about settings as a line: `config/feeds/lab.yaml:3:9: error SET-103: ...`.
    static func line(_ finding: Finding) -> String {
        "\(finding.location.path ?? "config"): \(finding.severity.rawValue) \(finding.code): "
            + "\(finding.message)\n    \(finding.fix)"
    }

    /// Who is doing this, for the audit log.
    static var actor: String {
        ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
    }
}
