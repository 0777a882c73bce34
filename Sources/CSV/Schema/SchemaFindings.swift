import Exchange

/// What can be wrong with a schema or the settings of a table.
enum SchemaFindings {
    static let missing = FindingKind(
        "CSV-901", .error, owner: .analyst, what: "the table schema is not there",
        fix: "Put it below schemas/csv/ or correct `schema:`.", reach: .file)
    static let broken = FindingKind(
        "CSV-902", .error, owner: .analyst, what: "the table schema is not valid JSON",
        fix: "Correct it at the byte named.", reach: .file)
    static let unusable = FindingKind(
        "CSV-903", .error, owner: .analyst, what: "the table schema says something unusable",
        fix: "Correct the property named.", reach: .file)
    static let noted = FindingKind(
        "CSV-904", .info, owner: .analyst,
        what: "the table schema says something that is noted and not checked",
        fix: "Nothing, or write a rule for it in config/rules.", reach: .file)
    static let kinds = [missing, broken, unusable, noted]
}
