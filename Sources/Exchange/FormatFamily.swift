/// A standard, as the list of formats in the executable holds it: recognizes content and makes
/// the format that reads it.
public protocol FormatFamily: Sendable {
    /// The name in settings: `hl7v2`.
    var name: String { get }
    /// Every kind of finding that its checks make: its part of the catalogue.
    var findingKinds: [FindingKind] { get }
    /// Recognizes content by its first bytes (up to 64 KB), never by its name.
    func sniff(_ head: [UInt8]) -> Sniffed?
    /// Makes the format a feed or destination asks for in its `format:` settings.
    func read(_ node: SettingsNode, schemas: any SchemaSource) -> (
        format: (any Format)?, findings: [Finding]
    )
    /// Makes the format for content without settings, as `waybill validate` reads it.
    /// - Parameters:
    ///   - sniffed: what `sniff` found; nil when the caller names the format itself.
    ///   - schema: a schema or profile by name or path; nil for the standard's own.
    ///   - level: how deep to check, 1 to 7, where the standard has levels.
    func format(
        for sniffed: Sniffed?, schema: String?, level: Int, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding])
}

/// What content turned out to be.
public struct Sniffed: Sendable, Hashable {
    /// The family's name.
    public let family: String
    /// The version, such as `2.5.1` or `005010X222A1`, when it shows.
    public let version: String?
    /// The message or transaction, such as `ORU^R01` or `837`, when it shows.
    public let transaction: String?
    /// How sure: a signature (ISA, MSH, `<?xml`) beats a guess (delimited text).
    public let isCertain: Bool

    /// Describes content.
    public init(family: String, version: String? = nil, transaction: String? = nil, isCertain: Bool)
    {
        self.family = family
        self.version = version
        self.transaction = transaction
        self.isCertain = isCertain
    }
}

/// Where schema files come from: the site's `schemas/` first, then the ones shipped.
public protocol SchemaSource: Sendable {
    /// The file at `path` below a schemas folder (`hl7v2/2.5.1.schema`); nil when there is none.
    func file(_ path: String) -> [UInt8]?
    /// The absolute path of that file, for libraries that read files themselves.
    func absolutePath(_ path: String) -> String?
    /// The files below `folder`, at any depth, as paths relative to it.
    func list(_ folder: String) -> [String]
}
