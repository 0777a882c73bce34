import Bytes
import Exchange
import Foundation
import GRDBSQLite

@testable import Ledger

/// A folder that goes with the test, and a night in it.
final class Night {
    static let instant: Int64 = 1_795_000_000_000_000
    let folder: String
    let ledger: Ledger
    private(set) var batch: Batch
    let unit = ReleaseUnit(name: "results", feeds: ["lab"])
    private(set) var receipt: Receipt
    let workspace: Workspace

    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        let number = RecordHash.hash(bytes)
        return (0..<32).map { UInt8(truncatingIfNeeded: number >> (UInt64($0 % 8) * 8)) }
    }

    static func digest(_ seed: UInt8) -> ContentDigest {
        ContentDigest([UInt8](repeating: seed, count: 32))
    }

    static func scratch() throws -> String {
        let path = NSTemporaryDirectory() + "ledger-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static let observation = EntityTable(
        name: "observation", entity: "observation",
        columns: [
            EntityColumn(name: "code", field: "observation.code"),
            EntityColumn(name: "value", field: "observation.value", kind: .number),
        ])
    static let patient = EntityTable(
        name: "patient", entity: "patient",
        columns: [EntityColumn(name: "gender", field: "patient.gender")])

    /// A batch with one claimed file of three records: accepted, held, rejected; $1.00 each.
    init() throws {
        folder = try Night.scratch()
        ledger = try Ledger.open(at: folder + "/waybill.sqlite", hash: Night.hash)
        batch = try ledger.begin(.run, instant: Night.instant, settings: Night.digest(1))
        try ledger.declare(units: [unit], batch: batch.id)
        receipt = try Night.claim(ledger, batch: batch.id, name: "a.hl7", seed: 7)
        workspace = try Workspace.create(
            at: folder + "/batch.sqlite", columns: [Night.observation, Night.patient])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func claim(
        _ ledger: Ledger, batch: Int64, name: String, seed: UInt8
    ) throws -> Receipt {
        let bytes = Array(name.utf8)
        let found = try ledger.claim(
            [
                Arrival(
                    feed: "lab", endpoint: "inbox/lab", name: bytes, size: 10, modified: 5,
                    digest: digest(seed), archive: "2026/11/18/x", at: instant)
            ], batch: batch)
        try ledger.record(
            listing: [
                Listed(name: bytes, size: 10, modified: 5, fate: .claimed),
                Listed(name: [0x2E], size: 1, modified: 5, fate: .ignored, code: "FIL-101"),
            ], discovered: 2, batch: batch, feed: "lab", endpoint: "inbox/lab")
        return found[0]
    }

    static func hashes(_ number: Int) -> UInt64 { 0x8123_4567_0000_0001 &* UInt64(number) }

    func row(_ number: Int, _ outcome: Outcome, key: String = "") -> WorkRow {
        WorkRow(
            record: RecordID.make(receipt: receipt.id, number: number), feed: "lab",
            type: "ORU^R01", entity: "diagnosticReport",
            key64: Int64(bitPattern: RecordHash.hash(Array(key.utf8))), key: Array(key.utf8),
            hash: Night.hashes(number), cents: 100, outcome: outcome,
            code: outcome == .accepted ? "" : "HL7-101",
            owner: outcome == .accepted ? nil : .lab, offset: Int64(number) * 10, length: 10,
            legs: outcome == .accepted ? 1 : 0)
    }

    func record(_ number: Int) -> Int64 { RecordID.make(receipt: receipt.id, number: number) }

    /// Settles, routes and assembles the three records.
    func fill() throws {
        try workspace.add(row(1, .accepted, key: "one"))
        try workspace.add(row(2, .held, key: "two"))
        try workspace.add(row(3, .rejected, key: "three"))
        try workspace.add(
            StagedHold(
                record: record(2), feed: "lab", code: "HL7-101", owner: .lab,
                waitingOn: Array("P1".utf8)))
        try workspace.add(
            StagedLeg(
                record: record(1), feed: "lab", destination: "ehr", state: .staged, delivery: 1,
                cents: 100, hash: 77, claims: 1))
        try workspace.add(
            StagedClaim(
                record: record(1), feed: "lab", pcn: Array("C1".utf8), destination: "ehr",
                isa: "000000001", cents: 100, delivery: 1))
    }

    var result: ReceiptResult {
        var result = ReceiptResult(receipt: receipt.id, outcome: .processed, format: "hl7v2")
        for number in 1...3 {
            result.tally(
                Frame(
                    range: ByteRange(0, 1), number: number, hash: Night.hashes(number), cents: 100))
        }
        result.counts = [EnvelopeCount("BTS-1", declared: 4, counted: 3)]
        result.envelopeKeys = [Array("BHS|9".utf8)]
        return result
    }

    func delivery(_ local: Int64 = 1) -> StagedDelivery {
        StagedDelivery(
            local: local, destination: "ehr", temporary: ".out-\(local).tmp",
            final: "out-\(local).hl7", archive: "", size: 100, digest: Night.digest(9), records: 1,
            cents: 100, readRecords: 1, readCents: 100, readHashLow: 77, readHashHigh: 0,
            counts: [EnvelopeCount("BTS-1", declared: 1, counted: 1)],
            controlNumbers: ["BHS-11": "1"])
    }

    func commit(_ change: (inout UnitCommit) -> Void = { _ in }) throws {
        let numbers = try ledger.numbers()
        _ = numbers.next("BHS-11|ehr")
        var commit = UnitCommit(
            batch: batch.id, unit: unit, receipts: [result], deliveries: [delivery()],
            money: [
                MoneyCheck(receipt: receipt.id, name: "TRACE1", left: 5, claims: 4)
            ],
            census: [CensusRow(feed: "lab", field: "PID-3", count: 3, isMapped: true)],
            numbers: numbers, at: Night.instant)
        change(&commit)
        try ledger.commitUnits([commit], workspace: workspace)
    }

    /// What the equations that stop a release find wrong.
    func imbalance() throws -> [String] {
        try ledger.equations(batch: batch.id, unit: unit.name).filter { $0.gates && !$0.isOK }
            .map { "\($0.law) \($0.name)" }
    }

    /// Breaks the ledger behind its back.
    func sabotage(_ sql: String) throws {
        let raw = try RawDatabase(path: ledger.path, flags: SQLITE_OPEN_READWRITE)
        try raw.execute(sql)
    }

    /// Gates, publishes and closes the batch.
    func finish() throws {
        _ = try ledger.equations(batch: batch.id, unit: unit.name)
        _ = try ledger.release(batch: batch.id, unit: unit.name, at: Night.instant)
        for file in try ledger.deliveriesToPublish() {
            try ledger.markPublished(file.id, proof: .renamed, at: Night.instant)
        }
        try ledger.closeBatch(
            batch.id, verdict: "AMBER", exit: 3, report: Night.digest(3), at: Night.instant + 1)
    }
}
