public import Exchange

extension WritingMap {
    /// The changes that make record `index` of `document` say what `record` says, in this
    /// dictionary's forms; only fields that say something else now.
    ///
    /// A field that reads, by this dictionary, as the canonical value already is left as it
    /// stands, with its own spelling: `5.0` for `5`, a code that the crosswalk knows as well. What
    /// the record does not state stays as it is. Groups are matched in order, and only when
    /// document and record have equally many.
    /// - Parameter values: memory for what stands in the fields, used again and again.
    /// - Returns: the changes, their fields by their places among `paths`; empty when an error is
    ///   among the findings or nothing differs.
    public func edits(
        for record: CanonicalView, in document: F.Document, record index: Int,
        variables: any TemplateVariables, reading values: inout FieldValues
    ) -> (edits: [FieldEdit], findings: [Finding]) {
        var state = Editing()
        swap(&state.before, &values)
        defer { swap(&state.before, &values) }
        let scope = format.scope(ofRecord: index, in: document)
        edit(root, at: 0, number: 1, scope, document, record, variables, &state)
        guard !state.findings.contains(where: { $0.severity == .error }) else {
            return ([], state.findings)
        }
        return (state.edits, state.findings)
    }

    private func edit(
        _ group: Group, at place: Int, number: Int, _ scope: Range<Int>, _ document: F.Document,
        _ record: CanonicalView, _ variables: any TemplateVariables, _ state: inout Editing
    ) {
        format.read(group.paths, within: scope, in: document, into: &state.before)
        group.rules.change(
            firstPath: group.firstPath, scope, at: place, number: number, record, variables, &state)
        var next = group.inner
        while let inner = next {
            next = inner.next
            let rules = inner.group.rules
            let nodes = record.occurrences(of: rules.entity, within: place)
            // A feed that does not read this group says nothing about it.
            if nodes.isEmpty { continue }
            let scopes = format.occurrences(of: inner.path, within: scope, in: document)
            guard nodes.count == scopes.count else {
                state.findings.append(
                    Finding(
                        MappingFindings.unpaired, at: Location(path: rules.notation),
                        "\(scopes.count) in the record's bytes, \(nodes.count) canonical"))
                continue
            }
            for index in nodes.indices {
                edit(
                    inner.group, at: nodes[index], number: index + 1, scopes[index], document,
                    record, variables, &state)
            }
        }
    }
}

/// The changes of one record while they are gathered.
struct Editing {
    var edits: [FieldEdit] = []
    var findings: [Finding] = []
    /// What stands in the fields of a group.
    var before = FieldValues()
}

/// A group's lines and constants without their paths: what is the same for every format.
final class WritingRules: Sendable {
    /// The number of its entity's name.
    let entity: Int
    let notation: String
    let lines: [WritingLine]
    let constants: [WritingConstant]

    init(entity: Int, notation: String, lines: [WritingLine], constants: [WritingConstant]) {
        self.entity = entity
        self.notation = notation
        self.lines = lines
        self.constants = constants
    }

    /// Adds the changes of one occurrence, the node at `place`; `state` holds what stands there.
    func change(
        firstPath: Int, _ scope: Range<Int>, at place: Int, number: Int, _ record: CanonicalView,
        _ variables: any TemplateVariables, _ state: inout Editing
    ) {
        // Taken out once: it would be retained for every line beside the findings.
        let before = state.before
        for index in lines.indices {
            let value = lines[index].change(
                from: before.places(ofField: index), of: before, at: place, record,
                &state.findings)
            if let value {
                state.edits.append(FieldEdit(firstPath + index, within: scope, to: value))
            }
        }
        for index in constants.indices {
            let text = constants[index].text(
                at: place, number: number, record, variables, &state.findings)
            let field = lines.count + index
            if let text,
                !WritingLine.stands(before.places(ofField: field), before, .text(text))
            {
                state.edits.append(FieldEdit(firstPath + field, within: scope, to: .text(text)))
            }
        }
    }
}
