import Foundation

/// A whole night by the real program: acquire to report.
struct NightWork {
    private let plan: Plan
    /// The instant of every night that is measured.
    static let instant = "2026-11-20T02:00:00-06:00"

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) throws {
        let file = try plan.results(plan.messages)
        let name = "\(Scorecard.text(Double(plan.messages))) results"
        let fresh = try measure(file)
        add("a night of \(name), fresh ledger, both cores", fresh, budget: 10, to: &scores)
        let single = try measure(file, cores: 1)
        add("a night of \(name), fresh ledger, one core", single, budget: 14, to: &scores)
        scores.add(
            "a night: both cores against one", .atLeast(1.3),
            single.night.seconds / fresh.night.seconds,
            " ×", bar: 1)
        let aged = try AgedLedger(plan).path()
        let age =
            "ledger of \(plan.age.nights) nights of \(Scorecard.text(Double(plan.age.records)))"
        let old = try measure(file, ledger: aged)
        add("a night of \(name), \(age), both cores", old, budget: 10, to: &scores)
        if plan.isFull {
            let slow = try measure(file, cores: 1, ledger: aged)
            add("a night of \(name), \(age), one core", slow, budget: 14, to: &scores)
            let clinic = try measure(file, extent: .clinic)
            scores.add(
                "the same with notices, answers and rules, both cores", .none,
                clinic.night.seconds / clinic.copy, " × the synced copy",
                note: "\(Scorecard.text(clinic.night.seconds)) s")
        }
        try stages(file, &scores)
    }

    private struct Measured {
        let night: Launch
        let copy: Double
    }

    /// The night in the middle of several, by its time: each just after the synced copy that it is
    /// compared with.
    private func measure(
        _ file: String, cores: Int = 2, extent: NightSite.Extent = .chart, ledger: String? = nil
    ) throws -> Measured {
        var all: [Measured] = []
        for _ in 0..<plan.repeats {
            all.append(try once(file, cores: cores, extent: extent, ledger: ledger))
        }
        all.sort { $0.night.seconds < $1.night.seconds }
        return all[all.count / 2]
    }

    private func once(
        _ file: String, cores: Int, extent: NightSite.Extent, ledger: String?
    ) throws -> Measured {
        let site = try NightSite(plan.work + "/night", extent: extent)
        defer { site.remove() }
        if let ledger {
            try FileManager.default.copyItem(
                atPath: ledger, toPath: site.root + "/var/waybill.sqlite")
        }
        try site.drop(file)
        let copies = try (0..<3).map { _ in try PlainCopy.file(file) }
        let night = try Self.night(site, plan, cores: cores)
        let delivered = try site.delivered()
        guard delivered == plan.messages else {
            throw BenchFault(
                "\(delivered) of \(plan.messages) results were delivered; see \(plan.work)/run.log")
        }
        return Measured(night: night, copy: Stopwatch.median(copies))
    }

    /// Runs the program on `site`.
    static func night(_ site: NightSite, _ plan: Plan, cores: Int = 2, at instant: String = instant)
        throws -> Launch
    {
        let log = plan.work + "/run.log"
        let launch = try Launch.run(
            [plan.waybill, "run", "--site", site.root, "--as-of", instant, "--quiet"], cores: cores,
            output: log)
        guard launch.exit == 0 || launch.exit == 3 else {
            throw BenchFault("waybill run ended with \(launch.exit); see \(log)")
        }
        return launch
    }

    private func add(
        _ name: String, _ measured: Measured, budget: Double, to scores: inout Scorecard
    ) {
        let (night, copy) = (measured.night, measured.copy)
        scores.add(
            name + ", against SHA-256 and a synced copy", .atMost(budget), night.seconds / copy,
            " ×",
            note: "\(Scorecard.text(night.seconds)) s to \(Scorecard.text(copy * 1000)) ms; "
                + "\(Scorecard.text(night.processor)) s of processor, peak "
                + "\(night.peak >> 20) MB")
        scores.add(
            name, .atLeast(50_000), Double(plan.messages) / night.seconds, " messages/s")
    }

    /// What the stages take of a night.
    private func stages(_ file: String, _ scores: inout Scorecard) throws {
        let site = try NightSite(plan.work + "/stages")
        defer { site.remove() }
        try site.drop(file)
        let spans = try Stages.measure(site, plan)
        let total = spans.reduce(0) { $0 + $1.seconds }
        let reconcile = spans.filter { $0.stage == "reconcile" }.reduce(0) { $0 + $1.seconds }
        scores.add(
            "reconciliation's share of a night", .atMost(5), max(reconcile / total * 100, 0.01),
            " %", bar: 1,
            note: spans.map { "\($0.stage) \(Scorecard.text($0.seconds)) s" }.joined(
                separator: ", "))
    }
}
