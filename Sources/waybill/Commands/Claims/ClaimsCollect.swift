import ArgumentParser
import Exchange
import Foundation
import Ledger
import Pipeline
import Reports

/// `waybill claims collect`: hands claim files over to billing.
struct ClaimsCollect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Hands published claim files over, with a cover sheet each.",
        discussion: """
            For each claim file that is published: with --to DIR a copy is written there, read back \
            against its SHA-256 and synced, with its cover sheet as text and page beside it; with \
            --move the original leaves the outbox. Without --to the file is only marked as \
            collected, for a person who took it by hand. Who and when is in the ledger. A file that \
            somebody already took away is noticed and marked, by every run too.

            Exit 0; 3 when a file could not be handed over.

            Examples:
              waybill claims collect --dry-run
              waybill claims collect claims --to /srv/billing/in --reason "nightly hand-over"
              waybill claims collect claims --to /srv/billing/in --move --reason "nightly hand-over"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: "Only this destination.")
    var destination: String?

    @Option(help: "The folder that the files are handed over in.")
    var to: String?

    @Flag(help: "Take the file out of the outbox.")
    var move = false

    func validate() throws {
        if move, to == nil { throw ValidationError("--move wants --to DIR.") }
    }

    struct Line: Encodable {
        let destination: String
        let file: String
        let claims: Int
        let cents: Int64
        let sha256: String
        let outcome: String
        let path: String?
    }

    func run() async throws {
        let reason = try change.stated()
        let site = try options.read()
        if let destination, site.destinations[destination] == nil {
            let near = NearestName.find(destination, among: Array(site.destinations.keys))
            throw Refusal.usage(
                "There is no destination \(destination)"
                    + (near.map { "; did you mean \($0)?" } ?? "."))
        }
        if let to {
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: to, isDirectory: &isFolder),
                isFolder.boolValue
            else { throw Refusal.usage("--to \(to) is no folder.") }
        }
        if change.dryRun { return try preview(site) }
        guard try options.reading(site) != nil else {
            throw Refusal.usage("Nothing has been run here yet. Next: waybill run")
        }
        let lock = try options.lock(site)
        let ledger = try options.open(site)
        defer {
            try? ledger.close()
            withExtendedLifetime(lock) {}
        }
        var lines: [Line] = []
        for delivery in try files(ledger) {
            lines.append(try await hand(delivery, site, ledger, reason))
        }
        tell(lines)
        if lines.contains(where: { $0.outcome.hasPrefix("failed") }) {
            throw ExitCode(Exit.exceptions)
        }
    }

    private func files(_ ledger: Ledger) throws -> [Delivery] {
        try ledger.claimDeliveries(in: [.published]).filter {
            destination == nil || $0.destination == destination
        }
    }

    private func preview(_ site: Site) throws {
        let ledger = try options.existing(site)
        defer { try? ledger.close() }
        tell(
            try files(ledger).map {
                Line(
                    destination: $0.destination, file: $0.final,
                    claims: try ledger.claimCount(delivery: $0.id), cents: $0.cents,
                    sha256: $0.digest.description, outcome: "would be handed over", path: to)
            })
    }

    private func tell(_ lines: [Line]) {
        if options.json {
            Terminal.json(["files": lines])
        } else if lines.isEmpty {
            Terminal.out("No claim file waits to be collected.")
        } else {
            var table = TextTable("DESTINATION", "FILE", ">CLAIMS", ">DOLLARS", "OUTCOME")
            for line in lines {
                table.add(
                    line.destination, line.file, String(line.claims), Plain.dollars(line.cents),
                    line.outcome)
            }
            Terminal.out(table.text())
        }
        if !lines.isEmpty { Terminal.note("Next: waybill claims list --state awaiting") }
    }

    // MARK: One file

    private func hand(
        _ delivery: Delivery, _ site: Site, _ ledger: Ledger, _ reason: String
    ) async throws -> Line {
        let claims = try ledger.claimCount(delivery: delivery.id)
        func line(_ outcome: String, _ path: String? = nil) -> Line {
            Line(
                destination: delivery.destination, file: delivery.final, claims: claims,
                cents: delivery.cents, sha256: delivery.digest.description, outcome: outcome,
                path: path)
        }
        guard let place = site.destinations[delivery.destination] else {
            return line("failed: no such destination any more")
        }
        let now = SiteOptions.now()
        guard try await place.transport.presence(of: delivery.final) != .absent else {
            try ledger.noticeCollected([delivery.id], at: now)
            return line("somebody took it before")
        }
        let sheet = CoverSheet(
            site: site.name, batch: try ledger.batch(delivery.batch)?.name ?? "",
            destination: delivery.destination, file: delivery.final,
            sha256: delivery.digest.description, bytes: Int(delivery.size), claims: claims,
            cents: Int(delivery.cents),
            controls: delivery.controlNumbers.sorted { $0.key < $1.key }.map {
                CoverSheet.Control(element: $0.key, number: $0.value)
            }, collectedBy: SiteOptions.actor, collectedAt: site.local(now))
        var path: String?
        if let to {
            do {
                path = try await HandOver(folder: to).give(delivery, from: place.transport, sheet)
            } catch {
                return line("failed: \(error)")
            }
        }
        try ledger.collect(delivery.id, by: SiteOptions.actor, reason: reason, at: now)
        if path == nil, !options.json { Terminal.out(sheet.text()) }
        guard move else { return line(to == nil ? "marked as collected" : "copied", path) }
        do { try await place.transport.withdraw(delivery.final) } catch {
            return line("failed: copied, but it still lies in the outbox: \(error)", path)
        }
        return line("moved", path)
    }
}
