import Testing

@testable import Ledger

/// Where a claim stands follows from the set of its events alone.
@Suite struct ClaimLadderTests {
    private static func event(
        _ kind: ClaimAnswer, _ verdict: ClaimVerdict, _ dated: String = "2026-11-20",
        cents: Int64 = 0, charge: Int64 = 10_000, patient: Int64 = 0, _ control: String = "",
        ordinal: Int = 0, at: Int64 = 1
    ) -> ClaimEvent {
        ClaimEvent(
            claim: 1, kind: kind, verdict: verdict, status: "\(verdict)", cents: cents,
            charge: charge, patient: patient, dated: dated, control: control, ordinal: ordinal,
            record: 1, feed: "answers", at: at)
    }

    /// Every order of a few events.
    private static func orders(_ events: [ClaimEvent]) -> [[ClaimEvent]] {
        guard events.count > 1 else { return [events] }
        return events.indices.flatMap { index in
            var rest = events
            let first = rest.remove(at: index)
            return orders(rest).map { [first] + $0 }
        }
    }

    private static func standings(_ events: [ClaimEvent]) -> Set<ClaimLadder.Standing> {
        Set(orders(events).map { ClaimLadder.standing(of: $0) })
    }

    private static let paid = event(.f835, .paid, cents: 8_000, patient: 500, "P|T1", ordinal: 1)
    private static let reversal = event(
        .f835, .reversed, "2026-11-25", cents: -8_000, charge: -10_000, patient: -500, "P|T2",
        ordinal: 1)
    private static let correction = event(
        .f835, .denied, "2026-11-25", "P|T2", ordinal: 2)

    @Test func `no order of arrival changes where a claim stands`() throws {
        let all = [
            Self.event(.ta1, .accepted, "2026-11-19", "1"),
            Self.event(.f999, .rejected, "2026-11-19", "2"),
            Self.event(.f277CA, .pending, "2026-11-30", "9"), Self.paid, Self.reversal,
            Self.correction,
            Self.event(.f835, .paid, "2026-11-28", cents: 1_000, "P|T3", ordinal: 4),
        ]
        let found = Self.standings(all)
        #expect(found.count == 1)
        #expect(found.first?.state == .paid)
        #expect(found.first?.paid == 1_000)
        #expect(found.first?.step == .settled)
    }

    @Test func `a payment that is taken back is no payment`() {
        let found = Self.standings([Self.event(.f277CA, .pending), Self.paid, Self.reversal])
        #expect(found.map(\.state) == [.pending])
        #expect(found.map(\.paid) == [0])
        #expect(found.map(\.patient) == [0])
    }

    @Test func `a reversal and its correction leave what the correction says`() {
        let found = Self.standings([Self.paid, Self.reversal, Self.correction])
        #expect(found.map(\.state) == [.denied])
        #expect(found.map(\.paid) == [0])
    }

    @Test func `a reversal undoes one payment of its amounts, not both`() {
        let again = Self.event(
            .f835, .paid, "2026-11-27", cents: 8_000, patient: 500, "P|T4", ordinal: 1)
        let found = Self.standings([Self.paid, Self.reversal, again])
        #expect(found.map(\.state) == [.paid])
        #expect(found.map(\.paid) == [8_000])
        #expect(found.map(\.patient) == [500])
    }

    @Test(arguments: [
        (ClaimAnswer.ta1, ClaimVerdict.rejected), (.f999, .rejected), (.f277CA, .rejected),
        (.f277CA, .pending), (.payer, .rejected),
    ])
    func `a late answer of a lower rung changes nothing final`(
        kind: ClaimAnswer, verdict: ClaimVerdict
    ) {
        let late = Self.event(kind, verdict, "2027-01-01", "99", at: 99)
        let found = Self.standings([Self.paid, late])
        #expect(found.map(\.state) == [.paid])
        #expect(found.map(\.changed) == [1])
    }

    @Test func `on one rung the answer's own date decides, then its number, then a refusal`() {
        let older = Self.event(.f277CA, .rejected, "2026-11-19", "5")
        let newer = Self.event(.f277CA, .pending, "2026-11-20", "4")
        #expect(Self.standings([older, newer]).map(\.state) == [.pending])
        let number = Self.event(.f277CA, .rejected, "2026-11-20", "5")
        #expect(Self.standings([newer, number]).map(\.state) == [.rejectedPayer])
        let set = Self.event(.f999, .accepted, "2026-11-20", "5", ordinal: 1)
        let group = Self.event(.f999, .rejected, "2026-11-20", "5", ordinal: 2)
        #expect(Self.standings([set, group]).map(\.state) == [.rejectedEnvelope])
    }

    @Test func `the same payment told twice counts once`() {
        #expect(Self.standings([Self.paid, Self.paid]).map(\.paid) == [8_000])
        var other = Self.paid
        other.cents = 9_000
        #expect(Self.standings([Self.paid, other]).map(\.paid) == [8_000])
    }

    @Test func `nothing paid is denied, or the patient's to pay`() {
        let owed = Self.event(.f835, .paid, patient: 2_000, "P|T1", ordinal: 1)
        #expect(ClaimLadder.standing(of: [owed]).state == .patient)
        #expect(ClaimLadder.standing(of: [Self.correction]).state == .denied)
        let part = Self.event(.f835, .paid, cents: 100, "P|T1", ordinal: 2)
        #expect(Self.standings([part, Self.correction]).map(\.state) == [.paid])
    }

    @Test func `without an answer it waits, or waits for none`() {
        let collected = Self.event(.collected, .noted)
        #expect(ClaimLadder.standing(of: [collected]).step == .collected)
        #expect(ClaimLadder.standing(of: [collected]).state == .awaiting)
        #expect(ClaimLadder.standing(of: [], expectsAnswer: false).state == .noAnswerExpected)
    }
}
