import Exchange

extension Report {
    /// What to do, the most urgent first: one action for each red cause and each missing feed, then
    /// one for each role that has work, with the code that weighs most.
    func nextActions(for causes: [Verdict.Cause]) -> [Verdict.NextAction] {
        var actions = causes.compactMap(urgentAction)
        actions += arrivals.filter { $0.state == .missing }.sorted {
            $0.isCritical && !$1.isCritical
        }.map(callAction)
        if causes.contains(.stoppedFeed), let feed = feeds.first(where: { $0.stoppedBy != nil }) {
            actions.append(
                Verdict.NextAction(
                    owner: .it,
                    action: "Look at \(feed.name) before its held records are released",
                    code: feed.stoppedBy))
        }
        return actions
            + Role.allCases.compactMap(work).sorted { $0.weight > $1.weight }
            .map(\.action)
    }

    private func urgentAction(for cause: Verdict.Cause) -> Verdict.NextAction? {
        switch cause {
        case .outOfBalance:
            let what = brokenEquations.first.map { "\($0.name.rawValue) \($0.scope)" } ?? "B2"
            return Verdict.NextAction(
                owner: .it,
                action: "Run waybill batch show \(batch.id) and report \(what); release nothing by "
                    + "hand")
        case .failSafe:
            return Verdict.NextAction(
                owner: .it,
                action: "Read the cause, then waybill failsafe clear --reason; until then the "
                    + "front desk books on paper")
        case .failedPublish:
            let names = deliveries.filter { $0.state == .failed }.map(\.destination)
            return Verdict.NextAction(
                owner: .it,
                action: "Mend \(Figures.list(Figures.unique(names), most: 3)), then waybill run: "
                    + "it goes on where it stopped",
                code: deliveries.first { $0.state == .failed }?.problem)
        default: return nil
        }
    }

    private func callAction(for arrival: Arrival) -> Verdict.NextAction {
        let due = arrival.due.map { " (due \(Figures.clock($0)))" } ?? ""
        return Verdict.NextAction(
            owner: .it,
            action: "Call \(arrival.contact ?? "the sender"): \(arrival.feed) did not come\(due)")
    }

    /// One role's first piece of work, and how much it weighs against the others'.
    private func work(for role: Role) -> (action: Verdict.NextAction, weight: Int)? {
        let mine = exceptions.filter { $0.owner == role && $0.severity == .error }.sorted {
            ($0.cents ?? 0, $0.records, $1.code) > ($1.cents ?? 0, $1.records, $0.code)
        }
        let waiting = held.filter { $0.owner == role && $0.records > 0 }
        let review = flags.filter { $0.owner == role && $0.records > 0 }
        if let first = mine.first {
            let count =
                first.records > 0
                ? Figures.count(first.records, "record")
                : Figures.count(max(first.files, 1), first.files > 0 ? "file" : "case")
            let rest = mine.count > 1 ? ", then \(Figures.count(mine.count - 1, "other code"))" : ""
            return (
                Verdict.NextAction(
                    owner: role, action: "\(first.fix.withoutFullStop) (\(count)\(rest))",
                    code: first.code), 2_000_000 + min(mine.reduce(0) { $0 &+ $1.records }, 900_000)
            )
        }
        if let first = waiting.max(by: { $0.records < $1.records }) {
            let records = waiting.reduce(0) { $0 &+ $1.records }
            return (
                Verdict.NextAction(
                    owner: role,
                    action: "Clear \(Figures.count(records, "held record")), first of "
                        + "\(first.feed): \(first.what.withoutFullStop)",
                    code: first.code), 1_000_000 + min(records, 900_000)
            )
        }
        guard let first = review.first else { return nil }
        let records = review.reduce(0) { $0 &+ $1.records }
        return (
            Verdict.NextAction(
                owner: role,
                action: "Review \(Figures.count(records, "flagged record")): "
                    + first.message.withoutFullStop,
                code: first.rule), min(records, 900_000)
        )
    }
}

extension String {
    /// The text without the full stop at its end.
    var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
