/// Where a claim stands, from everything that ever happened to it.
///
/// A fold over a set: the order in which events came in changes nothing, and an event that came
/// twice counts once. The highest rung decides; on one rung the latest by the answer's own date and
/// control number does. Payments decide together: each reversal (CLP02 22) undoes one payment of
/// the same amounts, and what is left says paid, owed by the patient, or denied.
public enum ClaimLadder {
    /// Where a claim stands.
    public struct Standing: Sendable, Hashable {
        /// What became of it so far.
        public var state: ClaimState
        /// The highest rung from which something was heard.
        public var step: ClaimStep
        /// All that was paid, less what was taken back, in cents.
        public var paid: Int64
        /// What the patient owes by the payments that stand, in cents.
        public var patient: Int64
        /// The status that decided, in the standard's own words: `A7`, `CLP02=1`.
        public var status: String
        /// When the event that decided was taken in; nil when none did.
        public var changed: Int64?

        /// Describes a standing.
        public init(
            state: ClaimState, step: ClaimStep = .built, paid: Int64 = 0, patient: Int64 = 0,
            status: String = "", changed: Int64? = nil
        ) {
            self.state = state
            self.step = step
            self.paid = paid
            self.patient = patient
            self.status = status
            self.changed = changed
        }
    }

    /// Where a claim stands.
    /// - Parameters:
    ///   - events: what happened to it, in any order.
    ///   - expectsAnswer: whether a payer answers it at all.
    public static func standing(
        of events: some Sequence<ClaimEvent>, expectsAnswer: Bool = true
    ) -> Standing {
        var standing = Standing(state: expectsAnswer ? .awaiting : .noAnswerExpected)
        var answer: ClaimEvent?
        var payments: [ClaimEvent] = []
        var withdrawal: ClaimEvent?
        for event in distinct(events) {
            standing.step = max(standing.step, event.kind.step)
            switch event.kind {
            case .f835: payments.append(event)
            case .withdrawn: withdrawal = event
            case .collected, .resent: break
            case .ta1, .f999, .f277CA, .payer:
                guard event.verdict != .noted else { continue }
                if let last = answer, !event.outranks(last) { continue }
                answer = event
            }
        }
        if let answer { standing.decide(answer.state, answer) }
        settle(payments, &standing)
        if let withdrawal { standing.decide(.withdrawn, withdrawal) }
        return standing
    }

    /// The events, each once. Two that bear one control number are one: of these the least stays,
    /// so that the choice does not depend on which came first.
    private static func distinct(_ events: some Sequence<ClaimEvent>) -> [ClaimEvent] {
        var kept: [ClaimEvent] = []
        for event in events {
            let same = kept.firstIndex {
                !event.control.isEmpty && $0.control == event.control && $0.kind == event.kind
                    && $0.ordinal == event.ordinal
            }
            guard let same else {
                kept.append(event)
                continue
            }
            if event.precedes(kept[same]) { kept[same] = event }
        }
        return kept
    }

    // MARK: Payments

    private static func settle(_ payments: [ClaimEvent], _ standing: inout Standing) {
        var left: [ClaimEvent] = []
        var reversals: [ClaimEvent] = []
        for event in payments.sorted(by: { $0.precedes($1) }) {
            standing.paid += event.cents
            switch event.verdict {
            case .reversed: reversals.append(event)
            case .noted: break
            default: left.append(event)
            }
        }
        for reversal in reversals { undo(reversal, &left) }
        standing.patient = left.reduce(0) { $0 + $1.patient }
        guard let last = left.last else {
            // All was taken back: the payer is to say more.
            if let reversal = reversals.last { standing.decide(.pending, reversal) }
            return
        }
        let paid = left.reduce(0) { $0 + $1.cents }
        let isKnown = left.contains { $0.verdict != .denied }
        standing.decide(
            paid > 0 ? .paid : standing.patient > 0 && isKnown ? .patient : .denied, last)
    }

    /// Takes out the payment that `reversal` undoes (RFI 791: the same amounts, negated): the last
    /// one before it, else the first after it, by the payer's own dates and numbers.
    private static func undo(_ reversal: ClaimEvent, _ left: inout [ClaimEvent]) {
        func isUndone(_ event: ClaimEvent) -> Bool {
            event.cents == -reversal.cents && event.charge == -reversal.charge
        }
        let before = left.lastIndex { isUndone($0) && $0.precedes(reversal) }
        if let place = before ?? left.firstIndex(where: isUndone) { left.remove(at: place) }
    }
}

extension ClaimLadder.Standing {
    fileprivate mutating func decide(_ state: ClaimState, _ event: ClaimEvent) {
        self.state = state
        status = event.status
        changed = event.at
    }

    /// What the clinic's systems are told. What the patient owes was adjudicated like what is paid.
    public var word: String { state.word }
}

extension ClaimEvent {
    /// What an answer before adjudication makes of a claim.
    fileprivate var state: ClaimState {
        let isEnvelope = kind == .ta1 || kind == .f999
        switch verdict {
        case .rejected: return isEnvelope ? .rejectedEnvelope : .rejectedPayer
        case .denied: return .denied
        case .paid: return .paid
        case .pending: return isEnvelope ? .awaiting : .pending
        case .accepted: return isEnvelope ? .awaiting : .accepted
        case .noted, .reversed: return .awaiting
        }
    }

    /// Whether it decides against `other`: a higher rung, or later on the same one; what is refused
    /// stands where date and number are the same.
    fileprivate func outranks(_ other: ClaimEvent) -> Bool {
        if kind.step != other.kind.step { return kind.step > other.kind.step }
        if dated != other.dated { return dated > other.dated }
        if control != other.control { return control > other.control }
        if (verdict == .rejected) != (other.verdict == .rejected) { return verdict == .rejected }
        if ordinal != other.ordinal { return ordinal > other.ordinal }
        return status > other.status
    }

    /// An order of payments by the payer's own dates and numbers, in which no two differ and are
    /// equal.
    fileprivate func precedes(_ other: ClaimEvent) -> Bool {
        if dated != other.dated { return dated < other.dated }
        if control != other.control { return control < other.control }
        if ordinal != other.ordinal { return ordinal < other.ordinal }
        if verdict != other.verdict { return verdict.rawValue < other.verdict.rawValue }
        if cents != other.cents { return cents < other.cents }
        if charge != other.charge { return charge < other.charge }
        return patient < other.patient
    }
}
