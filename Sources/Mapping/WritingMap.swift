public import Exchange

/// A dictionary compiled against a format for writing: canonical records → fields to be rendered
/// afresh, or edits of a record that is in the same format already.
///
/// Pure and safe to share between tasks. A finding that is an error holds the leg.
public struct WritingMap<F: Format>: Sendable {
    /// A line. A class, since its many parts would be retained one by one.
    final class Line: Sendable {
        let name: String
        let notation: String
        let path: F.Path
        let codec: ValueCodec
        let required: Bool
        let isMany: Bool

        init(_ entry: FieldDictionary.Entry, path: F.Path, zone: Zone?, day: String) {
            name = entry.target
            notation = entry.from
            self.path = path
            codec = ValueCodec(entry, zone: zone, day: day)
            required = entry.required
            isMany = entry.isMany
        }
    }

    /// A field written besides.
    final class Constant: Sendable {
        let notation: String
        let path: F.Path
        let value: Template
        let when: String?

        init(_ constant: FieldDictionary.Constant, path: F.Path) {
            notation = constant.to
            self.path = path
            value = constant.value
            when = constant.when
        }
    }

    /// The record, or a group within it.
    final class Group: Sendable {
        let entity: String
        let notation: String
        let path: F.Path?
        let lines: [Line]
        let constants: [Constant]
        let inner: [Group]

        init(
            _ group: FieldDictionary.Group, path: F.Path?, lines: [Line], constants: [Constant],
            inner: [Group]
        ) {
            entity = group.entity
            notation = group.from ?? ""
            self.path = path
            self.lines = lines
            self.constants = constants
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
                    Line(entry, path: $0, zone: zone, day: day)
                }
            }
            let constants = group.constants.compactMap { constant in
                format.path(constant.to, at: constant.mark, into: &findings).map {
                    Constant(constant, path: $0)
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
        for line in group.lines {
            if let value = value(of: line, at: place, record, &findings) {
                node.fields.append((line.path, value))
            }
        }
        for constant in group.constants {
            let text = text(
                of: constant, at: place, number: number, record, variables, &findings)
            if let text { node.fields.append((constant.path, .text(text))) }
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

    /// What `line` is to hold for the node at `place`; nil when the record does not state it.
    func value(
        of line: Line, at place: Int, _ record: CanonicalIndex, _ findings: inout [Finding]
    ) -> RenderValue? {
        func report(_ kind: FindingKind) {
            findings.append(Finding(kind, at: Location(path: line.notation), "`\(line.name)`"))
        }
        switch record.find(line.name, at: place) {
        case .absent:
            if line.required { report(MappingFindings.destinationMissing) }
            return nil
        case .ambiguous:
            report(MappingFindings.ambiguous)
            return nil
        case .values(let values):
            var texts: [String] = []
            for value in values.compactMap(\.self) {
                switch line.codec.write(value) {
                case .value(let text): texts.append(text)
                case .noted(let text, let kind):
                    texts.append(text)
                    report(kind)
                case .failed(let kind):
                    report(kind)
                    return nil
                }
            }
            if texts.isEmpty {
                if line.required { report(MappingFindings.destinationMissing) }
                return .null
            }
            if texts.count == 1 { return .text(texts[0]) }
            if line.isMany { return .repetitions(texts) }
            report(MappingFindings.ambiguous)
            return nil
        }
    }

    /// What `constant` is to hold; nil when its condition is not met or what it names is absent.
    func text(
        of constant: Constant, at place: Int, number: Int, _ record: CanonicalIndex,
        _ variables: [String: String], _ findings: inout [Finding]
    ) -> String? {
        if let when = constant.when {
            guard case .values(let values) = record.find(when, at: place),
                values.contains(where: { $0 != nil })
            else { return nil }
        }
        var text = ""
        for part in constant.value.parts {
            switch part {
            case .text(let run): text += run
            case .variable("n"): text += String(number)
            case .variable(let name):
                guard let value = variables[name] else {
                    findings.append(
                        Finding(
                            MappingFindings.variableMissing, at: Location(path: constant.notation),
                            "`{\(name)}`"))
                    return nil
                }
                text += value
            case .field(let name):
                switch record.find(name, at: place) {
                case .values(let values): text += values.compactMap(\.self).first ?? ""
                case .absent: break
                case .ambiguous:
                    findings.append(
                        Finding(
                            MappingFindings.ambiguous, at: Location(path: constant.notation),
                            "`\(name)`"))
                    return nil
                }
            }
        }
        return text.isEmpty ? nil : text
    }
}
