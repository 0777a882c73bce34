import Bytes
public import Exchange

/// A dictionary compiled against a format for reading: checked records → canonical records.
///
/// Pure and safe to share between tasks. Made once per run, for the day of its batch.
public struct ReadingMap<F: Format>: Sendable {
    /// A group without its own path and those of its lines, which are held at the same index.
    private typealias Group = ReadingGroup

    /// The dictionary it was made of.
    public let dictionary: FieldDictionary
    /// The format's own keys of the fields that it reads: what the census finds besides is read
    /// by no mapping (report section 10).
    public let coveredKeys: Set<UInt64>

    private let format: F
    /// For each group the paths of its lines.
    private let paths: [[F.Path]]
    private let groupPaths: [F.Path?]
    private let groups: [Group]

    /// Compiles `dictionary` against `format`.
    ///
    /// - Parameters:
    ///   - zone: where times without an offset are; the dictionary's own `zone` comes first. nil
    ///     leaves them without one.
    ///   - day: the batch's day, `2026-11-20`, by which crosswalk rows hold.
    /// - Returns: the map, or nil when a notation names nothing; and where that stands.
    public static func compile(
        _ dictionary: FieldDictionary, for format: F, zone: Zone?, on day: String
    ) -> (map: ReadingMap?, findings: [Finding]) {
        var findings: [Finding] = []
        if dictionary.format != format.name {
            findings.append(
                .settings(
                    MappingFindings.pathFault, at: dictionary.mark,
                    "it is for \(dictionary.format), and the file is \(format.name)"))
            return (nil, findings)
        }
        let zone = dictionary.zone.flatMap(Zone.init(named:)) ?? zone
        var paths: [[F.Path]] = []
        var groupPaths: [F.Path?] = []
        var groups: [Group] = []
        var keys: Set<UInt64> = []
        func visit(_ group: FieldDictionary.Group) -> Int {
            var lines: [ReadingLine] = []
            var linePaths: [F.Path] = []
            groupPaths.append(
                group.from.flatMap { format.path($0, at: group.mark, into: &findings) })
            for entry in group.fields where entry.reads {
                guard let path = format.path(entry.from, at: entry.mark, into: &findings) else {
                    continue
                }
                if let key = format.censusKey(of: path) { keys.insert(key) }
                linePaths.append(path)
                lines.append(ReadingLine(entry, zone: zone, day: day))
            }
            let index = groups.count
            groups.append(
                Group(
                    entity: group.entity, notation: group.from ?? "", lines: lines, inner: []))
            paths.append(linePaths)
            let inner = group.each.map(visit)
            groups[index].inner = inner
            return index
        }
        _ = visit(dictionary.root)
        if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        let map = ReadingMap(
            dictionary: dictionary, coveredKeys: keys, format: format, paths: paths,
            groupPaths: groupPaths, groups: groups)
        return (map, findings)
    }

    private init(
        dictionary: FieldDictionary, coveredKeys: Set<UInt64>, format: F, paths: [[F.Path]],
        groupPaths: [F.Path?], groups: [Group]
    ) {
        self.dictionary = dictionary
        self.coveredKeys = coveredKeys
        self.format = format
        self.paths = paths
        self.groupPaths = groupPaths
        self.groups = groups
    }

    /// The canonical record of `valid`, and what is wrong with it. Pure.
    ///
    /// An error rejects the record, unless its code is in `MappingFindings.holding`: then it is
    /// held. What is not stated is not listed; an explicit null is a field whose value is nil.
    /// - Parameter page: the page of the record; when given, findings state byte and line.
    public func map(
        _ valid: Valid<F>, in page: Page? = nil
    ) -> (record: Canonical, findings: [Finding]) {
        var findings: [Finding] = []
        var nodes: [Canonical.Node] = []
        let site = ReadingSite(number: valid.frame.number, page: page)
        let scope = format.scope(ofRecord: valid.index, in: valid.document)
        var values = FieldValues()
        read(0, scope, valid.document, parent: nil, site, &values, &nodes, &findings)
        return (Canonical(nodes: nodes), findings)
    }

    private func read(
        _ index: Int, _ scope: Range<Int>, _ document: F.Document, parent: Int?,
        _ site: ReadingSite,
        _ values: inout FieldValues, _ nodes: inout [Canonical.Node],
        _ findings: inout [Finding]
    ) {
        let group = groups[index]
        let place = nodes.count
        nodes.append(Canonical.Node(entity: group.entity, parent: parent))
        format.read(paths[index], within: scope, in: document, into: &values)
        let fields = group.fields(of: values, site, &findings)
        nodes[place].fields = fields
        for inner in group.inner {
            guard let path = groupPaths[inner] else { continue }
            var site = site
            site.group = groups[inner].notation
            site.occurrence = 0
            for scope in format.occurrences(of: path, within: scope, in: document) {
                site.occurrence += 1
                read(inner, scope, document, parent: place, site, &values, &nodes, &findings)
            }
        }
    }
}
