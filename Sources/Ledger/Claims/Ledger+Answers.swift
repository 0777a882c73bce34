import GRDB

extension Ledger {
    /// Writes what the answers of a batch made of claims, within its commit; the workspace is
    /// attached as `ws`. Every CLP of a payment is posted once, whether or not its claim was found.
    static func writeAnswers(_ db: Database, batch: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO claim_event (claim, kind, verdict, status, cents, charge, patient, dated,
                  control, ordinal, payer_claim, how, record, feed, batch, at)
                SELECT m.claim, a.kind, a.verdict, a.status, a.paid, a.charge, a.patient, a.dated,
                  a.control, a.ordinal, a.payer_claim, m.how, a.record, a.feed, $1, a.at
                FROM ws.ws_match m CROSS JOIN ws.ws_answer a ON a.id = m.answer
                ORDER BY m.answer, m.claim
                """, arguments: [batch])
        try db.execute(
            sql: """
                INSERT INTO posting (payer, trace, ordinal, claim, pcn, payer_claim, status, verdict,
                  charge, paid, patient, dated, record, feed, batch)
                SELECT a.payer, a.trace, a.ordinal, m.claim, a.pcn, a.payer_claim, a.status,
                  a.verdict, a.charge, a.paid, a.patient, a.dated, a.record, a.feed, $1
                FROM ws.ws_answer a LEFT JOIN ws.ws_match m ON m.answer = a.id
                WHERE a.kind = \(ClaimAnswer.f835.rawValue) ORDER BY a.id
                ON CONFLICT (payer, trace, ordinal) DO UPDATE SET claim = excluded.claim
                  WHERE posting.claim IS NULL
                """, arguments: [batch])
        try db.execute(
            sql: """
                INSERT INTO posting_line (payer, trace, ordinal, place, line, charge, paid, batch)
                SELECT a.payer, a.trace, a.ordinal, l.place, l.line, l.charge, l.paid, $1
                FROM ws.ws_answer_line l CROSS JOIN ws.ws_answer a ON a.id = l.answer
                WHERE a.kind = \(ClaimAnswer.f835.rawValue) ORDER BY l.rowid
                ON CONFLICT (payer, trace, ordinal, place) DO NOTHING
                """, arguments: [batch])
        try db.execute(
            sql: """
                UPDATE claim SET state = s.state, step = s.step, paid = s.paid,
                  patient = s.patient, status = s.status, changed = s.changed
                FROM ws.ws_standing_claim s WHERE claim.id = s.claim
                """)
    }

    /// What was paid for claims that nobody knows, oldest first.
    public func unappliedPostings(limit: Int = 1000) throws -> [Posting] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM posting WHERE claim IS NULL
                    ORDER BY batch, payer, trace, ordinal LIMIT \(limit)
                    """
            ).map(Posting.init)
        }
    }

    /// A claim's lines, each with what payments say of it by its own number (REF*6R).
    public func paidLines(claim: Int64) throws -> [PaidLine] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT l.sequence, l.line, l.cents, COUNT(p.place) AS postings,
                      CAST(COALESCE(SUM(p.paid), 0) AS BIGINT) AS paid
                    FROM claim_line l
                    LEFT JOIN (SELECT s.place, s.line, s.paid FROM posting o
                      CROSS JOIN posting_line s ON s.payer = o.payer AND s.trace = o.trace
                        AND s.ordinal = o.ordinal
                      WHERE o.claim = $1) p ON p.line = l.line AND l.line <> ''
                    WHERE l.claim = $1 GROUP BY l.sequence, l.line, l.cents ORDER BY l.sequence
                    """, arguments: [claim]
            ).map { row in
                PaidLine(
                    sequence: row.int("sequence"), identifier: row.text("line"),
                    cents: row.int64("cents"), postings: row.int("postings"),
                    paid: row.int64("paid"))
            }
        }
    }

    /// How many postings have no claim, and what they come to.
    public func unapplied() throws -> (count: Int, cents: Int64) {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) AS n, CAST(COALESCE(SUM(paid), 0) AS BIGINT) AS cents
                    FROM posting WHERE claim IS NULL
                    """)
            return (row?.int("n") ?? 0, row?.int64("cents") ?? 0)
        }
    }

    /// How many claims of a partner stand there and have waited too long.
    public func claims(
        in state: ClaimState, _ step: ClaimStep, of partner: String, waiting: ClaimWait
    ) throws -> Int {
        let (condition, limit) = waiting.condition
        return try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) FROM claim
                    WHERE state = $1 AND step = $2 AND \(condition) < $3 AND partner = $4
                    """, arguments: [state.rawValue, step.rawValue, limit, partner]) ?? 0
        }
    }

    /// The claims on each rung, what they come to, and when the oldest of them left.
    public func claimTallies() throws -> [ClaimTally] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT t.*, (SELECT MIN(c.sent) FROM claim c
                      WHERE c.state = t.state AND c.step = t.step) AS oldest
                    FROM claim_tally t WHERE t.claims <> 0 ORDER BY t.state, t.step
                    """
            ).map { row in
                ClaimTally(
                    state: ClaimState(rawValue: row.int("state")) ?? .awaiting,
                    step: ClaimStep(rawValue: row.int("step")) ?? .built,
                    claims: row.int("claims"), cents: row.int64("cents"), paid: row.int64("paid"),
                    oldest: row["oldest"])
            }
        }
    }
}

/// One CLP of a payment, as it was posted.
public struct Posting: Sendable, Hashable, CustomStringConvertible {
    /// TRN02.
    public let trace: String
    /// TRN03.
    public let payer: String
    /// Its place in the payment, from 1.
    public let ordinal: Int
    /// The claim; nil while it is unapplied.
    public let claim: Int64?
    /// CLP02.
    public let status: String
    /// CLP03, in cents.
    public let charge: Int64
    /// CLP04, in cents.
    public let paid: Int64
    /// CLP05, in cents.
    public let patient: Int64
    /// The payment's date.
    public let dated: String
    /// The payment's record.
    public let record: Int64

    init(_ row: Row) {
        trace = row.text("trace")
        payer = row.text("payer")
        ordinal = row.int("ordinal")
        claim = row["claim"]
        status = row.text("status")
        charge = row.int64("charge")
        paid = row.int64("paid")
        patient = row.int64("patient")
        dated = row.text("dated")
        record = row.int64("record")
    }

    /// Safe to log: no number of a patient.
    public var description: String { "\(RecordID.reference(record)).\(ordinal)" }
}

/// The claims that stand on one rung.
public struct ClaimTally: Sendable, Hashable {
    /// What became of them.
    public let state: ClaimState
    /// The highest rung from which something was heard.
    public let step: ClaimStep
    /// How many.
    public let claims: Int
    /// What they charge, in cents.
    public let cents: Int64
    /// What was paid for them, in cents.
    public let paid: Int64
    /// When the oldest of them was committed.
    public let oldest: Int64?
}

/// Since when a claim waits.
public enum ClaimWait: Sendable {
    /// It was sent before an instant (microseconds, UTC).
    case sent(before: Int64)
    /// Its first day of service, where one is known, is before a day: `2026-11-20`.
    case served(before: String)

    /// What is less than the limit, and the limit.
    fileprivate var condition: (String, DatabaseValue) {
        switch self {
        case .sent(let instant): ("sent", instant.databaseValue)
        case .served(let day): ("service <> '' AND service", day.databaseValue)
        }
    }
}
