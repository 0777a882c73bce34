import ArgumentParser
import Ledger
import Pipeline

/// `waybill quarantine assign`.
struct QuarantineAssign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Says whose record a held record is.",
        discussion: """
            The record number takes the place of the one in the record when it is released. It is \
            kept in the ledger and not in the audit log, which says who assigned which record, \
            when and why.

            Example:
              waybill quarantine assign R-12-3 --patient 100417 --reason "seen with the lab"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: "The record: R-<receipt>-<number>.")
    var reference: String

    @Option(help: "The patient's record number.")
    var patient: String

    func validate() throws {
        guard !patient.isEmpty, patient.utf8.count <= 64,
            patient.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw ValidationError("--patient wants a record number of 1 to 64 characters") }
    }

    func run() throws {
        let id = try SiteOptions.record(reference)
        let reason = try change.stated()
        let site = try options.read()
        if change.dryRun {
            try HoldCheck.open(id, options, site)
            Terminal.out("Would assign \(RecordID.reference(id)) to the patient named.")
            return
        }
        try options.change(site) { ledger in
            try ledger.assign(
                id, patient: Array(patient.utf8), by: SiteOptions.actor, reason: reason,
                at: SiteOptions.now())
        }
        ChangeLine(changed: 1, record: RecordID.reference(id)).tell(
            options, "\(RecordID.reference(id)) is assigned.",
            next: "waybill quarantine release \(RecordID.reference(id)) --reason TEXT")
    }
}

/// What a change came to, as JSON.
struct ChangeLine: Encodable {
    let changed: Int
    let record: String?

    /// Tells of the change, and the next command to run.
    func tell(_ options: SiteOptions, _ text: String, next: String) {
        if options.json { Terminal.json(self) } else { Terminal.out(text) }
        Terminal.note("Next: \(next)")
    }
}

/// Whether something is held, for `--dry-run`.
enum HoldCheck {
    /// Ends with 64 when the record is not held.
    static func open(_ record: Int64, _ options: SiteOptions, _ site: Site) throws {
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        guard try ledger.held(record).contains(where: { $0.state == .held }) else {
            throw Refusal.usage("\(RecordID.reference(record)) is not held.")
        }
    }
}
