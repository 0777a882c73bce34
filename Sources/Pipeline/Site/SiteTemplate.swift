import Bytes
public import Foundation

/// A new site, cut from the clinic that the program is shipped with: its `config/` is the only
/// template there is, so every template is in step with the settings that the program reads.
///
/// A smaller template is named by its feeds; all else follows from them: the routes that name one
/// of them, the destinations these reach, and the dictionaries, crosswalks and partners that these
/// use. Comments are kept, since they are what a newcomer reads.
public struct SiteTemplate: Sendable {
    /// Which parts of the clinic.
    public enum Kind: String, Sendable, CaseIterable {
        case clinic, lab, billing

        /// Whether results arrive, which do not wait for the night.
        public var hasResults: Bool { self != .billing }

        /// The feeds; nil for all.
        var feeds: Set<String>? {
            switch self {
            case .clinic: nil
            case .lab: ["pms-patients", "ehr-orders", "lab-results"]
            case .billing:
                [
                    "pms-charges", "service-claims", "claim-ta1", "claim-999", "claim-277ca",
                    "era-835",
                ]
            }
        }

        /// The files of rules; nil for all.
        var rules: Set<String>? {
            switch self {
            case .clinic: nil
            case .lab: ["lab.yaml", "front-desk.yaml"]
            case .billing: ["billing.yaml"]
            }
        }
    }

    /// One file of the new site.
    public struct File: Sendable {
        /// Relative to the site.
        public let path: String
        /// Its content.
        public let content: Data

        /// Describes a file.
        public init(path: String, content: Data) {
            self.path = path
            self.content = content
        }
    }

    /// The shipped settings are not to be found.
    public struct Missing: Error, CustomStringConvertible {
        /// What to do.
        public var description: String {
            "the shipped config/ is not found beside the schemas; set WAYBILL_SCHEMAS to the "
                + "schemas folder of the installation"
        }
    }

    private let config: String
    private let schemas: String
    private let kind: Kind
    private let name: String
    private let zone: String
    private let patience: String

    /// Prepares a template.
    /// - Parameters:
    ///   - name: the site's name.
    ///   - zone: an IANA time zone.
    ///   - patience: how long a file must not have changed: `60s`.
    public init(_ kind: Kind, name: String, zone: String, patience: String) throws {
        let roots = SchemaStore.standard(site: nil).roots
        let found = roots.first {
            FileManager.default.fileExists(atPath: $0 + "/../config/waybill.yaml")
        }
        guard let found else { throw Missing() }
        schemas = found
        config = found + "/../config"
        (self.kind, self.name, self.zone, self.patience) = (kind, name, zone, patience)
    }

    /// Every file of the new site: settings, the schemas that a clinic makes its own, and the
    /// JSON Schemas for editors. Schemas of the standards are found with the program.
    public func files() throws -> [File] {
        var files = try settings()
        for folder in ["settings", "csv/clinic", "xml/portal"] {
            for path in try walk(schemas + "/" + folder) {
                files.append(
                    File(
                        path: "schemas/\(folder)/\(path)",
                        content: try read("\(schemas)/\(folder)/\(path)")))
            }
        }
        return files
    }

    private func settings() throws -> [File] {
        var all: [(path: String, text: String)] = []
        for path in try walk(config) {
            all.append((path, String(decoding: try read("\(config)/\(path)"), as: UTF8.self)))
        }
        if let feeds = kind.feeds { all = TemplateCut(all).keep(feeds: feeds, rules: kind.rules) }
        return all.map { path, text in
            File(path: "config/" + path, content: Data(localized(text, path).utf8))
        }
    }

    /// The site's own name, zone and patience.
    private func localized(_ text: String, _ path: String) -> String {
        var text = text
        if path == "waybill.yaml" {
            text = text.replacingOccurrences(of: "site: sample-clinic", with: "site: \(name)")
        }
        guard path == "waybill.yaml" || path.hasPrefix("feeds/") else { return text }
        text = text.replacingOccurrences(of: "America/Chicago", with: zone)
        text = text.replacingOccurrences(
            of:
                "whole; `stable` is one second here so that the sample runs at once. Use 60s in a clinic.",
            with: "whole; two looks as far apart as `stable` must find it unchanged all the same.")
        return text.replacingOccurrences(of: "stable: 1s", with: "stable: \(patience)")
    }

    private func walk(_ folder: String) throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        return all.filter { path in
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(
                atPath: folder + "/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    private func read(_ path: String) throws -> Data {
        Data(try FileBytes.read(path))
    }
}
