import Exchange
import Foundation
import GRDBSQLite
import Testing

@testable import Ledger

@Suite struct WorkspaceTests {
    private func observed(_ night: Night) throws {
        try night.fill()
        let observation = try night.workspace.inserter(into: "observation")
        for (number, value) in [(1, "9.5"), (1, "120"), (2, "7")] {
            observation.bind(1, night.record(number))
            observation.bind(2, "lab")
            observation.bind(3, 1)
            observation.bind(4, 0)
            observation.bind(5, "GLU")
            observation.bind(6, value)
            try observation.insert()
        }
        let patient = try night.workspace.inserter(into: "patient")
        patient.bind(1, night.record(1))
        patient.bind(2, "lab")
        patient.bind(3, 0)
        patient.bindNull(4)
        patient.bind(5, "female")
        try patient.insert()
    }

    @Test func `a rule returns records, each once, comparing numbers as numbers`() throws {
        let night = try Night()
        try observed(night)
        let rules = try night.workspace.rules()
        #expect(
            try rules.run("SELECT record FROM observation WHERE value > 8")
                == [night.record(1)])
        #expect(
            try rules.run("SELECT o.record FROM observation o WHERE o.value > 5 ORDER BY 1 DESC")
                == [night.record(1), night.record(2)])
        #expect(
            try rules.prepare("SELECT record FROM observation WHERE value > 8").map(\.column)
                == ["record", "value"])
    }

    @Test func `planning tells which columns are read before there is a workspace`() throws {
        let plan = try RuleHandle.planning([Night.observation, Night.patient])
        #expect(
            try plan.prepare(
                "SELECT o.record FROM observation o JOIN mirror_patient m ON m.gender = o.code")
                == [
                    ColumnRead(table: "mirror_patient", column: "gender"),
                    ColumnRead(table: "observation", column: "code"),
                    ColumnRead(table: "observation", column: "record"),
                ])
        #expect(
            try plan.prepare(condition: "feed = 'lab' AND observation.code = 'GLU'")
                == [
                    ColumnRead(table: "observation", column: "code"),
                    ColumnRead(table: "work", column: "feed"),
                ])
    }

    @Test func `a condition sees the record and its entities, accepted ones alone`() throws {
        let night = try Night()
        try observed(night)
        let rules = try night.workspace.rules()
        let one: RecordSet = [night.record(1)]
        #expect(try rules.matching("feed = 'lab'") == one)
        #expect(try rules.matching("type = 'ORU^R01' AND observation.value > 100") == one)
        #expect(try rules.matching("code = 'GLU' AND gender = 'female'") == one)
        #expect(try rules.matching("gender = 'male' OR feed = 'lab'") == one)
        #expect(try rules.matching("observation.value > 1000") == [])
        #expect(try rules.matching("feed = 'lab' -- all of it") == one)
        #expect(try rules.matching("feed = 'lab'", feeds: ["it's"]) == [])
        #expect(throws: LedgerError.badSQL("no such column: colour")) {
            try rules.prepare(condition: "colour = 1")
        }
    }

    @Test(arguments: [
        "DELETE FROM observation", "UPDATE main.work SET outcome = 1", "DROP TABLE work",
        "INSERT INTO work (record) VALUES (1)", "PRAGMA journal_mode = WAL",
        "PRAGMA table_info(work)", "ATTACH 'x.sqlite' AS x", "CREATE TEMP TABLE t (a)",
        "BEGIN", "VACUUM", "SELECT load_extension('x')", "SELECT random()",
        "SELECT record FROM ws_held", "SELECT key FROM main.work", "SELECT name FROM sqlite_schema",
        "SELECT record FROM work WHERE 1 < julianday('now')", "SELECT current_timestamp",
        "SELECT randomblob(1000000000)", "SELECT zeroblob(10)",
        "WITH x AS (SELECT 1) DELETE FROM main.work",
    ])
    func `a rule may not`(_ sql: String) throws {
        let night = try Night()
        try observed(night)
        let rules = try night.workspace.rules()
        #expect {
            _ = try rules.run(sql)
        } throws: { error in
            if case .notAllowed = error as? LedgerError { return true }
            return false
        }
        #expect(try night.workspace.count(feeds: ["lab"]) == 3)
    }

    @Test func `a second statement, a wrong column and a text are errors of the rule`() throws {
        let night = try Night()
        try observed(night)
        let rules = try night.workspace.rules()
        for sql in [
            "SELECT record FROM work; SELECT 1", "SELECT nothing FROM work", "", "SELEC 1",
            "SELECT feed FROM work",
        ] {
            #expect {
                _ = try rules.run(sql)
            } throws: { error in
                if case .badSQL = error as? LedgerError { return true }
                return false
            }
        }
    }

    @Test func `a deadline stops a runaway rule and the handle goes on`() throws {
        let night = try Night()
        try observed(night)
        let rules = try night.workspace.rules(limits: RuleLimits(seconds: 0.05))
        #expect(throws: LedgerError.tooLong(seconds: 1)) {
            try rules.run(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                    + "SELECT x FROM n WHERE x < 0")
        }
        #expect(try rules.run("SELECT record FROM work WHERE number = 1") == [night.record(1)])
        let few = try night.workspace.rules(limits: RuleLimits(rows: 2))
        #expect(throws: LedgerError.tooMany(rows: 2)) { try few.run("SELECT record FROM work") }
    }

    @Test func `what was inserted in bulk and spilled is read back as it was`() throws {
        let night = try Night()
        let first = try night.workspace.spill(Array("canonical".utf8))
        let empty = try night.workspace.spill([])
        let big = try night.workspace.spill([UInt8](repeating: 7, count: 3 << 20))
        var row = night.row(1, .accepted, key: "k")
        row.spill = first
        row.basis = [0, 1, 255]
        row.patient = []
        try night.workspace.add(row)
        #expect(try night.workspace.work(row.record) == row)
        #expect(try night.workspace.unspill(first) == Array("canonical".utf8))
        #expect(try night.workspace.unspill(empty) == [])
        #expect(try night.workspace.unspill(big).count == 3 << 20)
        #expect(throws: LedgerError.notFound("spill range")) {
            try night.workspace.unspill(SpillRange(offset: 1 << 40, length: 1))
        }
        try night.workspace.settle([row.record], as: .held, code: "MAP-101", owner: .analyst)
        #expect(try night.workspace.work(row.record)?.owner == .analyst)
        let found = try FileManager.default.attributesOfItem(atPath: night.workspace.path)
        #expect(found[.posixPermissions] as? Int == 0o600)
    }

    @Test func `work is read in the order of the night`() throws {
        let night = try Night()
        for (number, feed, rank) in [(1, "b", 2), (2, "a", 2), (3, "c", 1)] {
            var row = night.row(number, .accepted)
            row.feed = feed
            row.rank = rank
            try night.workspace.add(row)
        }
        var order: [Int] = []
        try night.workspace.work(feeds: ["a", "b", "c"]) {
            order.append(RecordID.number($0.record))
        }
        #expect(order == [3, 2, 1])
    }

    @Test func `mirror rows under touched keys are copied in, and only those`() throws {
        let night = try Night()
        try night.fill()
        try night.workspace.add(night.row(4, .accepted))
        night.workspace.setSystems(feeds: ["lab": "ehr"], destinations: [:])
        // The second record is held: it leaves nothing behind.
        for (number, key) in [(1, "P1"), (2, "P3"), (4, "P2")] {
            try night.workspace.add(
                VersionRow(
                    record: night.record(number), feed: "lab", entity: "patient",
                    key: Array(key.utf8), digest: 5, values: #"{"gender":"female"}"#))
        }
        try night.commit()
        try night.workspace.touch(entity: "patient", key: Array("P1".utf8))
        try night.workspace.touch(entity: "patient", key: Array("P1".utf8))
        #expect(try night.workspace.copyMirror(from: night.ledger) == 1)
        let rules = try night.workspace.rules()
        #expect(
            try rules.run("SELECT COUNT(*) FROM mirror_patient WHERE gender = 'female'") == [1])
        let row = try night.ledger.mirror(system: "ehr", entity: "patient", key: Array("P2".utf8))
        #expect(row?.digest == 5)
        #expect(
            try night.ledger.mirror(system: "ehr", entity: "patient", key: Array("P3".utf8)) == nil)
        #expect(row.map { "\($0)".contains("female") } == false)
    }
}
