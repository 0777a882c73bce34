import Foundation
import GRDB

extension Ledger {
    private func claims(
        where condition: String, _ arguments: StatementArguments, limit: Int = .max
    ) throws -> [ClaimRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM claim_now WHERE \(condition) ORDER BY id LIMIT \(limit)",
                arguments: arguments
            ).map(ClaimRow.init)
        }
    }

    /// The claims under a patient control number, oldest first.
    public func claims(pcn: [UInt8]) throws -> [ClaimRow] {
        try claims(where: "pcn = $1", [Data(pcn)])
    }

    /// The claims within an envelope; what is nil matches anything, and all three nil nothing.
    public func claims(isa: String?, gs: String?, st: String?) throws -> [ClaimRow] {
        guard isa != nil || gs != nil || st != nil else { return [] }
        var conditions: [String] = []
        var arguments: [String] = []
        for (column, value) in [("isa", isa), ("gs", gs), ("st", st)] {
            guard let value else { continue }
            arguments.append(value)
            conditions.append("\(column) = $\(arguments.count)")
        }
        return try claims(
            where: conditions.joined(separator: " AND "), StatementArguments(arguments))
    }

    /// One claim.
    public func claim(_ id: Int64) throws -> ClaimRow? { try claims(where: "id = $1", [id]).first }

    /// Claims by how far they have come, oldest first.
    public func claims(state: ClaimState?, limit: Int = 1000) throws -> [ClaimRow] {
        try claims(where: "($1 IS NULL OR state = $1)", [state?.rawValue], limit: limit)
    }

    /// What happened to a claim, in order.
    public func claimEvents(_ claim: Int64) throws -> [ClaimEvent] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM claim_event WHERE claim = $1 ORDER BY at, seq",
                arguments: [claim]
            ).map { row in
                ClaimEvent(
                    claim: claim, kind: ClaimAnswer(rawValue: row.int("kind")) ?? .resent,
                    verdict: ClaimVerdict(rawValue: row.int("verdict")) ?? .noted,
                    status: row.text("status"), cents: row.int64("cents"),
                    record: row.int64("record"), feed: row.text("feed"), at: row.int64("at"))
            }
        }
    }

    /// Loads claims that were sent before Waybill: the first night.
    public func loadClaims(_ claims: [StagedClaim], batch: Int64, at: Int64) throws {
        try write { db in
            for claim in claims {
                try db.execute(
                    sql: """
                        INSERT INTO claim (pcn, record, batch, feed, destination, delivery, isa, gs,
                          st, bht, cents, expects, sent, baseline)
                        VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8, $9, $10, $11, $12, 1)
                        """,
                    arguments: [
                        Data(claim.pcn), claim.record, batch, claim.feed, claim.destination,
                        claim.isa, claim.gs, claim.st, claim.bht, claim.cents,
                        claim.expectsAnswer ? 1 : 0, at,
                    ])
            }
            try Ledger.addBaselineClaims(db, claims.count)
        }
    }

    /// Counts claims that were sent before Waybill: they are on B7's left side.
    static func addBaselineClaims(_ db: Database, _ count: Int) throws {
        let before =
            try String.fetchOne(
                db, sql: "SELECT value FROM meta WHERE name = 'baseline_claims'"
            ).flatMap(Int.init) ?? 0
        try db.execute(
            sql: """
                INSERT INTO meta (name, value) VALUES ('baseline_claims', $1)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, arguments: [String(before + count)])
    }
}

extension ClaimRow {
    init(_ row: Row) {
        id = row.int64("id")
        record = row.int64("record")
        batch = row.int64("batch")
        feed = row.text("feed")
        pcn = row.bytes("pcn")
        destination = row.text("destination")
        isa = row.text("isa")
        gs = row.text("gs")
        st = row.text("st")
        bht = row.text("bht")
        cents = row.int64("cents")
        expectsAnswer = row.int("expects") == 1
        sent = row.int64("sent")
        delivery = row["delivery"]
        state = ClaimState(rawValue: row.int("state")) ?? .awaiting
        lastStatus = row.text("last_status")
        lastCents = row.int64("last_cents")
        lastAt = row["last_at"]
    }
}
