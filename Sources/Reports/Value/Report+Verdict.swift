extension Report {
    /// The verdict, derived from the report's own figures and stored nowhere.
    public var verdict: Verdict {
        let causes = self.causes
        let status: Verdict.Status =
            if causes.contains(where: { $0.status == .red }) {
                .red
            } else {
                causes.isEmpty ? .green : .amber
            }
        return Verdict(
            status: status, sentence: sentence(for: causes),
            isBalanced: !causes.contains(.outOfBalance), causes: causes,
            next: nextActions(for: causes), exitCode: causes.first?.exitCode ?? 0)
    }

    /// The equations of ours that do not hold; each has stopped its release unit.
    public var brokenEquations: [Equation] {
        equations.filter { $0.concern == .waybill && !$0.isBalanced }
    }

    /// The partners' sums that do not hold; each is a finding about a file.
    public var brokenPartnerEquations: [Equation] {
        equations.filter { $0.concern == .partner && !$0.isBalanced }
    }

    /// Everything that keeps the night from being green, gravest first.
    ///
    /// A feed whose own counts differ is out of balance even if no equation says so.
    private var causes: [Verdict.Cause] {
        var found: [Verdict.Cause] = []
        func add(_ cause: Verdict.Cause, when holds: Bool) { if holds { found.append(cause) } }
        add(
            .outOfBalance,
            when: !brokenEquations.isEmpty || feeds.contains { $0.difference != 0 })
        add(.failSafe, when: failSafe.isEngaged)
        add(.failedPublish, when: deliveries.contains { $0.state == .failed })
        add(.missingCritical, when: arrivals.contains { $0.state == .missing && $0.isCritical })
        add(.missing, when: arrivals.contains { $0.state == .missing && !$0.isCritical })
        add(.stoppedFeed, when: feeds.contains { $0.stoppedBy != nil })
        add(.partnerArithmetic, when: !brokenPartnerEquations.isEmpty)
        add(.files, when: files.rejected > 0 || files.held > 0)
        add(.rejected, when: totals.rejected > 0)
        add(.held, when: totals.held > 0 || held.contains { $0.records > 0 })
        add(.flagged, when: flags.contains { $0.records > 0 })
        return found
    }

    /// The total of all feeds, for the last line of their table.
    public var totals: Feed {
        Report.sum(feeds, name: "TOTAL")
    }

    /// Several feeds added up under one name.
    static func sum(_ feeds: [Feed], name: String) -> Feed {
        feeds.reduce(into: Feed(name: name)) { sum, feed in
            sum.received &+= feed.received
            sum.released &+= feed.released
            sum.replayed &+= feed.replayed
            sum.accepted &+= feed.accepted
            sum.rejected &+= feed.rejected
            sum.duplicate &+= feed.duplicate
            sum.held &+= feed.held
            sum.filtered &+= feed.filtered
        }
    }
}

// MARK: - The sentence

extension Report {
    /// One sentence: the state of the balance, then the gravest five causes; the rest is below it.
    private func sentence(for causes: [Verdict.Cause]) -> String {
        let head = causes.contains(.outOfBalance) ? outOfBalancePhrase : "balanced"
        guard !causes.isEmpty else {
            let all = "all \(Figures.count(totals.taken, "record")) accounted for"
            return head + "; " + (totals.taken == 0 ? "nothing came in, nothing is missing" : all)
        }
        let parts = causes.filter { $0 != .outOfBalance }.compactMap(phrase)
        let rest = parts.count > 5 ? ", \(parts.count - 5) more" : ""
        return parts.isEmpty
            ? head : head + "; " + parts.prefix(5).joined(separator: ", ") + rest
    }

    private var outOfBalancePhrase: String {
        let broken = brokenEquations
        guard let first = broken.first else { return "OUT OF BALANCE in the feeds' counts" }
        let rest = broken.count > 1 ? " and \(broken.count - 1) more" : ""
        let stopped = units.filter { !$0.isReleased }.map(\.name)
        let withheld =
            stopped.isEmpty ? "" : "; \(Figures.list(stopped, most: 2)) not published"
        return "OUT OF BALANCE in \(first.name.rawValue) \(first.scope)\(rest)\(withheld)"
    }

    private var heldPhrase: String {
        let tonight = totals.held
        let older = held.reduce(0) { $0 &+ $1.rolledForward }
        let cents = money.lines.reduce(0) { $0 &+ $1.held }
        let dollars = cents == 0 ? "" : " (\(Figures.dollars(cents)))"
        let now = "\(Figures.grouped(tonight)) held\(dollars)"
        if tonight > 0 { return older > 0 ? now + " + \(Figures.grouped(older)) older" : now }
        let standing = held.reduce(0) { $0 &+ $1.records }
        return "\(Figures.grouped(standing)) still held from before"
    }

    private func phrase(for cause: Verdict.Cause) -> String? {
        switch cause {
        case .outOfBalance: return nil
        case .failSafe: return "fail-safe engaged: booking is stopped"
        case .failedPublish:
            let failed = deliveries.filter { $0.state == .failed }.count
            return "\(Figures.count(failed, "file")) could not be published"
        case .missingCritical, .missing:
            let isCritical = cause == .missingCritical
            let names = arrivals.filter { $0.state == .missing && $0.isCritical == isCritical }
                .map(\.feed)
            return "\(Figures.list(names, most: 2)) missing"
        case .stoppedFeed:
            let names = feeds.filter { $0.stoppedBy != nil }.map(\.name)
            return "\(Figures.list(names, most: 2)) stopped by its breaker"
        case .partnerArithmetic:
            let count = brokenPartnerEquations.count
            return "\(Figures.count(count, "partner total")) off"
        case .files:
            guard totals.rejected == 0, totals.held == 0 else { return nil }
            return "\(Figures.count(files.rejected &+ files.held, "file")) rejected or held"
        case .rejected: return "\(Figures.grouped(totals.rejected)) rejected"
        case .held: return heldPhrase
        case .flagged:
            return "\(Figures.grouped(flags.reduce(0) { $0 &+ $1.records })) to review"
        }
    }
}
