import Bytes
import CSV
public import Exchange
import Testing

/// Schema files in memory.
struct Shelf: SchemaSource {
    var files: [String: String] = [:]
    func file(_ path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
    func absolutePath(_ path: String) -> String? { nil }
    func list(_ folder: String) -> [String] {
        files.keys.map { String($0.dropFirst(folder.count + 1)) }
    }
}

/// A map of settings as YAML would give it.
func settings(_ entries: [(String, SettingsNode)]) -> SettingsNode {
    let mark = Mark(file: "feed.yaml", line: 1, column: 1)
    return SettingsNode(
        .map(entries.map { .init(key: $0.0, mark: mark, value: $0.1) }), at: mark)
}

extension SettingsNode: ExpressibleByStringLiteral {
    /// Makes it from what is given.
    public init(stringLiteral value: String) {
        self.init(.scalar(value), at: Mark(file: "feed.yaml", line: 1, column: 1))
    }
}

/// A file read from end to end.
struct Table {
    var pages: [Page] = []
    var closing = Closing()
    var findings: [[Finding]] = []
    var values: [[String]] = []

    /// The codes about the file, in order.
    var fileCodes: [String] { closing.findings.kept.map(\.code) }
    /// The codes about each record.
    var codes: [[String]] { findings.map { $0.map(\.code) } }
    /// All records' frames.
    var frames: [Frame] { pages.flatMap(\.frames) }
    /// The bytes of each record.
    var records: [String] {
        pages.flatMap { page in
            page.frames.map { String(decoding: page.bytes[$0.range.range], as: UTF8.self) }
        }
    }

    init(_ bytes: [UInt8], _ format: CSVFormat, chunk: Int = .max) throws {
        var framer = format.framer(over: MemorySource(bytes, chunk: chunk))
        let paths = format.schema.fieldNames.compactMap { try? format.path($0) }
        while let page = try framer.next() {
            pages.append(page)
            let checked = validate(Parsed(page, as: format), as: format)
            findings += checked.findings
            for index in page.frames.indices {
                let scope = format.scope(ofRecord: index, in: checked.document)
                values.append(
                    paths.map { path in
                        format.values(of: path, within: scope, in: checked.document)
                            .map(\.text).joined(separator: "|")
                    })
            }
        }
        #expect(try framer.next() == nil)
        closing = framer.closing
    }

    init(_ text: String, _ format: CSVFormat, chunk: Int = .max) throws {
        try self.init(Array(text.utf8), format, chunk: chunk)
    }
}

/// A format by a schema with these fields (JSON objects) and settings.
func format(
    _ fields: String, more: String = "", _ change: (inout CSVSettings) -> Void = { _ in }
) throws -> CSVFormat {
    let shelf = Shelf(files: ["csv/s.json": "{\"fields\": [\(fields)]\(more)}"])
    let made = CSVFamily().format(for: nil, schema: "s", level: 5, schemas: shelf)
    let base = try #require(made.format as? CSVFormat, "\(made.findings.map(\.message))")
    var settings = CSVSettings()
    settings.delimiter = UInt8(ascii: ",")
    change(&settings)
    return CSVFormat(schema: base.schema, settings: settings)
}

/// What the schema reader says of a schema.
func schemaCodes(_ json: String) -> [String] {
    CSVFamily().format(for: nil, schema: "s", level: 5, schemas: Shelf(files: ["csv/s.json": json]))
        .findings.map(\.code)
}

/// The fields of a small table of patients.
let patients = """
    {"name": "MRN", "type": "integer", "constraints": {"required": true}},
    {"name": "NAME", "type": "string"},
    {"name": "DOB", "type": "date", "format": "%m/%d/%Y"}
    """
