import Foundation
import GRDB

extension Ledger {
    /// What a system has under a key: the version asked for, or the newest of them.
    public func mirror(
        system: String, entity: String, key: [UInt8], state: MirrorState? = nil
    ) throws -> MirrorRow? {
        try mirror(system: system, entity: entity, keys: [key], state: state)[key]
    }

    /// What a system has under many keys.
    public func mirror(
        system: String, entity: String, keys: [[UInt8]], state: MirrorState? = nil
    ) throws -> [[UInt8]: MirrorRow] {
        try read { db in
            let query = try db.cachedStatement(
                sql: """
                    SELECT m.*, v.digest, v.vals FROM mirror m JOIN version v ON v.record = m.record
                    WHERE m.entity = $1 AND m.key = $2 AND m.system = $3
                      AND ($4 IS NULL OR m.state = $4)
                    ORDER BY m.batch DESC, m.state DESC LIMIT 1
                    """)
            var found: [[UInt8]: MirrorRow] = [:]
            for key in keys {
                let row = try Row.fetchOne(
                    query, arguments: [entity, Data(key), system, state?.rawValue])
                if let row { found[key] = MirrorRow(row) }
            }
            return found
        }
    }

    /// Hands `body` every version of an entity that a system has, in order of the keys: what a
    /// snapshot leaves out shows by this.
    public func mirrorKeys(
        system: String, entity: String, state: MirrorState? = nil,
        _ body: (MirrorRow) throws -> Void
    ) throws {
        try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT m.*, v.digest, v.vals FROM mirror m JOIN version v ON v.record = m.record
                    WHERE m.entity = $1 AND m.system = $2
                      AND ($3 IS NULL OR m.state = $3) ORDER BY m.key, m.state
                    """, arguments: [entity, system, state?.rawValue])
            while let row = try rows.next() { try body(MirrorRow(row)) }
        }
    }

    /// The key that stands for `key` now: merges are followed to their end.
    public func survivor(system: String, of key: [UInt8]) throws -> [UInt8] {
        try read { db in
            var key = key
            var passed: Set<[UInt8]> = [key]
            while let row = try Row.fetchOne(
                db, sql: "SELECT survivor FROM alias WHERE system = $1 AND loser = $2",
                arguments: [system, Data(key)])
            {
                key = row.bytes("survivor")
                guard passed.insert(key).inserted else { break }
            }
            return key
        }
    }

    /// Every merge of a system: loser → the key that stands for it now.
    public func survivors(system: String) throws -> [[UInt8]: [UInt8]] {
        let direct = try read { db in
            try Row.fetchAll(
                db, sql: "SELECT loser, survivor FROM alias WHERE system = $1 ORDER BY loser",
                arguments: [system])
        }
        var next: [[UInt8]: [UInt8]] = [:]
        for row in direct { next[row.bytes("loser")] = row.bytes("survivor") }
        return next.mapValues { first in
            var key = first
            var steps = 0
            while let further = next[key], steps < next.count {
                key = further
                steps += 1
            }
            return key
        }
    }
}

extension MirrorRow {
    init(_ row: Row) {
        self.init(
            system: row.text("system"), entity: row.text("entity"), key: row.bytes("key"),
            state: MirrorState(rawValue: row.int("state")) ?? .sent,
            digest: UInt64(bitPattern: row.int64("digest")), values: row.text("vals"),
            record: row.int64("record"))
    }
}
