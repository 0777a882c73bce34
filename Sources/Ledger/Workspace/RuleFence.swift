import GRDBSQLite

/// What stands between a rule and the database: which tables and functions it may use, what it
/// reads, and when it must stop. SQLite calls back into it, so it lives as long as its handle.
@safe final class RuleFence {
    /// The tables that rules see, in lower case, with their columns in lower case.
    let tables: [String: Set<String>]
    /// The columns that were read since this was emptied.
    var columns: Set<ColumnRead> = []
    /// The first thing that was refused.
    var refused: String?
    /// When the rule must stop.
    var deadline: ContinuousClock.Instant?
    /// Whether it was stopped.
    var isLate = false

    /// The table that `work` takes what its rows have in common from.
    static let behindWork = "ws_kind"

    init(tables: [String: Set<String>]) { self.tables = tables }

    /// Functions that depend on nothing but their arguments. `julianday` and its kin are here
    /// because rules compare dates; `'now'` would make a resumed batch differ and is refused by
    /// `RuleHandle`.
    static let functions: Set<String> = [
        "abs", "avg", "ceil", "ceiling", "char", "coalesce", "count", "cume_dist", "date",
        "datetime",
        "dense_rank", "first_value", "floor", "format", "glob", "group_concat", "hex", "ifnull",
        "iif",
        "instr", "json_extract", "julianday", "lag", "last_value", "lead", "length", "like",
        "lower",
        "ltrim", "max", "min", "mod", "nth_value", "ntile", "nullif", "percent_rank", "printf",
        "rank",
        "replace", "round", "row_number", "rtrim", "sign", "strftime", "substr", "substring", "sum",
        "time", "total", "trim", "typeof", "unicode", "unixepoch", "upper",
    ]

    /// Answers SQLite's question whether an action is allowed.
    func answer(_ action: Int32, _ first: String?, _ second: String?) -> Int32 {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_READ:
            let table = (first ?? "").lowercased()
            let column = (second ?? "").lowercased()
            // A common table expression or subquery has no entry; SQLite names base tables only.
            guard let known = tables[table] else { return refuse("table \(first ?? "")") }
            // COUNT(*) reads a table and no column.
            if column.isEmpty { return SQLITE_OK }
            guard known.contains(column) else {
                return refuse("column \(first ?? "").\(second ?? "")")
            }
            // What `work` itself is made of is none of the rule's reads.
            if table != RuleFence.behindWork {
                columns.insert(ColumnRead(table: table, column: column))
            }
            return SQLITE_OK
        case SQLITE_FUNCTION:
            let name = (second ?? "").lowercased()
            return RuleFence.functions.contains(name) ? SQLITE_OK : refuse("function \(name)")
        default: return refuse("anything but SELECT")
        }
    }

    private func refuse(_ what: String) -> Int32 {
        if refused == nil { refused = what }
        return SQLITE_DENY
    }

    /// Answers SQLite's question whether to stop.
    func mustStop() -> Bool {
        guard let deadline, ContinuousClock.now > deadline else { return false }
        isLate = true
        return true
    }

    /// Sets itself before `database`.
    func guardDatabase(_ database: RawDatabase) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe _ = sqlite3_set_authorizer(
            database.handle,
            { context, action, first, second, _, _ in
                guard let context = unsafe context else { return SQLITE_DENY }
                let fence = unsafe Unmanaged<RuleFence>.fromOpaque(context).takeUnretainedValue()
                let one = unsafe first.map { unsafe String(cString: $0) }
                let two = unsafe second.map { unsafe String(cString: $0) }
                return fence.answer(action, one, two)
            }, context)
        unsafe sqlite3_progress_handler(
            database.handle, 10_000,
            { context in
                guard let context = unsafe context else { return 1 }
                let fence = unsafe Unmanaged<RuleFence>.fromOpaque(context).takeUnretainedValue()
                return fence.mustStop() ? 1 : 0
            }, context)
    }

    /// Takes itself away.
    func release(_ database: RawDatabase) {
        // A handle that was closed has nothing left to take off.
        guard unsafe database.handle != nil else { return }
        unsafe _ = sqlite3_set_authorizer(database.handle, nil, nil)
        unsafe sqlite3_progress_handler(database.handle, 0, nil, nil)
    }
}
