import Bytes
import Exchange
import Ledger

/// Reads what a record says of claims: TA1, 999, 277CA, 277, 835 (formats-x12, d).
struct AnswerReader {
    /// The record, as a page mapped it.
    private let record: Canonical
    private let row: WorkRow
    private let partner: String
    private let at: Int64

    init(_ record: Canonical, _ row: WorkRow, partner: String, at: Int64) {
        self.record = record
        self.row = row
        self.partner = partner
        self.at = at
    }

    /// The answers in the record, in order.
    func answers() -> [StagedAnswer] {
        switch record.entity {
        case "claimResponse": responses()
        case "paymentReconciliation": payments()
        default: []
        }
    }

    private func value(_ name: String) -> String {
        record.value("claimResponse." + name) ?? ""
    }

    private func answer(_ kind: ClaimAnswer, _ scope: AnswerScope) -> StagedAnswer {
        var answer = StagedAnswer(
            record: row.record, ordinal: RecordID.number(row.record), kind: kind, scope: scope,
            partner: partner, feed: row.feed, at: at)
        answer.verdict = Self.verdict(value("outcome"))
        answer.status = value("status.category")
        answer.dated = value("status.date")
        if answer.dated.isEmpty { answer.dated = value("message.date") }
        answer.control = value("message.control")
        answer.isa = value("control.interchange")
        answer.gs = value("control.group")
        answer.st = value("control.set")
        answer.bht = value("control.file")
        return answer
    }

    private func responses() -> [StagedAnswer] {
        if !value("identifier").isEmpty { return [account()] }
        if !value("provider.outcome").isEmpty { return [above(.provider)] }
        if !value("file.outcome").isEmpty { return [above(.file)] }
        if !value("control.interchange").isEmpty { return [answer(.ta1, .interchange)] }
        return group()
    }

    /// 277CA 2200D, 277 2200D and 2200E.
    private func account() -> StagedAnswer {
        let isPayer = row.type == "277" || value("sender") == "PR"
        var answer = answer(isPayer ? .payer : .f277CA, .account)
        answer.pcn = Array(value("identifier").utf8)
        answer.clearinghouse = value("identifier.clearinghouse")
        answer.payerClaim = value("identifier.payer")
        answer.member = value("memberId")
        answer.service = value("serviced")
        answer.npi = value("provider.npi")
        answer.charge = Self.cents(value("charge"))
        return answer
    }

    /// 277CA 2200B and 2200C: a refusal there covers every claim below.
    private func above(_ scope: AnswerScope) -> StagedAnswer {
        var answer = answer(value("sender") == "PR" ? .payer : .f277CA, scope)
        answer.npi = value("provider.npi")
        let name = scope == .file ? "file" : "provider"
        answer.verdict = Self.verdict(value(name + ".outcome"))
        answer.status = value(name + ".category")
        answer.isNeeded = answer.verdict == .rejected
        return answer
    }

    /// 999: IK5 speaks of one set, AK9 of those that no AK2 lists, or of all when it refuses them.
    private func group() -> [StagedAnswer] {
        var answers: [StagedAnswer] = []
        let set = answer(.f999, .set)
        if !set.st.isEmpty { answers.append(set) }
        let outcome = value("group.outcome")
        guard !outcome.isEmpty else { return answers }
        let isPartly = outcome == "partial"
        let verdict = isPartly ? ClaimVerdict.accepted : Self.verdict(outcome)
        var group = answer(
            .f999, verdict == .rejected ? .group : isPartly ? .unlistedPartly : .unlisted)
        group.verdict = verdict
        group.status = value("group.category")
        group.isNeeded = set.st.isEmpty
        answers.append(group)
        return answers
    }

    // MARK: 835

    private func payments() -> [StagedAnswer] {
        let payment = "paymentReconciliation."
        var template = StagedAnswer(
            record: row.record, kind: .f835, scope: .account, partner: partner, feed: row.feed,
            at: at)
        template.trace = record.value(payment + "identifier") ?? ""
        template.payer = record.value(payment + "originator") ?? ""
        template.control = template.payer + "|" + template.trace
        template.dated = record.value(payment + "date") ?? ""
        template.npi = record.value(payment + "payee.identifier") ?? ""
        var answers: [StagedAnswer] = []
        for (index, node) in record.nodes.enumerated()
        where node.entity == "paymentReconciliation.detail" {
            func value(_ name: String) -> String {
                node.text("paymentReconciliation.detail." + name)
            }
            var answer = template
            answer.ordinal = answers.count + 1
            answer.pcn = Array(value("identifier").utf8)
            answer.payerClaim = value("identifier.payer")
            answer.member = value("memberId")
            answer.service = value("serviced")
            answer.charge = Self.cents(value("charge"))
            answer.paid = Self.cents(value("paid"))
            answer.patient = Self.cents(value("patientResponsibility"))
            answer.status = value("status")
            answer.verdict = Self.settled(answer.status, answer.paid, answer.patient)
            answer.lines = lines(of: index)
            answers.append(answer)
        }
        return answers
    }

    /// The lines within the CLP whose node stands at `index`; a node's parts follow it.
    private func lines(of index: Int) -> [StagedAnswer.Line] {
        let prefix = "paymentReconciliation.detail.item."
        return record.nodes[(index + 1)...].prefix { $0.parent ?? 0 >= index }
            .filter { $0.parent == index }
            .map { node in
                StagedAnswer.Line(
                    identifier: node.text(prefix + "identifier"),
                    charge: Self.cents(node.text(prefix + "charge")),
                    paid: Self.cents(node.text(prefix + "paid")))
            }
    }

    // MARK: Words

    private static func cents(_ text: String) -> Int64 { ExactDecimal(text)?.cents ?? 0 }

    /// A canonical outcome as a verdict.
    private static func verdict(_ outcome: String) -> ClaimVerdict {
        switch outcome {
        case "accepted": .accepted
        case "rejected": .rejected
        case "pending": .pending
        case "paid": .paid
        case "denied": .denied
        default: .noted
        }
    }

    /// What an 835 says of a claim. CLP02 4 is denied, 22 takes back, 23 and 25 move no money; else
    /// paid when money came or the patient owes it, and denied when neither (formats-x12, d).
    private static func settled(_ status: String, _ paid: Int64, _ patient: Int64) -> ClaimVerdict {
        switch status {
        case "22": .reversed
        case "23", "25": .noted
        case "4": .denied
        default: paid != 0 || patient > 0 ? .paid : .denied
        }
    }
}

extension Canonical.Node {
    /// The field's value; empty when it is not stated.
    func text(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
}
