public import Bytes
public import Exchange

/// How the columns of one file lie against the schema's, and how the file is written: the context
/// of every page of the file.
///
/// A record that is opened again needs it, unless its file has the schema's columns in the
/// schema's order: `saved` keeps it, `CSVFormat.context(saved:)` brings it back.
public final class ColumnMap: SavedContext {
    /// The byte between cells.
    public let delimiter: UInt8
    /// The character set of the content.
    public let charset: Charset
    /// How many columns the file has; 0 when no header says so.
    public let width: Int
    /// By field of the schema: its column in the file, or -1.
    let columns: [Int32]
    /// By column of the file: its field, or -1.
    let fields: [Int32]
    /// The columns' names, for a table without a schema.
    let names: [String]
    /// Whether the file's columns are the schema's, in its order.
    let isIdentity: Bool

    init(delimiter: UInt8, charset: Charset, columns: [Int32], width: Int, names: [String] = []) {
        self.delimiter = delimiter
        self.charset = charset
        self.columns = columns
        self.width = width
        self.names = names
        var fields = Array(repeating: Int32(-1), count: width)
        for (field, column) in columns.enumerated() where column >= 0 && Int(column) < width {
            fields[Int(column)] = Int32(field)
        }
        self.fields = fields
        isIdentity =
            columns.count == width && columns.indices.allSatisfy { columns[$0] == Int32($0) }
    }

    /// The schema's own order.
    static func plain(_ schema: TableSchema, delimiter: UInt8, charset: Charset) -> ColumnMap {
        let count = schema.fieldNames.count
        return ColumnMap(
            delimiter: delimiter, charset: charset, columns: (0..<count).map(Int32.init),
            width: count)
    }

    /// The name of column `index` of the file.
    func name(ofColumn index: Int, _ schema: TableSchema) -> String {
        if index < fields.count, fields[index] >= 0 { return schema.fieldNames[Int(fields[index])] }
        if index < names.count, !names[index].isEmpty { return names[index] }
        return "column \(index + 1)"
    }

    /// Four lines: delimiter, character set, width and columns, names.
    public var saved: [UInt8] {
        let places = columns.map(String.init).joined(separator: " ")
        let quoted = names.map { $0.utf8.map { String($0) }.joined(separator: " ") }
            .joined(separator: ";")
        return Array("csv1\n\(delimiter)\n\(charset)\n\(width)\n\(places)\n\(quoted)".utf8)
    }

    /// Reads what `saved` wrote; nil when it is something else or was made by another schema.
    static func read(_ saved: [UInt8], _ schema: TableSchema) -> ColumnMap? {
        guard let text = String(validating: saved, as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 6, lines[0] == "csv1", let delimiter = UInt8(lines[1]),
            let charset = Charset(name: String(lines[2])), let width = Int(lines[3]),
            (0...CSVSettings.cellLimit).contains(width)
        else { return nil }
        let columns = lines[4].split(separator: " ").compactMap { Int32($0) }
        guard columns.count == schema.fieldNames.count,
            columns.allSatisfy({ $0 >= -1 && Int($0) < width })
        else { return nil }
        let names =
            lines[5].isEmpty
            ? []
            : lines[5].split(separator: ";", omittingEmptySubsequences: false).map { name in
                String(decoding: name.split(separator: " ").compactMap { UInt8($0) }, as: UTF8.self)
            }
        return ColumnMap(
            delimiter: delimiter, charset: charset, columns: columns, width: width, names: names)
    }
}
