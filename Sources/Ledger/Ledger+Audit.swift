import Foundation
import GRDB

/// One line of the audit log.
public struct AuditRow: Sendable, Hashable {
    /// Its place in the chain, from 1.
    public let seq: Int64
    /// When.
    public let at: Int64
    /// Who.
    public let actor: String
    /// What was done: `release`, `discard`, `trip`.
    public let action: String
    /// To what: references and ids, never a value.
    public let object: String
    /// How it ended, or why it was done.
    public let outcome: String
    /// Its own hash, which covers the one before.
    public let hash: [UInt8]
}

/// Where the chain of the audit log is broken.
public struct AuditBreak: Sendable, Hashable {
    /// The first row that does not follow.
    public let seq: Int64
    /// What is wrong with it.
    public let reason: String
}

/// Whether work is stopped, by whom and why.
public struct FailsafeState: Sendable, Hashable {
    /// Whether it is engaged.
    public let isEngaged: Bool
    /// Why it is as it is.
    public let reason: String
    /// Who made it so; empty when nobody ever did.
    public let actor: String
    /// Since when; 0 when nobody ever touched it.
    public let since: Int64
}

extension Ledger {
    /// Writes a line of the audit log, chained to the one before.
    public func audit(
        actor: String, action: String, object: String, outcome: String, at: Int64
    ) throws {
        try write {
            try appendAudit(
                $0, actor: actor, action: action, object: object, outcome: outcome, at: at)
        }
    }

    /// Writes a line in the transaction of what it tells of.
    func appendAudit(
        _ db: Database, actor: String, action: String, object: String, outcome: String, at: Int64
    ) throws {
        let last = try Row.fetchOne(
            db, sql: "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        let seq = (last?.int64("seq") ?? 0) + 1
        let previous = last?.bytes("hash") ?? []
        let own = hash(
            Ledger.covered(
                seq: seq, at: at, actor: actor, action: action, object: object, outcome: outcome,
                previous: previous))
        try db.execute(
            sql: """
                INSERT INTO audit (seq, at, actor, action, object, outcome, prev_hash, hash)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
            arguments: [seq, at, actor, action, object, outcome, Data(previous), Data(own)])
    }

    /// The bytes that a line's hash covers: each part behind its length, so that no two lines
    /// can be written alike.
    static func covered(
        seq: Int64, at: Int64, actor: String, action: String, object: String, outcome: String,
        previous: [UInt8]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in [
            previous, Array(String(seq).utf8), Array(String(at).utf8), Array(actor.utf8),
            Array(action.utf8), Array(object.utf8), Array(outcome.utf8),
        ] {
            bytes += Array("\(part.count):".utf8)
            bytes += part
        }
        return bytes
    }

    /// The newest lines, newest first.
    public func auditLog(limit: Int) throws -> [AuditRow] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM audit ORDER BY seq DESC LIMIT $1", arguments: [limit]
            ).map(AuditRow.init)
        }
    }

    /// What people overrode, released or changed since the batch before: report section 9.
    public func overrides(batch: Int64) throws -> [AuditRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM audit
                    WHERE at > COALESCE((SELECT MAX(instant) FROM batch WHERE id < $1), 0)
                      AND at <= COALESCE((SELECT closed FROM batch WHERE id = $1),
                        9223372036854775807)
                    ORDER BY seq
                    """, arguments: [batch]
            ).map(AuditRow.init)
        }
    }

    /// Walks the whole chain; nil when every line follows from the one before.
    public func verifyAudit() throws -> AuditBreak? {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY seq")
            var previous: [UInt8] = []
            var expected: Int64 = 1
            while let row = try rows.next() {
                let seq = row.int64("seq")
                guard seq == expected else {
                    return AuditBreak(seq: expected, reason: "a line is missing")
                }
                guard row.bytes("prev_hash") == previous else {
                    return AuditBreak(seq: seq, reason: "it does not follow the line before")
                }
                let own = hash(
                    Ledger.covered(
                        seq: seq, at: row.int64("at"), actor: row.text("actor"),
                        action: row.text("action"), object: row.text("object"),
                        outcome: row.text("outcome"), previous: previous))
                guard row.bytes("hash") == own else {
                    return AuditBreak(seq: seq, reason: "it was altered")
                }
                previous = own
                expected += 1
            }
            return nil
        }
    }

    /// Whether the fail-safe is engaged.
    public func failsafe() throws -> FailsafeState {
        try read { db in
            let row = try Row.fetchOne(db, sql: "SELECT * FROM failsafe ORDER BY seq DESC LIMIT 1")
            return FailsafeState(
                isEngaged: row?.int("engaged") == 1, reason: row?.text("reason") ?? "",
                actor: row?.text("actor") ?? "", since: row?.int64("at") ?? 0)
        }
    }

    /// Engages the fail-safe.
    public func trip(reason: String, by actor: String, at: Int64) throws {
        try setFailsafe(1, "trip", reason, actor, at)
    }

    /// Clears the fail-safe.
    public func clearFailsafe(reason: String, by actor: String, at: Int64) throws {
        try setFailsafe(0, "clear", reason, actor, at)
    }

    private func setFailsafe(
        _ engaged: Int, _ action: String, _ reason: String, _ actor: String, _ at: Int64
    ) throws {
        try write { db in
            try db.execute(
                sql: "INSERT INTO failsafe (engaged, reason, actor, at) VALUES ($1, $2, $3, $4)",
                arguments: [engaged, reason, actor, at])
            try appendAudit(
                db, actor: actor, action: action, object: "failsafe", outcome: reason, at: at)
        }
    }
}

extension AuditRow {
    init(_ row: Row) {
        seq = row.int64("seq")
        at = row.int64("at")
        actor = row.text("actor")
        action = row.text("action")
        object = row.text("object")
        outcome = row.text("outcome")
        hash = row.bytes("hash")
    }
}
