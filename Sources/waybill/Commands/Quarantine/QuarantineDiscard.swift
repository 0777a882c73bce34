import ArgumentParser
import Ledger
import Pipeline

/// `waybill quarantine discard`.
struct QuarantineDiscard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Does away with a held record for good.",
        discussion: """
            It is never delivered; its bytes stay in the archive. Asks for the reference again, on \
            the terminal or from a pipe, unless --yes is given. Its sender is not told by Waybill.

            Examples:
              waybill quarantine discard R-12-3 --reason "test message of the lab"
              waybill quarantine discard R-12-3 --yes --reason "sent again as R-15-1"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var confirmation: ConfirmOptions

    @Argument(help: "The record: R-<receipt>-<number>.")
    var reference: String

    func run() throws {
        let id = try SiteOptions.record(reference)
        let name = RecordID.reference(id)
        let reason = try change.stated()
        let site = try options.read()
        try HoldCheck.open(id, options, site)
        if change.dryRun {
            if options.json { Terminal.json(ChangeLine(changed: 0, record: name)) }
            Terminal.note("Would discard \(name) for good.")
            return
        }
        try confirmation.confirm(name, "\(name) will never be delivered.")
        try options.change(site) { ledger in
            try ledger.discard(id, by: SiteOptions.actor, reason: reason, at: SiteOptions.now())
        }
        ChangeLine(changed: 1, record: name).tell(
            options, "\(name) is discarded; its bytes stay in the archive.",
            next: "waybill quarantine list")
    }
}
