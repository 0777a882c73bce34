import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline

/// `waybill plan`: what a run would do now.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Says what a run would do now, and changes nothing.",
        discussion: """
            Looks at every source, reads what is ready through validation, maps, rules and routes in \
            a scratch folder that is removed again, and counts. Rendering and the gate are not \
            tried. Files are shown by pattern, size and time, since names may hold PHI.

            Exit 2 when there is work, 0 when there is none, 6 when a source cannot be looked at.

            Examples:
              waybill plan
              waybill plan --feed lab-results --json
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var look: RevealOptions

    @Option(help: "Only this feed; may be given several times.")
    var feed: [String] = []

    func run() async throws {
        let site = try options.read()
        for name in feed { try options.know(name, site) }
        try look.audit(
            "file names of \(feed.isEmpty ? "all feeds" : feed.joined(separator: ", "))", options,
            site.paths.state)
        try await Self.tell(site, options, feeds: feed, names: look.reveal)
    }

    /// Makes the plan, prints it and ends with its code.
    static func tell(
        _ site: Site, _ options: SiteOptions, feeds: [String], names: Bool
    ) async throws {
        let plan = try await make(site, options, feeds: feeds)
        if options.json {
            Terminal.json(PlanOutput(plan, site, names: names))
        } else {
            PlanText(plan, site, names: names).print()
        }
        if !plan.troubles.isEmpty { throw ExitCode(Exit.transport) }
        if plan.hasWork { throw ExitCode(Exit.work) }
    }

    /// Makes the plan in a scratch folder, and removes it.
    static func make(_ site: Site, _ options: SiteOptions, feeds: [String]) async throws -> Plan {
        let files = FileManager.default
        let isNew = !files.fileExists(atPath: site.paths.state)
        let scratch = site.paths.state + "/plan-\(ProcessInfo.processInfo.processIdentifier)"
        try files.createDirectory(
            atPath: scratch, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(atPath: isNew ? site.paths.state : scratch) }
        let ledger =
            try options.reading(site)
            ?? Ledger.open(at: scratch + "/ledger.sqlite", hash: SiteOptions.hash)
        defer { try? ledger.close() }
        return try await Plan.make(site, ledger, clock: .system, feeds: feeds, scratch: scratch)
    }
}

/// A plan as people read it.
struct PlanText {
    private let plan: Plan
    private let site: Site
    private let names: Bool

    init(_ plan: Plan, _ site: Site, names: Bool) {
        self.plan = plan
        self.site = site
        self.names = names
    }

    func print() {
        if let batch = plan.interrupted {
            Terminal.out("The interrupted batch \(batch) would be finished first.")
        }
        if !plan.files.isEmpty { Terminal.out(files()) }
        for name in plan.feeds {
            if let count = plan.seenBefore[name] {
                Terminal.out("\(name): \(Plain.count(count, "file")) seen before")
            }
        }
        if !plan.released.isEmpty || plan.releasedLegs > 0 {
            let words = Outcome.allCases.compactMap { outcome in
                plan.released[outcome].map { "\($0) \(outcome.word)" }
            }
            let legs =
                plan.releasedLegs > 0 ? ["\(Plain.count(plan.releasedLegs, "leg")) alone"] : []
            Terminal.out("Out of quarantine: \((words + legs).joined(separator: ", "))")
        }
        if !plan.offers.isEmpty {
            Terminal.out("Would be delivered, if it can be written and balances:")
            var table = TextTable("  DESTINATION", ">RECORDS")
            for offer in plan.offers { table.add("  " + offer.destination, String(offer.records)) }
            Terminal.out(table.text())
        }
        for trouble in plan.troubles {
            Terminal.out("TROUBLE \(trouble.feed): \(trouble.detail)")
        }
        Terminal.note(plan.hasWork ? "Next: waybill run" : "There is nothing to do.")
    }

    private func files() -> String {
        var table = TextTable("FEED", "FILE", ">BYTES", "CHANGED", "FATE", ">RECORDS", "OUTCOMES")
        for file in plan.files {
            table.add(
                file.feed, PlanOutput.name(file, site, names), String(file.size),
                site.local(file.modified / 1000), Self.fate(file), String(file.records),
                Self.outcomes(file))
        }
        return table.text()
    }

    private static func fate(_ file: Plan.File) -> String {
        let word: String
        switch file.fate {
        case .ignored: word = "ignored"
        case .refused: word = "refused"
        case .seenBefore: word = "seen before"
        case .notReady: word = "not ready"
        case .claimed:
            switch file.outcome {
            case .duplicate: word = "duplicate"
            case .rejected: word = "rejected"
            case .held: word = "held"
            default: word = file.needsSecondLook ? "taken, if it has stopped growing" : "taken"
            }
        }
        return file.code.isEmpty ? word : "\(word) (\(file.code))"
    }

    private static func outcomes(_ file: Plan.File) -> String {
        let words = Outcome.allCases.compactMap { outcome in
            file.outcomes[outcome].map { "\($0) \(outcome.word)" }
        }
        let codes = file.codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return words.joined(separator: ", ")
            + (codes.isEmpty ? "" : " (\(codes.joined(separator: ", ")))")
    }
}

/// A plan as JSON.
struct PlanOutput: Encodable {
    struct File: Encodable {
        let feed: String
        let file: String
        let bytes: Int64
        let changed: String
        let fate: String
        let code: String?
        let needsSecondLook: Bool
        let outcome: String?
        let records: Int
        let outcomes: [String: Int]
        let codes: [String: Int]
    }

    let work: Bool
    let interrupted: String?
    let files: [File]
    let seenBefore: [String: Int]
    let deliveries: [String: Int]
    let released: [String: Int]
    let releasedLegs: Int
    let troubles: [[String: String]]

    init(_ plan: Plan, _ site: Site, names: Bool) {
        work = plan.hasWork
        interrupted = plan.interrupted
        files = plan.files.map { file in
            File(
                feed: file.feed, file: Self.name(file, site, names), bytes: file.size,
                changed: site.local(file.modified / 1000), fate: "\(file.fate)",
                code: file.code.isEmpty ? nil : file.code, needsSecondLook: file.needsSecondLook,
                outcome: file.outcome.map { "\($0)" }, records: file.records,
                outcomes: Self.words(file.outcomes), codes: file.codes)
        }
        seenBefore = plan.seenBefore
        deliveries = Dictionary(
            plan.offers.map { ($0.destination, $0.records) }, uniquingKeysWith: +)
        released = Self.words(plan.released)
        releasedLegs = plan.releasedLegs
        troubles = plan.troubles.map { ["feed": $0.feed, "detail": $0.detail] }
    }

    private static func words(_ counts: [Outcome: Int]) -> [String: Int] {
        Dictionary(counts.map { ($0.key.word, $0.value) }, uniquingKeysWith: +)
    }

    /// The file's name where it was asked for, else the pattern that it fits.
    static func name(_ file: Plan.File, _ site: Site, _ names: Bool) -> String {
        if names { return String(decoding: file.name, as: UTF8.self).debugDescription }
        return site.feed(file.feed)?.pattern(for: file.name) ?? "(no feed's pattern)"
    }
}
