import Bytes
import Exchange
import Ledger
import Mapping

/// Where records go: for each destination the accepted records.
struct Routed {
    var legs: [String: RecordSet] = [:]
    /// Records whose legs go together or not at all.
    var together = RecordSet()
}

/// Stage 6: finds repeats, holds what waits for a patient, runs the quality rules over the batch,
/// matches answers, then gives each accepted record one leg per destination. No route means held.
struct RouteStage {
    private let context: NightContext
    private let workspace: Workspace
    private let taken: [Taken]
    private let mirrors: Mirrors
    private let reentered: Reentered

    init(
        _ context: NightContext, _ workspace: Workspace, _ taken: [Taken], _ mirrors: Mirrors,
        _ reentered: Reentered
    ) {
        self.mirrors = mirrors
        self.reentered = reentered
        self.context = context
        self.workspace = workspace
        self.taken = taken
    }

    func run() throws -> Routed {
        try repeats()
        context.checkpoints.pass("route.repeats")
        try waiting()
        try workspace.flush()
        _ = try workspace.copyMirror(from: context.ledger)
        try rules()
        try breakers()
        var bookings = Bookings(context, workspace, mirrors)
        try bookings.check(taken)
        let refused = try LifeCycle(context, workspace).judge(reentered)
        var routed = Routed()
        try AnswerMatcher(context, workspace, mirrors).match()
        try routes(&routed, unreached: .held, RunFindings.noRoute, refused)
        context.checkpoints.pass("route.end")
        return routed
    }

    /// The first night: what lies there is known from now on and goes nowhere. Nothing is held
    /// for it, since nobody is to release it.
    func baseline() throws -> Routed {
        try repeats()
        var held: [Int64] = []
        try workspace.work(feeds: context.lanes.map(\.feed.name), outcome: .held) {
            held.append($0.record)
        }
        let kind = RunFindings.baseline
        try workspace.settle(held, as: .filtered, code: kind.code, owner: nil)
        try LifeCycle(context, workspace).sortOut()
        var routed = Routed()
        try AnswerMatcher(context, workspace, mirrors).match()
        try routes(&routed, unreached: .filtered, kind)
        return routed
    }

    // MARK: Repeats

    private func repeats() throws {
        let longest = context.site.feeds.map(\.duplicates.window).max() ?? 0
        let since = context.batch.instant - Int64(longest) * 1_000_000
        var same: [Int64] = []
        var refused: [Int64] = []
        for hit in try workspace.repeats(in: context.ledger, since: since) {
            guard let row = try workspace.work(hit.record), let feed = context.site.feed(row.feed)
            else {
                continue
            }
            let oldest = context.batch.instant - Int64(feed.duplicates.window) * 1_000_000
            if hit.at != 0, hit.at < oldest { continue }
            let kind: FindingKind
            if hit.sameContent {
                kind = RunFindings.repeated
                same.append(hit.record)
            } else if feed.duplicates.controlIDs == .unique {
                kind = RunFindings.keyReused
                refused.append(hit.record)
            } else {
                kind = RunFindings.newVersion
            }
            try note(
                Finding(
                    kind, at: Location(record: RecordID.number(hit.record)),
                    "first seen as \(RecordID.reference(hit.of))", ack: ["ERR-3": "205"]),
                hit.record)
        }
        try workspace.settle(same, as: .duplicate, code: RunFindings.repeated.code, owner: nil)
        try workspace.settle(
            refused, as: .rejected, code: RunFindings.keyReused.code,
            owner: RunFindings.keyReused.owner)
    }

    private func note(_ finding: Finding, _ record: Int64) throws {
        try workspace.add(finding, receipt: RecordID.receipt(record), record: record)
    }

    // MARK: Waiting behind a held registration

    private func waiting() throws {
        var patients: Set<[UInt8]> = []
        for held in try context.ledger.held(feed: nil, code: nil, owner: nil, limit: 1_000_000)
        where held.rank == Feed.Rank.identity.order && held.state == .held {
            if let patient = held.patient { patients.insert(patient) }
        }
        let identity = context.lanes.map(\.feed).filter { $0.rank == .identity }.map(\.name)
        if !identity.isEmpty {
            try workspace.work(feeds: identity, outcome: .held) { row in
                if !row.patient.isEmpty { patients.insert(row.patient) }
            }
        }
        guard !patients.isEmpty else { return }
        // A patient whom some system already has does not depend on the held registration.
        for system in Set(context.site.destinations.values.map(\.system)) {
            let known = try context.ledger.mirror(
                system: system, entity: "patient", keys: Array(patients))
            for key in known.keys { patients.remove(key) }
        }
        let later = context.lanes.map(\.feed).filter { $0.rank != .identity }.map(\.name)
        var waiting: [Int64] = []
        try workspace.work(feeds: later, outcome: .accepted) { row in
            guard patients.contains(row.patient), row.origin != .leg else { return }
            let isDecided = reentered.decided[row.record] == RunFindings.waitsForPatient.code
            if !isDecided { waiting.append(row.record) }
        }
        let kind = RunFindings.waitsForPatient
        for record in waiting {
            try note(Finding(kind, at: Location(record: RecordID.number(record))), record)
        }
        try workspace.settle(waiting, as: .held, code: kind.code, owner: kind.owner)
    }

    // MARK: Rules

    private func rules() throws {
        guard !context.site.rules.isEmpty else { return }
        for rule in context.site.rules {
            let handle = try workspace.rules()
            defer { handle.close() }
            let records: RecordSet
            do { records = try handle.run(rule.sql) } catch {
                context.troubles.append(
                    ("", Finding(RunFindings.ruleFailed, "rule \(rule.id): \(error)")))
                continue
            }
            try apply(rule, to: records)
        }
    }

    private func apply(_ rule: Rule, to records: RecordSet) throws {
        var standing: [Int64] = []
        for record in records {
            guard let row = try workspace.work(record),
                row.outcome == .accepted || row.outcome == .held
            else { continue }
            try note(Finding(rule.kind, at: Location(record: RecordID.number(record))), record)
            // A record that was released from this very rule is not held by it again.
            let isDecided = rule.action == .hold && reentered.decided[record] == rule.id
            if row.outcome == .accepted, !isDecided { standing.append(record) }
        }
        switch rule.action {
        case .flag: break
        case .hold: try workspace.settle(standing, as: .held, code: rule.id, owner: rule.owner)
        case .reject:
            try workspace.settle(standing, as: .rejected, code: rule.id, owner: rule.owner)
        case .filter:
            try workspace.settle(standing, as: .filtered, code: rule.id, owner: rule.owner)
        }
    }

    // MARK: Breakers

    private func breakers() throws {
        for feed in context.lanes.map(\.feed) {
            guard let limit = feed.breaker.reject else { continue }
            let rejected = try workspace.count(feeds: [feed.name], outcome: .rejected)
            let accepted = try workspace.count(feeds: [feed.name], outcome: .accepted)
            guard rejected + accepted >= feed.breaker.minimum,
                rejected * 100 > (rejected + accepted) * limit
            else { continue }
            let kind = RunFindings.breaker
            context.troubles.append(
                (feed.name, Finding(kind, "\(rejected) of \(rejected + accepted) rejected")))
            var records: [Int64] = []
            try workspace.work(feeds: [feed.name], outcome: .accepted) { row in
                guard row.origin != .leg, reentered.decided[row.record] != kind.code else { return }
                records.append(row.record)
            }
            try workspace.settle(records, as: .held, code: kind.code, owner: kind.owner)
        }
    }

    // MARK: Routes

    private func routes(
        _ routed: inout Routed, unreached: Outcome, _ kind: FindingKind,
        _ refused: RecordSet = RecordSet()
    ) throws {
        // A leg that was released alone has its destination.
        var open = try workspace.records(feeds: context.lanes.map(\.feed.name), outcome: .accepted)
        if let lost = open.runs.first(where: { run in
            let feed = context.feedOfReceipt[RecordID.receipt(run.lowerBound)]
            return context.checkpoints.strikes(.loseAccepted, feed ?? "")
        }) {
            open = open.subtracting([lost.lowerBound])
        }
        var reached = RecordSet()
        for route in context.site.routes {
            let handle = try workspace.rules()
            let matched: RecordSet
            do {
                defer { handle.close() }
                matched = try handle.matching(route.when)
            } catch {
                context.troubles.append(
                    ("", Finding(RunFindings.ruleFailed, "route \(route.name): \(error)")))
                continue
            }
            let mine = matched.intersection(open)
            for name in route.to {
                routed.legs[name] = (routed.legs[name] ?? []).union(mine)
            }
            if route.together { routed.together = routed.together.union(mine) }
            reached = reached.union(mine)
            if route.stops { open = open.subtracting(mine) }
        }
        open = open.subtracting(reached)
        for record in open {
            try note(Finding(kind, at: Location(record: RecordID.number(record))), record)
        }
        try workspace.settle(Array(open), as: unreached, code: kind.code, owner: kind.owner)
        for (name, released) in reentered.legs {
            let records = released.subtracting(refused)
            routed.legs[name] = (routed.legs[name] ?? []).union(records)
            if context.site.routes.contains(where: { $0.together && $0.to.contains(name) }) {
                routed.together = routed.together.union(records)
            }
        }
        try workspace.setLegs(routed.legs.values)
    }
}
