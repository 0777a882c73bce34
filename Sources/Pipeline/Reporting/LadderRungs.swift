import Bytes
import Exchange
import Ledger
import Reports

/// The claims ladder of the report: how many claims and dollars stand on each rung, how old the
/// oldest is, and how many have waited longer than their partner's clock allows.
struct LadderRungs {
    private let ledger: Ledger
    private let clocks: [(partner: String, clocks: ClaimClocks)]
    private let instant: Int64

    private static let second: Int64 = 1_000_000
    private static let day: Int64 = 86_400 * second

    init(_ context: NightContext) {
        ledger = context.ledger
        instant = context.batch.instant
        clocks = context.site.partners.values.compactMap { partner in
            partner.clocks.map { (partner.name, $0) }
        }.sorted { $0.partner < $1.partner }
    }

    /// The rungs on which claims stand, from what was sent last to what is settled; then what was
    /// paid for claims that nobody knows.
    func rungs() throws -> [Report.Rung] {
        var rungs: [Rung: Report.Rung] = [:]
        for tally in try ledger.claimTallies() {
            let rung = Rung(tally.state, tally.step)
            let days = tally.oldest.map { Int(max(0, instant - $0) / Self.day) }
            var sum = rungs[rung] ?? Report.Rung(step: rung.rawValue, claims: 0, cents: 0, paid: 0)
            sum.claims += tally.claims
            sum.cents += Int(tally.cents)
            sum.paid = (sum.paid ?? 0) + Int(tally.paid)
            if rung.isOpen { sum.oldestDays = [sum.oldestDays, days].compactMap { $0 }.max() }
            let late = try overdue(tally, rung)
            if let late { sum.overdue = (sum.overdue ?? 0) + late }
            rungs[rung] = sum
        }
        var all = Rung.allCases.compactMap { rungs[$0] }
        let unapplied = try ledger.unapplied()
        if unapplied.count > 0 {
            all.append(
                Report.Rung(
                    step: Rung.unapplied.rawValue, claims: unapplied.count, cents: 0,
                    paid: Int(unapplied.cents)))
        }
        return all
    }

    /// How many claims have waited too long; nil where no clock runs.
    private func overdue(_ tally: ClaimTally, _ rung: Rung) throws -> Int? {
        var sum: Int?
        for (partner, clocks) in clocks {
            guard let seconds = rung.clock(clocks) else { continue }
            let limit = instant - Int64(seconds) * Self.second
            let day = Timestamp.local(limit, zone: "UTC").description.prefix(10)
            sum =
                try (sum ?? 0)
                + ledger.claims(
                    in: tally.state, tally.step, of: partner,
                    waiting: rung.isRejected
                        ? .served(before: String(day)) : .sent(before: limit))
        }
        return sum
    }

    /// The rungs as people call them.
    private enum Rung: String, CaseIterable {
        case built = "awaiting collection"
        case interchange = "awaiting TA1"
        case group = "awaiting 999"
        case status = "awaiting 277CA"
        case payer = "awaiting the payer"
        case payment = "awaiting payment"
        case refused = "rejected by TA1 or 999"
        case rejected = "rejected by 277CA"
        case denied = "denied"
        case patient = "patient owes"
        case paid = "paid"
        case none = "no answer expected"
        case withdrawn = "withdrawn"
        case unapplied = "paid, without a claim"

        init(_ state: ClaimState, _ step: ClaimStep) {
            switch state {
            case .awaiting:
                switch step {
                case .built: self = .built
                case .collected: self = .interchange
                case .interchange: self = .group
                case .group: self = .status
                case .clearinghouse: self = .payer
                case .payer, .settled: self = .payment
                }
            case .accepted, .pending: self = step <= .clearinghouse ? .payer : .payment
            case .rejectedEnvelope: self = .refused
            case .rejectedPayer: self = .rejected
            case .denied: self = .denied
            case .patient: self = .patient
            case .paid: self = .paid
            case .noAnswerExpected: self = .none
            case .withdrawn: self = .withdrawn
            }
        }

        /// Whether it never was adjudicated, so that it must be sent again in time.
        var isRejected: Bool { self == .refused || self == .rejected }

        /// Whether something is still to come.
        var isOpen: Bool {
            switch self {
            case .built, .interchange, .group, .status, .payer, .payment, .refused, .rejected: true
            case .denied, .patient, .paid, .none, .withdrawn, .unapplied: false
            }
        }

        /// What it is waited for, in seconds.
        func clock(_ clocks: ClaimClocks) -> Int? {
            switch self {
            case .built, .interchange: clocks.ta1
            case .group: clocks.group
            case .status: clocks.status
            case .payer, .payment: clocks.payment
            case .refused, .rejected: clocks.timely
            case .denied, .patient, .paid, .none, .withdrawn, .unapplied: nil
            }
        }
    }
}
