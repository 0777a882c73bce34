import Bytes
import Exchange
import Ledger

/// What a payment adds up to.
enum PaymentSums {
    /// BPR02 against the sum of CLP04 less the sum of PLB, in cents; named by its trace number.
    static func check(_ record: Canonical, receipt: Int64) -> MoneyCheck {
        func amount(_ text: String?) -> ExactDecimal { text.flatMap(ExactDecimal.init) ?? .zero }
        var claims = ExactDecimal.zero
        var adjustments = ExactDecimal.zero
        var claimCount = 0
        for node in record.nodes {
            if node.entity == "paymentReconciliation.detail" { claimCount += 1 }
            for field in node.fields {
                switch field.name {
                case "paymentReconciliation.detail.paid": claims += amount(field.value)
                case "paymentReconciliation.adjustment.amount": adjustments += amount(field.value)
                default: break
                }
            }
        }
        return MoneyCheck(
            receipt: receipt, name: record.value("paymentReconciliation.identifier") ?? "",
            left: amount(record.value("paymentReconciliation.amount")).cents ?? 0,
            claims: claims.cents ?? 0, adjustments: adjustments.cents ?? 0,
            claimCount: claimCount,
            payer: record.value("paymentReconciliation.payer.name")
                ?? record.value("paymentReconciliation.payer.identifier") ?? "",
            dated: record.value("paymentReconciliation.date") ?? "")
    }
}
