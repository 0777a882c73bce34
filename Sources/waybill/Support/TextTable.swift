/// Rows of text in columns, for people.
struct TextTable {
    private let heads: [String]
    private let rightAligned: Set<Int>
    private var rows: [[String]] = []

    /// Begins a table. A head that starts with `>` belongs to a column of numbers.
    init(_ heads: String...) {
        rightAligned = Set(heads.indices.filter { heads[$0].hasPrefix(">") })
        self.heads = heads.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
    }

    /// Adds a row.
    mutating func add(_ cells: String...) { rows.append(cells) }

    /// Whether it has no rows.
    var isEmpty: Bool { rows.isEmpty }

    /// The table, one line a row; nothing at the end of a line.
    func text() -> String {
        let all = [heads] + rows
        let widths = heads.indices.map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() where column < widths.count {
                let pad = String(repeating: " ", count: max(0, widths[column] - cell.count))
                line += rightAligned.contains(column) ? pad + cell : cell + pad
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

/// Numbers as people read them.
enum Plain {
    /// `1 record`, `3 records`.
    static func count(_ number: some BinaryInteger, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// Cents as `$1,234.50`.
    static func dollars(_ cents: Int64) -> String {
        let sign = cents < 0 ? "-" : ""
        let whole = String(cents.magnitude / 100)
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += "," }
            grouped.append(digit)
        }
        let rest = cents.magnitude % 100
        return "\(sign)$\(grouped).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A length of time in its largest unit: `3 d`, `5 h`, `12 min`.
    static func age(_ microseconds: Int64) -> String {
        let minutes = max(0, microseconds / 60_000_000)
        if minutes >= 2880 { return "\(minutes / 1440) d" }
        if minutes >= 120 { return "\(minutes / 60) h" }
        return "\(minutes) min"
    }
}
