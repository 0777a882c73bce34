import Bytes
import Exchange
import Ledger
import Mapping

/// Matches what came back (TA1, 999, 277CA, 835) to the claims that were sent.
///
/// Envelope answers match by our own control numbers and concern every claim of that set; claim
/// answers and payments match by the patient control number. Each match becomes an event in the
/// claim's append-only history and a `claimResponse` node in the record, so that one answer can
/// tell the status of many claims. Two claims for one number are never chosen between.
struct Answers {
    private let context: NightContext
    private let workspace: Workspace

    init(_ context: NightContext, _ workspace: Workspace) {
        self.context = context
        self.workspace = workspace
    }

    func match(into routed: inout Routed) throws {
        let feeds = context.lanes.map(\.feed).filter { $0.rank == .answers }.map(\.name)
        guard !feeds.isEmpty else { return }
        var rows: [WorkRow] = []
        try workspace.work(feeds: feeds, outcome: .accepted) { rows.append($0) }
        for row in rows {
            guard let spill = row.spill,
                var record = try? CanonicalCodec.decode(try workspace.unspill(spill))
            else { continue }
            let before = record.nodes.count
            switch record.entity {
            case "claimResponse": try response(&record, row, &routed)
            case "paymentReconciliation": try payment(&record, row, &routed)
            default: continue
            }
            if record.nodes.count > before {
                routed.rewritten[row.record] = try workspace.spill(CanonicalCodec.encode(record))
            }
        }
    }

    // MARK: 999, TA1, 277CA

    private func response(_ record: inout Canonical, _ row: WorkRow, _ routed: inout Routed) throws {
        let source = record.value("claimResponse.source") ?? row.type
        let kind = kind(source)
        let claims: [ClaimRow]
        if let pcn = record.value("claimResponse.identifier"), !pcn.isEmpty {
            claims = try context.ledger.claims(pcn: Array(pcn.utf8))
        } else {
            claims = try context.ledger.claims(
                isa: record.value("claimResponse.control.interchange"),
                gs: record.value("claimResponse.control.group"),
                st: record.value("claimResponse.control.set"))
        }
        let verdict = verdict(record.value("claimResponse.outcome") ?? "")
        guard try isMatched(claims, kind, row) else { return }
        for claim in claims {
            var fields = record.nodes.first?.fields.filter { $0.name.hasPrefix("claimResponse.") } ?? []
            let status = record.value("claimResponse.status.category") ?? ""
            replace(&fields, "claimResponse.identifier", String(decoding: claim.pcn, as: UTF8.self))
            replace(&fields, "claimResponse.outcome", word(verdict, claim))
            record.nodes.append(Canonical.Node(entity: "claimResponse", parent: 0, fields: fields))
            routed.claimEvents.append(
                ClaimEvent(
                    claim: claim.id, kind: kind, verdict: verdict, status: status, record: row.record,
                    feed: row.feed, at: context.batch.instant))
        }
    }

    // MARK: 835

    private func payment(_ record: inout Canonical, _ row: WorkRow, _ routed: inout Routed) throws {
        for index in record.nodes.indices where record.nodes[index].entity == "paymentReconciliation.detail" {
            let node = record.nodes[index]
            func value(_ name: String) -> String? {
                node.fields.first { $0.name == "paymentReconciliation.detail." + name }?.value
            }
            guard let pcn = value("identifier") else { continue }
            let claims = try context.ledger.claims(pcn: Array(pcn.utf8))
            let paid = ExactDecimal(value("paid") ?? "0") ?? .zero
            let patient = ExactDecimal(value("patientResponsibility") ?? "0") ?? .zero
            let verdict = settled(status: value("status") ?? "", paid: paid, patient: patient)
            var fields = [
                Canonical.Field("claimResponse.identifier", pcn),
                Canonical.Field("claimResponse.source", "835"),
                Canonical.Field("claimResponse.outcome", verdict.word),
                Canonical.Field("claimResponse.paid", value("paid")),
                Canonical.Field("claimResponse.charge", value("charge")),
                Canonical.Field("claimResponse.patientResponsibility", value("patientResponsibility")),
                Canonical.Field("claimResponse.identifier.payer", value("identifier.payer")),
                Canonical.Field("claimResponse.status.category", value("status")),
                Canonical.Field("claimResponse.status.date", record.value("paymentReconciliation.date")),
            ].filter { $0.value != nil }
            for name in ["adjustment.group", "adjustment.reason"] {
                if let reason = value(name) {
                    fields.append(Canonical.Field("claimResponse." + name, reason))
                }
            }
            let isMatched = try isMatched(claims, .f835, row)
            record.nodes.append(Canonical.Node(entity: "claimResponse", parent: 0, fields: fields))
            guard isMatched, let claim = claims.first else { continue }
            routed.claimEvents.append(
                ClaimEvent(
                    claim: claim.id, kind: .f835, verdict: verdict.verdict,
                    status: value("status") ?? "", cents: paid.cents ?? 0, record: row.record,
                    feed: row.feed, at: context.batch.instant))
        }
    }

    /// Paid when money came; not denied when the patient owes it; denied when neither.
    private func settled(
        status: String, paid: ExactDecimal, patient: ExactDecimal
    ) -> (verdict: ClaimVerdict, word: String) {
        switch status {
        case "22", "23", "25": (.noted, "pending")
        case "4": (.denied, "denied")
        default:
            if paid > .zero {
                (.paid, "paid")
            } else if patient > .zero {
                (.paid, "patient")
            } else {
                (.denied, "denied")
            }
        }
    }

    // MARK: Words

    private func isMatched(_ claims: [ClaimRow], _ kind: ClaimAnswer, _ row: WorkRow) throws -> Bool {
        let isEnvelope = kind == .ta1 || kind == .f999
        if claims.count == 1 || (isEnvelope && !claims.isEmpty) { return true }
        let finding = Finding(
            RunFindings.unmatchedAnswer, at: Location(record: RecordID.number(row.record)),
            claims.isEmpty ? "" : "\(claims.count) claims bear the number")
        try workspace.add(finding, receipt: RecordID.receipt(row.record), record: row.record)
        return false
    }

    private func kind(_ source: String) -> ClaimAnswer {
        switch source {
        case "TA1": .ta1
        case "999": .f999
        case "835": .f835
        default: .f277CA
        }
    }

    private func verdict(_ outcome: String) -> ClaimVerdict {
        switch outcome {
        case "accepted": .accepted
        case "rejected": .rejected
        case "pending": .pending
        case "paid": .paid
        case "denied": .denied
        default: .noted
        }
    }

    /// What the clinic's systems are told: an accepted envelope means pending, a final state stays.
    private func word(_ verdict: ClaimVerdict, _ claim: ClaimRow) -> String {
        switch claim.state {
        case .paid: return "paid"
        case .denied: return "denied"
        default: return verdict == .rejected ? "rejected" : "pending"
        }
    }

    private func replace(_ fields: inout [Canonical.Field], _ name: String, _ value: String) {
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].value = value
        } else {
            fields.append(Canonical.Field(name, value))
        }
    }
}
