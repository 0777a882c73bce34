import Exchange
import GRDBSQLite
import Testing

@testable import Ledger

/// The table of where results stand.
@Suite struct ResultTests {
    private static func add(
        _ night: Night, _ workspace: Workspace, _ record: Int64, _ number: String,
        said: [UInt8] = [1, 2, 3], isNotable: Bool = false
    ) throws {
        try workspace.addResult(
            source: 7, number: Array(number.utf8).span, record: record, piece: 0,
            isNotable: isNotable, said: said.span)
    }

    @Test func `what one accepted record says is copied; what is held or rejected says nothing`()
        throws
    {
        let night = try Night()
        try night.fill()
        try Self.add(night, night.workspace, night.record(1), "A1")
        try Self.add(night, night.workspace, night.record(2), "A2")
        try Self.add(night, night.workspace, night.record(3), "A3")
        #expect(try !night.workspace.findMeetings(in: night.ledger))
        try night.workspace.findFallen()
        try night.commit()
        #expect(
            try night.ledger.standing(source: 7, number: Array("A1".utf8))
                == StoredStanding(
                    record: night.record(1), batch: night.batch.id, standing: [1, 2, 3]))
        #expect(try night.ledger.standing(source: 7, number: Array("A2".utf8)) == nil)
        #expect(try night.ledger.standing(source: 7, number: Array("A3".utf8)) == nil)
        #expect(try night.ledger.standing(source: 8, number: Array("A1".utf8)) == nil)
    }

    @Test func `a record whose every leg is held says nothing`() throws {
        let night = try Night()
        try night.fill()
        let other = night.record(4)
        for (record, destination, state) in [
            (night.record(1), "pms", LegState.held), (other, "ehr", .held), (other, "pms", .held),
        ] {
            try night.workspace.add(
                StagedLeg(
                    record: record, feed: "lab", destination: destination, state: state,
                    code: "RUN-112"))
            try night.workspace.add(
                StagedHold(
                    record: record, feed: "lab", destination: destination, code: "RUN-112",
                    owner: .lab))
        }
        try night.workspace.findFallen()
        #expect(try !night.workspace.isFallen(night.record(1)), "its leg to the EHR is staged")
        #expect(try night.workspace.isFallen(other))
    }

    @Test func `numbers that come twice, stand already or are notable are looked at, no others`()
        throws
    {
        let night = try Night()
        try night.fill()
        try Self.add(night, night.workspace, night.record(1), "A1")
        try night.workspace.findFallen()
        try night.commit()
        try night.finish()
        let next = try night.ledger.begin(
            .run, instant: Night.instant + 86_400_000_000, settings: Night.digest(1))
        let receipt = try Night.claim(night.ledger, batch: next.id, name: "b.hl7", seed: 8)
        func record(_ number: Int) -> Int64 {
            RecordID.make(receipt: receipt.id, number: number)
        }
        let work = try Workspace.create(at: night.folder + "/next.sqlite", columns: [])
        for (number, name) in ["A1", "B", "C", "B", "D"].enumerated() {
            try Self.add(night, work, record(number + 1), name, isNotable: name == "D")
        }
        #expect(try work.findMeetings(in: night.ledger))
        #expect(try work.meetingReceipts() == [receipt.id])
        var found: [String] = []
        try work.meetings(receipt: receipt.id) {
            found.append(
                "\(RecordID.number($0.record)) " + String(decoding: $0.number, as: UTF8.self))
        }
        #expect(found == ["1 A1", "2 B", "4 B", "5 D"])
        let key = Array("A1".utf8)
        let before = try work.standing(source: 7, number: key)
        #expect(before?.record == night.record(1))
        #expect(before?.batch == night.batch.id)
        // What was gone through once is gone through again from where it began.
        let after = StoredStanding(record: record(1), batch: next.id, standing: [9])
        try work.put(after, source: 7, number: key)
        #expect(try work.standing(source: 7, number: key) == after)
        try work.resetStandings(from: night.ledger)
        #expect(try work.standing(source: 7, number: key) == before)
    }
}
