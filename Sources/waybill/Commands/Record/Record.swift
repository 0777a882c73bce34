import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline

/// `waybill record`: one record.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Shows one record's life.",
        discussion: """
            Example:
              waybill record show R-12-3
            """,
        subcommands: [RecordShow.self])
}

/// `waybill record show`.
struct RecordShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one record's life, from receipt to acknowledgement.",
        discussion: """
            References, codes, counts and dollars only. With --reveal and --reason the original \
            bytes follow, and the audit log says who looked.

            Examples:
              waybill record show R-12-3 --json
              waybill record show R-12-3 --reveal --reason "lab asks for the message"
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
        guard let life = try ledger.life(of: id) else {
            throw Refusal.usage("There is no record \(reference).")
        }
        try look.audit(RecordID.reference(id), options, site.paths.state)
        let original = look.reveal ? try OriginalBytes.read(site, life) : nil
        let output = try RecordOutput(life, ledger, site, original)
        if options.json { Terminal.json(output) } else { output.tell() }
    }
}

/// A record's life.
struct RecordOutput: Encodable {
    struct Step: Encodable {
        let at: String?
        let what: String
        let detail: String
    }

    struct Found: Encodable, Hashable {
        let code: String
        let severity: Severity
        let owner: Role
        let path: String?
        let line: Int?
        let byte: Int?
        let message: String
        let fix: String

        init(_ finding: StoredFinding) {
            code = finding.code
            severity = finding.severity
            owner = finding.owner
            path = finding.location.path
            line = finding.location.line
            byte = finding.location.byte
            message = finding.message
            fix = finding.fix
        }

        /// Each finding once: a record that comes again is checked again.
        static func each(_ findings: [StoredFinding]) -> [Found] {
            var seen: Set<Found> = []
            return findings.map(Found.init).filter { seen.insert($0).inserted }
        }
    }

    let record: String
    let feed: String
    let type: String
    let outcome: String
    let code: String?
    let cents: Int64
    let steps: [Step]
    let findings: [Found]
    let original: String?

    init(_ life: RecordLife, _ ledger: Ledger, _ site: Site, _ original: [UInt8]?) throws {
        record = RecordID.reference(life.record)
        feed = life.receipt.feed
        type = life.type
        let last = life.reentries.last { $0.origin != .leg }
        outcome = (last?.outcome ?? life.outcome).word
        let decided = last?.code ?? life.code
        code = decided.isEmpty ? nil : decided
        cents = life.cents
        findings = Found.each(life.findings)
        self.original = original.map {
            String(decoding: $0, as: UTF8.self).replacingOccurrences(of: "\r", with: "\n")
        }
        steps = try Self.steps(life, ledger, site)
    }

    private static func steps(
        _ life: RecordLife, _ ledger: Ledger, _ site: Site
    ) throws -> [Step] {
        let receipt = life.receipt
        var steps = [
            Step(
                at: site.local(receipt.received), what: "received",
                detail: "receipt \(receipt.id) of feed \(receipt.feed), "
                    + "\(receipt.digest.description.prefix(12)), record "
                    + "\(RecordID.number(life.record)), bytes \(life.offset) to "
                    + "\(life.offset + Int64(life.length))"),
            Step(
                at: site.local(life.batch?.instant), what: life.outcome.word,
                detail: "batch \(life.batch?.name ?? "?")"
                    + (life.code.isEmpty ? "" : ", \(life.code)")),
        ]
        for again in life.reentries {
            let batch = try ledger.batch(again.batch)
            let word = again.origin == .leg ? "leg released" : "\(again.origin)"
            steps.append(
                Step(
                    at: site.local(batch?.instant), what: word,
                    detail: "batch \(batch?.name ?? "?")"
                        + (again.origin == .leg ? "" : ": \(again.outcome.word)")
                        + (again.code.isEmpty ? "" : ", \(again.code)")))
        }
        for held in life.held {
            steps.append(
                Step(
                    at: site.local(held.since), what: "quarantine: \(held.state)",
                    detail: [
                        held.destination.isEmpty ? "the record" : "the leg to \(held.destination)",
                        held.code, "owner \(held.owner.rawValue)",
                        held.requested != nil && held.state == .held
                            ? "release asked for, the next run takes it" : "",
                    ].filter { !$0.isEmpty }.joined(separator: ", ")))
        }
        for leg in life.legs {
            let file = life.deliveries.first { $0.id == leg.delivery }
            steps.append(
                Step(
                    at: site.local(file?.published ?? file?.staged), what: leg.state.word,
                    detail: "to \(leg.destination)"
                        + (file.map { " in \($0.final) (\($0.state.word))" } ?? "")
                        + (leg.code.isEmpty ? "" : ", \(leg.code)")))
        }
        for claim in life.claims {
            for event in try ledger.claimEvents(claim.id) {
                steps.append(
                    Step(
                        at: site.local(event.at), what: "claim \(event.kind)",
                        detail: "C-\(claim.id) \(event.verdict) \(event.status)"
                            + (event.record > 0 ? ", \(RecordID.reference(event.record))" : "")))
            }
            steps.append(
                Step(at: nil, what: "claim now", detail: "C-\(claim.id) is \(claim.state)"))
        }
        return steps
    }

    func tell() {
        Terminal.out("\(record) \(type) of \(feed): \(outcome)" + (code.map { " (\($0))" } ?? ""))
        var table = TextTable("AT", "WHAT", "DETAIL")
        for step in steps { table.add(step.at ?? "", step.what, step.detail) }
        Terminal.out(table.text())
        for finding in findings {
            Terminal.out(
                "\(finding.path.map { $0 + " " } ?? "")\(finding.severity.rawValue) "
                    + "\(finding.code): \(finding.message)")
            Terminal.out("    \(finding.fix)")
        }
        if let original { Terminal.out(original) }
        Terminal.note("Next: waybill explain \(record)")
    }
}
