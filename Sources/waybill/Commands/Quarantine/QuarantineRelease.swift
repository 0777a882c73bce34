import ArgumentParser
import Ledger
import Pipeline

/// `waybill quarantine release`.
struct QuarantineRelease: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Asks for a record, or all under a code, to be released.",
        discussion: """
            The next run takes it in: it is read again from the archive under tonight's settings, \
            goes through routes and gate, and what waited behind it follows. What still cannot be \
            delivered goes back to quarantine with the reason; what a later version has overtaken \
            is refused. R-12-0 stands for all that is held of receipt 12.

            Examples:
              waybill quarantine release R-12-3 --reason "crosswalk mended"
              waybill quarantine release R-12-0 --reason "lab says the file is whole"
              waybill quarantine release --code RUN-110 --dry-run
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: "The record: R-<receipt>-<number>.")
    var reference: String?

    @Option(help: "All that is held for this code.")
    var code: String?

    func validate() throws {
        guard (reference == nil) != (code == nil) else {
            throw ValidationError("Name either a record or a --code.")
        }
    }

    func run() throws {
        let id = try reference.map(SiteOptions.record)
        let reason = try change.stated()
        let site = try options.read()
        if change.dryRun {
            let count = try matching(id, site)
            guard count > 0 else { throw Refusal.usage("Nothing such is held.") }
            if options.json { Terminal.json(ChangeLine(changed: 0, record: reference)) }
            Terminal.note("Would ask for the release of \(Plain.count(count, "hold")).")
            return
        }
        let now = SiteOptions.now()
        let count = try options.change(site) { ledger in
            if let id, RecordID.number(id) == 0 {
                return try ledger.requestRelease(
                    receipt: RecordID.receipt(id), by: SiteOptions.actor, reason: reason, at: now)
            }
            return try ledger.requestRelease(
                record: id, code: code?.uppercased(), by: SiteOptions.actor, reason: reason, at: now
            )
        }
        guard count > 0 else { throw Refusal.usage("Nothing is held for \(code ?? "").") }
        ChangeLine(changed: count, record: id.map(RecordID.reference)).tell(
            options, "The release of \(Plain.count(count, "hold")) is asked for.",
            next: "waybill run")
    }

    private func matching(_ id: Int64?, _ site: Site) throws -> Int {
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        let held = try ledger.held(limit: 1_000_000)
        guard let id else { return held.count { $0.code == code?.uppercased() } }
        if RecordID.number(id) == 0 {
            return held.count { RecordID.receipt($0.record) == RecordID.receipt(id) }
        }
        return held.count { $0.record == id }
    }
}
