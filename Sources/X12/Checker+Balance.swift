import Bytes
import Exchange

/// Level 3: what must add up within one claim or one payment. All decimals are exact.
enum BalanceFindings {
    private static func kind(_ code: String, _ what: String, _ fix: String) -> FindingKind {
        FindingKind("X12-" + code, .error, owner: .billing, what: what, fix: fix)
    }
    private static let claim = "Correct the charges and send the claim again."
    private static let payer = "Do not post it; ask the payer for a corrected remittance."

    static let charge = kind("401", "CLM02 is not the sum of the lines' charges", claim)
    static let line = kind("402", "a line's charge is not what the other payer paid plus its adjustments", claim)
    static let otherPayer = kind("403", "CLM02 is not the other payer's payment plus its adjustments", claim)
    static let service = kind("411", "SVC02 less the line's adjustments is not SVC03", payer)
    static let payment = kind("412", "CLP03 less the adjustments of claim and lines is not CLP04", payer)
    static let servicePayments = kind("413", "the lines' payments less the claim's adjustments are not CLP04", payer)
    static let deposit = kind("414", "BPR02 is not the sum of CLP04 less the PLB amounts", payer)

    static let kinds = [charge, line, otherPayer, service, payment, servicePayments, deposit]
}

extension Checker {
    /// The decimal in an element; zero when it is empty or no number (told elsewhere).
    private func amount(_ unit: Int, _ element: Int, _ span: Span<UInt8>) -> ExactDecimal {
        ExactDecimal(span, document.range(unit, element)) ?? .zero
    }

    /// The amounts of a CAS: elements 03, 06, 09 … 18.
    private func adjustments(_ unit: Int, _ span: Span<UInt8>) -> ExactDecimal {
        var sum = ExactDecimal.zero
        for element in stride(from: 3, through: 18, by: 3) where element <= Int(document.units[unit].count) {
            sum += amount(unit, element, span)
        }
        return sum
    }

    /// What was said of one other payer (2320).
    private struct OtherPayer {
        var unit: Int
        var paid: ExactDecimal?
        var adjusted = ExactDecimal.zero
        var identifier = 0..<0
    }

    /// 837: charges, and coordination of benefits (837 guides, balancing).
    func claimBalance(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        var claim = -1
        var sum = ExactDecimal.zero
        var lines = 0
        var payers: [OtherPayer] = []
        var lineCharge = ExactDecimal.zero
        var judged: (unit: Int, left: ExactDecimal, payer: Range<Int>)?
        var lineAdjusted: [(payer: Range<Int>, sum: ExactDecimal)] = []
        func closeLine(into findings: inout [Finding]) {
            if let judged, judged.left != .zero {
                report(BalanceFindings.line, judged.unit, element: 2, code: nil, entry, into: &findings)
            }
            judged = nil
        }
        for unit in entry.units {
            let index = Int(document.units[unit].slot)
            guard index >= 0 else { continue }
            let slot = guide.slots[index]
            switch slot.segment {
            case ID.clm: claim = unit
            case ID.sv1, ID.sv2, ID.sv3:
                let element = slot.segment == ID.sv2 ? 3 : 2
                lineCharge = amount(unit, element, span)
                sum += lineCharge
                lines += 1
            case ID.lx: closeLine(into: &findings)
            case ID.sbr where slot.loop == names.otherSubscriber: payers.append(OtherPayer(unit: unit))
            case ID.amt where slot.loop == names.otherSubscriber && !payers.isEmpty:
                if span.equals(document.range(unit, 1), "D") { payers[payers.count - 1].paid = amount(unit, 2, span) }
            case ID.nm1 where slot.loop == names.otherPayer && !payers.isEmpty:
                payers[payers.count - 1].identifier = document.range(unit, 9)
            case ID.svd:
                closeLine(into: &findings)
                judged = (unit, lineCharge - amount(unit, 2, span), document.range(unit, 1))
            case ID.cas:
                let adjusted = adjustments(unit, span)
                if slot.loop == names.otherSubscriber, !payers.isEmpty {
                    payers[payers.count - 1].adjusted += adjusted
                } else if slot.loop == names.adjudication, judged != nil {
                    judged?.left += -adjusted
                    lineAdjusted.append((judged.map { $0.payer } ?? 0..<0, adjusted))
                }
            default: break
            }
        }
        closeLine(into: &findings)
        guard claim >= 0 else { return }
        let charge = amount(claim, 2, span)
        if lines > 0, sum != charge {
            report(BalanceFindings.charge, claim, element: 2, code: nil, entry, into: &findings)
        }
        for payer in payers {
            guard let paid = payer.paid else { continue }
            var total = paid + payer.adjusted
            let identifier = span.copy(payer.identifier)
            for line in lineAdjusted where span.equals(line.payer, identifier) { total += line.sum }
            if total != charge {
                reportSegment(BalanceFindings.otherPayer, payer.unit, slot: -1, code: nil, entry, into: &findings)
            }
        }
    }

    /// What was said of one claim of a payment (2100).
    private struct PaidClaim {
        var unit: Int
        var charge = ExactDecimal.zero
        var paid = ExactDecimal.zero
        var adjusted = ExactDecimal.zero
        var lineAdjusted = ExactDecimal.zero
        var lineCharge = ExactDecimal.zero
        var linePaid = ExactDecimal.zero
        var lines = 0
        /// The line being read: its unit and what is left of SVC02 − CAS − SVC03.
        var line = -1
        var left = ExactDecimal.zero
    }

    /// 835: service, claim and transaction balance (835 guide 1.10.2).
    func paymentBalance(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        var claim: PaidClaim?
        var deposit = -1
        var total = ExactDecimal.zero
        for unit in entry.units {
            let index = Int(document.units[unit].slot)
            guard index >= 0 else { continue }
            let slot = guide.slots[index]
            switch slot.segment {
            case ID.bpr: deposit = unit
            case ID.clp:
                close(claim, entry, into: &findings)
                var next = PaidClaim(unit: unit)
                next.charge = amount(unit, 3, span)
                next.paid = amount(unit, 4, span)
                total += next.paid
                claim = next
            case ID.svc:
                closeLine(claim, entry, into: &findings)
                let charge = amount(unit, 2, span)
                let paid = amount(unit, 3, span)
                claim?.lines += 1
                claim?.lineCharge += charge
                claim?.linePaid += paid
                claim?.line = unit
                claim?.left = charge - paid
            case ID.cas:
                let adjusted = adjustments(unit, span)
                if slot.loop == names.paymentLine {
                    claim?.lineAdjusted += adjusted
                    claim?.left += -adjusted
                } else {
                    claim?.adjusted += adjusted
                }
            case ID.plb:
                for element in stride(from: 4, through: 14, by: 2) { total += -amount(unit, element, span) }
            default: break
            }
        }
        close(claim, entry, into: &findings)
        if deposit >= 0, total != amount(deposit, 2, span) {
            report(BalanceFindings.deposit, deposit, element: 2, code: nil, entry, into: &findings)
        }
    }

    private func closeLine(
        _ claim: PaidClaim?, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        guard let claim, claim.line >= 0, claim.left != .zero else { return }
        report(BalanceFindings.service, claim.line, element: 3, code: nil, entry, into: &findings)
    }

    private func close(
        _ claim: PaidClaim?, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        guard let claim else { return }
        closeLine(claim, entry, into: &findings)
        if claim.charge - claim.adjusted - claim.lineAdjusted != claim.paid {
            report(BalanceFindings.payment, claim.unit, element: 4, code: nil, entry, into: &findings)
        } else if claim.lines > 0, claim.lineCharge == claim.charge,
            claim.linePaid - claim.adjusted != claim.paid
        {
            report(BalanceFindings.servicePayments, claim.unit, element: 4, code: nil, entry, into: &findings)
        }
    }
}
