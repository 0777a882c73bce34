import Bytes
public import Exchange

/// A code-to-code table: one system's codes on the left (`from`), canonical codes on the right
/// (`to`), each row with the dates between which it holds.
public struct Crosswalk: Sendable {
    /// One pair of codes.
    public struct Row: Sendable, Hashable {
        /// The system's code.
        public let from: String
        /// The canonical code.
        public let to: String
        /// Who answers for the row.
        public let owner: String?
        /// The first day it holds, `2026-11-20`; nil for always.
        public let effectiveFrom: String?
        /// The last day it holds; nil for ever.
        public let effectiveTo: String?
        /// The 1-based line in the file.
        public let line: Int

        /// Whether the row holds on `day`.
        public func holds(on day: String) -> Bool {
            (effectiveFrom.map { $0 <= day } ?? true) && (effectiveTo.map { day <= $0 } ?? true)
        }
    }

    /// A table that cannot be read.
    static let malformed = FindingKind(
        "MAP-202", .error, owner: .analyst, what: "a crosswalk cannot be read",
        fix: "Write a CSV with the columns from,to and, if wanted, owner,effective_from,"
            + "effective_to,note.", reach: .file)
    /// A code that has two answers on one day.
    static let ambiguous = FindingKind(
        "MAP-203", .error, owner: .analyst, what: "a crosswalk gives one code two answers",
        fix: "Keep one of the rows, or give them dates that do not overlap.", reach: .file)

    /// The crosswalk's name: the file's, without `.csv`.
    public let name: String
    /// The rows, as they stand.
    public let rows: [Row]

    /// Reads `config/crosswalks/NAME.csv`.
    ///
    /// The header names the columns `from,to[,owner][,effective_from][,effective_to][,note]` in any
    /// order. Two rows with one `from` whose days overlap must have the same `to`. Several rows with
    /// one `to` are usual: writing takes the first.
    public static func read(
        _ bytes: [UInt8], name: String, file: String
    ) -> (crosswalk: Crosswalk?, findings: [Finding]) {
        var findings: [Finding] = []
        func fault(_ line: Int, _ detail: String, _ kind: FindingKind = malformed) {
            findings.append(.settings(kind, at: Mark(file: file, line: line, column: 1), detail))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            fault(1, "it is not UTF-8")
            return (nil, findings)
        }
        let table = SettingsTable(text)
        if let line = table.faultLine { fault(line, "a quote stands alone") }
        guard let header = table.rows.first else {
            fault(1, "it is empty")
            return (nil, findings)
        }
        let known = ["from", "to", "owner", "effective_from", "effective_to", "note"]
        for column in header.cells where !known.contains(column) {
            let near =
                NearestName.find(column, among: known).map { "; did you mean `\($0)`?" } ?? ""
            fault(header.line, "column `\(column)` is not known\(near)")
        }
        guard let from = header.cells.firstIndex(of: "from"),
            let to = header.cells.firstIndex(of: "to")
        else {
            fault(header.line, "the header lacks `from` or `to`")
            return (nil, findings)
        }
        var rows: [Row] = []
        for row in table.rows.dropFirst() {
            guard row.cells.count <= header.cells.count, row.cells.count > max(from, to) else {
                fault(row.line, "\(row.cells.count) cells under a header of \(header.cells.count)")
                continue
            }
            func cell(_ column: String) -> String? {
                header.cells.firstIndex(of: column).flatMap {
                    $0 < row.cells.count && !row.cells[$0].isEmpty ? row.cells[$0] : nil
                }
            }
            let dates = [cell("effective_from"), cell("effective_to")]
            for date in dates.compactMap(\.self) where DatePattern.isoDate.parse(date) == nil {
                fault(row.line, "a date is not of the form 2026-11-20")
            }
            rows.append(
                Row(
                    from: row.cells[from], to: row.cells[to], owner: cell("owner"),
                    effectiveFrom: dates[0], effectiveTo: dates[1], line: row.line))
        }
        for (first, second) in overlaps(rows) {
            fault(second.line, "lines \(first.line) and \(second.line)", ambiguous)
        }
        let failed = findings.contains { $0.severity == .error }
        return (failed ? nil : Crosswalk(name: name, rows: rows), findings)
    }

    /// Pairs of rows with one `from`, two different `to`, and a day in common.
    private static func overlaps(_ rows: [Row]) -> [(Row, Row)] {
        var found: [(Row, Row)] = []
        for group in Dictionary(grouping: rows, by: \.from).values where group.count > 1 {
            for (index, second) in group.enumerated() {
                for first in group[..<index] where first.to != second.to {
                    let start = max(first.effectiveFrom ?? "", second.effectiveFrom ?? "")
                    let end = min(first.effectiveTo ?? "9999", second.effectiveTo ?? "9999")
                    if start <= end { found.append((first, second)) }
                }
            }
        }
        return found.sorted { $0.1.line < $1.1.line }
    }

    /// The answers for reading on `day` (`2026-11-20`): the system's code → the canonical one.
    public func reading(on day: String) -> [String: String] {
        var answers: [String: String] = [:]
        for row in rows where row.holds(on: day) && answers[row.from] == nil {
            answers[row.from] = row.to
        }
        return answers
    }

    /// The answers for writing on `day`: the canonical code → the system's; the first row wins.
    public func writing(on day: String) -> [String: String] {
        var answers: [String: String] = [:]
        for row in rows where row.holds(on: day) && answers[row.to] == nil {
            answers[row.to] = row.from
        }
        return answers
    }
}

/// What becomes of a code that a crosswalk has no answer for.
public enum MissPolicy: Sendable, Hashable {
    /// The record waits until the table has an answer.
    case hold
    /// The record is rejected.
    case reject
    /// The code goes on as it is.
    case keep
    /// This code takes its place.
    case fallback(String)

    /// Reads `hold`, `reject`, `keep` or `default:VALUE`.
    public init?(_ text: String) {
        switch text {
        case "hold": self = .hold
        case "reject": self = .reject
        case "keep": self = .keep
        default:
            guard text.hasPrefix("default:"), text.utf8.count > 8 else { return nil }
            self = .fallback(text.dropFirst(8).trimmingPrefix(while: { $0 == " " }).description)
        }
    }
}
