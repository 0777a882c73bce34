import Exchange

/// What can be wrong with a record of a table.
enum RecordFindings {
    private static func structure(_ code: String, _ what: String, _ fix: String) -> FindingKind {
        FindingKind(code, .error, owner: .analyst, what: what, fix: fix)
    }
    private static func value(_ code: String, _ what: String, _ fix: String) -> FindingKind {
        FindingKind(code, .error, owner: .frontDesk, what: what, fix: fix)
    }

    static let quoteOpen = structure(
        "CSV-101", "a quote is never closed",
        "Close the quote; double quotes within a cell.")
    static let tail = structure(
        "CSV-102", "text follows a closing quote",
        "Double the quotes within the cell, or put the delimiter behind the closing one.")
    static let strayQuote = FindingKind(
        "CSV-103", .warning, owner: .analyst,
        what: "a quote stands in a cell without quotes around it",
        fix: "Quote the cell and double the quote within; it was taken as it stands.")
    static let tooFew = structure(
        "CSV-104", "the row has too few cells",
        "Look for a missing delimiter or a line end within a cell that is not quoted.")
    static let tooMany = structure(
        "CSV-105", "the row has too many cells",
        "Quote cells that hold the delimiter.")
    static let notOfCharset = structure(
        "CSV-106", "bytes do not belong to the character set",
        "Set `charset:` to what the sender writes.")
    static let null = structure(
        "CSV-107", "a cell holds a NUL", "Ask the sender for a text file.")
    static let tooManyCells = structure(
        "CSV-108", "the row has more cells than any table", "Look at `delimiter:`.")
    static let emptyTail = FindingKind(
        "CSV-109", .warning, owner: .analyst, what: "empty cells follow the last column",
        fix: "Ask the sender to drop the delimiters at the end of the row.")

    static let required = value(
        "CSV-301", "a required value is missing", "Fill it in at its source.")
    static let unique = value(
        "CSV-302", "a value occurs twice that may occur once only", "Correct one of the two rows.")
    static let minLength = value("CSV-303", "a value is too short", "Correct it at its source.")
    static let maxLength = value("CSV-304", "a value is too long", "Correct it at its source.")
    static let minimum = value("CSV-305", "a value is too small", "Correct it at its source.")
    static let maximum = value("CSV-306", "a value is too large", "Correct it at its source.")
    static let pattern = value(
        "CSV-307", "a value does not match the pattern", "Correct it at its source.")
    static let options = value(
        "CSV-308", "a value is not one of those allowed",
        "Correct it, or add it to the schema's enum.")
    static let primaryKey = value(
        "CSV-309", "a primary key occurs twice", "Correct or remove one of the two rows.")

    private static func type(_ number: Int, _ name: String) -> FindingKind {
        value(
            "CSV-\(number)", "a value is not \(name)", "Correct it, or the field's type or format.")
    }

    /// By type, in the order of `FieldType`; those without a wrong value share the last.
    private static let types: [FieldType: FindingKind] = [
        .email: type(201, "an e-mail address"), .uri: type(202, "a URI"),
        .binary: type(203, "base64"), .uuid: type(204, "a UUID"), .number: type(205, "a number"),
        .integer: type(206, "a whole number"), .boolean: type(207, "true or false"),
        .object: type(208, "a JSON object"), .array: type(209, "a JSON array"),
        .date: dateKind, .looseDate: dateKind, .patternDate: dateKind,
        .time: timeKind, .looseTime: timeKind, .patternTime: timeKind,
        .datetime: dateTimeKind, .looseDatetime: dateTimeKind, .patternDatetime: dateTimeKind,
        .year: type(213, "a year"), .yearmonth: type(214, "a year and month"),
        .duration: type(215, "a duration"), .geopoint: geopointKind,
        .geopointArray: geopointKind, .geopointObject: geopointKind,
        .geojson: geojsonKind, .topojson: geojsonKind, .list: type(218, "a list of its item type"),
    ]
    private static let dateKind = type(210, "a date that exists, in the form stated")
    private static let timeKind = type(211, "a time in the form stated")
    private static let dateTimeKind = type(212, "a date and time in the form stated")
    private static let geopointKind = type(216, "a point on earth")
    private static let geojsonKind = type(217, "GeoJSON")

    /// The kind for a value that is not of `type`.
    static func notOf(_ type: FieldType) -> FindingKind { types[type] ?? strayQuote }

    static let kinds =
        [
            quoteOpen, tail, strayQuote, tooFew, tooMany, notOfCharset, null, tooManyCells,
            emptyTail,
        ] + Set(types.values).sorted { $0.code < $1.code } + [
            required, unique, minLength, maxLength, minimum, maximum, pattern, options, primaryKey,
        ]
}
