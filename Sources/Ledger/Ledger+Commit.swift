import Exchange
import Foundation
import GRDB

/// Writes one unit within a transaction; the workspace is attached as `ws`.
///
/// What fails takes the whole transaction back. The statements that write a row for each record say
/// so (OR ROLLBACK): else SQLite would copy every page before it changes it, to be able to take back
/// that statement alone.
struct UnitWriter {
    let db: Database
    let commit: UnitCommit
    let workspace: Workspace

    private var batch: Int64 { commit.batch }
    private var unit: String { commit.unit.name }
    /// The unit's feeds, as a subquery. SQLite numbers `$` parameters as they first appear, so
    /// every statement names them in order.
    private let feeds = UnitWriter.feeds(unit: 2)

    private static func feeds(unit: Int) -> String {
        "(SELECT f.feed FROM unit_feed f WHERE f.batch = $1 AND f.unit = $\(unit))"
    }

    /// How many destinations Route gave the record `w`.
    private static let legs = """
        COALESCE((SELECT CASE WHEN g.last >= w.record THEN g.legs END FROM ws.ws_goal g
          WHERE g.first <= w.record ORDER BY g.first DESC LIMIT 1), w.legs)
        """

    /// Writes it, in the order in which rows refer to each other.
    func write() throws {
        let state = try Int.fetchOne(
            db, sql: "SELECT state FROM unit WHERE batch = $1 AND name = $2",
            arguments: [batch, unit])
        guard let state else { throw LedgerError.notFound("unit \(unit)") }
        guard state == UnitState.declared.rawValue else {
            throw LedgerError.conflict("unit \(unit) is committed")
        }
        for result in commit.receipts { try write(result) }
        try writeRecords()
        try writeKeys()
        try writeFindings()
        let base = try Int64.fetchOne(db, sql: "SELECT COALESCE(MAX(id), 0) FROM delivery") ?? 0
        try writeHeldAndLegs(base)
        try writeDeliveries(base)
        try writeMirror()
        try writeClaims(base)
        try writeSums()
        try Ledger.use(
            commit.numbers?.used ?? [], db, batch: batch, unit: unit, at: commit.at)
        try db.execute(
            sql: "UPDATE unit SET state = 2, committed = $1 WHERE batch = $2 AND name = $3",
            arguments: [commit.at, batch, unit])
    }

    private func write(_ result: ReceiptResult) throws {
        let feed = try String.fetchOne(
            db.cachedStatement(sql: "SELECT feed FROM receipt WHERE id = $1"),
            arguments: [result.receipt])
        guard let feed else { throw LedgerError.notFound("receipt \(result.receipt)") }
        try db.cachedStatement(
            sql: """
                INSERT INTO tally (batch, receipt, feed, outcome, records, hash_low, hash_high,
                  cents, declared, complete) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """
        ).execute(arguments: [
            batch, result.receipt, feed, result.outcome.rawValue, result.records, result.hashLow,
            result.hashHigh, result.cents, result.declaredCents, result.isComplete ? 1 : 0,
        ])
        try db.cachedStatement(
            sql: """
                UPDATE receipt SET outcome = $1, code = $2, format = $3, version = $4,
                  duplicate_of = $5 WHERE id = $6
                """
        ).execute(arguments: [
            result.outcome.rawValue, result.code, result.format, result.version,
            result.duplicateOf, result.receipt,
        ])
        for (index, count) in result.counts.enumerated() {
            try db.cachedStatement(
                sql: """
                    INSERT INTO receipt_count (batch, receipt, ordinal, name, declared, counted)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """
            ).execute(arguments: [
                batch, result.receipt, index, count.name, count.declared, count.counted,
            ])
        }
        for key in result.envelopeKeys {
            try db.cachedStatement(
                sql: """
                    INSERT INTO envelope_key (key, receipt) VALUES ($1, $2)
                    ON CONFLICT (key, receipt) DO NOTHING
                    """
            ).execute(arguments: [Data(key), result.receipt])
        }
    }

    private func writeRecords() throws {
        try db.execute(
            sql: """
                INSERT OR ROLLBACK INTO record (id, batch, feed, unit, part, rank, type, entity, event,
                  key64, key, hash, cents, outcome, code, owner, start, length, patient, legs)
                SELECT w.record, $1, k.feed, $2, w.part, k.rank, w.type, k.entity, w.event, w.key64,
                  w.key, w.hash, w.cents, w.outcome, w.code, w.owner, w.offset, w.length, w.patient,
                  \(UnitWriter.legs)
                FROM ws.work w CROSS JOIN ws.ws_kind k ON k.id = w.kind
                WHERE w.origin = 0 AND k.feed IN \(feeds) ORDER BY w.record
                """, arguments: [batch, unit])
        try db.execute(
            sql: """
                INSERT INTO reentry (batch, record, feed, origin, outcome, code, owner, cents, hash,
                  legs)
                SELECT $1, w.record, k.feed, w.origin, w.outcome, w.code, w.owner, w.cents, w.hash,
                  \(UnitWriter.legs)
                FROM ws.work w CROSS JOIN ws.ws_kind k ON k.id = w.kind
                WHERE w.origin <> 0 AND k.feed IN \(feeds) ORDER BY w.record
                """, arguments: [batch, unit])
    }

    private func writeKeys() throws {
        let instant =
            try Int64.fetchOne(
                db, sql: "SELECT instant FROM batch WHERE id = $1", arguments: [batch]) ?? 0
        let table = KeyMonth(containing: instant).table
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS \(table) (key64 BIGINT NOT NULL, record BIGINT NOT NULL,
                  batch BIGINT NOT NULL, outcome INTEGER NOT NULL, PRIMARY KEY (key64, record))
                  WITHOUT ROWID
                """)
        try db.execute(
            sql: """
                INSERT OR ROLLBACK INTO \(table) (key64, record, batch, outcome)
                SELECT w.key64, w.record, $1, w.outcome FROM ws.work w INDEXED BY work_key
                WHERE w.key64 <> 0 AND w.origin = 0 AND w.outcome IN (1, 4)
                  AND w.kind IN (SELECT k.id FROM ws.ws_kind k WHERE k.feed IN \(feeds))
                ORDER BY w.key64, w.record
                """, arguments: [batch, unit])
    }

    private func writeFindings() throws {
        try db.execute(
            sql: """
                INSERT INTO finding (batch, receipt, record, feed, code, severity, owner, byte, line,
                  number, path, message, fix)
                SELECT $1, n.receipt, n.record, r.feed, n.code, n.severity, n.owner, n.byte, n.line,
                  n.number, n.path, n.message, n.fix
                FROM ws.ws_finding n JOIN receipt r ON r.id = n.receipt
                WHERE r.feed IN \(feeds) ORDER BY n.rowid
                """, arguments: [batch, unit])
        try db.execute(
            sql: """
                INSERT INTO finding_count (batch, receipt, code, severity, feed, owner, count)
                SELECT $1, n.receipt, n.code, n.severity, r.feed, n.owner, n.count
                FROM ws.ws_finding_count n JOIN receipt r ON r.id = n.receipt
                WHERE r.feed IN \(feeds) ORDER BY n.receipt, n.code, n.severity
                """, arguments: [batch, unit])
    }

    private func writeHeldAndLegs(_ base: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO held (record, destination, batch, feed, since, code, owner, state,
                  patient, waiting_on, canonical, context)
                SELECT h.record, h.destination, $1, h.feed, $2, h.code, h.owner, 1, h.patient,
                  h.waiting_on, h.canonical, h.context
                FROM ws.ws_held h WHERE h.feed IN \(UnitWriter.feeds(unit: 3)) ORDER BY h.rowid
                ON CONFLICT (record, destination) DO UPDATE SET batch = excluded.batch,
                  since = MIN(held.since, excluded.since), code = excluded.code,
                  owner = excluded.owner, state = 1,
                  patient = COALESCE(held.patient, excluded.patient),
                  waiting_on = excluded.waiting_on,
                  canonical = COALESCE(excluded.canonical, held.canonical),
                  context = COALESCE(excluded.context, held.context), requested = NULL,
                  changed = excluded.since
                """, arguments: [batch, commit.at, unit])
        let first = try Int64.fetchOne(db, sql: "SELECT COALESCE(MAX(id), 0) + 1 FROM leg") ?? 1
        // A leg that was queued before and is decided now goes on as a row of this batch.
        try db.execute(
            sql: """
                UPDATE leg SET carried = $1 WHERE state = 1 AND carried IS NULL AND batch < $1
                  AND EXISTS (SELECT 1 FROM ws.ws_leg s WHERE s.record = leg.record
                    AND s.destination = leg.destination AND s.feed IN \(feeds))
                """, arguments: [batch, unit])
        try db.execute(
            sql: """
                INSERT OR ROLLBACK INTO leg (batch, record, feed, destination, state, delivery, pieces,
                  cents, hash, code, claims)
                SELECT $1, s.record, s.feed, s.destination, s.state, s.delivery + $2, s.pieces,
                  s.cents, s.hash, s.code, s.claims
                FROM ws.ws_leg s WHERE s.feed IN \(UnitWriter.feeds(unit: 3)) ORDER BY s.rowid
                """, arguments: [batch, base, unit])
        let last = try Int64.fetchOne(db, sql: "SELECT COALESCE(MAX(id), 0) FROM leg") ?? 0
        try db.execute(
            sql: "UPDATE unit SET leg_first = $1, leg_last = $2 WHERE batch = $3 AND name = $4",
            arguments: [first, last, batch, unit])
    }

    private func writeDeliveries(_ base: Int64) throws {
        for file in commit.deliveries {
            let id = base + file.local
            try db.execute(
                sql: """
                    INSERT INTO delivery (id, batch, unit, destination, temporary, final, archive,
                      size, digest, records, cents, read_records, read_cents, read_low, read_high,
                      state, acknowledges, is_ack, legs, staged)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1,
                      $16, $17, 0, $18)
                    """,
                arguments: [
                    id, batch, unit, file.destination, file.temporary, file.final, file.archive,
                    file.size, Data(file.digest.bytes), file.records, file.cents,
                    file.readRecords, file.readCents, file.readHashLow, file.readHashHigh,
                    file.acknowledges, file.isAcknowledgement ? 1 : 0, commit.at,
                ])
            for (name, value) in file.controlNumbers.sorted(by: { $0.key < $1.key }) {
                try db.execute(
                    sql: "INSERT INTO delivery_number (delivery, name, value) VALUES ($1, $2, $3)",
                    arguments: [id, name, value])
            }
            for (index, count) in file.counts.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO delivery_count (delivery, ordinal, name, declared, counted)
                        VALUES ($1, $2, $3, $4, $5)
                        """, arguments: [id, index, count.name, count.declared, count.counted])
            }
        }
        guard !commit.deliveries.isEmpty else { return }
        let slots = try LegSums.walk(db, batch: batch, unit: unit).slots
        let claims = slots.reduce(Int64(0)) { sum, slot in
            sum + (slot.key.state == LegState.staged.rawValue ? slot.value.claims : 0)
        }
        try db.execute(
            sql: "UPDATE unit SET claims = $1 WHERE batch = $2 AND name = $3",
            arguments: [claims, batch, unit])
        let files = LegSums.byDelivery(slots)
        for (id, sum) in files {
            try db.execute(
                sql: "UPDATE delivery SET legs = $1 WHERE id = $2 AND batch = $3 AND unit = $4",
                arguments: [sum.count, id, batch, unit])
        }
    }

    /// What the feeds' systems were seen to hold, and what the destinations' systems are sent. A leg
    /// that was released alone says nothing new of where it came from.
    private func writeMirror() throws {
        guard let mine = workspace.kindIDs({ commit.unit.feeds.contains($0.feed) }) else { return }
        try db.execute(
            sql: """
                INSERT OR ROLLBACK INTO version (record, digest, vals)
                SELECT v.record, v.digest, v.vals FROM ws.ws_version v
                WHERE v.kind IN (\(mine)) ORDER BY v.record
                ON CONFLICT (record) DO UPDATE SET digest = excluded.digest, vals = excluded.vals
                """)
        // Rows of one system never meet those of another.
        let systems = workspace.systems
        for system in Set(systems.feeds.values).sorted() {
            try writeSeen(system) { systems.feeds[$0] == system }
        }
        for system in Set(systems.destinations.values).sorted() {
            try writeSent(
                system, systems.destinations.filter { $0.value == system }.keys.sorted())
        }
        try db.execute(
            sql: """
                INSERT INTO alias (system, loser, survivor, record, batch)
                SELECT a.system, a.loser, a.survivor, a.record, $1
                FROM ws.ws_alias a WHERE a.feed IN \(feeds) ORDER BY a.rowid
                ON CONFLICT (system, loser) DO UPDATE SET survivor = excluded.survivor,
                  record = excluded.record, batch = excluded.batch
                """, arguments: [batch, unit])
    }

    /// What a system was seen to hold: what its own feeds say.
    private func writeSeen(_ system: String, _ isIts: (String) -> Bool) throws {
        let kinds = workspace.kindIDs { commit.unit.feeds.contains($0.feed) && isIts($0.feed) }
        guard let kinds else { return }
        try db.execute(
            sql: """
                INSERT INTO mirror (entity, key, system, state, record, batch)
                SELECT v.entity, v.key, $1, \(MirrorState.confirmed.rawValue), v.record, $2
                FROM ws.ws_version v
                WHERE v.kind IN (\(kinds)) AND v.record NOT IN (
                  SELECT w.record FROM ws.work w WHERE w.origin <> 0
                    AND w.origin = \(Origin.leg.rawValue))
                ORDER BY v.\(workspace.versions.column)
                """, arguments: [system, batch])
    }

    /// What a system is sent: the versions of the legs that are staged for its destinations.
    private func writeSent(_ system: String, _ destinations: [String]) throws {
        let names = destinations.indices.map { "$\($0 + 4)" }.joined(separator: ",")
        try db.execute(
            sql: """
                INSERT INTO mirror (entity, key, system, state, record, batch)
                SELECT v.entity, v.key, $1, \(MirrorState.sent.rawValue), v.record, $2
                FROM ws.ws_leg l CROSS JOIN ws.ws_version v ON v.record = l.record
                WHERE l.feed IN (SELECT f.feed FROM unit_feed f WHERE f.batch = $2 AND f.unit = $3)
                  AND l.state = \(LegState.staged.rawValue) AND l.destination IN (\(names))
                ORDER BY l.rowid
                """, arguments: [system, batch, unit] + StatementArguments(destinations))
    }

    private func writeClaims(_ base: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO claim (pcn, record, batch, feed, destination, delivery, isa, gs, st, bht,
                  cents, expects, sent, baseline, partner, payer, member, service, npi, frequency,
                  original, d9, state)
                SELECT c.pcn, c.record, $1, c.feed, c.destination,
                  CASE WHEN c.delivery > 0 THEN c.delivery + $2 END, c.isa, c.gs, c.st, c.bht,
                  c.cents, c.expects, $3, CASE WHEN c.delivery > 0 THEN 0 ELSE 1 END, c.partner,
                  c.payer, c.member, c.service, c.npi, c.frequency, c.original, c.d9,
                  CASE WHEN c.expects = 1 THEN 1 ELSE 8 END
                FROM ws.ws_claim c WHERE c.feed IN \(UnitWriter.feeds(unit: 4)) ORDER BY c.rowid
                """, arguments: [batch, base, commit.at, unit])
        try db.execute(
            sql: """
                INSERT INTO claim_line (claim, sequence, line, cents)
                SELECT c.id, l.sequence, l.line, l.cents FROM ws.ws_claim_line l
                CROSS JOIN claim c ON c.record = l.record AND c.destination = l.destination
                  AND c.batch = $1
                WHERE l.feed IN \(feeds) ORDER BY l.rowid
                ON CONFLICT (claim, sequence) DO NOTHING
                """, arguments: [batch, unit])
        // Claims in no file of ours were sent before Waybill: B7 counts them beside the legs.
        let older =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) FROM ws.ws_claim c
                    WHERE c.delivery = 0 AND c.feed IN \(feeds)
                    """, arguments: [batch, unit]) ?? 0
        if older > 0 { try Ledger.addBaselineClaims(db, older) }
    }

    private func writeSums() throws {
        for (index, check) in commit.money.enumerated() {
            try db.execute(
                sql: """
                    INSERT INTO money_check (batch, receipt, ordinal, name, left_side, right_side,
                      payer, dated, claims, adjustments, claim_count)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """,
                arguments: [
                    batch, check.receipt, index, check.name, check.left, check.right, check.payer,
                    check.dated, check.claims, check.adjustments, check.claimCount,
                ])
        }
        for row in commit.census {
            try db.execute(
                sql: """
                    INSERT INTO census (batch, feed, field, count, mapped)
                    VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (batch, feed, field) DO UPDATE SET
                      count = census.count + excluded.count
                    """,
                arguments: [batch, row.feed, row.field, row.count, row.isMapped ? 1 : 0])
        }
    }
}
