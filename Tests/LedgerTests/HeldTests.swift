import Exchange
import Testing

@testable import Ledger

@Suite struct HeldTests {
    /// The batch after a night, with its one record released into it.
    private func next(_ night: Night, minutes: Int64 = 10) throws -> Batch {
        try night.ledger.begin(
            .run, instant: Night.instant + minutes * 60_000_000, settings: Night.digest(1))
    }

    private func again(_ night: Night, _ held: Held, _ batch: Batch, outcome: Outcome) throws {
        let work = try Workspace.create(at: night.folder + "/again.sqlite", columns: [])
        var row = night.row(2, outcome, key: "two")
        row.origin = .released
        try work.add(row)
        if outcome == .accepted {
            try work.add(
                StagedLeg(
                    record: held.record, feed: "lab", destination: "ehr", state: .suppressed))
        } else {
            try work.add(
                StagedHold(record: held.record, feed: "lab", code: "HL7-102", owner: .lab))
        }
        try night.ledger.commitUnits(
            [UnitCommit(batch: batch.id, unit: night.unit, receipts: [], at: batch.instant)],
            workspace: work)
    }

    @Test func `a release is asked for, taken in by the next run, and balances there`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        try night.finish()
        let ledger = night.ledger
        #expect(try ledger.held().map(\.reference) == ["R-1-2"])
        #expect(try ledger.held()[0].offset == 20)
        #expect(try ledger.heldAges(at: Night.instant).map(\.upToDay) == [1])
        #expect(try ledger.heldAges(at: Night.instant + 9 * 86_400_000_000).map(\.upToMonth) == [1])
        try ledger.assign(
            night.record(2), patient: Array("P9".utf8), by: "ann", reason: "called", at: 1)
        #expect(
            try ledger.requestRelease(
                record: night.record(2), by: "ann", reason: "fixed", at: 2) == 1)
        let batch = try next(night)
        try ledger.declare(units: [night.unit], batch: batch.id)
        let taken = try ledger.takeReleased(batch: batch.id, feeds: ["lab"])
        #expect(taken.map(\.patient) == [Array("P9".utf8)])
        #expect(try ledger.takeReleased(batch: batch.id, feeds: ["lab"]) == taken, "resumed")
        try again(night, taken[0], batch, outcome: .accepted)
        let equations = try ledger.equations(batch: batch.id, unit: "results")
        #expect(equations.filter { $0.gates && !$0.isOK } == [])
        let records = try #require(equations.first { $0.law == "B2" })
        #expect(records.parts.first { $0.name == "released" }?.value == 1)
        #expect(equations.first { $0.law == "B4" }?.left == 1)
        try night.sabotage("DELETE FROM reentry")
        #expect(
            try ledger.equations(batch: batch.id, unit: "results").first { $0.law == "B2" }?
                .difference == 1)
    }

    @Test func `a released record may be held again and is held once`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        try night.finish()
        let batch = try next(night)
        try night.ledger.declare(units: [night.unit], batch: batch.id)
        let taken = try night.ledger.takeWaiting(
            on: [Array("P1".utf8)], batch: batch.id, feeds: ["lab"])
        #expect(taken.map(\.reference) == ["R-1-2"])
        #expect(
            try night.ledger.takeWaiting(
                on: [Array("P1".utf8)], batch: batch.id, feeds: ["lab"]) == taken)
        try again(night, taken[0], batch, outcome: .held)
        let wrong = try night.ledger.equations(batch: batch.id, unit: "results").filter {
            $0.gates && !$0.isOK
        }
        #expect(wrong == [])
        #expect(try night.ledger.held().map(\.code) == ["HL7-102"])
    }

    @Test func `what a unit took in and did not commit goes back into quarantine`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        try night.finish()
        let batch = try next(night)
        _ = try night.ledger.requestRelease(code: "HL7-101", by: "a", reason: "b", at: 1)
        let other = try night.ledger.takeReleased(batch: batch.id, feeds: ["lab"])
        #expect(other.count == 1)
        #expect(try night.ledger.held() == [])
        try night.ledger.closeBatch(batch.id, verdict: "RED", exit: 1, report: nil, at: 1)
        #expect(try night.ledger.held().map(\.reference) == ["R-1-2"])
    }

    @Test func `a discard between two runs counts in the next`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        try night.finish()
        try night.ledger.discard(night.record(2), by: "ann", reason: "test message", at: 5)
        #expect(throws: LedgerError.conflict("R-1-2 is not held")) {
            try night.ledger.discard(night.record(2), by: "ann", reason: "again", at: 6)
        }
        let batch = try next(night)
        try night.ledger.declare(units: [night.unit], batch: batch.id)
        let work = try Workspace.create(at: night.folder + "/none.sqlite", columns: [])
        try night.ledger.commitUnits(
            [UnitCommit(batch: batch.id, unit: night.unit, receipts: [], at: 1)], workspace: work)
        let held = try night.ledger.equations(batch: batch.id, unit: "results").first {
            $0.law == "B4"
        }
        #expect(held?.isOK == true)
        #expect(held?.parts.first { $0.name == "discarded" }?.value == 1)
        #expect(try night.ledger.auditLog(limit: 1).map(\.action) == ["discard"])
        #expect(try night.ledger.overrides(batch: batch.id).isEmpty)
    }

    @Test func `the audit chain shows an altered and a missing line, and cannot be edited`() throws
    {
        let night = try Night()
        for number in 1...4 {
            try night.ledger.audit(
                actor: "ann", action: "look", object: "R-1-\(number)", outcome: "ok", at: 1)
        }
        #expect(try night.ledger.verifyAudit() == nil)
        #expect(throws: (any Error).self) { try night.sabotage("DELETE FROM audit WHERE seq = 2") }
        #expect(throws: (any Error).self) { try night.sabotage("UPDATE audit SET actor = 'bob'") }
        try night.sabotage(
            "DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'bob' WHERE seq = 3")
        #expect(try night.ledger.verifyAudit() == AuditBreak(seq: 3, reason: "it was altered"))
        try night.sabotage("DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE seq = 2")
        #expect(try night.ledger.verifyAudit() == AuditBreak(seq: 2, reason: "a line is missing"))
    }

    @Test func `the fail-safe is engaged until it is cleared, and both are on the log`() throws {
        let night = try Night()
        #expect(try !night.ledger.failsafe().isEngaged)
        try night.ledger.trip(reason: "damaged", by: "it", at: 7)
        #expect(
            try night.ledger.failsafe()
                == FailsafeState(
                    isEngaged: true, reason: "damaged", actor: "it", since: 7))
        try night.ledger.clearFailsafe(reason: "repaired", by: "it", at: 8)
        #expect(try !night.ledger.failsafe().isEngaged)
        #expect(try night.ledger.auditLog(limit: 9).map(\.action) == ["clear", "trip"])
    }

    @Test func `a merge is followed to its end, round trips included`() throws {
        let night = try Night()
        try night.fill()
        func key(_ text: String) -> [UInt8] { Array(text.utf8) }
        for (loser, survivor) in [("A", "B"), ("B", "C"), ("X", "Y"), ("Y", "X")] {
            try night.workspace.add(
                Alias(
                    system: "pms", loser: key(loser), survivor: key(survivor),
                    record: night.record(1), feed: "lab"))
        }
        try night.commit()
        #expect(try night.ledger.survivor(system: "pms", of: key("A")) == key("C"))
        #expect(try night.ledger.survivor(system: "ehr", of: key("A")) == key("A"))
        _ = try night.ledger.survivor(system: "pms", of: key("X"))
        #expect(try night.ledger.survivors(system: "pms")[key("A")] == key("C"))
    }
}
