import Bytes
public import Exchange

/// A dictionary compiled against a format for reading: checked records → canonical records.
///
/// Pure and safe to share between tasks. Made once per run, for the day of its batch.
public struct ReadingMap<F: Format>: Sendable {
    /// A line, without its path. A class, since its many parts would be retained one by one.
    private final class Line: Sendable {
        let name: String
        let notation: String
        let codec: ValueCodec
        let required: Bool
        let isMany: Bool
        let take: FieldDictionary.Take?

        init(_ entry: FieldDictionary.Entry, zone: Zone?, day: String) {
            name = entry.target
            notation = entry.from
            codec = ValueCodec(entry, zone: zone, day: day)
            required = entry.required
            isMany = entry.isMany
            take = entry.take
        }
    }

    /// A group: its lines are `lines[first..<end]`, and the paths of the same indices.
    private struct Group: Sendable {
        let entity: String
        let notation: String
        let first: Int
        let end: Int
        var inner: [Int]
    }

    /// The dictionary it was made of.
    public let dictionary: FieldDictionary
    /// The format's own keys of the fields that it reads: what the census finds besides is read
    /// by no mapping (report section 10).
    public let coveredKeys: Set<UInt64>

    private let format: F
    private let paths: [F.Path]
    private let lines: [Line]
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
        var paths: [F.Path] = []
        var lines: [Line] = []
        var groupPaths: [F.Path?] = []
        var groups: [Group] = []
        var keys: Set<UInt64> = []
        func visit(_ group: FieldDictionary.Group) -> Int {
            let first = lines.count
            groupPaths.append(
                group.from.flatMap { format.path($0, at: group.mark, into: &findings) })
            for entry in group.fields where entry.reads {
                guard let path = format.path(entry.from, at: entry.mark, into: &findings) else {
                    continue
                }
                if let key = format.censusKey(of: path) { keys.insert(key) }
                paths.append(path)
                lines.append(Line(entry, zone: zone, day: day))
            }
            let index = groups.count
            groups.append(
                Group(
                    entity: group.entity, notation: group.from ?? "", first: first,
                    end: lines.count, inner: []))
            let inner = group.each.map(visit)
            groups[index].inner = inner
            return index
        }
        _ = visit(dictionary.root)
        if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        let map = ReadingMap(
            dictionary: dictionary, coveredKeys: keys, format: format, paths: paths, lines: lines,
            groupPaths: groupPaths, groups: groups)
        return (map, findings)
    }

    private init(
        dictionary: FieldDictionary, coveredKeys: Set<UInt64>, format: F, paths: [F.Path],
        lines: [Line], groupPaths: [F.Path?], groups: [Group]
    ) {
        self.dictionary = dictionary
        self.coveredKeys = coveredKeys
        self.format = format
        self.paths = paths
        self.lines = lines
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
        let site = Site(number: valid.frame.number, page: page)
        let scope = format.scope(ofRecord: valid.index, in: valid.document)
        var values: [FieldValue] = []
        read(0, scope, valid.document, parent: nil, site, &values, &nodes, &findings)
        return (Canonical(nodes: nodes), findings)
    }

    /// Where findings are.
    private struct Site {
        let number: Int
        let page: Page?
        var occurrence = 0
        var group = ""

        /// A finding about `value` of the field `notation`. A remark has no byte and line: counting
        /// lines for something that every record may have would cost more than the mapping.
        func finding(
            _ kind: FindingKind, _ value: FieldValue?, _ notation: String, _ text: String
        ) -> Finding {
            var location = Location(record: number, path: notation)
            if let page, let value, kind.severity > .info {
                location = page.location(at: value.index, record: number, path: notation)
            }
            let detail = occurrence == 0 ? text : "\(text), occurrence \(occurrence) of \(group)"
            return Finding(kind, at: location, detail)
        }
    }

    private func read(
        _ index: Int, _ scope: Range<Int>, _ document: F.Document, parent: Int?, _ site: Site,
        _ values: inout [FieldValue], _ nodes: inout [Canonical.Node],
        _ findings: inout [Finding]
    ) {
        let group = groups[index]
        let place = nodes.count
        nodes.append(Canonical.Node(entity: group.entity, parent: parent))
        var fields: [Canonical.Field] = []
        fields.reserveCapacity(group.end - group.first)
        for line in group.first..<group.end {
            values.removeAll(keepingCapacity: true)
            format.read(paths[line], within: scope, in: document, into: &values)
            read(lines[line], values, site, &fields, &findings)
        }
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

    private func read(
        _ line: Line, _ values: [FieldValue], _ site: Site, _ fields: inout [Canonical.Field],
        _ findings: inout [Finding]
    ) {
        var stated = 0
        var chosen: FieldValue?
        for value in values where value.isNull || !value.text.isEmpty {
            stated += 1
            if line.isMany {
                read(line, value, site, &fields, &findings)
            } else if stated == 1 || line.take == .last {
                chosen = value
            }
        }
        if let chosen { read(line, chosen, site, &fields, &findings) }
        if stated > 1, !line.isMany, line.take == nil || line.take == .one {
            let kind = line.take == nil ? MappingFindings.firstTaken : MappingFindings.tooMany
            findings.append(
                site.finding(
                    kind, chosen, line.notation, "\(stated) repetitions for `\(line.name)`"))
        }
        if stated == 0, line.required {
            findings.append(
                site.finding(MappingFindings.missing, nil, line.notation, "`\(line.name)`"))
        }
    }

    private func read(
        _ line: Line, _ value: FieldValue, _ site: Site, _ fields: inout [Canonical.Field],
        _ findings: inout [Finding]
    ) {
        if value.isNull {
            if line.required {
                findings.append(
                    site.finding(
                        MappingFindings.missing, value, line.notation,
                        "`\(line.name)` is deleted explicitly"))
            }
            fields.append(Canonical.Field(line.name, nil))
            return
        }
        switch line.codec.read(value.text) {
        case .value(let text): fields.append(Canonical.Field(line.name, text))
        case .noted(let text, let kind):
            fields.append(Canonical.Field(line.name, text))
            findings.append(site.finding(kind, value, line.notation, "`\(line.name)`"))
        case .failed(let kind):
            findings.append(
                site.finding(
                    kind, value, line.notation, "`\(line.name)`, \(line.codec.expectation)"))
        }
    }
}
