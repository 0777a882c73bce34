import ArgumentParser
import Exchange
import Ledger
import Pipeline

/// `waybill explain`: what a code means, or why a record is where it is.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what a code means, what to do and who; or why a record is where it is.",
        discussion: """
            Codes need no site; the rules of a site are known within it. Without an argument every \
            code is listed.

            Examples:
              waybill explain X12-104
              waybill explain R-12-3
              waybill explain --json
            """)

    @OptionGroup var options: SiteOptions

    @Argument(help: "A code such as X12-104, or a record such as R-12-3.")
    var subject: String?

    func run() throws {
        if let subject, let record = RecordID.parse(subject) { return try explain(record) }
        let (site, _) = SiteReader.read(
            options.root, registry: Waybill.registry, day: SiteOptions.day(SiteOptions.now()))
        let kinds = (Catalogue.kinds(Waybill.registry) + (site?.kinds ?? []))
            .sorted { $0.code < $1.code }
        guard let subject else { return list(kinds) }
        guard let kind = kinds.first(where: { $0.code == subject.uppercased() }) else {
            let near = NearestName.find(subject.uppercased(), among: kinds.map(\.code))
            throw Refusal.usage(
                "There is no code \(subject)" + (near.map { "; did you mean \($0)?" } ?? "."))
        }
        if options.json {
            Terminal.json(KindOutput(kind))
        } else {
            Terminal.out("\(kind.code) (\(kind.severity.rawValue)): \(kind.what)")
            Terminal.out("Do: \(kind.fix)")
            Terminal.out("Who: \(kind.owner.rawValue)")
            Terminal.out("Condemns, as an error: the \(kind.reach.rawValue)")
            if site != nil { Terminal.note("Next: waybill quarantine list --code \(kind.code)") }
        }
    }

    private func list(_ kinds: [FindingKind]) {
        if options.json {
            Terminal.json(["codes": kinds.map(KindOutput.init)])
            return
        }
        var table = TextTable("CODE", "SEVERITY", "OWNER", "WHAT")
        for kind in kinds {
            table.add(kind.code, kind.severity.rawValue, kind.owner.rawValue, kind.what)
        }
        Terminal.out(table.text())
    }

    private func explain(_ record: Int64) throws {
        let site = try options.read()
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        guard let life = try ledger.life(of: record) else {
            throw Refusal.usage("There is no record \(RecordID.reference(record)).")
        }
        let output = Whereabouts(life, site)
        if options.json { Terminal.json(output) } else { output.tell() }
    }
}

/// A kind of finding as JSON.
struct KindOutput: Encodable {
    let code: String
    let severity: Severity
    let owner: Role
    let what: String
    let fix: String
    let reach: Reach

    init(_ kind: FindingKind) {
        code = kind.code
        severity = kind.severity
        owner = kind.owner
        what = kind.what
        fix = kind.fix
        reach = kind.reach
    }
}

/// Why a record is where it is.
struct Whereabouts: Encodable {
    let record: String
    let standing: String
    let reasons: [KindOutput]
    let next: String?

    init(_ life: RecordLife, _ site: Site) {
        record = RecordID.reference(life.record)
        let open = life.held.filter { $0.state == .held }
        let last = life.reentries.last { $0.origin != .leg }
        let outcome = last?.outcome ?? life.outcome
        var codes = open.map(\.code)
        var sentences: [String] = []
        if let whole = open.first(where: \.destination.isEmpty) {
            sentences.append("It is held since \(site.local(whole.since)).")
            if whole.requested != nil { sentences.append("Its release is asked for.") }
        } else {
            sentences.append("It was \(outcome.word) by batch \(life.batch?.name ?? "?").")
            if outcome != .accepted { codes.append(last?.code ?? life.code) }
        }
        if life.held.contains(where: { $0.state == .discarded }) {
            sentences.append("A person discarded it.")
        }
        for leg in life.legs {
            let file = life.deliveries.first { $0.id == leg.delivery }
            let place = file.map { ", in \($0.final), which is \($0.state.word)" } ?? ""
            sentences.append("For \(leg.destination) it is \(leg.state.word)\(place).")
            if leg.state == .held || leg.state == .failed || leg.state == .suppressed {
                codes.append(leg.code)
            }
        }
        if life.legs.isEmpty, outcome == .accepted { sentences.append("It goes nowhere.") }
        let kinds = Catalogue.kinds(site.registry) + site.kinds
        let wanted = Set(codes + life.findings.filter { $0.severity == .error }.map(\.code))
        standing = sentences.joined(separator: " ")
        reasons = kinds.filter { wanted.contains($0.code) }.map(KindOutput.init)
        next =
            open.isEmpty
            ? nil
            : open.contains { $0.requested != nil }
                ? "waybill run" : "waybill quarantine release \(record) --reason TEXT"
    }

    func tell() {
        Terminal.out("\(record): \(standing)")
        for reason in reasons {
            Terminal.out("\(reason.code): \(reason.what)")
            Terminal.out("    Do: \(reason.fix)")
            Terminal.out("    Who: \(reason.owner.rawValue)")
        }
        if let next { Terminal.note("Next: \(next)") }
    }
}
