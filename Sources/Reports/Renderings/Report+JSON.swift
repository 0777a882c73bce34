public import FoundationEssentials

extension Report {
    /// The report as `report.json`: UTF-8, keys sorted, ending in a newline, the same bytes for the
    /// same report. It follows `schemas/report.schema.json`.
    ///
    /// The verdict stands in it for its readers; reading it back works it out again.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        var data = try encoder.encode(JSONDocument(report: self))
        data.append(0x0A)
        return data
    }

    /// Reads what `json()` wrote.
    public init(json: Data) throws {
        self = try JSONDecoder().decode(Report.self, from: json)
    }
}

/// The report with what is derived from it, as one JSON object.
private struct JSONDocument: Encodable {
    let report: Report

    private enum Key: String, CodingKey { case schema, verdict, totals }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var own = encoder.container(keyedBy: Key.self)
        try own.encode(Report.schemaVersion, forKey: .schema)
        try own.encode(report.verdict, forKey: .verdict)
        try own.encode(report.totals, forKey: .totals)
    }
}
