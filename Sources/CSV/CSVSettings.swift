public import Bytes
import Exchange

/// What a feed or destination says of its tables in `format:`.
public struct CSVSettings: Sendable {
    /// How a record is made of rows.
    public enum RecordShape: String, Sendable, CaseIterable {
        /// Each row is a record.
        case row
        /// Consecutive rows with the same value in the group column are one.
        case group
    }

    /// What a row with too few or too many cells leads to.
    public enum Ragged: String, Sendable, CaseIterable {
        /// The record is rejected.
        case reject
        /// A warning: missing cells count as empty, cells too many are passed by.
        case warn
    }

    /// Which line end is written.
    public enum LineEnd: String, Sendable, CaseIterable {
        case crlf, lf, cr

        /// Its bytes.
        var bytes: [UInt8] {
            switch self {
            case .crlf: [0x0D, 0x0A]
            case .lf: [0x0A]
            case .cr: [0x0D]
            }
        }
    }

    /// The last row of a file that states what the file holds.
    public struct Trailer: Sendable, Hashable {
        /// What a trailer row counts.
        public enum Counts: String, Sendable, CaseIterable { case rows, records }
        /// What its first cell holds: `TRL`.
        public var match: String
        /// The 0-based index of the cell with the count.
        public var count: Int?
        /// The 0-based index of the cell with the sum of the money column.
        public var total: Int?
        /// What the count counts.
        public var counts = Counts.rows

        /// Describes a trailer.
        public init(match: String, count: Int? = nil, total: Int? = nil, counts: Counts = .rows) {
            self.match = match
            self.count = count
            self.total = total
            self.counts = counts
        }
    }

    /// The byte between cells; nil to find it out.
    public var delimiter: UInt8?
    /// Whether the first row names the columns.
    public var hasHeader = true
    /// The column by which rows are grouped into records.
    public var group: String?
    /// The column with the money.
    public var money: String?
    /// The trailer that is expected.
    public var trailer: Trailer?
    /// The character set; nil for what a byte-order mark says, or UTF-8.
    public var charset: Charset?
    /// The most bytes a record may have.
    public var recordLimit = 64 << 20
    /// What ragged rows lead to.
    public var ragged = Ragged.reject
    /// Which line end is written.
    public var lineEnd = LineEnd.crlf

    /// The settings of a plain file.
    public init() {}

    /// The most cells a row may have.
    static let cellLimit = 10_000
}

extension CSVSettings {
    /// Reads `format:`; the schema's columns are known, so names are checked here.
    static func read(
        _ reader: inout SettingsReader, schema: TableSchema?
    ) -> CSVSettings {
        var settings = CSVSettings()
        settings.delimiter = delimiter(&reader)
        settings.hasHeader = reader.flag("header") ?? true
        settings.group = column("group", &reader, schema)
        settings.money = column("money", &reader, schema)
        let shape = reader.choice("record", RecordShape.self)
        if shape == .group, settings.group == nil, let node = reader.node("record") {
            reader.report(
                SettingsReader.malformed, node.mark, "`record: group` wants `group: COLUMN`")
        }
        if shape == .row { settings.group = nil }
        if let name = reader.string("charset"), let node = reader.node("charset") {
            settings.charset = Charset(name: name)
            if settings.charset == nil {
                reader.report(SettingsReader.malformed, node.mark, "`charset` names no known set")
            }
        }
        if let limit = bytes("record_limit", &reader) { settings.recordLimit = limit }
        settings.ragged = reader.choice("ragged", Ragged.self) ?? .reject
        settings.lineEnd = reader.choice("line_end", LineEnd.self) ?? .crlf
        settings.trailer = trailer(&reader, hasMoney: settings.money != nil)
        return settings
    }

    private static func delimiter(_ reader: inout SettingsReader) -> UInt8? {
        guard let text = reader.string("delimiter"), let node = reader.node("delimiter") else {
            return nil
        }
        switch text {
        case "auto": return nil
        case "tab", "\\t", "\t": return 0x09
        case "comma": return 0x2C
        case "semicolon": return 0x3B
        case "pipe": return 0x7C
        default:
            let bytes = Array(text.utf8)
            if bytes.count == 1, bytes[0] < 0x80, bytes[0] != 0x22, bytes[0] != 0x0D,
                bytes[0] != 0x0A, bytes[0] != 0, !ASCII.isDigit(bytes[0]), !ASCII.isLetter(bytes[0])
            {
                return bytes[0]
            }
            reader.report(
                SettingsReader.malformed, node.mark,
                "`delimiter` wants auto, tab or one character that is no letter, digit or quote")
            return nil
        }
    }

    private static func column(
        _ key: String, _ reader: inout SettingsReader, _ schema: TableSchema?
    ) -> String? {
        guard let name = reader.string(key), let node = reader.node(key) else { return nil }
        guard let schema, !schema.isOpen, schema.index(of: name) == nil else { return name }
        let near = NearestName.find(name, among: schema.fieldNames)
        reader.report(
            SettingsReader.malformed, node.mark,
            "`\(key)`: the schema has no column `\(name)`"
                + (near.map { "; did you mean `\($0)`?" } ?? ""))
        return nil
    }

    private static func bytes(_ key: String, _ reader: inout SettingsReader) -> Int? {
        guard let text = reader.string(key), let node = reader.node(key) else { return nil }
        for (suffix, factor) in [("KB", 1 << 10), ("MB", 1 << 20)] where text.hasSuffix(suffix) {
            if let number = Int(text.dropLast(2)), number > 0, number <= 1 << 20 {
                return min(number * factor, 512 << 20)
            }
        }
        reader.report(SettingsReader.malformed, node.mark, "`\(key)` wants a size such as 64MB")
        return nil
    }

    private static func trailer(_ reader: inout SettingsReader, hasMoney: Bool) -> Trailer? {
        guard let node = reader.node("trailer") else { return nil }
        var inner = SettingsReader(node)
        let match = inner.requiredString("match")
        var trailer = Trailer(match: match ?? "")
        trailer.count = inner.int("count", in: 0...1000)
        trailer.total = inner.int("total", in: 0...1000)
        trailer.counts = inner.choice("counts", Trailer.Counts.self) ?? .rows
        if trailer.total != nil, !hasMoney {
            inner.report(
                SettingsReader.missing, node.mark, "`money`: a trailer's total wants a money column"
            )
        }
        reader.report(inner.finish())
        return match == nil ? nil : trailer
    }
}
