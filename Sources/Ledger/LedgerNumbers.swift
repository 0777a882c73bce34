public import Exchange
import GRDB
import Synchronization

/// A control number that was given out.
public struct UsedNumber: Sendable, Hashable {
    /// The series: `ISA13|sender|receiver`.
    public let series: String
    /// The number.
    public let number: Int64
}

/// Gives out control numbers after the last committed ones.
///
/// Nothing is on disk until the unit commits, so a unit that is given up, or killed, leaves no
/// gap, and doing it again gives the same numbers. Make one for a unit and commit or drop it
/// before the next is made: a number used meanwhile makes the commit fail.
public final class LedgerNumbers: ControlNumbers {
    private struct State {
        var last: [String: Int64] = [:]
        var used: [UsedNumber] = []
    }
    private let state: Mutex<State>

    init(last: [String: Int64]) { state = Mutex(State(last: last)) }

    /// The next one.
    public func next(_ series: String) -> Int64 {
        state.withLock { state in
            let number = state.last[series, default: 0] + 1
            state.last[series] = number
            state.used.append(UsedNumber(series: series, number: number))
            return number
        }
    }

    /// What was given out, in order.
    public var used: [UsedNumber] { state.withLock { $0.used } }
}

/// Numbers of a series that were never used.
public struct NumberGap: Sendable, Hashable {
    /// The series.
    public let series: String
    /// The first number not used.
    public let first: Int64
    /// The last number not used.
    public let last: Int64
}

extension Ledger {
    /// Numbers for one unit.
    public func numbers() throws -> LedgerNumbers {
        try read { db in
            var last: [String: Int64] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT series, last_used FROM number_series") {
                last[row.text("series")] = row.int64("last_used")
            }
            return LedgerNumbers(last: last)
        }
    }

    /// Writes down the numbers that a unit used.
    static func use(
        _ numbers: [UsedNumber], _ db: Database, batch: Int64, unit: String, at: Int64
    ) throws {
        for used in numbers {
            let last =
                try Int64.fetchOne(
                    db, sql: "SELECT last_used FROM number_series WHERE series = $1",
                    arguments: [used.series]) ?? 0
            guard used.number > last else {
                throw LedgerError.numberUsedTwice(series: used.series, number: used.number)
            }
            try advance(db, used.series, to: used.number)
            try db.execute(
                sql: """
                    INSERT INTO number_use (series, number, batch, unit, at)
                    VALUES ($1, $2, $3, $4, $5)
                    """, arguments: [used.series, used.number, batch, unit, at])
        }
    }

    private static func advance(_ db: Database, _ series: String, to number: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO number_series (series, last_used) VALUES ($1, $2)
                ON CONFLICT (series) DO UPDATE SET last_used = excluded.last_used
                WHERE excluded.last_used > number_series.last_used
                """, arguments: [series, number])
    }

    /// Jumps a series forward after a restore; the numbers left out are an explained gap.
    public func jump(series: String, to number: Int64, reason: String, at: Int64) throws {
        try write { db in
            let last =
                try Int64.fetchOne(
                    db, sql: "SELECT last_used FROM number_series WHERE series = $1",
                    arguments: [series]) ?? 0
            guard number > last else {
                throw LedgerError.conflict("series \(series) is at \(last) already")
            }
            try Ledger.advance(db, series, to: number)
            try Ledger.explain(db, series, last + 1, number, reason, at)
        }
    }

    /// Says why numbers of a series were never used.
    public func explainGap(
        series: String, from first: Int64, to last: Int64, reason: String, at: Int64
    ) throws {
        try write { try Ledger.explain($0, series, first, last, reason, at) }
    }

    private static func explain(
        _ db: Database, _ series: String, _ first: Int64, _ last: Int64, _ reason: String,
        _ at: Int64
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO number_gap (series, first, last, reason, at)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (series, first) DO UPDATE
                  SET last = excluded.last, reason = excluded.reason, at = excluded.at
                """, arguments: [series, first, last, reason, at])
    }

    /// Numbers that were neither used nor explained: there must be none.
    public func unexplainedGaps() throws -> [NumberGap] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT series, number AS first, number AS last FROM number_use
                    UNION ALL SELECT series, first, last FROM number_gap
                    UNION ALL SELECT series, last_used + 1, last_used + 1 FROM number_series
                    ORDER BY 1, 2
                    """)
            var gaps: [NumberGap] = []
            var series = ""
            var expected: Int64 = 1
            for row in rows {
                if row.text("series") != series {
                    series = row.text("series")
                    expected = 1
                }
                let first = row.int64("first")
                if first > expected {
                    gaps.append(NumberGap(series: series, first: expected, last: first - 1))
                }
                expected = max(expected, row.int64("last") + 1)
            }
            return gaps
        }
    }
}
