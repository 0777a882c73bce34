public import Exchange

/// A dictionary compiled against a format for writing: canonical records → fields to be rendered
/// afresh, or edits of a record that is in the same format already.
///
/// Pure and safe to share between tasks. A finding that is an error holds the leg.
public struct WritingMap<F: Format>: Sendable {
    typealias Line = WritingLine
    typealias Constant = WritingConstant

    /// The record, or a group within it.
    final class Group: Sendable {
        let entity: String
        let notation: String
        let path: F.Path?
        let lines: [Line]
        let constants: [Constant]
        /// The paths of the lines, then those of the constants.
        let paths: [F.Path]
        let inner: [Group]

        init(
            _ group: FieldDictionary.Group, path: F.Path?, lines: [(Line, F.Path)],
            constants: [(Constant, F.Path)], inner: [Group]
        ) {
            entity = group.entity
            notation = group.from ?? ""
            self.path = path
            self.lines = lines.map(\.0)
            self.constants = constants.map(\.0)
            paths = lines.map(\.1) + constants.map(\.1)
            self.inner = inner
        }
    }

    /// The dictionary it was made of.
    public let dictionary: FieldDictionary
    let format: F
    let root: Group

    /// Compiles `dictionary` against `format`.
    ///
    /// - Parameters:
    ///   - zone: the wall clock that times are written in; the dictionary's own `zone` comes
    ///     first. nil writes times as the record has them.
    ///   - day: the batch's day, `2026-11-20`, by which crosswalk rows hold.
    public static func compile(
        _ dictionary: FieldDictionary, for format: F, zone: Zone?, on day: String
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
        func compiled(_ group: FieldDictionary.Group) -> Group {
            let path = group.from.flatMap { format.path($0, at: group.mark, into: &findings) }
            let lines = group.fields.filter(\.writes).compactMap { entry in
                format.path(entry.from, at: entry.mark, into: &findings).map {
                    (Line(entry, zone: zone, day: day), $0)
                }
            }
            let constants = group.constants.compactMap { constant in
                format.path(constant.to, at: constant.mark, into: &findings).map {
                    (Constant(constant), $0)
                }
            }
            return Group(
                group, path: path, lines: lines, constants: constants,
                inner: group.each.map(compiled))
        }
        let root = compiled(dictionary.root)
        if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        return (WritingMap(dictionary: dictionary, format: format, root: root), findings)
    }

    init(dictionary: FieldDictionary, format: F, root: Group) {
        self.dictionary = dictionary
        self.format = format
        self.root = root
    }

    /// The fields to be written for `record`; nil when one of the findings is an error.
    ///
    /// What the record does not state is not written; what it deletes explicitly is written as a
    /// deletion. `variables` fill the templates; `n` is filled here.
    public func node(
        for record: Canonical, variables: [String: String]
    ) -> (node: RenderNode<F.Path>?, findings: [Finding]) {
        var findings: [Finding] = []
        let index = CanonicalIndex(record)
        let node = render(root, at: 0, number: 1, index, variables, &findings)
        return (findings.contains { $0.severity == .error } ? nil : node, findings)
    }

    private func render(
        _ group: Group, at place: Int, number: Int, _ record: CanonicalIndex,
        _ variables: [String: String], _ findings: inout [Finding]
    ) -> RenderNode<F.Path> {
        var node = RenderNode<F.Path>(group: group.path)
        for (index, line) in group.lines.enumerated() {
            if let value = line.value(at: place, record, &findings) {
                node.fields.append((group.paths[index], value))
            }
        }
        for (index, constant) in group.constants.enumerated() {
            let text = constant.text(at: place, number: number, record, variables, &findings)
            if let text {
                node.fields.append((group.paths[group.lines.count + index], .text(text)))
            }
        }
        for inner in group.inner {
            for (number, child) in record.occurrences(of: inner.entity, within: place).enumerated()
            {
                node.children.append(
                    render(inner, at: child, number: number + 1, record, variables, &findings))
            }
        }
        return node
    }
}
