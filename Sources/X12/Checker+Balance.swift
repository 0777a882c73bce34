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
    static let line = kind(
        "402", "a line's charge is not what the other payer paid plus its adjustments", claim)
    static let otherPayer = kind(
        "403", "CLM02 is not the other payer's payment plus its adjustments", claim)
    static let service = kind("411", "SVC02 less the line's adjustments is not SVC03", payer)
    static let payment = kind(
        "412", "CLP03 less the adjustments of claim and lines is not CLP04", payer)
    static let servicePayments = kind(
        "413", "the lines' payments less the claim's adjustments are not CLP04", payer)
    static let deposit = kind("414", "BPR02 is not the sum of CLP04 less the PLB amounts", payer)

    static let doubled = kind(
        "415", "one adjustment is reported for the claim and again for its lines", payer)

    static let kinds = [
        charge, line, otherPayer, service, payment, servicePayments, deposit, doubled,
    ]
}

extension Checker {
    /// The decimal in an element; zero when it is empty or no number (told elsewhere).
    @inline(__always)
    private func amount(_ unit: Int, _ element: Int, _ span: Span<UInt8>) -> Amount {
        Amount(span, document.range(unit, element))
    }

    /// The amounts of a CAS: elements 03, 06, 09 … 18.
    private func adjustments(_ unit: Int, _ span: Span<UInt8>) -> Amount {
        var sum = Amount.zero
        for element in stride(from: 3, through: 18, by: 3)
        where element <= Int(document.table.units[unit].count) {
            sum += amount(unit, element, span)
        }
        return sum
    }

    /// What was said of one other payer (2320).
    private struct OtherPayer {
        var unit: Int
        var paid: Amount?
        var adjusted = Amount.zero
        var identifier = 0..<0
    }

    /// 837: charges, and coordination of benefits (837 guides, balancing).
    func claimBalance(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        let names = guide.names
        var claim = -1
        var sum = Amount.zero
        var lines = 0
        var payers: [OtherPayer] = []
        var lineCharge = Amount.zero
        // What each other payer said of the line: it may say it in several SVDs, as when it split it.
        var judged: [(unit: Int, left: Amount, payer: Range<Int>)] = []
        var lineAdjusted: [(payer: Range<Int>, sum: Amount)] = []
        func closeLine(into findings: inout [Finding]) {
            for payer in judged where payer.left != .zero {
                report(
                    BalanceFindings.line, payer.unit, element: 2, code: nil, entry, into: &findings)
            }
            if !judged.isEmpty { judged.removeAll() }
        }
        for unit in entry.units {
            switch role(unit) {
            case .claim: claim = unit
            case .line:
                // SV2 has its charge in 03, SV1 and SV3 in 02.
                lineCharge = amount(unit, names.isInstitutional ? 3 : 2, span)
                sum += lineCharge
                lines += 1
            case .lineNumber: closeLine(into: &findings)
            case .subscriber where loop(unit) == names.otherSubscriber:
                payers.append(OtherPayer(unit: unit))
            case .amount where !payers.isEmpty && loop(unit) == names.otherSubscriber:
                if says(unit, 1, code("D"), span) {
                    payers[payers.count - 1].paid = amount(unit, 2, span)
                }
            case .name where !payers.isEmpty && loop(unit) == names.otherPayer:
                payers[payers.count - 1].identifier = document.range(unit, 9)
            case .adjudication:
                let payer = document.range(unit, 1)
                let paid = amount(unit, 2, span)
                if let place = judged.firstIndex(where: { span.same($0.payer, payer) }) {
                    judged.append(judged.remove(at: place))
                    judged[judged.count - 1].left -= paid
                } else {
                    judged.append((unit, lineCharge - paid, payer))
                }
            case .adjustments:
                let adjusted = adjustments(unit, span)
                if loop(unit) == names.otherSubscriber, !payers.isEmpty {
                    payers[payers.count - 1].adjusted += adjusted
                } else if loop(unit) == names.adjudication, let last = judged.indices.last {
                    judged[last].left -= adjusted
                    lineAdjusted.append((judged[last].payer, adjusted))
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
            for line in lineAdjusted where span.same(line.payer, payer.identifier) {
                total += line.sum
            }
            if total != charge {
                reportSegment(
                    BalanceFindings.otherPayer, payer.unit, slot: -1, code: nil, entry,
                    into: &findings)
            }
        }
    }

    /// What was said of one claim of a payment (2100).
    private struct PaidClaim {
        var unit: Int
        var charge = Amount.zero
        var paid = Amount.zero
        var adjusted = Amount.zero
        var lineAdjusted = Amount.zero
        var lineCharge = Amount.zero
        var linePaid = Amount.zero
        var lines = 0
        /// The first CAS of the claim, and all that follow its lines.
        var adjustments = 0..<0
        /// The line being read: its unit and what is left of SVC02 − CAS − SVC03.
        var line = -1
        var left = Amount.zero
    }

    /// 835: service, claim and transaction balance (835 guide 1.10.2).
    func paymentBalance(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        let names = guide.names
        var claim: PaidClaim?
        var deposit = -1
        var total = Amount.zero
        for unit in entry.units {
            switch role(unit) {
            case .deposit: deposit = unit
            case .payment:
                close(claim, entry, span, into: &findings)
                var next = PaidClaim(unit: unit)
                next.charge = amount(unit, 3, span)
                next.paid = amount(unit, 4, span)
                total += next.paid
                claim = next
            case .service:
                closeLine(claim, entry, into: &findings)
                let charge = amount(unit, 2, span)
                let paid = amount(unit, 3, span)
                claim?.lines += 1
                claim?.lineCharge += charge
                claim?.linePaid += paid
                claim?.line = unit
                claim?.left = charge - paid
            case .adjustments:
                let adjusted = adjustments(unit, span)
                if let first = claim?.adjustments {
                    claim?.adjustments = (first.isEmpty ? unit : first.lowerBound)..<(unit + 1)
                }
                if loop(unit) == names.paymentLine {
                    claim?.lineAdjusted += adjusted
                    claim?.left -= adjusted
                } else {
                    claim?.adjusted += adjusted
                }
            case .provider:
                for element in stride(from: 4, through: 14, by: 2) {
                    total -= amount(unit, element, span)
                }
            default: break
            }
        }
        close(claim, entry, span, into: &findings)
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

    /// The CAS of a claim with an amount that its lines report again with the same group and
    /// reason; nil where there is none (RFI 358).
    private func doubled(_ claim: PaidClaim, _ span: Span<UInt8>) -> Int? {
        let over = claim.charge - claim.adjusted - claim.lineAdjusted - claim.paid
        for unit in claim.adjustments where isAdjustment(unit, names.payment) {
            for element in stride(from: 2, through: 17, by: 3)
            where !document.range(unit, element).isEmpty {
                let group = document.range(unit, 1)
                let reason = document.range(unit, element)
                var again = Amount.zero
                for line in claim.adjustments where isAdjustment(line, names.paymentLine) {
                    guard span.same(document.range(line, 1), group) else { continue }
                    for place in stride(from: 2, through: 17, by: 3)
                    where span.same(document.range(line, place), reason) {
                        again += amount(line, place + 1, span)
                    }
                }
                let own = amount(unit, element + 1, span)
                if own != .zero, own == again, over + own == .zero { return unit }
            }
        }
        return nil
    }

    private func isAdjustment(_ unit: Int, _ wanted: Int) -> Bool {
        role(unit) == .adjustments && loop(unit) == wanted
    }

    private func close(
        _ claim: PaidClaim?, _ entry: X12Document.Entry, _ span: Span<UInt8>,
        into findings: inout [Finding]
    ) {
        guard let claim else { return }
        closeLine(claim, entry, into: &findings)
        if claim.charge - claim.adjusted - claim.lineAdjusted != claim.paid {
            if let unit = doubled(claim, span) {
                return reportSegment(
                    BalanceFindings.doubled, unit, slot: -1, code: nil, entry, into: &findings)
            }
            report(
                BalanceFindings.payment, claim.unit, element: 4, code: nil, entry, into: &findings)
        } else if claim.lines > 0, claim.lineCharge == claim.charge,
            claim.linePaid - claim.adjusted != claim.paid
        {
            report(
                BalanceFindings.servicePayments, claim.unit, element: 4, code: nil, entry,
                into: &findings)
        }
    }
}
