extension Report {
    /// One CSV file of the report.
    public struct CSVFile: Sendable, Hashable {
        /// The file's name: `03-feeds.csv`.
        public let name: String
        /// Its text: RFC 4180, CRLF, the first row names the columns.
        public let text: String
    }

    /// The sections as CSV files, one a table, all of them every time.
    ///
    /// Counts are plain integers, money is plain dollars with two decimals. A text that a
    /// spreadsheet would take for a formula gets an apostrophe in front (`CSVCell`).
    public func csv() -> [CSVFile] {
        let tables = [
            verdictTable, fileTable, unitTable, equationTable, arrivalTable, feedTable, moneyTable,
            paymentTable, ladderTable, deliveryTable, exceptionTable, heldTable, flagTable,
            overrideTable, unmappedTable, provenanceTable,
        ]
        return tables.map { CSVFile(name: $0.name + ".csv", text: $0.csv) }
    }
}

extension Table {
    /// The table as CSV.
    var csv: String {
        var lines = [columns.map { CSVCell.text($0.name) }]
        lines += rows.map { $0.map(CSVCell.render) }
        if let total { lines.append(total.map(CSVCell.render)) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}

/// How one cell is written in CSV.
enum CSVCell {
    /// A cell as it stands in the file.
    static func render(_ cell: Table.Cell) -> String {
        switch cell {
        case .text(let text), .code(let text), .time(let text), .state(let text, _):
            Self.text(text)
        case .count(let value): String(value)
        case .cents(let cents): dollars(cents)
        case .none: ""
        }
    }

    /// Text, made harmless to spreadsheets and quoted where RFC 4180 wants it.
    ///
    /// OWASP, "CSV injection": a cell that begins with `=`, `+`, `-`, `@`, TAB, CR, LF or NUL (or
    /// the full-width forms, which some locales take alike) is given an apostrophe.
    static func text(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isFormula = scalars.first.map { dangerous.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        let wantsQuotes = scalars.contains { $0 == "\"" || $0 == "," || $0.value < 0x20 }
        guard wantsQuotes else { return safe }
        var quoted = String.UnicodeScalarView()
        quoted.append("\"")
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted.append("\"") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\0", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    /// Money as a number: `-3.05`.
    private static func dollars(_ cents: Int) -> String {
        let rest = cents.magnitude % 100
        return (cents < 0 ? "-" : "") + String(cents.magnitude / 100) + (rest < 10 ? ".0" : ".")
            + String(rest)
    }
}
