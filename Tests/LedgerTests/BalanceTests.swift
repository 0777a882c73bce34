import Exchange
import Testing

@testable import Ledger

@Suite struct BalanceTests {
    /// A committed night, broken by `sql` behind the ledger's back.
    private func broken(_ sql: String) throws -> [String] {
        let night = try Night()
        try night.fill()
        try night.commit()
        #expect(try night.imbalance() == [], "before it was broken")
        try night.sabotage(sql)
        return try night.imbalance()
    }

    @Test func `an undisturbed night balances and is released`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        let equations = try night.ledger.equations(batch: night.batch.id, unit: "results")
        #expect(Set(equations.map(\.law)).count == 10)
        #expect(equations.filter { $0.gates && !$0.isOK } == [])
        // The sender's BTS-1 and BPR02 are wrong, and stop nothing.
        #expect(equations.filter { !$0.isOK }.map(\.law) == ["B6", "B8"])
        #expect(try night.ledger.release(batch: night.batch.id, unit: "results", at: 1))
        #expect(try night.ledger.deliveriesToPublish().map(\.final) == ["out-1.hl7"])
        #expect(try night.ledger.storedEquations(batch: night.batch.id) == equations)
    }

    @Test func `B1 sees a listed file that went nowhere, and a claim without an outcome`() throws {
        #expect(try broken("DELETE FROM listed WHERE fate = 1") == ["B1 files listed"])
        #expect(
            try broken(
                "INSERT INTO listed SELECT NULL, batch, feed, endpoint, name, size, modified, "
                    + "fate, code, 1 FROM listed WHERE fate = 5"
            ).contains("B1 files taken"))
    }

    @Test func `B2, B5 and B9 see a record that vanished`() throws {
        let found = try broken("DELETE FROM record WHERE outcome = 2")
        #expect(found == ["B2 records", "B5 money", "B9 hash, low half", "B9 hash, high half"])
    }

    @Test func `B2, B5 and B9 see a record that came twice`() throws {
        let found = try broken(
            "INSERT INTO record SELECT id + 10, batch, feed, unit, part, rank, type, entity, event, "
                + "key64, key, hash, cents, outcome, code, owner, start, length, patient, legs "
                + "FROM record WHERE outcome = 2")
        #expect(found == ["B2 records", "B5 money", "B9 hash, low half", "B9 hash, high half"])
    }

    @Test func `B3 sees a leg that vanished, and one that came twice`() throws {
        #expect(try broken("DELETE FROM leg").contains("B3 legs"))
        let doubled = try broken(
            "INSERT INTO leg SELECT id + 1, batch, record, feed, 'pms', state, delivery, pieces, "
                + "cents, hash, code, 0, carried FROM leg; UPDATE unit SET leg_last = leg_last + 1")
        #expect(doubled.contains("B3 legs"))
    }

    @Test func `B4 sees a held record that vanished from quarantine`() throws {
        #expect(try broken("DELETE FROM held") == ["B4 held"])
        #expect(
            try broken(
                "INSERT INTO held SELECT record + 1, destination, batch, feed, since, code, "
                    + "owner, state, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM held") == [
                    "B4 held"
                ])
    }

    @Test func `B5 sees a cent that vanished`() throws {
        #expect(try broken("UPDATE record SET cents = 99 WHERE outcome = 2") == ["B5 money"])
    }

    @Test func `B6 tells the sender's error and never stops the unit`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        let sums = try night.ledger.equations(batch: night.batch.id, unit: "results").filter {
            $0.law == "B6"
        }
        #expect(sums.map(\.difference) == [1])
        #expect(try night.imbalance() == [])
    }

    @Test func `B7 sees a claim that was sent and is not followed, and one that never was`() throws
    {
        #expect(try broken("DELETE FROM claim") == ["B7 claims sent"])
        #expect(
            try broken(
                "INSERT INTO claim (pcn, record, batch, feed, destination, delivery, isa, gs, st, "
                    + "bht, cents, expects, sent, baseline) SELECT pcn, record, batch, feed, "
                    + "destination, delivery, isa, gs, st, bht, cents, expects, sent, 0 FROM claim")
                == ["B7 claims sent"])
    }

    @Test func `B8 stops our own file when its trailer is wrong`() throws {
        #expect(try broken("UPDATE delivery_count SET counted = 2") == ["B8 BTS-1"])
    }

    @Test func `B9 sees a record whose bytes changed`() throws {
        let found = try broken("UPDATE record SET hash = hash + 1 WHERE outcome = 1")
        #expect(found == ["B9 hash, low half"])
    }

    @Test func `B10 sees a file that lacks a record, money or bytes that were staged`() throws {
        #expect(try broken("UPDATE delivery SET read_records = 0") == ["B10 records"])
        #expect(try broken("UPDATE delivery SET read_cents = 99") == ["B10 money"])
        #expect(try broken("UPDATE delivery SET read_low = 78") == ["B10 hash, low half"])
        #expect(
            try broken("UPDATE leg SET delivery = NULL").contains("B10 staged legs in no file"))
    }

    @Test func `a unit out of balance is not released, its acknowledgements are`() throws {
        let night = try Night()
        try night.fill()
        try night.commit { commit in
            var answer = night.delivery(2)
            answer.isAcknowledgement = true
            answer.acknowledges = night.receipt.id
            commit.deliveries.append(answer)
        }
        try night.sabotage("DELETE FROM record WHERE outcome = 2")
        #expect(try night.imbalance() != [])
        #expect(try !night.ledger.release(batch: night.batch.id, unit: "results", at: 1))
        #expect(try night.ledger.deliveriesToPublish().map(\.isAcknowledgement) == [true])
        #expect(try night.ledger.status().outOfBalance == ["results"])
    }
}
