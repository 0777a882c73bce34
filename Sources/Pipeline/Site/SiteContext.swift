public import Exchange

/// What reading the settings needs to know: the standards, the places, the schemas, the zone.
struct SiteContext {
    let registry: Registry
    let schemas: any SchemaSource
    let root: String
    let zone: String

    struct MadeFormat {
        var format: any Format
        var node: SettingsNode
    }

    struct MadeTransport {
        var transport: any Transport
        var endpoint: String
    }

    /// Makes the format that `format:` asks for.
    func format(_ reader: inout SettingsReader) -> MadeFormat? {
        guard let node = reader.required("format") else { return nil }
        guard let type = node["type"]?.text else {
            reader.report(SettingsReader.missing, node.mark, "`type`")
            return nil
        }
        guard let family = registry.formats.first(where: { $0.name == type }) else {
            let names = registry.formats.map(\.name)
            let near = NearestName.find(type, among: names).map { "; did you mean \($0)?" } ?? ""
            reader.report(
                SettingsReader.malformed, node.mark,
                "`type` wants one of \(names.joined(separator: ", "))\(near)")
            return nil
        }
        let (format, findings) = family.read(node, schemas: schemas)
        reader.report(findings)
        return format.map { MadeFormat(format: $0, node: node) }
    }

    /// Makes the transport whose key stands in the map being read.
    func transport(_ reader: inout SettingsReader) -> MadeTransport? {
        guard let family = registry.transports.first(where: { reader.node[$0.key] != nil }) else {
            let names = registry.transports.map(\.key).joined(separator: " or ")
            reader.report(SettingsReader.missing, reader.node.mark, "`\(names)`")
            return nil
        }
        guard let transport = family.read(&reader, site: root) else { return nil }
        let place = reader.node[family.key].map(family.identity) ?? ""
        return MadeTransport(transport: transport, endpoint: "\(family.key):\(place)")
    }
}

/// The standards and places that this executable knows: one literal list each.
public struct Registry: Sendable {
    /// In the order in which they are asked whether they recognize content.
    public let formats: [any FormatFamily]
    /// In the order in which their keys are looked for.
    public let transports: [any TransportFamily]

    /// Makes the registry.
    public init(formats: [any FormatFamily], transports: [any TransportFamily]) {
        self.formats = formats
        self.transports = transports
    }
}
