import Crypto
public import Exchange
import Foundation
import Mapping
import Settings

/// Reads a site's folder: every YAML file below `config/`, cross-checked and compiled.
public struct SiteReader {
    /// A site without its settings.
    public static let noSite = FindingKind(
        "SET-105", .error, owner: .it, what: "this folder is no site",
        fix: "Run `waybill init DIR` for a new one, or name the site's folder with --site.",
        reach: .file)
    /// A document that no kind of settings fits.
    public static let unknownKind = FindingKind(
        "SET-106", .error, owner: .analyst, what: "a settings document is of no known kind",
        fix: "Begin it with site, partner, feed, dictionary, rules, routes, destinations or tests.",
        reach: .file)
    /// A name that nothing bears.
    public static let dangling = FindingKind(
        "SET-107", .error, owner: .analyst, what: "a name refers to nothing",
        fix: "Correct the name, or add what it refers to.", reach: .file)
    /// A name borne twice.
    public static let twice = FindingKind(
        "SET-108", .error, owner: .analyst, what: "a name is used twice",
        fix: "Give one of them another name.", reach: .file)
    /// Something nothing uses.
    public static let unused = FindingKind(
        "SET-109", .warning, owner: .analyst, what: "this is used by nothing",
        fix: "Remove it, or name it where it was meant to be used.", reach: .file)
    /// SQL that does not compile.
    public static let badSQL = FindingKind(
        "SET-110", .error, owner: .analyst, what: "the SQL cannot be used",
        fix: "Correct it; the tables and columns are those of schemas/canonical.yaml.",
        reach: .file)
    /// A notation that names no field.
    public static let badPath = FindingKind(
        "SET-111", .error, owner: .analyst, what: "a field's notation names nothing in the format",
        fix: "Correct the notation.", reach: .file)
    /// A zone that does not exist.
    public static let badZone = FindingKind(
        "SET-112", .error, owner: .analyst, what: "a time zone is missing or not known",
        fix: "Name one of the IANA zones, such as America/Chicago.", reach: .file)
    /// An envelope that no file can be built with.
    public static let badEnvelope = FindingKind(
        "SET-113", .error, owner: .analyst, what: "a destination's envelope is not complete",
        fix: "State what the detail names in `envelope:`.", reach: .file)
    /// All kinds of finding made here.
    public static let kinds = [
        noSite, unknownKind, dangling, twice, unused, badSQL, badPath, badZone,
        badEnvelope,
    ]

    private let root: String
    private let registry: Registry
    private var findings: [Finding] = []
    private var documents: [String: [SettingsNode]] = [:]
    private var files: [(path: String, digest: ContentDigest)] = []

    private let day: String

    private init(root: String, registry: Registry, day: String) {
        self.day = day
        self.root = root
        self.registry = registry
    }

    /// Reads the site at `root` (absolute). The site is nil when a finding is an error.
    /// - Parameter day: the batch's day, `2026-11-20`, by which crosswalk rows hold.
    public static func read(
        _ root: String, registry: Registry, day: String
    ) -> (site: Site?, findings: [Finding]) {
        var reader = SiteReader(root: root, registry: registry, day: day)
        let site = reader.read()
        let failed = reader.findings.contains { $0.severity == .error }
        return (failed ? nil : site, reader.findings)
    }

    private mutating func report(_ kind: FindingKind, _ mark: Mark, _ detail: String) {
        findings.append(.settings(kind, at: mark, detail))
    }

    private static let documentKinds = [
        "site", "feed", "partner", "dictionary", "rules", "routes", "destinations", "tests",
    ]

    private mutating func read() -> Site? {
        guard load() else { return nil }
        guard let head = documents["site"]?.first else {
            findings.append(
                .settings(Self.noSite, at: Mark(file: "config", line: 1, column: 1), ""))
            return nil
        }
        let basics = basics(head)
        let store = SchemaStore.standard(site: root, folder: basics.schemas)
        let context = SiteContext(registry: registry, schemas: store, root: root, zone: basics.zone)
        guard let model = model(store) else { return nil }
        let crosswalks = crosswalks()
        let dictionaries = dictionaries(model, crosswalks)
        let names = CanonicalNames(model, besides: WorkspaceTables.ownNames(dictionaries))
        let partners = named("partner") { node in
            let (value, found) = Partner.read(node)
            return (value.map { ($0.name, $0) }, found)
        }
        let feeds = named("feed") { node in
            let (value, found) = Feed.read(node, context)
            return (value.map { ($0.name, $0) }, found)
        }
        let destinations = destinations(context)
        let routes = items("routes", Route.read)
        let rules = items("rules", Rule.read)
        let ordered = feeds.values.sorted { ($0.rank.order, $0.name) < ($1.rank.order, $1.name) }
        var linker = SiteLinker(
            feeds: ordered, destinations: destinations, routes: routes, partners: partners,
            dictionaries: dictionaries, rules: rules, model: model, names: names,
            zone: basics.zone, day: day)
        let lanes = linker.lanes()
        let outlets = linker.outlets()
        linker.check()
        findings += linker.findings
        return Site(
            name: basics.name, zone: basics.zone,
            paths: Site.Paths(
                root: root, outbox: absolute(basics.outbox), state: absolute(basics.state),
                schemas: absolute(basics.schemas)),
            bookingFlag: basics.flag.map(absolute), partners: partners, feeds: ordered,
            destinations: destinations, routes: routes, rules: rules, dictionaries: dictionaries,
            model: model, lanes: lanes, names: names, outlets: outlets, digest: digest(),
            files: files,
            kinds: rules.map(\.kind), registry: registry, schemas: store)
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : root + "/" + path
    }

    // MARK: Files

    private mutating func load() -> Bool {
        let folder = root + "/config"
        guard let walk = FileManager.default.enumerator(atPath: folder) else {
            findings.append(
                .settings(Self.noSite, at: Mark(file: "config", line: 1, column: 1), ""))
            return false
        }
        let paths = walk.compactMap { $0 as? String }.sorted()
        for path in paths where [".yaml", ".yml", ".csv"].contains(where: path.hasSuffix) {
            guard let bytes = try? FileBytes.read(folder + "/" + path, limit: 16 << 20) else {
                report(
                    SettingsReader.malformed, Mark(file: "config/" + path, line: 1, column: 1),
                    "the file cannot be read")
                continue
            }
            files.append(("config/" + path, ContentDigest(Array(SHA256.hash(data: bytes)))))
            if path.hasSuffix(".csv") {
                crosswalkFiles.append(("config/" + path, bytes))
                continue
            }
            // Tests have a reader of their own and may be many.
            let (nodes, found) = SettingsYAML.parse(bytes, file: "config/" + path)
            findings += found
            for node in nodes { sort(node) }
        }
        return true
    }

    private var crosswalkFiles: [(path: String, bytes: [UInt8])] = []

    private mutating func sort(_ node: SettingsNode) {
        guard let kind = Self.documentKinds.first(where: { node[$0] != nil }) else {
            let near = node.map?.first.flatMap {
                NearestName.find($0.key, among: Self.documentKinds)
            }
            report(Self.unknownKind, node.mark, near.map { "did you mean `\($0)`?" } ?? "")
            return
        }
        documents[kind, default: []].append(node)
    }

    private func digest() -> ContentDigest {
        var hash = SHA256()
        for file in files {
            hash.update(data: Array(file.path.utf8) + [0] + file.digest.bytes)
        }
        return ContentDigest(Array(hash.finalize()))
    }

    // MARK: Kinds of document

    private struct Basics {
        var name = ""
        var zone = ""
        var outbox = "outbox"
        var state = "var"
        var schemas = "schemas"
        var flag: String?
    }

    private mutating func basics(_ node: SettingsNode) -> Basics {
        var reader = SettingsReader(node)
        var basics = Basics()
        basics.name = reader.requiredString("site") ?? ""
        basics.zone = reader.requiredString("zone") ?? ""
        if TimeZone(identifier: basics.zone) == nil {
            reader.report(Self.badZone, node.mark, "`zone`")
        }
        if let paths = reader.node("paths") {
            var inner = SettingsReader(paths)
            _ = inner.string("inbox")
            basics.outbox = inner.string("outbox") ?? basics.outbox
            basics.state = inner.string("var") ?? basics.state
            basics.schemas = inner.string("schemas") ?? basics.schemas
            reader.report(inner.finish())
        }
        if let failsafe = reader.node("failsafe") {
            var inner = SettingsReader(failsafe)
            basics.flag = inner.string("flag")
            reader.report(inner.finish())
        }
        for known in ["limits", "retention", "note"] { _ = reader.node(known) }
        findings += reader.finish()
        return basics
    }

    private mutating func model(_ store: SchemaStore) -> CanonicalModel? {
        let mark = Mark(file: "schemas/canonical.yaml", line: 1, column: 1)
        guard let bytes = store.file("canonical.yaml") else {
            report(Self.dangling, mark, "the canonical model is not there")
            return nil
        }
        let (nodes, found) = SettingsYAML.parse(bytes, file: mark.file)
        findings += found
        guard let node = nodes.first else { return nil }
        let (model, problems) = CanonicalModel.read(node)
        findings += problems
        return model
    }

    private mutating func crosswalks() -> [String: Crosswalk] {
        var result: [String: Crosswalk] = [:]
        for file in crosswalkFiles where file.path.contains("/crosswalks/") {
            let name = file.path.split(separator: "/").last.map { String($0.dropLast(4)) } ?? ""
            let (crosswalk, found) = Crosswalk.read(file.bytes, name: name, file: file.path)
            findings += found
            result[name] = crosswalk
        }
        return result
    }

    private mutating func dictionaries(
        _ model: CanonicalModel, _ crosswalks: [String: Crosswalk]
    ) -> [String: FieldDictionary] {
        named("dictionary") { node in
            let (value, found) = FieldDictionary.read(node, model: model, crosswalks: crosswalks)
            return (value.map { ($0.name, $0) }, found)
        }
    }

    private mutating func named<T>(
        _ kind: String, _ read: (SettingsNode) -> ((String, T)?, [Finding])
    ) -> [String: T] {
        var result: [String: T] = [:]
        for node in documents[kind] ?? [] {
            let (pair, found) = read(node)
            findings += found
            guard let (name, value) = pair else { continue }
            if result.updateValue(value, forKey: name) != nil {
                report(Self.twice, node.mark, "`\(name)`")
            }
        }
        return result
    }

    private mutating func items<T>(
        _ kind: String, _ read: (SettingsNode) -> (T?, [Finding])
    ) -> [T] {
        var result: [T] = []
        for node in documents[kind] ?? [] {
            for item in node[kind]?.list ?? [] {
                let (value, found) = read(item)
                findings += found
                if let value { result.append(value) }
            }
        }
        return result
    }

    private mutating func destinations(_ context: SiteContext) -> [String: Destination] {
        var result: [String: Destination] = [:]
        for node in documents["destinations"] ?? [] {
            for entry in node["destinations"]?.map ?? [] {
                let (value, found) = Destination.read(name: entry.key, entry.value, context)
                findings += found
                if let value, result.updateValue(value, forKey: entry.key) != nil {
                    report(Self.twice, entry.mark, "`\(entry.key)`")
                }
            }
        }
        return result
    }
}
