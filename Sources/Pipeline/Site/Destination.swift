public import Exchange

/// Where accepted records go: a place, a format, and how files there are built. A class: its many
/// parts would be retained one by one for every record that goes there.
public final class Destination: Sendable {
    /// How a record becomes the destination's bytes.
    public enum Making: String, Sendable, CaseIterable {
        /// The original bytes with the mapped fields changed, so that what nobody mapped is kept.
        case inPlace = "in-place"
        /// Written afresh from the canonical record.
        case render
    }

    /// The name.
    public let name: String
    /// The system whose mirror it keeps: `ehr`, `pms`, `payer`.
    public let system: String
    /// The trading partner.
    public let partner: String?
    /// The format that writes and reads back.
    public let format: any Format
    /// The place.
    public let transport: any Transport
    /// What identifies the place.
    public let endpoint: String
    /// How records are made.
    public let making: Making
    /// The dictionary that writes it; nil copies the original bytes.
    public let dictionary: String?
    /// The file name's template.
    public let fileName: String
    /// The most records in a file.
    public let most: Int
    /// A canonical field by which records are parted into files; nil for none.
    public let groupBy: String?
    /// The `envelope:` settings.
    public let envelope: SettingsNode?
    /// The ending of the marker written after each file; nil for none.
    public let marker: String?
    /// The release unit; nil means the destination's own name.
    public let unit: String?
    /// Where its settings stand.
    public let mark: Mark

    private init(
        name: String, system: String, partner: String?, format: any Format,
        transport: any Transport, endpoint: String, making: Making, dictionary: String?,
        fileName: String,
        most: Int, groupBy: String?, envelope: SettingsNode?, marker: String?, unit: String?,
        mark: Mark
    ) {
        self.name = name
        self.system = system
        self.partner = partner
        self.format = format
        self.transport = transport
        self.endpoint = endpoint
        self.making = making
        self.dictionary = dictionary
        self.fileName = fileName
        self.most = most
        self.groupBy = groupBy
        self.envelope = envelope
        self.marker = marker
        self.unit = unit
        self.mark = mark
    }

    static func read(
        name: String, _ node: SettingsNode, _ context: SiteContext
    ) -> (Destination?, [Finding]) {
        var reader = SettingsReader(node)
        let format = context.format(&reader)
        let place = context.transport(&reader)
        let making = reader.choice("edit", Making.self) ?? .render
        let dictionary = reader.string("dictionary")
        let fileName = reader.string("name") ?? "{destination}_{batch}_{seq}"
        var most = 10_000
        var groupBy: String?
        if let group = reader.node("group") {
            var inner = SettingsReader(group)
            most = inner.int("most", in: 1...10_000_000) ?? most
            if let by = inner.string("by"), by != "batch" {
                if by == "record" { most = 1 } else { groupBy = by }
            }
            reader.report(inner.finish())
        }
        var marker = reader.string("marker")
        if marker == "none" { marker = nil }
        let envelope = reader.node("envelope")
        let system = reader.string("system") ?? name
        let partner = reader.string("partner")
        let unit = reader.string("unit")
        _ = reader.string("note")
        if making == .render, dictionary == nil {
            reader.report(
                SettingsReader.missing, node.mark,
                "`dictionary`, which a rendered record is written by")
        }
        let findings = reader.finish()
        guard let format, let place else { return (nil, findings) }
        return (
            Destination(
                name: name, system: system, partner: partner, format: format.format,
                transport: place.transport, endpoint: place.endpoint, making: making,
                dictionary: dictionary, fileName: fileName, most: most, groupBy: groupBy,
                envelope: envelope, marker: marker, unit: unit, mark: node.mark), findings
        )
    }
}
