/// The ledger could not do what was asked. Texts name statements and counts, never a value.
public enum LedgerError: Error, Hashable, CustomStringConvertible {
    /// `PRAGMA synchronous` read back as this instead of FULL (2).
    case notDurable(Int)
    /// The file failed its integrity check; the run must not go on.
    case damaged(String)
    /// The file was written by a newer Waybill.
    case newer
    /// A control number would have been used a second time.
    case numberUsedTwice(series: String, number: Int64)
    /// There is no such row.
    case notFound(String)
    /// The row is not in a state that allows this.
    case conflict(String)
    /// SQLite answered with an error code.
    case sqlite(code: Int32, during: String)
    /// A rule ran longer than its deadline.
    case tooLong(seconds: Int)
    /// A rule asked for something that rules may not do.
    case notAllowed(String)
    /// A rule is not valid SQL over the tables that rules see.
    case badSQL(String)
    /// A rule returned more rows than its limit.
    case tooMany(rows: Int)

    /// A text that is safe to log.
    public var description: String {
        switch self {
        case .notDurable(let mode): "ledger: synchronous reads back as \(mode), not FULL"
        case .damaged(let what): "ledger: damaged: \(what)"
        case .newer: "ledger: written by a newer version of Waybill"
        case .numberUsedTwice(let series, let number):
            "ledger: number \(number) of series \(series) was used before"
        case .notFound(let what): "ledger: not found: \(what)"
        case .conflict(let what): "ledger: \(what)"
        case .sqlite(let code, let during):
            "ledger: \(Self.words(code))SQLite error \(code) during \(during)"
        case .tooLong(let seconds): "rule: stopped after \(seconds) s"
        case .notAllowed(let what): "rule: not allowed: \(what)"
        case .badSQL(let what): "rule: \(what)"
        case .tooMany(let rows): "rule: returns more than \(rows) rows"
        }
    }

    /// What an operator can do something about (sqlite3.h, result codes).
    private static func words(_ code: Int32) -> String {
        switch code & 0xFF {
        case 8: "its file system is read-only: "
        case 10: "its disk fails to read or write: "
        case 13: "no space is left on its disk; make space, then run again, nothing was lost: "
        default: ""
        }
    }
}
