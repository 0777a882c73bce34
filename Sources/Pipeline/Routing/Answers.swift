import Bytes
import Exchange
import Ledger
import Mapping

/// Matches what came back (TA1, 999, 277CA, 835) to the claims that were sent.
///
/// Envelope answers match by our own control numbers and concern every claim of that set; claim
/// answers and payments match by the patient control number. Each match becomes an event in the
/// claim's append-only history and a `claimResponse` node in the record, so that one answer can
/// tell the status of many claims. What a node says is where the claim stands when all of the
/// night's answers are known, so that their order does not matter and a late answer of a lower
/// level never takes back a higher one. Two claims for one number are never chosen between.
struct Answers {
    private let context: NightContext
    private let workspace: Workspace
    private let mirrors: Mirrors
    /// Where each claim stands with tonight's answers.
    private var standing: [Int64: ClaimStanding] = [:]

    init(_ context: NightContext, _ workspace: Workspace, _ mirrors: Mirrors) {
        self.mirrors = mirrors
        self.context = context
        self.workspace = workspace
    }

    /// One answer and the claims it concerns.
    private struct Match {
        let row: WorkRow
        var record: Canonical
        var answers: [Answer] = []
    }

    /// What one answer says of one claim, or of a claim that nobody knows.
    private struct Answer {
        let claim: ClaimRow?
        let kind: ClaimAnswer
        let verdict: ClaimVerdict
        let status: String
        let cents: Int64
        let fields: [Canonical.Field]
    }

    mutating func match(into routed: inout Routed) throws {
        let feeds = context.lanes.map(\.feed).filter { $0.rank == .answers }.map(\.name)
        guard !feeds.isEmpty else { return }
        var rows: [WorkRow] = []
        try workspace.work(feeds: feeds, outcome: .accepted) { row in
            // A leg goes on from what was matched when its record was taken in.
            if row.origin != .leg { rows.append(row) }
        }
        var matches: [Match] = []
        for row in rows {
            guard let spill = row.spill else { continue }
            let record = try context.site.names.view(try workspace.unspill(spill)).record
            var match = Match(row: row, record: record)
            switch record.entity {
            case "claimResponse": match.answers = try responses(record, row)
            case "paymentReconciliation": match.answers = try payments(record, row)
            default: continue
            }
            for answer in match.answers {
                guard let claim = answer.claim else { continue }
                standing[claim.id, default: ClaimStanding(claim)].take(answer.kind, answer.verdict)
            }
            matches.append(match)
        }
        for match in matches { try complete(match, into: &routed) }
    }

    /// Writes what was matched into the record, and the events.
    private func complete(_ match: Match, into routed: inout Routed) throws {
        guard !match.answers.isEmpty else { return }
        var record = match.record
        for answer in match.answers {
            var fields = answer.fields
            if let claim = answer.claim {
                replace(
                    &fields, "claimResponse.identifier", String(decoding: claim.pcn, as: UTF8.self))
                replace(&fields, "claimResponse.outcome", standing[claim.id]?.word ?? "pending")
                routed.claimEvents.append(
                    ClaimEvent(
                        claim: claim.id, kind: answer.kind, verdict: answer.verdict,
                        status: answer.status, cents: answer.cents, record: match.row.record,
                        feed: match.row.feed, at: context.batch.instant))
            }
            record.nodes.append(Canonical.Node(entity: "claimResponse", parent: 0, fields: fields))
        }
        let packed = context.site.names.pack(record)
        routed.rewritten[match.row.record] = try workspace.spill(packed)
        let gist = mirrors.gist(try context.site.names.view(packed), feed: match.row.feed)
        if var version = gist.version {
            version.record = match.row.record
            try workspace.add(version)
        }
    }

    // MARK: TA1, 999, 277CA

    private func responses(_ record: Canonical, _ row: WorkRow) throws -> [Answer] {
        let pcn = record.value("claimResponse.identifier") ?? ""
        let set = record.value("claimResponse.control.set")
        let interchange = record.value("claimResponse.control.interchange")
        let kind: ClaimAnswer = !pcn.isEmpty ? .f277CA : interchange != nil ? .ta1 : .f999
        let claims =
            pcn.isEmpty
            ? try context.ledger.claims(
                isa: interchange, gs: record.value("claimResponse.control.group"), st: set)
            : try context.ledger.claims(pcn: Array(pcn.utf8))
        guard try isMatched(claims, kind, row) else { return [] }
        let fields = record.nodes.first?.fields.filter { $0.name.hasPrefix("claimResponse.") } ?? []
        let verdict = ClaimStanding.verdict(record.value("claimResponse.outcome") ?? "")
        return claims.map {
            Answer(
                claim: $0, kind: kind, verdict: verdict,
                status: record.value("claimResponse.status.category") ?? "", cents: 0,
                fields: fields)
        }
    }

    // MARK: 835

    private func payments(_ record: Canonical, _ row: WorkRow) throws -> [Answer] {
        let prefix = "paymentReconciliation.detail."
        var answers: [Answer] = []
        for node in record.nodes where node.entity == "paymentReconciliation.detail" {
            func value(_ name: String) -> String? {
                node.fields.first { $0.name == prefix + name }?.value
            }
            guard let pcn = value("identifier") else { continue }
            let claims = try context.ledger.claims(pcn: Array(pcn.utf8))
            let paid = ExactDecimal(value("paid") ?? "0") ?? .zero
            let patient = ExactDecimal(value("patientResponsibility") ?? "0") ?? .zero
            let verdict = ClaimStanding.settled(
                status: value("status") ?? "", paid: paid, patient: patient)
            var fields: [Canonical.Field] = [
                Canonical.Field("claimResponse.identifier", pcn),
                Canonical.Field("claimResponse.source", "835"),
                Canonical.Field("claimResponse.outcome", ClaimStanding.word(verdict)),
                Canonical.Field("claimResponse.status.category", value("status")),
                Canonical.Field(
                    "claimResponse.status.date", record.value("paymentReconciliation.date")),
            ]
            for name in ["paid", "charge", "patientResponsibility", "identifier.payer"] {
                fields.append(Canonical.Field("claimResponse." + name, value(name)))
            }
            // A payment posts whole: what matches no claim is told as unapplied, not left out.
            let isMatched = try isMatched(claims, .f835, row)
            answers.append(
                Answer(
                    claim: isMatched ? claims.first : nil, kind: .f835, verdict: verdict,
                    status: value("status") ?? "", cents: paid.cents ?? 0,
                    fields: fields.filter { $0.value != nil }))
        }
        return answers
    }

    private func isMatched(_ claims: [ClaimRow], _ kind: ClaimAnswer, _ row: WorkRow) throws -> Bool
    {
        let isEnvelope = kind == .ta1 || kind == .f999
        if claims.count == 1 || (isEnvelope && !claims.isEmpty) { return true }
        let finding = Finding(
            RunFindings.unmatchedAnswer, at: Location(record: RecordID.number(row.record)),
            claims.isEmpty ? "" : "\(claims.count) claims bear the number")
        try workspace.add(finding, receipt: RecordID.receipt(row.record), record: row.record)
        return false
    }

    private func replace(_ fields: inout [Canonical.Field], _ name: String, _ value: String) {
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].value = value
        } else {
            fields.append(Canonical.Field(name, value))
        }
    }
}
