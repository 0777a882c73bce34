public import Exchange
import Mapping

/// Every kind of finding: what `waybill explain` and the documents show.
public enum Catalogue {
    /// All kinds that this program can find, by code.
    public static func kinds(_ registry: Registry) -> [FindingKind] {
        let all =
            SettingsReader.kinds + SiteReader.kinds + Identify.kinds + RunFindings.kinds
            + MappingFindings.kinds + registry.formats.flatMap(\.findingKinds)
            + registry.transports.flatMap(\.findingKinds)
        return all.sorted { $0.code < $1.code }
    }
}

/// What this program calls itself.
public enum Build {
    /// The version.
    public static let version = "0.1.0"
}
