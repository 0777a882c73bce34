/// The rows of the table.
struct Scorecard {
    /// What a budget asks for.
    enum Budget {
        /// At least so much.
        case atLeast(Double)
        /// At most so much.
        case atMost(Double)
        /// Nothing: the row is there to be read beside the others.
        case none
    }

    private struct Row {
        let work: String
        let budget: String
        let measured: String
        let share: Double?
        let bar: Double
    }

    private var rows: [Row] = []

    /// Adds a row.
    /// - Parameters:
    ///   - unit: follows both figures.
    ///   - bar: the share of the budget that must be reached.
    mutating func add(
        _ work: String, _ budget: Budget, _ measured: Double, _ unit: String, bar: Double = 1 / 3,
        note: String = ""
    ) {
        let figure = Self.text(measured) + unit + (note.isEmpty ? "" : " (\(note))")
        let row: Row
        switch budget {
        case .atLeast(let least):
            row = Row(
                work: work, budget: "≥ \(Self.text(least))\(unit)", measured: figure,
                share: measured / least, bar: bar)
        case .atMost(let most):
            row = Row(
                work: work, budget: "≤ \(Self.text(most))\(unit)", measured: figure,
                share: most / measured, bar: bar)
        case .none: row = Row(work: work, budget: "", measured: figure, share: nil, bar: bar)
        }
        rows.append(row)
        Table.note("  \(row.work): \(row.measured)")
    }

    /// Whether some row does not reach its bar.
    var isShort: Bool { rows.contains { ($0.share ?? 1) < $0.bar } }

    /// The table, with what it was measured on.
    func markdown(_ machine: String) -> String {
        var text = "# Budgets and measurements\n\n\(machine)\n\n"
        text += "`ok` reaches the budget; `third` reaches the part of it that must be reached; "
        text += "`short` reaches neither. Ratios are taken within one run.\n\n"
        text += "| work | budget | measured | of budget | |\n|---|---|---|---|---|\n"
        for row in rows {
            let share = row.share.map { "\(Self.text($0)) ×" } ?? ""
            let verdict = row.share.map { $0 >= 1 ? "ok" : $0 >= row.bar ? "third" : "short" } ?? ""
            text += "| \(row.work) | \(row.budget) | \(row.measured) | \(share) | \(verdict) |\n"
        }
        return text
    }

    /// Three digits that matter.
    static func text(_ value: Double) -> String {
        let decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2
        let factor = [1.0, 10, 100][decimals]
        let whole = Int((value * factor).rounded())
        if decimals == 0 { return grouped(whole) }
        let fraction = String(whole % Int(factor))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(whole / Int(factor)).\(zeros)\(fraction)"
    }

    private static func grouped(_ number: Int) -> String {
        let digits = String(number)
        guard digits.count > 3 else { return digits }
        return grouped(number / 1000) + "," + digits.suffix(3)
    }
}
