import Exchange

/// What can be wrong with a table as a file.
enum FileFindings {
    static let empty = FindingKind(
        "CSV-001", .error, owner: .analyst, what: "the file is empty",
        fix: "Ask the sender for the file again; a table without rows still has its header.",
        reach: .file)
    static let headerMissing = FindingKind(
        "CSV-002", .error, owner: .analyst, what: "the first row does not name the columns",
        fix: "Ask the sender for the header row, or set `header: false`.", reach: .file)
    static let requiredColumnMissing = FindingKind(
        "CSV-003", .error, owner: .analyst, what: "a required column is missing",
        fix: "Ask the sender for the column, or correct its name in header or schema.", reach: .file
    )
    static let columnMissing = FindingKind(
        "CSV-004", .warning, owner: .analyst, what: "a column of the schema is missing",
        fix: "Ask the sender for the column, or take it out of the schema.", reach: .file)
    static let columnUnknown = FindingKind(
        "CSV-005", .warning, owner: .analyst, what: "a column is not in the schema",
        fix: "Add it to the schema, or correct its name in the header.", reach: .file)
    static let columnTwice = FindingKind(
        "CSV-006", .error, owner: .analyst, what: "a column occurs twice in the header",
        fix: "Ask the sender which of the two counts.", reach: .file)
    static let nameDiffers = FindingKind(
        "CSV-007", .info, owner: .analyst,
        what: "a column's name differs from the schema's in case or blanks",
        fix: "Nothing; it was taken for the schema's.", reach: .file)
    static let delimiterUnclear = FindingKind(
        "CSV-008", .warning, owner: .analyst, what: "no delimiter stands out",
        fix: "Set `delimiter:`; the comma was taken.", reach: .file)
    static let mixedLineEnds = FindingKind(
        "CSV-009", .info, owner: .analyst, what: "line ends are mixed",
        fix: "Nothing; all were taken for line ends.", reach: .file)
    static let blankLines = FindingKind(
        "CSV-010", .info, owner: .analyst, what: "blank lines were passed by",
        fix: "Nothing.", reach: .file)
    static let recordTooLong = FindingKind(
        "CSV-011", .error, owner: .it, what: "a record is longer than the limit",
        fix: "Look for a quote that is never closed; else raise `record_limit:`.", reach: .file)
    static let padding = FindingKind(
        "CSV-012", .info, owner: .it, what: "the file ends with padding",
        fix: "Nothing.", reach: .file)
    static let markDiffers = FindingKind(
        "CSV-013", .warning, owner: .analyst,
        what: "the byte-order mark says another character set than the settings",
        fix: "Correct `charset:`; the mark was believed.", reach: .file)
    static let trailerMissing = FindingKind(
        "CSV-020", .error, owner: .it, what: "the trailer is missing, so the file may be cut",
        fix: "Ask the sender for the whole file; this one is held.", reach: .part)
    static let trailerCount = FindingKind(
        "CSV-021", .error, owner: .it, what: "the trailer's count disagrees with what is there",
        fix: "Ask the sender which is right; the file is held.", reach: .part)
    static let trailerTotal = FindingKind(
        "CSV-022", .error, owner: .billing,
        what: "the trailer's total disagrees with the sum of the money column",
        fix: "Ask the sender which is right; the file is held.", reach: .part)
    static let afterTrailer = FindingKind(
        "CSV-023", .error, owner: .it, what: "rows follow the trailer",
        fix: "Ask the sender whether two files were joined; the file is held.", reach: .part)
    static let trailerUnreadable = FindingKind(
        "CSV-024", .error, owner: .it, what: "the trailer states no number where one is expected",
        fix: "Correct `trailer:` or ask the sender; the file is held.", reach: .part)
    static let endsInQuotes = FindingKind(
        "CSV-025", .warning, owner: .it, what: "the file ends within quotes",
        fix: "Look at the last record: it may be cut, or have swallowed rows.", reach: .part)

    static let kinds = [
        empty, headerMissing, requiredColumnMissing, columnMissing, columnUnknown, columnTwice,
        nameDiffers, delimiterUnclear, mixedLineEnds, blankLines, recordTooLong, padding,
        markDiffers, trailerMissing, trailerCount, trailerTotal, afterTrailer, trailerUnreadable,
        endsInQuotes,
    ]
}
