import Bytes
import Crypto
import Exchange
import Foundation
import Glibc
import Ledger
import Reports

/// Fills the report from queries over the ledger, renders it, and closes the batch.
struct ReportBuilder {
    private let context: NightContext
    private let ledger: Ledger
    private let batch: Batch
    private let failsafe: FailsafeState

    init(_ context: NightContext, failsafe: FailsafeState) {
        self.context = context
        self.ledger = context.ledger
        self.batch = context.batch
        self.failsafe = failsafe
    }

    /// Writes the report's files into `outbox/reports/<batch>/` and closes the batch.
    func close() throws -> Night.Result {
        let report = try build()
        let json = try report.json()
        let folder = context.site.paths.outbox + "/reports/\(batch.name)"
        var files: [(name: String, data: Data)] = [
            ("report.json", json), ("report.html", Data(try report.html().utf8)),
            ("summary.txt", Data(report.summary().utf8)),
        ]
        for table in report.csv() { files.append((table.name, Data(table.text.utf8))) }
        try ReportFiles.write(files, into: folder)
        context.checkpoints.pass("report.written")
        let exit = exitCode(report)
        try ledger.closeBatch(
            batch.id, verdict: report.verdict.status.rawValue, exit: Int(exit),
            report: ContentDigest(Array(SHA256.hash(data: json))), at: context.batch.instant)
        context.checkpoints.pass("batch.closed")
        return Night.Result(
            batch: batch.name, exit: exit, summary: report.summary(),
            report: folder + "/report.html")
    }

    /// When several apply: 4, 5, 1, 6, 7, 3.
    private func exitCode(_ report: Report) -> Int32 {
        let transport = context.troubles.contains {
            RunFindings.unusablePlaces.contains($0.finding.kind)
        }
        var codes = [report.verdict.exitCode]
        if transport { codes.append(6) }
        for trouble in context.troubles where trouble.finding.severity == .error {
            _ = trouble; codes.append(3)
        }
        for code in [4, 5, 1, 6, 7, 3] as [Int32] where codes.contains(code) { return code }
        return 0
    }

    private func local(_ instant: Int64) -> String {
        Timestamp.local(instant, zone: context.site.zone).description
    }

    private func build() throws -> Report {
        let previous = try ledger.previousBatch(of: batch.id)
        var report = Report(
            batch: Report.Batch(
                id: batch.name, site: context.site.name, opened: local(batch.instant),
                closed: local(batch.instant)),
            provenance: Report.Provenance(
                run: batch.name, started: local(batch.instant), finished: local(batch.instant),
                zone: context.site.zone, version: Build.version,
                settings: batch.settings.description,
                previousReport: previous?.report?.description))
        let units = try ledger.units(of: batch.id)
        report.units = units.map {
            Report.ReleaseUnit(
                name: $0.unit.name, feeds: $0.unit.feeds, isReleased: $0.state == .released)
        }
        let totals = try ledger.totals(batch: batch.id)
        report.files = files(totals.files)
        report.equations = try ledger.storedEquations(batch: batch.id).map(equation)
        report.feeds = try feeds(totals.feeds, units)
        report.money = try money(totals.feeds)
        report.deliveries = try deliveries()
        report.exceptions = try exceptions()
        report.held = try held()
        report.flags = try flags()
        report.overrides = try ledger.overrides(batch: batch.id).map {
            Report.Override(
                at: local($0.at), who: $0.actor, action: $0.action, subject: $0.object,
                records: 1)
        }
        report.unmapped = try ledger.census(batch: batch.id).filter { !$0.isMapped }.map {
            Report.UnmappedField(
                feed: $0.feed, path: $0.field,
                dictionary: context.site.feed($0.feed)?.dictionary ?? "", records: $0.count)
        }
        report.arrivals = try Expectations(context).arrivals()
        report.failSafe = Report.FailSafe(
            isEngaged: failsafe.isEngaged,
            since: failsafe.isEngaged ? local(failsafe.since) : nil,
            cause: failsafe.isEngaged ? failsafe.reason : nil)
        return report
    }

    private func files(_ totals: [FileTotals]) -> Report.Files {
        var files = Report.Files()
        for total in totals {
            func fate(_ fate: ListingFate) -> Int { Int(total.fates[fate] ?? 0) }
            func end(_ outcome: FileOutcome) -> Int { Int(total.outcomes[outcome] ?? 0) }
            files.discovered += Int(total.discovered)
            files.ignored += fate(.ignored)
            files.refused += fate(.refused)
            files.seenBefore += fate(.seenBefore)
            files.notReady += fate(.notReady)
            files.claimed += fate(.claimed)
            files.processed += end(.processed)
            files.rejected += end(.rejected)
            files.duplicate += end(.duplicate)
            files.held += end(.held)
        }
        return files
    }

    /// The sides' parts, where they add up to them; else the sides alone.
    private func equation(_ equation: Equation) -> Report.Equation {
        let law = Report.Equation.Name(rawValue: equation.law) ?? .b1
        let measure: Report.Equation.Measure =
            law == .b9
            ? .hash : equation.name.contains("money") || law == .b5 || law == .b6 ? .cents : .count
        let scope = [equation.feed, equation.object, equation.name].filter { !$0.isEmpty }
            .joined(separator: " ")
        let (left, right) = EquationSides.split(equation)
        return Report.Equation(
            law, scope: scope, unit: equation.unit, measure: measure,
            concern: equation.gates ? .waybill : .partner, left: left, right: right)
    }

    private func feeds(
        _ totals: [FeedTotals], _ units: [UnitStatus]
    ) throws -> [Report.Feed] {
        let histories = try ledger.histories(before: batch.id)
        let today = String(local(batch.instant).prefix(10))
        return totals.map { total in
            func count(_ outcome: Outcome) -> Int { Int(total.outcomes[outcome] ?? 0) }
            var days = (histories[total.feed] ?? []).map {
                Report.Feed.Day(
                    date: String(local($0.instant).prefix(10)), received: Int($0.received),
                    rejected: Int($0.outcomes[.rejected] ?? 0))
            }
            days.append(
                Report.Feed.Day(
                    date: today, received: Int(total.received), rejected: count(.rejected)))
            return Report.Feed(
                name: total.feed, partner: context.site.feed(total.feed)?.partner,
                unit: units.first { $0.unit.feeds.contains(total.feed) }?.unit.name,
                received: Int(total.received), released: Int(total.released),
                replayed: Int(total.replayed), accepted: count(.accepted),
                rejected: count(.rejected), duplicate: count(.duplicate), held: count(.held),
                filtered: count(.filtered), history: Array(days.suffix(30)))
        }
    }

    private func money(_ totals: [FeedTotals]) throws -> Report.Money {
        var money = Report.Money()
        for total in totals {
            guard total.framedCents != 0 || total.declaredCents != nil else { continue }
            func cents(_ outcome: Outcome) -> Int { Int(total.cents[outcome] ?? 0) }
            money.lines.append(
                Report.MoneyLine(
                    feed: total.feed, form: total.feed,
                    declared: total.declaredCents.map(Int.init), received: Int(total.framedCents),
                    accepted: cents(.accepted), rejected: cents(.rejected),
                    duplicate: cents(.duplicate), held: cents(.held), filtered: cents(.filtered)))
        }
        for check in try ledger.moneyChecks(batch: batch.id) {
            money.payments.append(
                Report.Payment(
                    receipt: String(check.receipt), trace: check.name, payer: check.payer,
                    date: check.dated.isEmpty ? nil : check.dated, paid: Int(check.left),
                    claims: Int(check.claims), adjustments: Int(check.adjustments),
                    claimCount: check.claimCount, outcome: Outcome.accepted.word))
        }
        money.ladder = try LadderRungs(context).rungs()
        return money
    }

    private func deliveries() throws -> [Report.Delivery] {
        try ledger.deliveries(batch: batch.id).map { delivery in
            Report.Delivery(
                destination: delivery.destination, file: delivery.final, unit: delivery.unit,
                state: Report.Delivery.State(delivery.state), records: delivery.records,
                readBack: delivery.readRecords,
                cents: delivery.cents == 0 ? nil : Int(delivery.cents),
                bytes: Int(delivery.size), sha256: delivery.digest.description,
                controls: delivery.controlNumbers.sorted { $0.key < $1.key }.map {
                    "\($0.key) \($0.value)"
                },
                proof: delivery.proof == .collectedMeanwhile
                    ? .collected : delivery.state == .published ? .reread : .none,
                provedAt: delivery.published.map(local))
        }
    }

    private func exceptions() throws -> [Report.Exception] {
        let kinds = Dictionary(
            (Catalogue.kinds(context.site.registry) + context.site.kinds).map { ($0.code, $0) },
            uniquingKeysWith: { first, _ in first })
        // What is filtered because it says nothing new is no exception, however many rows it is.
        func severity(_ count: CodeCount) -> Severity {
            count.count > 0 ? count.severity : kinds[count.code]?.severity ?? count.severity
        }
        var all = try ledger.exceptions(batch: batch.id).filter { severity($0) != .info }.map {
            Report.Exception(
                code: $0.code, severity: severity($0), owner: $0.owner,
                what: kinds[$0.code]?.what ?? "", fix: kinds[$0.code]?.fix ?? "", feed: $0.feed,
                findings: Int($0.count), records: Int($0.records),
                files: $0.records == 0 ? Int($0.count) : 0,
                cents: $0.cents == 0 ? nil : Int($0.cents))
        }
        for listed in try ledger.listingCodes(batch: batch.id) {
            guard let kind = kinds[listed.code], kind.severity != .info else { continue }
            all.append(
                Report.Exception(
                    kind, feed: listed.feed, findings: Int(listed.count), files: Int(listed.count)))
        }
        for trouble in context.troubles {
            all.append(
                Report.Exception(
                    trouble.finding.kind, feed: trouble.feed.isEmpty ? nil : trouble.feed,
                    findings: 1, references: [trouble.finding.detail]))
        }
        return all
    }

    private func held() throws -> [Report.Held] {
        let kinds = Dictionary(
            (Catalogue.kinds(context.site.registry) + context.site.kinds).map { ($0.code, $0) },
            uniquingKeysWith: { first, _ in first })
        return try ledger.heldAges(at: batch.instant).map {
            Report.Held(
                feed: $0.feed, code: $0.code, what: kinds[$0.code]?.what ?? "", owner: $0.owner,
                upTo1Day: Int($0.upToDay), upTo7Days: Int($0.upToWeek),
                upTo30Days: Int($0.upToMonth), over30Days: Int($0.over),
                cents: $0.cents == 0 ? nil : Int($0.cents))
        }
    }

    private func flags() throws -> [Report.Flag] {
        var kinds = Dictionary(
            context.site.rules.filter { $0.action == .flag }.map {
                ($0.id, ($0.message, $0.owner))
            },
            uniquingKeysWith: { first, _ in first })
        var grouped: [String: Report.Flag] = [:]
        var found = try ledger.flags(batch: batch.id)
        for kind in RunFindings.alerting {
            kinds[kind.code] = (kind.what, kind.owner)
            // Asked for by itself: no crowd of other warnings keeps it out of the report.
            found.removeAll { $0.code == kind.code }
            found += try ledger.findings(batch: batch.id, code: kind.code)
        }
        for finding in found {
            guard let (message, owner) = kinds[finding.code], let record = finding.record
            else { continue }
            let key = finding.code + "|" + finding.feed
            var flag =
                grouped[key]
                ?? Report.Flag(
                    rule: finding.code, message: message, owner: owner,
                    feed: finding.feed,
                    records: 0)
            flag.records += 1
            if flag.references.count < 5 { flag.references.append(RecordID.reference(record)) }
            grouped[key] = flag
        }
        return grouped.sorted { $0.key < $1.key }.map(\.value)
    }
}
