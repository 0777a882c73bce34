public import Exchange

extension WritingMap {
    /// The changes that make record `index` of `document` say what `record` says, in this
    /// dictionary's forms; only fields that say something else now.
    ///
    /// A field that reads, by this dictionary, as the canonical value already is left as it
    /// stands, with its own spelling: `5.0` for `5`, a code that the crosswalk knows as well. What
    /// the record does not state stays as it is. Groups are matched in order, and only when
    /// document and record have equally many.
    /// - Returns: the changes, empty when an error is among the findings or nothing differs.
    public func edits(
        for record: Canonical, in document: F.Document, record index: Int,
        variables: [String: String] = [:]
    ) -> (edits: [FieldEdit<F.Path>], findings: [Finding]) {
        var findings: [Finding] = []
        var edits: [FieldEdit<F.Path>] = []
        let scope = format.scope(ofRecord: index, in: document)
        var before = FieldValues()
        edit(
            root, at: 0, number: 1, scope, document, CanonicalIndex(record), variables, &before,
            &edits, &findings)
        return (findings.contains { $0.severity == .error } ? [] : edits, findings)
    }

    private func edit(
        _ group: Group, at place: Int, number: Int, _ scope: Range<Int>, _ document: F.Document,
        _ record: CanonicalIndex, _ variables: [String: String], _ before: inout FieldValues,
        _ edits: inout [FieldEdit<F.Path>], _ findings: inout [Finding]
    ) {
        format.read(group.paths, within: scope, in: document, into: &before)
        for (index, line) in group.lines.enumerated() {
            if let value = line.change(from: before[index], at: place, record, &findings) {
                edits.append(FieldEdit(group.paths[index], within: scope, to: value))
            }
        }
        for (index, constant) in group.constants.enumerated() {
            let text = constant.text(at: place, number: number, record, variables, &findings)
            let field = group.lines.count + index
            if let text, !WritingLine.stands(before[field], .text(text)) {
                edits.append(FieldEdit(group.paths[field], within: scope, to: .text(text)))
            }
        }
        for inner in group.inner {
            guard let path = inner.path else { continue }
            let scopes = format.occurrences(of: path, within: scope, in: document)
            let nodes = record.occurrences(of: inner.entity, within: place)
            // A feed that does not read this group says nothing about it.
            if nodes.isEmpty { continue }
            guard nodes.count == scopes.count else {
                findings.append(
                    Finding(
                        MappingFindings.unpaired, at: Location(path: inner.notation),
                        "\(scopes.count) in the record's bytes, \(nodes.count) canonical"))
                continue
            }
            for (number, (scope, node)) in zip(scopes, nodes).enumerated() {
                edit(
                    inner, at: node, number: number + 1, scope, document, record, variables,
                    &before,
                    &edits, &findings)
            }
        }
    }
}
