import Exchange
import Foundation
import GRDBSQLite
import Testing

@testable import Ledger

@Suite struct OpeningTests {
    @Test func `synchronous FULL reads back, in WAL, with files for the owner alone`() throws {
        let night = try Night()
        #expect(try night.ledger.synchronousMode() == 2)
        for suffix in ["", "-wal"] {
            let found = try FileManager.default.attributesOfItem(atPath: night.ledger.path + suffix)
            #expect(found[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `an interrupted batch comes back with its instant, receipts and units`() throws {
        let folder = try Night.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/waybill.sqlite"
        do {
            let first = try Ledger.open(at: path, hash: Night.hash)
            let batch = try first.begin(.run, instant: 42_000_000, settings: Night.digest(5))
            try first.declare(
                units: [ReleaseUnit(name: "u", feeds: ["lab"])], batch: batch.id)
            _ = try Night.claim(first, batch: batch.id, name: "a", seed: 1)
            // No close: the process dies here.
        }
        let second = try Ledger.open(at: path, hash: Night.hash)
        let open = try #require(try second.openBatch())
        #expect(open.batch.name == "19700101T000042Z-01")
        #expect(open.batch.instant == 42_000_000)
        #expect(open.batch.settings == Night.digest(5))
        #expect(open.receipts.map(\.feed) == ["lab"])
        #expect(open.units.map(\.state) == [.declared])
        #expect(throws: LedgerError.conflict("a batch is open")) {
            try second.begin(.run, instant: 1, settings: Night.digest(1))
        }
    }

    @Test func `a damaged file is refused after an unclean stop`() throws {
        let folder = try Night.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/waybill.sqlite"
        try Ledger.open(at: path, hash: Night.hash).close()
        try mark(path, clean: "0")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let page = bytes.count / 4096 / 2
        for index in (page * 4096)..<((page + 6) * 4096) where index < bytes.count {
            bytes[index] = 0xAA
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try Ledger.open(at: path, hash: Night.hash) }
    }

    @Test func `a ledger of a newer version is refused`() throws {
        let folder = try Night.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/waybill.sqlite"
        try Ledger.open(at: path, hash: Night.hash).close()
        let raw = try RawDatabase(path: path, flags: SQLITE_OPEN_READWRITE)
        try raw.execute("INSERT INTO grdb_migrations VALUES ('999')")
        raw.close()
        #expect(throws: LedgerError.newer) { try Ledger.open(at: path, hash: Night.hash) }
    }

    @Test func `a reference stands for a record and back`() {
        let id = RecordID.make(receipt: 17, number: 4)
        #expect(RecordID.reference(id) == "R-17-4")
        #expect(RecordID.parse("R-17-4") == id)
        #expect(RecordID.receipt(id) == 17)
        for bad in ["", "R-17", "R-x-1", "R-17-4-1", "R--1-4", "R-99999999999-1"] {
            #expect(RecordID.parse(bad) == nil)
        }
    }

    private func mark(_ path: String, clean: String) throws {
        let raw = try RawDatabase(path: path, flags: SQLITE_OPEN_READWRITE)
        try raw.execute("UPDATE meta SET value = '\(clean)' WHERE name = 'clean'")
        try raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
