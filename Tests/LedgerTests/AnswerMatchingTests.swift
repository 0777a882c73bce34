import Testing

@testable import Ledger

/// Answers find their claims by the keys of the standard, in their order, and never by a guess.
@Suite struct AnswerMatchingTests {
    private let night: Night

    init() throws {
        night = try Night()
        try night.ledger.loadClaims(
            [
                claim("A1", "east", traits: ClaimTraits(member: "M1", service: "2026-11-01")),
                claim(
                    "A2", "east", st: "0002",
                    traits: ClaimTraits(member: "M2", service: "2026-11-02", clearinghouse: "D9-2")),
                claim("B1", "west", traits: ClaimTraits(member: "M1", service: "2026-11-01")),
                claim("SAME", "east", st: "0003", cents: 100),
                claim("SAME", "east", st: "0004", cents: 100),
                claim("SAME", "east", st: "0005", cents: 300),
            ], batch: night.batch.id, at: Night.instant)
    }

    private func claim(
        _ pcn: String, _ partner: String, st: String = "0001", cents: Int64 = 10_000,
        traits: ClaimTraits = ClaimTraits()
    ) -> StagedClaim {
        StagedClaim(
            record: 1, feed: "lab", pcn: Array(pcn.utf8), destination: "claims", isa: "000000001",
            gs: "1", st: st, bht: "B\(st)", partner: partner, traits: traits, cents: cents)
    }

    private func answer(
        _ kind: ClaimAnswer, _ scope: AnswerScope, _ verdict: ClaimVerdict,
        partner: String = "east",
        _ change: (inout StagedAnswer) -> Void = { _ in }
    ) -> StagedAnswer {
        var answer = StagedAnswer(
            record: night.record(1), kind: kind, scope: scope, partner: partner, feed: "lab", at: 5)
        answer.verdict = verdict
        answer.isa = "000000001"
        answer.gs = "1"
        change(&answer)
        return answer
    }

    /// What each of the claims is after the answers, in the order of their numbers.
    private func states(_ answers: [StagedAnswer]) throws -> [String] {
        for answer in answers { try night.workspace.add(answer) }
        try night.workspace.matchAnswers(to: night.ledger)
        return try night.workspace.matches(from: night.record(1), through: night.record(1))
            .map { match in
                "\(match.claim.map { "\($0)" } ?? "-") \(match.claim == nil ? "" : "\(match.state)")"
            }
    }

    @Test func `an envelope's answer concerns the claims that went to its sender`() throws {
        #expect(
            try states([answer(.ta1, .interchange, .rejected, partner: "west")])
                == ["3 rejectedEnvelope"])
    }

    @Test func `a 999 for a set concerns that set of that partner`() throws {
        let found = try states([answer(.f999, .set, .rejected) { $0.st = "0001" }])
        #expect(found == ["1 rejectedEnvelope"])
    }

    @Test func `AK9 accepts the sets that are not listed, and no other`() throws {
        let found = try states([
            answer(.f999, .set, .rejected) { $0.st = "0001" },
            answer(.f999, .unlistedPartly, .accepted),
        ])
        #expect(
            found == [
                "1 rejectedEnvelope", "2 awaiting", "4 awaiting", "5 awaiting", "6 awaiting",
            ])
        // Were no set told as refused, nobody could say which are not.
        let night = try AnswerMatchingTests()
        #expect(try night.states([night.answer(.f999, .unlistedPartly, .accepted)]) == ["- "])
    }

    @Test func `AK9 that refuses concerns every set, listed or not`() throws {
        let found = try states([
            answer(.f999, .set, .accepted) { $0.st = "0001" }, answer(.f999, .group, .rejected),
        ])
        #expect(found.filter { $0.hasSuffix("rejectedEnvelope") }.count == 6)
        #expect(Set(found.map { $0.prefix(1) }).count == 5)
    }

    @Test func `a refused file of a 277CA concerns every claim in it`() throws {
        #expect(
            try states([answer(.f277CA, .file, .rejected) { $0.bht = "B0002" }])
                == ["2 rejectedPayer"])
    }

    @Test func `a payment finds its claim by number, the payer's number, or the service`() throws {
        let found = try states([
            answer(.f277CA, .account, .pending) {
                $0.pcn = Array("A2".utf8)
                $0.payerClaim = "ICN2"
            },
            answer(.f835, .account, .paid) {
                $0.ordinal = 1
                $0.pcn = Array("0".utf8)
                $0.payerClaim = "ICN2"
                $0.paid = 100
            },
            answer(.f835, .account, .paid) {
                $0.ordinal = 2
                $0.pcn = Array("A".utf8)
                ($0.member, $0.service, $0.charge) = ("M2", "2026-11-02", 10_000)
                $0.paid = 200
            },
            answer(.f277CA, .account, .pending) {
                $0.ordinal = 3
                $0.clearinghouse = "D9-2"
            },
        ])
        #expect(found == ["2 paid", "2 paid", "2 paid", "2 paid"])
    }

    @Test func `between two claims alike none is chosen`() throws {
        let found = try states([
            answer(.f835, .account, .paid) {
                $0.pcn = Array("SAME".utf8)
                $0.charge = 100
            },
            answer(.f835, .account, .paid) {
                $0.pcn = Array("SAME".utf8)
                $0.charge = 300
            },
            // Two partners' claims for one member, day and charge: the sender tells them apart.
            answer(.f835, .account, .paid, partner: "") {
                ($0.member, $0.service, $0.charge) = ("M1", "2026-11-01", 10_000)
            },
            answer(.f835, .account, .paid, partner: "west") {
                ($0.member, $0.service, $0.charge) = ("M1", "2026-11-01", 10_000)
            },
        ])
        #expect(found == ["- ", "6 denied", "- ", "3 denied"])
    }

    @Test func `an account number that is cut off is no other claim's`() throws {
        let found = try states([
            answer(.f835, .account, .paid) {
                $0.pcn = Array("ZZZ".utf8)
                ($0.member, $0.service, $0.charge) = ("M2", "2026-11-02", 10_000)
            }
        ])
        #expect(found == ["- "])
    }

    @Test func `a payment posts whole and once, and what has no claim is unapplied`() throws {
        try night.fill()
        for ordinal in 1...2 {
            try night.workspace.add(
                answer(.f835, .account, .paid) {
                    $0.ordinal = ordinal
                    $0.pcn = Array((ordinal == 1 ? "A1" : "NOBODY").utf8)
                    $0.paid = Int64(ordinal) * 100
                    ($0.trace, $0.payer, $0.control) = ("T1", "P", "P|T1")
                })
        }
        // The same payment told again, in a file of its own.
        try night.workspace.add(
            answer(.f835, .account, .paid) {
                $0.ordinal = 1
                $0.record = night.record(2)
                $0.pcn = Array("A1".utf8)
                $0.paid = 100
                ($0.trace, $0.payer, $0.control) = ("T1", "P", "P|T1")
            })
        try night.workspace.matchAnswers(to: night.ledger)
        try night.commit()
        #expect(try night.ledger.claim(1)?.standing.paid == 100)
        #expect(try night.ledger.claim(1)?.state == .paid)
        #expect(try night.ledger.unappliedPostings().map(\.paid) == [200])
        #expect(try night.ledger.unapplied().cents == 200)
        #expect(try night.imbalance() == [])
        let tallies = try night.ledger.claimTallies()
        #expect(tallies.reduce(0) { $0 + $1.claims } == 7)
        #expect(tallies.first { $0.state == .paid }?.paid == 100)
    }
}
