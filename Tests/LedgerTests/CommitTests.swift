import Exchange
import GRDBSQLite
import Testing

@testable import Ledger

@Suite struct CommitTests {
    @Test func `a unit commits once`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        #expect(throws: LedgerError.conflict("unit results is committed")) { try night.commit() }
    }

    @Test func `a commit that fails leaves nothing behind`() throws {
        let night = try Night()
        try night.fill()
        let numbers = try night.ledger.numbers()
        _ = numbers.next("s")
        let other = try night.ledger.numbers()
        _ = other.next("s")
        try night.ledger.jump(series: "s", to: 1, reason: "restore", at: 1)
        #expect(throws: LedgerError.numberUsedTwice(series: "s", number: 1)) {
            try night.commit { $0.numbers = numbers }
        }
        #expect(try night.ledger.deliveries(batch: night.batch.id) == [])
        #expect(try night.ledger.units(of: night.batch.id).map(\.state) == [.declared])
        #expect(try night.ledger.life(of: night.record(1)) == nil)
        // The connection is fit for the next one.
        try night.commit { $0.numbers = nil }
        #expect(try night.imbalance() == [])
    }

    @Test func `numbers never repeat, uncommitted ones leave no gap, jumps are explained`() throws {
        let night = try Night()
        let dropped = try night.ledger.numbers()
        #expect(dropped.next("ISA13|a|b") == 1)
        #expect(dropped.next("ISA13|a|b") == 2)
        try night.fill()
        let kept = try night.ledger.numbers()
        #expect(kept.next("ISA13|a|b") == 1)
        try night.commit { $0.numbers = kept }
        #expect(try night.ledger.numbers().next("ISA13|a|b") == 2)
        try night.ledger.jump(series: "ISA13|a|b", to: 1000, reason: "restored", at: 1)
        #expect(try night.ledger.numbers().next("ISA13|a|b") == 1001)
        #expect(try night.ledger.unexplainedGaps() == [])
        try night.sabotage("DELETE FROM number_gap")
        #expect(
            try night.ledger.unexplainedGaps()
                == [NumberGap(series: "ISA13|a|b", first: 2, last: 1000)])
    }

    @Test func `publishing is idempotent, goes by the gate, and takes its legs along`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        let file = try night.ledger.deliveries(batch: night.batch.id)[0]
        #expect(throws: LedgerError.conflict("delivery 1 is not released")) {
            try night.ledger.markPublished(file.id, proof: .renamed, at: 1)
        }
        #expect(try night.ledger.listedTemporaries(destination: "ehr") == [".out-1.tmp"])
        #expect(try night.ledger.legs(delivery: file.id).map(\.state) == [.staged])
        try night.finish()
        try night.ledger.markPublished(file.id, proof: .foundPublished, at: 9)
        #expect(try night.ledger.delivery(file.id)?.proof == .renamed)
        #expect(try night.ledger.legs(delivery: file.id).map(\.state) == [.published])
        #expect(try night.ledger.listedTemporaries(destination: "ehr") == [])
        try night.ledger.markCollected(file.id, by: "billing", at: 10)
        #expect(try night.ledger.delivery(file.id)?.state == .collected)
        #expect(try night.ledger.delivery(file.id)?.controlNumbers == ["BHS-11": "1"])
    }

    @Test func `keys go to a table per month and a repeat is confirmed on the full bytes`() throws {
        let night = try Night()
        try night.fill()
        try night.commit()
        try night.finish()
        let raw = try RawDatabase(path: night.ledger.path, flags: SQLITE_OPEN_READONLY)
        let tables = try raw.prepare(
            "SELECT name, (SELECT COUNT(*) FROM record_key_202611) FROM sqlite_schema "
                + "WHERE name GLOB 'record_key_*' AND type = 'table'")
        #expect(try tables.step())
        #expect(tables.text(0) == "record_key_202611")
        #expect(tables.int(1) == 2, "accepted and held; the rejected may come again")

        let next = try night.ledger.begin(
            .run, instant: Night.instant + 40 * 86_400_000_000, settings: Night.digest(1))
        let again = try Night.claim(night.ledger, batch: next.id, name: "b.hl7", seed: 8)
        let work = try Workspace.create(at: night.folder + "/next.sqlite", columns: [])
        func add(_ number: Int, _ key: String, _ hash: UInt64, like: String? = nil) throws {
            var row = night.row(number, .accepted, key: like ?? key)
            row.record = RecordID.make(receipt: again.id, number: number)
            row.key = Array(key.utf8)
            row.hash = hash
            try work.add(row)
        }
        try add(1, "one", Night.hashes(1))
        try add(2, "two", 5)
        try add(3, "three", Night.hashes(3))
        try add(4, "other bytes, same hash of the key", 6, like: "one")
        try add(5, "new", 7)
        try add(6, "new", 7)
        let since = Night.instant - 1
        let found = try work.repeats(in: night.ledger, since: since)
        #expect(found.map { RecordID.number($0.record) } == [1, 2, 6])
        #expect(found.map(\.sameContent) == [true, false, true])
        #expect(
            found.map(\.of) == [
                night.record(1), night.record(2), RecordID.make(receipt: again.id, number: 5),
            ])
        #expect(found.map(\.at) == [Night.instant, Night.instant, 0])
        // A held record that was discarded is no longer in the way.
        try night.ledger.discard(night.record(2), by: "lab", reason: "test", at: 1)
        let later = try work.repeats(in: night.ledger, since: since)
        #expect(later.map { RecordID.number($0.record) } == [1, 6])
        // Before the window nothing counts.
        let none = try work.repeats(in: night.ledger, since: next.instant)
        #expect(none.map { RecordID.number($0.record) } == [6])
    }

    @Test func `a file is known by its bytes and by its envelope once it was taken in`() throws {
        let night = try Night()
        let key = Array("BHS|9".utf8)
        let later = night.receipt.id + 1
        #expect(
            try night.ledger.earlier(
                endpoint: "inbox/lab", digest: Night.digest(7), before: later) == nil)
        try night.fill()
        try night.commit()
        let ledger = night.ledger
        #expect(
            try ledger.earlier(endpoint: "inbox/lab", digest: Night.digest(7), before: later)?.id
                == night.receipt.id)
        #expect(
            try ledger.earlier(envelope: key, endpoint: "inbox/lab", before: later)
                == night.receipt.id)
        #expect(try ledger.earlier(envelope: key, endpoint: "elsewhere", before: later) == nil)
        #expect(try ledger.receipt(night.receipt.id)?.records == 3)
        #expect(try ledger.sweepable(batch: night.batch.id).map(\.id) == [night.receipt.id])
        try ledger.markSwept([night.receipt.id], at: 5)
        #expect(try ledger.sweepable(batch: night.batch.id) == [])
    }

    @Test func `a record's life and a batch's totals are told`() throws {
        let night = try Night()
        try night.fill()
        let kind = FindingKind("HL7-101", .warning, owner: .lab, what: "odd", fix: "Look.")
        for _ in 0..<1500 {
            try night.workspace.add(
                Finding(kind, at: Location(byte: 4, line: 1, record: 1, path: "OBX-5")),
                receipt: night.receipt.id, record: night.record(1))
        }
        try night.commit()
        try night.finish()
        let life = try #require(try night.ledger.life(of: night.record(1)))
        #expect(life.outcome == .accepted)
        #expect(life.legs.map(\.state) == [.published])
        #expect(life.deliveries.map(\.final) == ["out-1.hl7"])
        #expect(life.claims.map(\.state) == [.awaiting])
        #expect(life.findings.count == 1000)
        let codes = try night.ledger.exceptions(batch: night.batch.id)
        #expect(codes.map(\.count) == [1500])
        #expect(codes.map(\.records) == [2])
        #expect(try night.ledger.flags(batch: night.batch.id).first?.location.path == "OBX-5")
        let totals = try night.ledger.totals(batch: night.batch.id).feeds
        #expect(totals.map(\.received) == [3])
        #expect(totals.first?.outcomes[.held] == 1)
        #expect(totals.first?.cents[.rejected] == 100)
        #expect(totals.first?.difference == 0)
        #expect(totals.first?.hashOK == true)
        #expect(try night.ledger.totals(batch: night.batch.id).files.first?.fates[.ignored] == 1)
        #expect(try night.ledger.deepCheck() == [])
        try night.sabotage("DELETE FROM record WHERE outcome = 2")
        #expect(try night.ledger.deepCheck().map(\.what) == ["lab: cents 2", "lab: outcome 2"])
    }
}
