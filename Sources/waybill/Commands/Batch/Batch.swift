import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline

/// `waybill batch`: what runs took in and gave out.
struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Lists batches, shows one, prints its report.",
        discussion: """
            `last` stands for the newest batch.

            Examples:
              waybill batch list
              waybill batch show last
              waybill batch report 20261120T080000Z-01
            """,
        subcommands: [BatchList.self, BatchShow.self, BatchReport.self])
}

/// `waybill batch list`.
struct BatchList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists batches, newest first.",
        discussion: """
            Example:
              waybill batch list --limit 50 --json
            """)

    @OptionGroup var options: SiteOptions

    @Option(help: "At most so many.")
    var limit = 20

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit wants 1 to 100000")
        }
    }

    func run() throws {
        let site = try options.read()
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        let batches = try ledger?.batches(limit: limit) ?? []
        if options.json {
            Terminal.json(["batches": batches.map { BatchLine($0, site) }])
            return
        }
        var table = TextTable("BATCH", "KIND", "AT", "STATE", "VERDICT", ">EXIT", "FEEDS")
        for batch in batches {
            table.add(
                batch.name, "\(batch.kind)", site.local(batch.instant), "\(batch.state)",
                batch.verdict ?? "", batch.exit.map(String.init) ?? "",
                batch.feeds.isEmpty ? "all" : batch.feeds.joined(separator: ","))
        }
        Terminal.out(table.isEmpty ? "Nothing has been run yet." : table.text())
    }
}

/// A batch as JSON.
struct BatchLine: Encodable {
    let batch: String
    let kind: String
    let instant: String
    let state: String
    let verdict: String?
    let exit: Int?
    let feeds: [String]
    let report: String

    init(_ batch: Batch, _ site: Site) {
        self.batch = batch.name
        kind = "\(batch.kind)"
        instant = site.local(batch.instant)
        state = "\(batch.state)"
        verdict = batch.verdict
        exit = batch.exit
        feeds = batch.feeds
        report = site.report(of: batch)
    }
}

extension Site {
    /// The folder of a batch's report.
    func report(of batch: Batch) -> String { paths.outbox + "/reports/\(batch.name)" }
}

/// `waybill batch show`.
struct BatchShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a batch: totals, units, files, exceptions.",
        discussion: """
            Example:
              waybill batch show last --json
            """)

    @OptionGroup var options: SiteOptions

    @Argument(help: "The batch, or last.")
    var batch = "last"

    func run() throws {
        let site = try options.read()
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        let batch = try options.batch(batch, ledger)
        let output = try BatchOutput(batch, ledger, site)
        if options.json { Terminal.json(output) } else { output.tell() }
    }
}

/// A batch with what is in it.
struct BatchOutput: Encodable {
    struct Feed: Encodable {
        let feed: String
        let received: Int64
        let released: Int64
        let outcomes: [String: Int64]
        let difference: Int64
    }

    struct Unit: Encodable {
        let unit: String
        let feeds: [String]
        let state: String
    }

    struct File: Encodable {
        let destination: String
        let file: String
        let records: Int
        let cents: Int64
        let state: String
        let sha256: String
    }

    struct Code: Encodable {
        let code: String
        let feed: String
        let owner: Role
        let severity: Severity
        let findings: Int64
        let records: Int64
    }

    struct Imbalance: Encodable {
        let law: String
        let unit: String
        let name: String
        let left: Int64
        let right: Int64
        let stops: Bool
    }

    let batch: BatchLine
    let feeds: [Feed]
    let units: [Unit]
    let deliveries: [File]
    let exceptions: [Code]
    let imbalances: [Imbalance]

    init(_ batch: Batch, _ ledger: Ledger, _ site: Site) throws {
        self.batch = BatchLine(batch, site)
        feeds = try ledger.totals(batch: batch.id).feeds.map {
            Feed(
                feed: $0.feed, received: $0.received, released: $0.released,
                outcomes: Dictionary(
                    $0.outcomes.map { ($0.key.word, $0.value) }, uniquingKeysWith: +),
                difference: $0.difference)
        }
        units = try ledger.units(of: batch.id).map {
            Unit(unit: $0.unit.name, feeds: $0.unit.feeds, state: "\($0.state)")
        }
        deliveries = try ledger.deliveries(batch: batch.id).map {
            File(
                destination: $0.destination, file: $0.final, records: $0.records, cents: $0.cents,
                state: $0.state.word, sha256: $0.digest.description)
        }
        exceptions = try ledger.exceptions(batch: batch.id).map {
            Code(
                code: $0.code, feed: $0.feed, owner: $0.owner, severity: $0.severity,
                findings: $0.count, records: $0.records)
        }
        imbalances = try ledger.storedEquations(batch: batch.id).filter { !$0.isOK }.map {
            Imbalance(
                law: $0.law, unit: $0.unit, name: $0.name, left: $0.left, right: $0.right,
                stops: $0.gates)
        }
    }

    func tell() {
        Terminal.out(
            "\(batch.batch) (\(batch.kind)) at \(batch.instant): \(batch.verdict ?? batch.state)"
                + (batch.exit.map { ", exit \($0)" } ?? ""))
        var table = TextTable(
            "FEED", ">RECV", ">REL", ">ACC", ">REJ", ">DUP", ">HELD", ">FILT", ">DIFF")
        for feed in feeds where feed.received + feed.released > 0 {
            func count(_ outcome: Outcome) -> String { String(feed.outcomes[outcome.word] ?? 0) }
            table.add(
                feed.feed, String(feed.received), String(feed.released), count(.accepted),
                count(.rejected), count(.duplicate), count(.held), count(.filtered),
                String(feed.difference))
        }
        if !table.isEmpty { Terminal.out(table.text()) }
        for unit in units where unit.state != "released" {
            Terminal.out("UNIT \(unit.unit): \(unit.state)")
        }
        for line in imbalances {
            Terminal.out(
                "\(line.law) \(line.unit) \(line.name): \(line.left) against \(line.right)"
                    + (line.stops ? " STOPPED" : " (the sender's)"))
        }
        var files = TextTable("DESTINATION", "FILE", ">RECORDS", ">DOLLARS", "STATE")
        for file in deliveries {
            files.add(
                file.destination, file.file, String(file.records),
                file.cents == 0 ? "" : Plain.dollars(file.cents), file.state)
        }
        if !files.isEmpty { Terminal.out(files.text()) }
        var codes = TextTable("CODE", "FEED", "OWNER", ">FINDINGS", ">RECORDS")
        for code in exceptions where code.severity != .info {
            codes.add(
                code.code, code.feed, code.owner.rawValue, String(code.findings),
                String(code.records))
        }
        if !codes.isEmpty { Terminal.out(codes.text()) }
        Terminal.note("Next: waybill explain CODE, or waybill batch report \(batch.batch)")
    }
}

/// `waybill batch report`.
struct BatchReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Prints a batch's reconciliation report.",
        discussion: """
            The summary as it was written when the batch closed; with --json the whole report.json. \
            The page and the tables lie beside them, where the last line says.

            Examples:
              waybill batch report last
              waybill batch report 20261120T080000Z-01 --json
            """)

    @OptionGroup var options: SiteOptions

    @Argument(help: "The batch, or last.")
    var batch = "last"

    func run() throws {
        let site = try options.read()
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        let batch = try options.batch(batch, ledger)
        let folder = site.report(of: batch)
        let name = options.json ? "report.json" : "summary.txt"
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw Refusal.usage(
                batch.state == .open
                    ? "Batch \(batch.name) is not finished. Next: waybill run"
                    : "\(folder)/\(name) is gone; it can be had from the backup.")
        }
        if options.json, let digest = batch.report {
            let found = ContentDigest(SiteOptions.hash(Array(data)))
            if found != digest {
                Terminal.note("WARNING: the report was changed since the batch closed.")
            }
        }
        var text = String(decoding: data, as: UTF8.self)
        while text.last == "\n" { text.removeLast() }
        Terminal.out(text)
        if !options.json { Terminal.note("Page: \(folder)/report.html") }
    }
}
