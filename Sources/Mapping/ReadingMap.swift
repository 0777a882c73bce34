import Bytes
public import Exchange

/// A dictionary compiled against a format for reading: checked records → canonical records.
///
/// Pure and safe to share between tasks. Made once per run, for the day of its batch.
public struct ReadingMap<F: Format>: Sendable {
    /// A group without paths.
    private typealias Group = ReadingGroup

    /// The dictionary it was made of.
    public let dictionary: FieldDictionary
    /// The format's own keys of the fields that it reads: what the census finds besides is read
    /// by no mapping (report section 10).
    public let coveredKeys: Set<UInt64>

    private let format: F
    private let root: Node
    private let names: CanonicalNames

    /// The record or a group of a dictionary, with its lines' paths. A class, since the parts of a
    /// structure would be retained one by one for every occurrence.
    private final class Node: Sendable {
        let paths: [F.Path]
        let group: Group
        /// The first of the groups within it.
        let inner: InnerGroup<F.Path, Node>?

        init(paths: [F.Path], group: Group, inner: InnerGroup<F.Path, Node>?) {
            self.paths = paths
            self.group = group
            self.inner = inner
        }
    }

    /// Compiles `dictionary` against `format`.
    ///
    /// - Parameters:
    ///   - zone: where times without an offset are; the dictionary's own `zone` comes first. nil
    ///     leaves them without one.
    ///   - day: the batch's day, `2026-11-20`, by which crosswalk rows hold.
    /// - Returns: the map, or nil when a notation names nothing; and where that stands.
    public static func compile(
        _ dictionary: FieldDictionary, for format: F, names: CanonicalNames, zone: Zone?,
        on day: String
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
        var keys: Set<UInt64> = []
        func visit(_ group: FieldDictionary.Group) -> Node {
            var lines: [ReadingLine] = []
            var paths: [F.Path] = []
            for entry in group.fields where entry.reads {
                guard let path = format.path(entry.from, at: entry.mark, into: &findings) else {
                    continue
                }
                if let key = format.censusKey(of: path) { keys.insert(key) }
                paths.append(path)
                lines.append(ReadingLine(entry, names, zone: zone, day: day))
            }
            // What is wrong is told in the order of the dictionary.
            let within = group.each.compactMap { each -> (path: F.Path, group: Node)? in
                let path = each.from.flatMap { format.path($0, at: each.mark, into: &findings) }
                let node = visit(each)
                return path.map { ($0, node) }
            }
            return Node(
                paths: paths,
                group: Group(
                    entity: names.number(group.entity) ?? names.count,
                    notation: group.from ?? "", lines: lines),
                inner: .chain(within))
        }
        let root = visit(dictionary.root)
        if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        let map = ReadingMap(
            dictionary: dictionary, coveredKeys: keys, format: format, root: root, names: names)
        return (map, findings)
    }

    private init(
        dictionary: FieldDictionary, coveredKeys: Set<UInt64>, format: F, root: Node,
        names: CanonicalNames
    ) {
        self.names = names
        self.dictionary = dictionary
        self.coveredKeys = coveredKeys
        self.format = format
        self.root = root
    }

    /// What maps one record after another of a page.
    public func reader(of page: Page) -> Reader { Reader(map: self, page: page) }

    /// Maps the records of one page, into one run of packed bytes.
    public struct Reader {
        private let map: ReadingMap
        private let page: Page
        private var state: State

        /// What changes from record to record.
        private struct State {
            var values = FieldValues()
            var writer: CanonicalWriter
            var findings: [Finding] = []
        }

        init(map: ReadingMap, page: Page) {
            self.map = map
            self.page = page
            state = State(writer: CanonicalWriter(map.names, reserving: page.bytes.count))
        }

        /// The records that were mapped, packed.
        public var packed: [UInt8] { state.writer.bytes }

        /// Packs the canonical record of `valid` behind the others.
        ///
        /// An error rejects the record, unless its code is in `MappingFindings.holding`: then it
        /// is held. What is not stated is not listed; an explicit null is a field without a value.
        /// - Returns: where it lies in `packed`, and what is wrong with it.
        public mutating func read(
            _ valid: Valid<F>
        ) -> (range: Range<Int>, findings: [Finding]) {
            state.findings.removeAll(keepingCapacity: true)
            let start = state.writer.bytes.count
            let scope = map.format.scope(ofRecord: valid.index, in: valid.document)
            Self.read(
                map.root, map.format, scope, valid.document, page,
                number: valid.frame.number, occurrence: 0, &state)
            return (start..<state.writer.bytes.count, state.findings)
        }

        private static func read(
            _ node: Node, _ format: F, _ scope: Range<Int>, _ document: F.Document, _ page: Page,
            number: Int, occurrence: Int, _ state: inout State
        ) {
            let group = node.group
            state.writer.open(group.entity)
            format.read(node.paths, within: scope, in: document, into: &state.values)
            group.write(
                state.values, to: &state.writer,
                ReadingSite(
                    page: page, number: number, group: group.notation, occurrence: occurrence),
                &state.findings)
            state.writer.endFields()
            var inner = node.inner
            while let each = inner {
                var occurrence = 0
                for scope in format.occurrences(of: each.path, within: scope, in: document) {
                    occurrence += 1
                    read(
                        each.group, format, scope, document, page, number: number,
                        occurrence: occurrence, &state)
                }
                inner = each.next
            }
            state.writer.close()
        }
    }
}
