import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline

/// `waybill init`: a new site.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a new working site in a folder.",
        discussion: """
            Writes commented settings cut from the shipped clinic, the schemas that a clinic makes \
            its own (schemas of the standards are found with the program), the folders with their \
            modes, and examples of a crontab and of a systemd unit and timer. Nothing that is there \
            is overwritten: a folder that has a config/ already is refused with 64.

            Templates: clinic is all of it; lab takes registrations, orders and results; billing \
            takes charges, claims and their answers.

            Examples:
              waybill init /srv/waybill --zone America/Denver
              waybill init lab-site --template lab --dry-run
            """)

    @Argument(help: "The folder; made when it is not there.")
    var dir: String

    @Option(
        help: "Which parts: \(SiteTemplate.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var template = "clinic"

    @Option(help: "The site's name [the folder's].")
    var name: String?

    @Option(help: "The site's time zone [this machine's].")
    var zone: String?

    @Option(help: "How long a file must not have changed before it is taken.")
    var stable = "60s"

    @OptionGroup var change: ChangeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if SiteTemplate.Kind(rawValue: template) == nil {
            throw ValidationError("--template knows none called \(template)")
        }
        if let zone, TimeZone(identifier: zone) == nil {
            throw ValidationError("--zone wants an IANA zone such as America/Denver")
        }
        guard stable.last.map("smh".contains) == true, Int(stable.dropLast()) != nil else {
            throw ValidationError("--stable wants a time such as 60s")
        }
    }

    private struct Output: Encodable {
        let site: String
        let template: String
        let files: [String]
        let made: Bool
    }

    func run() async throws {
        let root = URL(fileURLWithPath: dir).standardizedFileURL.path
        guard !FileManager.default.fileExists(atPath: root + "/config") else {
            throw Refusal.usage("\(root) has a config/ already; nothing was touched.")
        }
        let wanted = (name ?? (root as NSString).lastPathComponent).lowercased()
        let site = String(wanted.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        let kind = SiteTemplate.Kind(rawValue: template) ?? .clinic
        let files =
            try SiteTemplate(
                kind, name: site.isEmpty ? "site" : site, zone: zone ?? Self.localZone,
                patience: stable
            ).files() + SiteExamples.files(kind, root: root, program: Self.program)
        if !change.dryRun { try await make(root, files) }
        if json {
            Terminal.json(
                Output(
                    site: root, template: template, files: files.map(\.path).sorted(),
                    made: !change.dryRun))
        } else {
            if change.dryRun { for file in files { Terminal.out(root + "/" + file.path) } }
            Terminal.out(
                "\(change.dryRun ? "Would make" : "Made") the site \(root): "
                    + Plain.count(files.count, "file"))
        }
        Terminal.note("Next: cd \(root) && waybill lint, then read config/waybill.yaml")
    }

    private func make(_ root: String, _ files: [SiteTemplate.File]) async throws {
        let manager = FileManager.default
        for file in files {
            let path = root + "/" + file.path
            try manager.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            try file.content.write(to: URL(fileURLWithPath: path))
        }
        var options = SiteOptions()
        options.site = root
        options.json = false
        let site = try options.read()
        for feed in site.feeds { try await feed.transport.prepare() }
        for name in site.destinations.keys.sorted() {
            try await site.destinations[name]?.transport.prepare()
        }
        let lock = try { () throws -> RunLock in
            try manager.createDirectory(
                atPath: site.paths.state, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            return try options.lock(site)
        }()
        let ledger = try options.open(site)
        try ledger.audit(
            actor: SiteOptions.actor, action: "init", object: "site \(site.name)",
            outcome: change.reason ?? "template \(template)", at: SiteOptions.now())
        try ledger.close()
        withExtendedLifetime(lock) {}
    }

    /// This machine's zone, where it has a name; a clinic's wall clock has one.
    private static var localZone: String {
        let name = TimeZone.current.identifier
        return name.contains("/") || name == "UTC" ? name : "UTC"
    }

    /// Where this program lies.
    private static var program: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    }
}
