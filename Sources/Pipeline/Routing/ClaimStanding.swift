import Bytes
import Exchange
import Ledger

/// Where a claim stands: the highest answer on the ladder decides, whatever order they came in.
struct ClaimStanding {
    private var level: Int
    private var verdict: ClaimVerdict

    /// Where the ledger has it.
    init(_ claim: ClaimRow) {
        switch claim.state {
        case .paid: (level, verdict) = (4, .paid)
        case .denied: (level, verdict) = (4, .denied)
        case .pending: (level, verdict) = (3, .pending)
        case .rejectedPayer: (level, verdict) = (3, .rejected)
        case .accepted: (level, verdict) = (2, .accepted)
        case .rejectedEnvelope: (level, verdict) = (2, .rejected)
        case .awaiting, .noAnswerExpected, .withdrawn: (level, verdict) = (0, .noted)
        }
    }

    /// Takes an answer in: one of the same level replaces, one of a lower level is only noted.
    mutating func take(_ kind: ClaimAnswer, _ verdict: ClaimVerdict) {
        guard verdict != .noted else { return }
        let level =
            switch kind {
            case .ta1: 1
            case .f999: 2
            case .f277CA: 3
            case .f835: 4
            case .collected, .resent, .withdrawn: 0
            }
        guard level >= self.level else { return }
        self.level = level
        self.verdict = verdict
    }

    /// What the clinic's systems are told.
    var word: String { ClaimStanding.word(verdict) }

    /// What the clinic's systems are told of a verdict.
    static func word(_ verdict: ClaimVerdict) -> String {
        switch verdict {
        case .paid: "paid"
        case .denied: "denied"
        case .rejected: "rejected"
        case .noted, .accepted, .pending: "pending"
        }
    }

    /// A canonical outcome as a verdict.
    static func verdict(_ outcome: String) -> ClaimVerdict {
        switch outcome {
        case "accepted": .accepted
        case "rejected": .rejected
        case "pending": .pending
        case "paid": .paid
        case "denied": .denied
        default: .noted
        }
    }

    /// What an 835 says of a claim. CLP02 4 is denied, 22, 23 and 25 move no money; else paid when
    /// money came or the patient owes it, and denied when neither (formats-x12, d).
    static func settled(
        status: String, paid: ExactDecimal, patient: ExactDecimal
    ) -> ClaimVerdict {
        switch status {
        case "22", "23", "25": .noted
        case "4": .denied
        default: paid > .zero || patient > .zero ? .paid : .denied
        }
    }
}
