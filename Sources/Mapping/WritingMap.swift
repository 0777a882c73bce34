public import Exchange

/// A dictionary compiled against a format for writing: canonical records → fields to be rendered
/// afresh, or edits of a record that is in the same format already.
///
/// Pure and safe to share between tasks. A finding that is an error holds the leg.
public final class WritingMap<F: Format>: Sendable {
    /// The record, or a group within it.
    final class Group: Sendable {
        let rules: WritingRules
        /// The paths of the lines, then those of the constants.
        let paths: [F.Path]
        /// The number of the first of them in the map.
        let firstPath: Int
        /// The first of the groups within it.
        let inner: InnerGroup<F.Path, Group>?

        init(
            _ rules: WritingRules, paths: [F.Path], firstPath: Int,
            inner: InnerGroup<F.Path, Group>?
        ) {
            self.rules = rules
            self.paths = paths
            self.firstPath = firstPath
            self.inner = inner
        }
    }

    /// The dictionary it was made of.
    public let dictionary: FieldDictionary
    let format: F
    let root: Group
    /// The paths of all groups, in their order: edits name fields by their places here.
    public let paths: [F.Path]

    /// Compiles `dictionary` against `format`.
    ///
    /// - Parameters:
    ///   - zone: the wall clock that times are written in; the dictionary's own `zone` comes
    ///     first. nil writes times as the record has them.
    ///   - day: the batch's day, `2026-11-20`, by which crosswalk rows hold.
    public static func compile(
        _ dictionary: FieldDictionary, for format: F, names: CanonicalNames, zone: Zone?,
        on day: String
    ) -> (map: WritingMap?, findings: [Finding]) {
        var findings: [Finding] = []
        if dictionary.format != format.name {
            findings.append(
                .settings(
                    MappingFindings.pathFault, at: dictionary.mark,
                    "it is for \(dictionary.format), and the destination is \(format.name)"))
            return (nil, findings)
        }
        let zone = dictionary.zone.flatMap(Zone.init(named:)) ?? zone
        var paths: [F.Path] = []
        func compiled(_ group: FieldDictionary.Group) -> Group {
            let firstPath = paths.count
            var lines: [WritingLine] = []
            for entry in group.fields where entry.writes {
                guard let path = format.path(entry.from, at: entry.mark, into: &findings) else {
                    continue
                }
                lines.append(WritingLine(entry, names, zone: zone, day: day))
                paths.append(path)
            }
            var constants: [WritingConstant] = []
            for constant in group.constants {
                guard let path = format.path(constant.to, at: constant.mark, into: &findings)
                else { continue }
                constants.append(WritingConstant(constant, names))
                paths.append(path)
            }
            let mine = Array(paths[firstPath...])
            // What is wrong is told in the order of the dictionary.
            let within = group.each.compactMap { each -> (path: F.Path, group: Group)? in
                let path = each.from.flatMap { format.path($0, at: each.mark, into: &findings) }
                let group = compiled(each)
                return path.map { ($0, group) }
            }
            return Group(
                WritingRules(
                    entity: names.number(group.entity) ?? names.count,
                    notation: group.from ?? "", lines: lines, constants: constants),
                paths: mine, firstPath: firstPath,
                inner: .chain(within))
        }
        let root = compiled(dictionary.root)
        if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        return (
            WritingMap(dictionary: dictionary, format: format, root: root, paths: paths), findings
        )
    }

    init(dictionary: FieldDictionary, format: F, root: Group, paths: [F.Path]) {
        self.dictionary = dictionary
        self.format = format
        self.root = root
        self.paths = paths
    }

    /// The fields to be written for `record`; nil when one of the findings is an error.
    ///
    /// What the record does not state is not written; what it deletes explicitly is written as a
    /// deletion. `variables` fill the templates; `n` is filled here.
    public func node(
        for record: CanonicalView, variables: any TemplateVariables
    ) -> (node: RenderNode<F.Path>?, findings: [Finding]) {
        var findings: [Finding] = []
        let node = render(root, of: nil, at: 0, number: 1, record, variables, &findings)
        return (findings.contains { $0.severity == .error } ? nil : node, findings)
    }

    private func render(
        _ group: Group, of path: F.Path?, at place: Int, number: Int, _ record: CanonicalView,
        _ variables: any TemplateVariables, _ findings: inout [Finding]
    ) -> RenderNode<F.Path> {
        var node = RenderNode<F.Path>(group: path)
        for (index, line) in group.rules.lines.enumerated() {
            if let value = line.value(at: place, record, &findings) {
                node.fields.append((group.paths[index], value))
            }
        }
        for (index, constant) in group.rules.constants.enumerated() {
            let text = constant.text(at: place, number: number, record, variables, &findings)
            if let text {
                node.fields.append((group.paths[group.rules.lines.count + index], .text(text)))
            }
        }
        var inner = group.inner
        while let each = inner {
            let children = record.occurrences(of: each.group.rules.entity, within: place)
            for (number, child) in children.enumerated() {
                node.children.append(
                    render(
                        each.group, of: each.path, at: child, number: number + 1, record,
                        variables, &findings))
            }
            inner = each.next
        }
        return node
    }
}
