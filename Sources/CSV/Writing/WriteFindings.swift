import Exchange

/// Why a value cannot be written into a table.
enum WriteFindings {
    private static func kind(_ code: String, _ what: String, _ fix: String) -> FindingKind {
        FindingKind(code, .error, owner: .analyst, what: what, fix: fix)
    }
    static let notEncodable = kind(
        "CSV-401", "a value has characters that the destination's character set lacks",
        "Set the destination's `charset:` to utf-8, or map the value.")
    static let noSuchCell = kind(
        "CSV-402", "a column to write is not there", "Name a column of the schema.")
    static let repeats = kind(
        "CSV-403", "a cell cannot hold several values", "Map one of them, or use the group `row`.")
    static let unreadable = kind(
        "CSV-404", "the record cannot be written anew as its bytes are not of its character set",
        "Correct `charset:` of the feed.")
    static let trailerMismatch = kind(
        "CSV-405", "the envelope's trailer is not the one that `format: trailer:` describes",
        "Begin the trailer with the text of `match:`.")
    static let kinds = [notEncodable, noSuchCell, repeats, unreadable, trailerMismatch]
}
