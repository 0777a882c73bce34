import Foundation
import GRDB

extension Ledger {
    private func claims(
        where condition: String, _ arguments: StatementArguments, limit: Int = .max
    ) throws -> [ClaimRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM claim WHERE \(condition) ORDER BY id LIMIT \(limit)",
                arguments: arguments
            ).map(ClaimRow.init)
        }
    }

    /// The claims under a patient control number, oldest first.
    public func claims(pcn: [UInt8]) throws -> [ClaimRow] {
        try claims(where: "pcn = $1", [Data(pcn)])
    }

    /// One claim.
    public func claim(_ id: Int64) throws -> ClaimRow? { try claims(where: "id = $1", [id]).first }

    /// Claims by how far they have come, oldest first.
    public func claims(state: ClaimState?, limit: Int = 1000) throws -> [ClaimRow] {
        guard let state else { return try claims(where: "1 = 1", [], limit: limit) }
        return try claims(where: "state = $1", [state.rawValue], limit: limit)
    }

    /// What happened to a claim, as it came in.
    public func claimEvents(_ claim: Int64) throws -> [ClaimEvent] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM claim_event WHERE claim = $1 ORDER BY at, seq",
                arguments: [claim]
            ).map(ClaimEvent.init)
        }
    }

    /// Loads claims that were sent before Waybill: the first night.
    public func loadClaims(_ claims: [StagedClaim], batch: Int64, at: Int64) throws {
        try write { db in
            for claim in claims {
                try db.execute(
                    sql: """
                        INSERT INTO claim (pcn, record, batch, feed, destination, delivery, isa, gs,
                          st, bht, cents, expects, sent, baseline, partner, payer, member, service,
                          npi, frequency, original, d9, state)
                        VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8, $9, $10, $11, $12, 1, $13,
                          $14, $15, $16, $17, $18, $19, $20, CASE WHEN $11 = 1 THEN 1 ELSE 8 END)
                        """,
                    arguments: [
                        Data(claim.pcn), claim.record, batch, claim.feed, claim.destination,
                        claim.isa, claim.gs, claim.st, claim.bht, claim.cents,
                        claim.expectsAnswer ? 1 : 0, at, claim.partner, claim.traits.payer,
                        claim.traits.member, claim.traits.service, claim.traits.npi,
                        claim.traits.frequency, claim.traits.original,
                        claim.traits.clearinghouse,
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

extension ClaimEvent {
    init(_ row: Row) {
        let kind = ClaimAnswer(rawValue: row.int("kind")) ?? .resent
        let verdict = ClaimVerdict(rawValue: row.int("verdict")) ?? .noted
        self.init(
            claim: row.int64("claim"), kind: kind,
            verdict: verdict.corrected(kind, row.text("status")),
            status: row.text("status"), cents: row.int64("cents"), charge: row.int64("charge"),
            patient: row.int64("patient"), dated: row.text("dated"), control: row.text("control"),
            ordinal: row.int("ordinal"), payerClaim: row.text("payer_claim"),
            key: ClaimKey(rawValue: row.int("how")), record: row.int64("record"),
            feed: row.text("feed"), at: row.int64("at"))
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
        partner = row.text("partner")
        payer = row.text("payer")
        service = row.text("service")
        standing = ClaimLadder.Standing(
            state: ClaimState(rawValue: row.int("state")) ?? .awaiting,
            step: ClaimStep(rawValue: row.int("step")) ?? .built, paid: row.int64("paid"),
            patient: row.int64("patient"), status: row.text("status"), changed: row["changed"])
    }
}
