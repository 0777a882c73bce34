import Exchange
import Ledger
import Mapping

/// Matches what came back (TA1, 999, 277CA, 277, 835) to the claims that were sent.
///
/// The answers are read in one pass and matched all at once, by tables. A second pass writes into
/// each record a `claimResponse` node for every claim it concerns, so that one answer can tell the
/// status of many claims. What a node says is where the claim stands when all of the night's answers
/// are known, so that their order does not matter. Memory: a few hundred records at a time.
struct AnswerMatcher {
    private let context: NightContext
    private let workspace: Workspace
    private let mirrors: Mirrors

    private static let pieceSize = 512

    init(_ context: NightContext, _ workspace: Workspace, _ mirrors: Mirrors) {
        self.mirrors = mirrors
        self.context = context
        self.workspace = workspace
    }

    func match() throws {
        let feeds = context.lanes.map(\.feed).filter { $0.rank == .answers }
        guard !feeds.isEmpty else { return }
        let partners = Dictionary(
            feeds.map { ($0.name, $0.partner) }, uniquingKeysWith: { first, _ in first })
        try records(of: feeds.map(\.name)) { rows in
            for row in rows {
                guard let record = try record(row) else { continue }
                let reader = AnswerReader(
                    record, row, partner: partners[row.feed] ?? "", at: context.batch.instant)
                for answer in reader.answers() { try workspace.add(answer) }
            }
        }
        try workspace.matchAnswers(to: context.ledger)
        guard workspace.hasAnswers else { return }
        try records(of: feeds.map(\.name)) { rows in try complete(rows) }
    }

    /// Hands `body` the answers that were taken in, some hundreds at a time.
    private func records(of feeds: [String], _ body: ([WorkRow]) throws -> Void) throws {
        for feed in feeds {
            var rows: [WorkRow] = []
            try workspace.work(feeds: [feed], outcome: .accepted) { row in
                // A leg goes on from what was matched when its record was taken in.
                if row.origin != .leg, row.spill != nil { rows.append(row) }
                guard rows.count == Self.pieceSize else { return }
                try body(rows)
                rows.removeAll(keepingCapacity: true)
            }
            if !rows.isEmpty { try body(rows) }
        }
    }

    /// The record as it was mapped: what was matched when it was held before is matched anew.
    private func record(_ row: WorkRow) throws -> Canonical? {
        guard let spill = row.spill else { return nil }
        var record = try context.site.names.view(try workspace.unspill(spill)).record
        while let last = record.nodes.last, last.entity == "claimResponse", last.parent != nil {
            record.nodes.removeLast()
        }
        return record
    }

    // MARK: What was matched

    private func complete(_ rows: [WorkRow]) throws {
        guard let first = rows.first, let last = rows.last else { return }
        let found = try workspace.matches(from: first.record, through: last.record)
        let matches = Dictionary(grouping: found, by: \.record)
        for row in rows {
            guard let mine = matches[row.record], let record = try record(row) else { continue }
            try complete(row, record, mine)
        }
    }

    private func complete(
        _ row: WorkRow, _ record: Canonical, _ matches: [MatchedAnswer]
    ) throws {
        for match in matches where match.claim == nil && match.isNeeded { try note(match) }
        let nodes =
            record.entity == "claimResponse"
            ? responses(record, matches) : payments(record, matches)
        guard !nodes.isEmpty else { return }
        var completed = record
        completed.nodes += nodes
        let packed = context.site.names.pack(completed)
        try workspace.settle(row.record, at: try workspace.spill(packed))
        let gist = mirrors.gist(try context.site.names.view(packed), feed: row.feed)
        if var version = gist.version {
            version.record = row.record
            try workspace.add(version)
        }
    }

    /// A payment posts whole: what matches no claim is told as unapplied, not left out.
    private func note(_ match: MatchedAnswer) throws {
        let finding = Finding(
            RunFindings.unmatchedAnswer, at: Location(record: RecordID.number(match.record)),
            match.candidates == 0 ? "" : "\(match.candidates) claims agree with it alike")
        try workspace.add(
            finding, receipt: RecordID.receipt(match.record), record: match.record)
    }

    private func responses(_ record: Canonical, _ matches: [MatchedAnswer]) -> [Canonical.Node] {
        let fields = record.nodes.first?.fields.filter { $0.name.hasPrefix("claimResponse.") } ?? []
        var told: Set<Int64> = []
        return matches.compactMap { match in
            guard let claim = match.claim, told.insert(claim).inserted else { return nil }
            return node(fields, match)
        }
    }

    private func payments(_ record: Canonical, _ matches: [MatchedAnswer]) -> [Canonical.Node] {
        let details = record.nodes.filter { $0.entity == "paymentReconciliation.detail" }
        let date = record.value("paymentReconciliation.date")
        return matches.compactMap { match in
            guard details.indices.contains(match.ordinal - 1) else { return nil }
            let prefix = "paymentReconciliation.detail."
            let detail = details[match.ordinal - 1]
            var fields: [Canonical.Field] = [
                Canonical.Field("claimResponse.identifier", detail.text(prefix + "identifier")),
                Canonical.Field("claimResponse.source", "835"),
                Canonical.Field("claimResponse.outcome", Self.outcome(detail, prefix)),
                Canonical.Field(
                    "claimResponse.status.category", detail.text(prefix + "status")),
                Canonical.Field("claimResponse.status.date", date),
            ]
            for name in ["paid", "charge", "patientResponsibility", "identifier.payer"] {
                fields.append(
                    Canonical.Field("claimResponse." + name, detail.text(prefix + name)))
            }
            return node(fields.filter { $0.value?.isEmpty == false }, match)
        }
    }

    /// What a payment says of a claim that nobody knows.
    private static func outcome(_ detail: Canonical.Node, _ prefix: String) -> String {
        let isNothing = { (name: String) in
            detail.text(prefix + name).allSatisfy { "0.".contains($0) }
        }
        switch detail.text(prefix + "status") {
        case "22", "23", "25": return "pending"
        case "4": return "denied"
        default: return isNothing("paid") && isNothing("patientResponsibility") ? "denied" : "paid"
        }
    }

    private func node(_ fields: [Canonical.Field], _ match: MatchedAnswer) -> Canonical.Node {
        var fields = fields
        if match.claim != nil {
            replace(
                &fields, "claimResponse.identifier", String(decoding: match.pcn, as: UTF8.self))
            replace(&fields, "claimResponse.outcome", match.state.word)
        }
        return Canonical.Node(entity: "claimResponse", parent: 0, fields: fields)
    }

    private func replace(_ fields: inout [Canonical.Field], _ name: String, _ value: String) {
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].value = value
        } else {
            fields.append(Canonical.Field(name, value))
        }
    }
}
