import Bytes
import Exchange

/// Matches the names in a header row to the schema's, whatever their order.
struct HeaderMatch {
    /// The columns as they lie in the file.
    let map: ColumnMap
    /// What is wrong with the header.
    private(set) var findings: [Finding] = []

    /// Matches `names`.
    /// - Parameter place: where the header stands.
    init(
        _ names: [String], _ schema: TableSchema, delimiter: UInt8, charset: Charset,
        at place: Location
    ) {
        let loose = names.map(HeaderMatch.plain)
        var columns = Array(repeating: Int32(-1), count: schema.fieldNames.count)
        var taken = Array(repeating: false, count: names.count)
        var made: [Finding] = []
        func report(_ kind: FindingKind, _ path: String, _ detail: String) {
            var location = place
            location.path = path
            made.append(Finding(kind, at: location, detail))
        }
        for (field, name) in schema.fieldNames.enumerated() {
            var hits = names.indices.filter { names[$0] == name }
            if hits.isEmpty {
                let wanted = HeaderMatch.plain(name)
                hits = names.indices.filter { loose[$0] == wanted && !taken[$0] }
                if hits.count == 1 {
                    report(FileFindings.nameDiffers, name, "column \(hits[0] + 1)")
                }
            }
            for hit in hits { taken[hit] = true }
            if let first = hits.first { columns[field] = Int32(first) }
            if hits.count > 1 {
                let places = hits.map { String($0 + 1) }.joined(separator: ", ")
                report(FileFindings.columnTwice, name, "columns \(places)")
            }
        }
        let matched = columns.count { $0 >= 0 }
        map = ColumnMap(
            delimiter: delimiter, charset: charset, columns: columns, width: names.count,
            names: schema.isOpen ? names : [])
        if schema.isOpen {
            HeaderMatch.reportTwins(names, report)
        } else if matched == 0 || matched * 2 < min(schema.fieldNames.count, names.count) {
            // What stands there may be a patient's row: nothing of it is repeated.
            made = []
            report(
                FileFindings.headerMissing, "header",
                "\(matched) of \(schema.fieldNames.count) columns were found by name")
        } else {
            HeaderMatch.reportRest(names, schema, columns, taken, report)
        }
        findings = made
    }

    private static func reportRest(
        _ names: [String], _ schema: TableSchema, _ columns: [Int32], _ taken: [Bool],
        _ report: (FindingKind, String, String) -> Void
    ) {
        let missing = schema.fieldNames.indices.filter { columns[$0] < 0 }
        for field in missing {
            let isRequired = schema.rules[field].needs.contains(.required)
            report(
                isRequired ? FileFindings.requiredColumnMissing : FileFindings.columnMissing,
                schema.fieldNames[field], "")
        }
        let candidates = missing.map { schema.fieldNames[$0] }
        // Where a line break was lost, the first patient's row stands in the header: names are
        // shown only while few are unknown.
        let unknown = taken.count { !$0 }
        let showsNames = unknown * 2 <= names.count - unknown
        for (index, name) in names.enumerated() where !taken[index] {
            let near = NearestName.find(name, among: candidates)
            let shown = showsNames && isName(name) ? name : "column \(index + 1)"
            report(
                FileFindings.columnUnknown, shown,
                "column \(index + 1)" + (near.map { "; did you mean `\($0)`?" } ?? ""))
        }
    }

    private static func reportTwins(
        _ names: [String], _ report: (FindingKind, String, String) -> Void
    ) {
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let first = seen[name] {
                report(
                    FileFindings.columnTwice, "column \(index + 1)",
                    "columns \(first + 1), \(index + 1)")
            } else {
                seen[name] = index
            }
        }
    }

    /// Whether a text is like a column's name, and may be shown.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, ASCII.isLetter(first), text.utf8.count <= 64 else {
            return false
        }
        return text.utf8.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || " _-.#".utf8.contains($0)
        }
    }

    /// Without case, blanks, hyphens and underscores.
    private static func plain(_ name: String) -> String {
        name.lowercased().filter { !" _-\t\u{A0}".contains($0) }
    }
}
