import ArgumentParser
import Exchange
import Ledger
import Pipeline

/// `waybill claims unapplied`.
struct ClaimsUnapplied: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unapplied", abstract: "Lists what was paid for claims that nobody knows.",
        discussion: """
            A payment is posted whole: what it settles of claims that were never sent, or that \
            several claims agree with alike, is listed here, oldest first.

            Examples:
              waybill claims unapplied
              waybill claims unapplied --json
            """)

    @OptionGroup var options: SiteOptions

    @Option(help: "At most so many.")
    var limit = 1000

    func validate() throws {
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit wants 1 to 1000000")
        }
    }

    private struct Line: Encodable {
        let record: String
        let trace: String
        let place: Int
        let dated: String
        let status: String
        let cents: Int64
        let charge: Int64
    }

    func run() throws {
        let site = try options.read()
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        let lines = try (ledger?.unappliedPostings(limit: limit) ?? []).map { posting in
            Line(
                record: RecordID.reference(posting.record), trace: posting.trace,
                place: posting.ordinal, dated: posting.dated, status: posting.status,
                cents: posting.paid, charge: posting.charge)
        }
        if options.json { return Terminal.json(["unapplied": lines]) }
        guard let first = lines.first else { return Terminal.out("Every payment has its claims.") }
        var table = TextTable(
            "RECORD", "TRACE", ">CLP", "DATED", "STATUS", ">CHARGED", ">PAID")
        for line in lines {
            table.add(
                line.record, line.trace, "\(line.place)", line.dated, line.status,
                Plain.dollars(line.charge), Plain.dollars(line.cents))
        }
        Terminal.out(table.text())
        Terminal.note("Next: waybill record show \(first.record)")
    }
}
