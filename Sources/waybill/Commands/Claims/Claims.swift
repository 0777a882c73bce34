import ArgumentParser
import Exchange
import Ledger
import Pipeline

/// `waybill claims`: the ladder of each claim, and handing files to billing.
struct Claims: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists claims, shows one's ladder of answers, hands claim files to billing.",
        discussion: """
            Examples:
              waybill claims list --state awaiting
              waybill claims show C-12
              waybill claims collect claims --to /srv/billing --reason "nightly hand-over"
              waybill claims unapplied
            """,
        subcommands: [
            ClaimsList.self, ClaimsShow.self, ClaimsCollect.self, ClaimsUnapplied.self,
        ])
}

extension ClaimStep {
    /// The answer that was heard last, as people call it.
    var word: String {
        switch self {
        case .built: "built"
        case .collected: "collected"
        case .interchange: "TA1"
        case .group: "999"
        case .clearinghouse: "277CA"
        case .payer: "277"
        case .settled: "835"
        }
    }
}

/// `waybill claims list`.
struct ClaimsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists claims that were sent, oldest first.",
        discussion: """
            Patient control numbers are shown with --reveal and --reason only. States: \
            \(ClaimState.allCases.map { "\($0)" }.joined(separator: ", ")).

            Examples:
              waybill claims list --state denied
              waybill claims list --json
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var look: RevealOptions

    @Option(help: "Only claims that have come so far.")
    var state: String?

    @Option(help: "At most so many.")
    var limit = 1000

    func validate() throws {
        if let state, !ClaimState.allCases.contains(where: { "\($0)" == state }) {
            throw ValidationError("--state knows none called \(state)")
        }
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit wants 1 to 1000000")
        }
    }

    func run() throws {
        let site = try options.read()
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        try look.audit("control numbers of claims", options, site.paths.state)
        let wanted = state.flatMap { name in ClaimState.allCases.first { "\($0)" == name } }
        let claims = try ledger?.claims(state: wanted, limit: limit) ?? []
        if options.json {
            Terminal.json(["claims": claims.map { ClaimLine($0, site, reveal: look.reveal) }])
            return
        }
        guard !claims.isEmpty else { return Terminal.out("There are no such claims.") }
        let now = SiteOptions.now()
        var table = TextTable(
            "CLAIM", "NUMBER", "RECORD", ">DOLLARS", ">PAID", "SENT", "STATE", "HEARD", "STATUS",
            ">AGE")
        for claim in claims {
            table.add(
                "C-\(claim.id)",
                look.reveal ? String(decoding: claim.pcn, as: UTF8.self).debugDescription : "",
                RecordID.reference(claim.record), Plain.dollars(claim.cents),
                claim.standing.paid == 0 ? "" : Plain.dollars(claim.standing.paid),
                site.local(claim.sent), "\(claim.state)", claim.standing.step.word,
                claim.standing.status,
                Plain.age(now - (claim.standing.changed ?? claim.sent)))
        }
        Terminal.out(table.text())
        Terminal.note("Next: waybill claims show C-\(claims[0].id)")
    }
}

/// A claim as JSON.
struct ClaimLine: Encodable {
    let claim: String
    let number: String?
    let record: String
    let feed: String
    let destination: String
    let cents: Int64
    let sent: String
    let paid: Int64
    let patientOwes: Int64
    let state: String
    let heard: String
    let lastStatus: String
    let lastAt: String?
    let isa: String
    let gs: String
    let st: String

    init(_ claim: ClaimRow, _ site: Site, reveal: Bool) {
        self.claim = "C-\(claim.id)"
        number = reveal ? String(decoding: claim.pcn, as: UTF8.self) : nil
        record = RecordID.reference(claim.record)
        feed = claim.feed
        destination = claim.destination
        cents = claim.cents
        sent = site.local(claim.sent)
        paid = claim.standing.paid
        patientOwes = claim.standing.patient
        state = "\(claim.state)"
        heard = claim.standing.step.word
        lastStatus = claim.standing.status
        lastAt = site.local(claim.standing.changed)
        isa = claim.isa
        gs = claim.gs
        st = claim.st
    }
}

/// `waybill claims show`.
struct ClaimsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a claim's ladder: 837, TA1, 999, 277CA, 835.",
        discussion: """
            By the number that `claims list` shows, or by the patient control number, which may \
            stand for several claims and is not printed again.

            Examples:
              waybill claims show C-12
              waybill claims show LC26K18007 --json
            """)

    @OptionGroup var options: SiteOptions

    @Argument(help: "C-<number>, or a patient control number.")
    var claim: String

    struct Rung: Encodable {
        let at: String
        let answer: String
        let verdict: String
        let status: String
        let dated: String?
        let cents: Int64
        let patientOwes: Int64
        let matchedBy: String?
        let record: String?
    }

    struct Ladder: Encodable {
        let claim: ClaimLine
        let file: String?
        let fileState: String?
        let rungs: [Rung]
        let lines: [Line]
    }

    struct Line: Encodable {
        let line: Int
        let cents: Int64
        let paid: Int64
        let postings: Int
    }

    func run() throws {
        let site = try options.read()
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        let id = claim.uppercased().hasPrefix("C-") ? Int64(claim.dropFirst(2)) : nil
        var claims = try id.flatMap { try ledger.claim($0) }.map { [$0] } ?? []
        if claims.isEmpty { claims = try ledger.claims(pcn: Array(claim.utf8)) }
        guard !claims.isEmpty else { throw Refusal.usage("There is no such claim.") }
        let ladders = try claims.map { try ladder($0, ledger, site) }
        if options.json { return Terminal.json(["claims": ladders]) }
        for ladder in ladders {
            Terminal.out(
                "\(ladder.claim.claim) \(Plain.dollars(ladder.claim.cents)) to "
                    + "\(ladder.claim.destination): \(ladder.claim.state), paid "
                    + "\(Plain.dollars(ladder.claim.paid)), patient owes "
                    + Plain.dollars(ladder.claim.patientOwes))
            var table = TextTable(
                "AT", "ANSWER", "VERDICT", "STATUS", "DATED", ">DOLLARS", "MATCHED BY", "RECORD")
            table.add(
                ladder.claim.sent, "837", ladder.fileState ?? "baseline",
                ladder.claim.isa.isEmpty
                    ? ""
                    : "ISA13 \(ladder.claim.isa) GS06 \(ladder.claim.gs) ST02 \(ladder.claim.st)",
                "", Plain.dollars(ladder.claim.cents), "", ladder.claim.record)
            for rung in ladder.rungs {
                table.add(
                    rung.at, rung.answer, rung.verdict, rung.status, rung.dated ?? "",
                    rung.cents == 0 ? "" : Plain.dollars(rung.cents), rung.matchedBy ?? "",
                    rung.record ?? "")
            }
            Terminal.out(table.text())
            guard !ladder.lines.isEmpty else { continue }
            var lines = TextTable(">LINE", ">CHARGED", ">PAID", ">PAYMENTS")
            for line in ladder.lines {
                lines.add(
                    "\(line.line)", Plain.dollars(line.cents), Plain.dollars(line.paid),
                    "\(line.postings)")
            }
            Terminal.out(lines.text())
        }
        Terminal.note("Next: waybill record show \(ladders[0].claim.record)")
    }

    private func ladder(_ claim: ClaimRow, _ ledger: Ledger, _ site: Site) throws -> Ladder {
        let file = try claim.delivery.flatMap { try ledger.delivery($0) }
        return Ladder(
            claim: ClaimLine(claim, site, reveal: false), file: file?.final,
            fileState: file?.state.word,
            rungs: try ledger.claimEvents(claim.id).map { event in
                Rung(
                    at: site.local(event.at), answer: Self.word(event.kind),
                    verdict: "\(event.verdict)", status: event.status,
                    dated: event.dated.isEmpty ? nil : event.dated, cents: event.cents,
                    patientOwes: event.patient, matchedBy: event.key.map { "\($0)" },
                    record: event.record > 0 ? RecordID.reference(event.record) : nil)
            },
            lines: try ledger.paidLines(claim: claim.id).map {
                Line(line: $0.sequence, cents: $0.cents, paid: $0.paid, postings: $0.postings)
            })
    }

    private static func word(_ kind: ClaimAnswer) -> String {
        switch kind {
        case .ta1: "TA1"
        case .f999: "999"
        case .f277CA: "277CA"
        case .f835: "835"
        case .collected: "collected"
        case .resent: "resent"
        case .withdrawn: "withdrawn"
        case .payer: "277"
        }
    }
}
