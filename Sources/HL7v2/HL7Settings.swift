import Bytes
import Exchange

/// The `format:` settings of an HL7 feed or destination.
struct HL7Settings: Sendable {
    /// Whether files must be batches with a trailer.
    enum BatchForm: String, CaseIterable, Sendable { case expected, optional }
    /// What wrong trailer totals lead to.
    enum Totals: String, CaseIterable, Sendable { case warn, hold }

    static let unknownName = FindingKind(
        "HL7-902", .error, owner: .analyst,
        what: "a message type, version, charset or overlay is not known",
        fix: "Write one that schemas/hl7v2 describes, such as ORU^R01, 2.5.1 or 8859/1.",
        reach: .file)
    static let kinds = [unknownName]

    /// Message types that are taken, `ORU^R01`; empty: all that are described.
    var messages: [String] = []
    /// Versions that are taken; empty: all.
    var versions: [String] = []
    var batch = BatchForm.optional
    var totals = Totals.warn
    /// The character set where MSH-18 is empty.
    var charset: Charset = .ascii
    /// The partner's overlay that messages are checked against.
    var profile: CompiledProfile?

    /// Reads the settings; nil when one of them cannot be used.
    static func read(
        _ node: SettingsNode, schemas: [Schema], from source: any SchemaSource
    ) -> (value: HL7Settings?, findings: [Finding]) {
        var reader = SettingsReader(node)
        var settings = HL7Settings()
        _ = reader.string("type")
        if let name = reader.string("schema") {
            if let (profile, findings) = ProfileStore.load(name, schemas: schemas, from: source) {
                settings.profile = profile
                reader.report(findings)
            } else {
                let near = NearestName.find(name, among: ProfileStore.names(in: source))
                reader.report(
                    unknownName, node["schema"]?.mark ?? node.mark,
                    "there is no schemas/\(ProfileStore.folder)\(name).yaml"
                        + (near.map { "; did you mean `\($0)`?" } ?? ""))
            }
        }
        settings.batch = reader.choice("batch", BatchForm.self) ?? .optional
        settings.totals = reader.choice("totals", Totals.self) ?? .warn
        settings.messages = reader.strings("messages") ?? []
        settings.versions = reader.strings("versions") ?? []
        let events = Set(schemas.flatMap(\.events.keys))
        for message in settings.messages
        where !events.contains(message) && !events.contains("\(message.prefix { $0 != "^" })^*") {
            let near = NearestName.find(message, among: Array(events))
            reader.report(
                unknownName, node["messages"]?.mark ?? node.mark,
                "`\(message)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
        }
        for version in settings.versions where !known.contains(version) {
            reader.report(unknownName, node["versions"]?.mark ?? node.mark, "`\(version)`")
        }
        if let name = reader.string("charset") {
            if let charset = HL7Charset.charset(named: Array(name.utf8)) ?? Charset(name: name) {
                settings.charset = charset
            } else {
                reader.report(unknownName, node["charset"]?.mark ?? node.mark, "`\(name)`")
            }
        }
        let findings = reader.finish()
        return (findings.contains { $0.severity == .error } ? nil : settings, findings)
    }

    /// The versions that are read, by their own schema or the nearest.
    static let known: Set<String> = [
        "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2",
    ]
}
