import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline

/// `waybill quarantine`: what is held.
struct Quarantine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists what is held; assigns, releases or discards it.",
        discussion: """
            Examples:
              waybill quarantine list --owner lab
              waybill quarantine release R-12-3 --reason "code added to the crosswalk"
              waybill quarantine release --code MAP-104 --reason "crosswalk mended"
            """,
        subcommands: [
            QuarantineList.self, QuarantineShow.self, QuarantineAssign.self,
            QuarantineRelease.self, QuarantineDiscard.self,
        ])
}

/// `waybill quarantine list`.
struct QuarantineList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists what is held, oldest first.",
        discussion: """
            Examples:
              waybill quarantine list
              waybill quarantine list --feed lab-results --code RUN-109 --json
            """)

    @OptionGroup var options: SiteOptions

    @Option(help: "Only this feed.")
    var feed: String?

    @Option(help: "Only what is held for this code.")
    var code: String?

    @Option(
        help:
            "Only what this role deals with: \(Role.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var owner: String?

    @Option(help: "At most so many.")
    var limit = 1000

    func validate() throws {
        if let owner, Role(rawValue: owner) == nil {
            throw ValidationError("--owner knows no role called \(owner)")
        }
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit wants 1 to 1000000")
        }
    }

    func run() throws {
        let site = try options.read()
        if let feed { try options.know(feed, site) }
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        let held =
            try ledger?.held(
                feed: feed, code: code?.uppercased(), owner: owner.flatMap(Role.init),
                limit: limit) ?? []
        if options.json {
            Terminal.json(["held": held.map { HeldLine($0, site) }])
            return
        }
        guard !held.isEmpty else { return Terminal.out("Nothing is held.") }
        let now = SiteOptions.now()
        var table = TextTable(
            "RECORD", "LEG", "FEED", "TYPE", "CODE", "OWNER", ">AGE", ">DOLLARS", "")
        for item in held {
            table.add(
                item.reference, item.destination, item.feed, item.type, item.code,
                item.owner.rawValue, Plain.age(now - item.since),
                item.cents == 0 ? "" : Plain.dollars(item.cents),
                item.requested != nil ? "release asked for" : "")
        }
        Terminal.out(table.text())
        Terminal.note("Next: waybill quarantine show \(held[0].reference)")
    }
}

/// A hold as JSON; no value from the data.
struct HeldLine: Encodable {
    let record: String
    let destination: String?
    let feed: String
    let type: String
    let code: String
    let owner: Role
    let since: String
    let cents: Int64
    let state: String
    let assigned: Bool
    let waits: Bool
    let releaseAskedFor: String?

    init(_ held: Held, _ site: Site) {
        record = held.reference
        destination = held.destination.isEmpty ? nil : held.destination
        feed = held.feed
        type = held.type
        code = held.code
        owner = held.owner
        since = site.local(held.since)
        cents = held.cents
        state = "\(held.state)"
        assigned = held.patient != nil
        waits = held.waitingOn != nil
        releaseAskedFor = site.local(held.requested)
    }
}

/// `waybill quarantine show`.
struct QuarantineShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows why a record is held, and what to do.",
        discussion: """
            With --reveal and --reason its original bytes follow, and the audit log says who looked.

            Examples:
              waybill quarantine show R-12-3
              waybill quarantine show R-12-3 --reveal --reason "looking for the patient"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var look: RevealOptions

    @Argument(help: "The record: R-<receipt>-<number>.")
    var reference: String

    func run() throws {
        let id = try SiteOptions.record(reference)
        let site = try options.read()
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        let holds = try ledger.held(id)
        guard !holds.isEmpty, let life = try ledger.life(of: id) else {
            throw Refusal.usage("\(reference) is not in quarantine and never was.")
        }
        try look.audit(RecordID.reference(id), options, site.paths.state)
        let original = look.reveal ? try OriginalBytes.read(site, life) : nil
        let output = HeldOutput(
            holds: holds.map { HeldLine($0, site) }, why: Whereabouts(life, site),
            findings: RecordOutput.Found.each(life.findings),
            original: original.map {
                String(decoding: $0, as: UTF8.self).replacingOccurrences(of: "\r", with: "\n")
            })
        if options.json { Terminal.json(output) } else { output.tell() }
    }
}

/// A held record with its reasons.
struct HeldOutput: Encodable {
    let holds: [HeldLine]
    let why: Whereabouts
    let findings: [RecordOutput.Found]
    let original: String?

    func tell() {
        for finding in findings {
            Terminal.out(
                "\(finding.path.map { $0 + " " } ?? "")\(finding.severity.rawValue) "
                    + "\(finding.code): \(finding.message)")
        }
        if let original { Terminal.out(original) }
        why.tell()
    }
}
