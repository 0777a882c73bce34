public import Exchange

/// HL7 v2 as the list of formats in the executable holds it.
public struct HL7v2Family: FormatFamily {
    /// The versions that have schema files, oldest first.
    static let versions = ["2.3", "2.3.1", "2.4", "2.5.1"]

    /// The family, without state.
    public init() {}

    /// `hl7v2`.
    public var name: String { "hl7v2" }

    /// Every kind of finding that HL7 checks make.
    public var findingKinds: [FindingKind] { Self.kinds }

    /// Every kind of finding that HL7 checks make.
    public static let kinds: [FindingKind] =
        EnvelopeTally.kinds + HeaderCheck.kinds + StructureCheck.kinds + FieldCheck.kinds
        + ValueCheck.kinds + ObservationCheck.kinds + ConditionalCheck.kinds + Reporter.kinds
        + Writing.kinds + SchemaReader.kinds
        + HL7Settings.kinds + ProfileFinding.kinds

    /// Recognizes MSH, FHS or BHS behind byte-order mark, MLLP bytes, NUL and blank lines.
    public func sniff(_ head: [UInt8]) -> Sniffed? {
        var bytes = head
        var start = 0
        // The framer reads UTF-16 as UTF-8; here its ASCII characters are enough.
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            bytes = head.dropFirst(2).filter { $0 != 0 }
        } else if TranscodingSource.unmarked(head) != nil {
            bytes = head.filter { $0 != 0 }
        } else if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            start = 3
        }
        while start < bytes.count, Padding.isPadding(bytes[start]) || bytes[start] == 0x20 {
            start += 1
        }
        if bytes.dropFirst(start).starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
        guard bytes.count > start + 3 else { return nil }
        let name = String(decoding: bytes[start..<(start + 3)], as: UTF8.self)
        let separator = bytes[start + 3]
        let isWord =
            (0x30...0x39).contains(separator) || (0x41...0x5A).contains(separator)
            || (0x61...0x7A).contains(separator)
        guard ["MSH", "FHS", "BHS"].contains(name), separator > 0x20, separator < 0x7F, !isWord
        else { return nil }
        let head = Sniffer(bytes, start: start).header()
        return Sniffed(
            family: self.name, version: head?.version, transaction: head?.transaction,
            isCertain: true)
    }

    /// Makes the format for a feed or destination.
    public func read(
        _ node: SettingsNode, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        let (loaded, broken) = Self.load(schemas)
        guard let loaded else { return (nil, broken) }
        let (settings, findings) = HL7Settings.read(node, schemas: loaded, from: schemas)
        return (settings.map { HL7Format(schemas: loaded, settings: $0) }, broken + findings)
    }

    /// Makes the format for content without settings.
    public func format(
        for sniffed: Sniffed?, schema: String?, level: Int, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        let (loaded, broken) = Self.load(schemas)
        guard let loaded else { return (nil, broken) }
        var settings = HL7Settings()
        if let schema {
            // `--schema 2.4` or `--schema ORU^R01`: only that version or message is taken; any other
            // name is a partner's overlay.
            if Self.versions.contains(schema) {
                settings.versions = [schema]
            } else if loaded.contains(where: { $0.events[schema] != nil }) {
                settings.messages = [schema]
            } else if let (profile, findings) = ProfileStore.load(
                schema, schemas: loaded, from: schemas)
            {
                settings.profile = profile
                let isBroken = findings.contains { $0.severity == .error }
                return (
                    isBroken ? nil : HL7Format(schemas: loaded, settings: settings),
                    broken + findings
                )
            } else {
                return (nil, [Finding(HL7Settings.unknownName, at: Location(), "`\(schema)`")])
            }
        }
        return (HL7Format(schemas: loaded, settings: settings), broken)
    }

    static func load(_ source: any SchemaSource) -> ([Schema]?, [Finding]) {
        var schemas: [Schema] = []
        var findings: [Finding] = []
        for version in versions {
            let (schema, broken) = SchemaReader.read(version: version, from: source)
            findings += broken
            if let schema { schemas.append(schema) }
        }
        return (schemas.count == versions.count ? schemas : nil, findings)
    }
}

/// Finds the first message's type and version in the first bytes of a file.
struct Sniffer {
    private let bytes: [UInt8]
    private let start: Int

    init(_ bytes: [UInt8], start: Int) {
        self.bytes = bytes
        self.start = start
    }

    func header() -> (version: String?, transaction: String?)? {
        let lines = bytes[start...].split { Padding.isPadding($0) }
        guard let line = lines.first(where: { $0.starts(with: Array("MSH".utf8)) }),
            line.count > 4
        else { return nil }
        let separator = line[line.startIndex + 3]
        let fields = line.split(separator: separator, omittingEmptySubsequences: false)
        func text(_ number: Int) -> [String] {
            guard number - 1 < fields.count else { return [] }
            return fields[number - 1].split(separator: 0x5E, omittingEmptySubsequences: false)
                .prefix(2).map { String(decoding: $0, as: UTF8.self) }
        }
        let type = text(9)
        return (
            text(12).first.flatMap { $0.isEmpty ? nil : $0 },
            type.first?.isEmpty == false ? type.joined(separator: "^") : nil
        )
    }
}
