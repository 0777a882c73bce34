import Bytes
public import Exchange

/// Delimited text, as the executable's list of formats holds it.
public struct CSVFamily: FormatFamily {
    /// Every kind of finding that the checks of tables make.
    public static let kinds: [FindingKind] =
        FileFindings.kinds + RecordFindings.kinds + WriteFindings.kinds + SchemaFindings.kinds

    /// Makes the family.
    public init() {}

    /// The format's name in settings.
    public var name: String { "csv" }
    /// Its part of the finding catalogue.
    public var findingKinds: [FindingKind] { CSVFamily.kinds }

    /// Delimited text has no signature: the answer is always a guess, and nil for what begins as
    /// HL7, X12, XML or JSON does.
    public func sniff(_ head: [UInt8]) -> Sniffed? {
        var text = head
        var isWhole = head.count < 64 << 10
        if let mark = Charset.byteOrderMark(head.span) {
            text = Array(head.dropFirst(mark.length))
            if !mark.charset.keepsASCII {
                text = CSVFormat.utf8(text, mark.charset)
                isWhole = isWhole && !text.isEmpty
            }
        }
        let start = text.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }.count
        for signature in ["MSH", "FHS", "BHS", "ISA", "<", "{", "["]
        where text.dropFirst(start).starts(with: signature.utf8) {
            return nil
        }
        guard !text.isEmpty, Sniffer.looksLikeTable(text, isWhole: isWhole) else { return nil }
        return Sniffed(family: name, isCertain: false)
    }

    /// Reads settings or bytes: see the protocol.
    public func read(
        _ node: SettingsNode, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        var reader = SettingsReader(node)
        _ = reader.node("type")
        var schema: TableSchema? = TableSchema.open
        var made: [Finding] = []
        if let name = reader.string("schema") {
            (schema, made) = CSVFamily.schema(name, schemas)
            if let mark = reader.node("schema")?.mark {
                for index in made.indices where made[index].location.path?.isEmpty ?? true {
                    made[index].location = Location(line: mark.line, path: mark.description)
                }
            }
        }
        let settings = CSVSettings.read(&reader, schema: schema)
        reader.report(made)
        let findings = reader.finish()
        guard let schema, !findings.contains(where: { $0.severity == .error }) else {
            return (nil, findings)
        }
        return (CSVFormat(schema: schema, settings: settings), findings)
    }

    /// Makes the format for content without settings: see `FormatFamily`.
    public func format(
        for sniffed: Sniffed?, schema name: String?, level: Int, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        guard let name else { return (CSVFormat(), []) }
        let (schema, findings) = CSVFamily.schema(name, schemas)
        return (schema.map { CSVFormat(schema: $0) }, findings)
    }

    /// Finds a schema by name (`clinic/pms-patients` is `csv/clinic/pms-patients.json`) or path.
    static func schema(
        _ name: String, _ schemas: any SchemaSource
    ) -> (schema: TableSchema?, findings: [Finding]) {
        for path in ["csv/\(name).json", "csv/\(name)", name, "\(name).json"] {
            if let json = schemas.file(path) { return SchemaReader.read(json, name: name) }
        }
        let known = schemas.list("csv").filter { $0.hasSuffix(".json") }
            .map { String($0.dropLast(5)) }
        let near = NearestName.find(name, among: known)
        return (
            nil,
            [
                Finding(
                    SchemaFindings.missing, at: Location(),
                    "`csv/\(name).json`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
            ]
        )
    }
}
