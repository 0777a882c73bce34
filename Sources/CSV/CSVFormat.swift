public import Bytes
public import Exchange

/// Delimited text (RFC 4180) typed by a Frictionless Table Schema.
///
/// The unit of scopes is the row. A record is a row or, grouped, several; the group `row` reaches
/// into them. Path notations are the schema's column names. Columns that a file has beyond the
/// schema are reported once, kept in edits where the file lies as the schema does, and not mapped.
public struct CSVFormat: Format, ContextRestoring {
    /// A parsed page.
    public typealias Document = CSVDocument
    /// A compiled notation.
    public typealias Path = CSVPath

    /// What the columns hold.
    public let schema: TableSchema
    /// How the file is written.
    public let settings: CSVSettings
    /// The schema's rules, close at hand.
    private let rules: [FieldRule]

    /// Reads and writes tables by `schema`.
    public init(schema: TableSchema = .open, settings: CSVSettings = CSVSettings()) {
        self.schema = schema
        self.settings = settings
        rules = schema.rules
    }

    /// The format's name in settings.
    public var name: String { "csv" }
    /// What it reads by, as reports name it.
    public var schemaName: String { schema.name }
    /// Whether frames carry money: see `Format`.
    public var carriesMoney: Bool { settings.money != nil }

    // MARK: Reading

    /// Cuts the content into pages: see `Format`.
    public func framer(over source: any ByteSource) -> any Framer {
        CSVFramer(source, schema: schema, settings: settings)
    }

    /// Splits the records of a page into fields: see `Format`.
    public func parse(_ page: Page) -> CSVDocument {
        let map = page.context as? ColumnMap ?? assumedMap(page)
        return PageParser.parse(page, map, schema)
    }

    /// Tells everything wrong with one record: see `Format`.
    public func check(_ document: CSVDocument, record index: Int, into findings: inout [Finding]) {
        RecordCheck.check(document, record: index, schema, rules, settings.ragged, into: &findings)
    }

    /// Brings back what `ColumnMap.saved` wrote; nil when it was made by another schema.
    public func context(saved: [UInt8]) -> (any Sendable)? { ColumnMap.read(saved, schema) }

    /// Without a context the schema's own order is taken, and the delimiter from settings or from
    /// the record itself.
    private func assumedMap(_ page: Page) -> ColumnMap {
        let charset = settings.charset ?? .utf8
        var delimiter = settings.delimiter
        if delimiter == nil, let frame = page.frames.first {
            let head = page.bytes[frame.range.range].prefix(16 << 10)
            let text = CSVFormat.utf8(Array(head), charset)
            let widths = Sniffer.candidates.map { candidate in
                var lexer = Lexer(delimiter: candidate)
                let count = text.count
                lexer.split(text.span, 0..<count)
                return lexer.rows.count > 1 ? Int(lexer.rows[1].firstCell) : lexer.cells.count
            }
            let wanted = schema.fieldNames.count
            let place =
                widths.firstIndex(of: wanted) ?? widths.indices.max { widths[$0] < widths[$1] }
            delimiter = place.map { Sniffer.candidates[$0] }
        }
        return .plain(schema, delimiter: delimiter ?? 0x2C, charset: charset)
    }

    /// The bytes in UTF-8, or as they are where a byte below 0x80 means ASCII.
    static func utf8(_ bytes: [UInt8], _ charset: Charset) -> [UInt8] {
        guard !charset.keepsASCII else { return bytes }
        let even = bytes.count - bytes.count % 2
        guard case .success(let text) = charset.decode(bytes.span, 0..<even) else { return [] }
        return Array(text.utf8)
    }
}
