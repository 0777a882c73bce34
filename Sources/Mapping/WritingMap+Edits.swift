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
        var before: [FieldValue] = []
        edit(
            root, at: 0, number: 1, scope, document, CanonicalIndex(record), variables, &before,
            &edits, &findings)
        return (findings.contains { $0.severity == .error } ? [] : edits, findings)
    }

    private func edit(
        _ group: Group, at place: Int, number: Int, _ scope: Range<Int>, _ document: F.Document,
        _ record: CanonicalIndex, _ variables: [String: String], _ before: inout [FieldValue],
        _ edits: inout [FieldEdit<F.Path>], _ findings: inout [Finding]
    ) {
        for line in group.lines {
            before.removeAll(keepingCapacity: true)
            format.read(line.path, within: scope, in: document, into: &before)
            switch record.find(line.name, at: place) {
            case .values(let wanted) where says(before, wanted, line): continue
            // What the feed did not read is there already, and stays.
            case .absent where before.contains(where: { !$0.isNull && !$0.text.isEmpty }): continue
            default: break
            }
            guard let value = value(of: line, at: place, record, &findings) else { continue }
            if !stands(before, value) {
                edits.append(FieldEdit(line.path, within: scope, to: value))
            }
        }
        for constant in group.constants {
            let text = text(of: constant, at: place, number: number, record, variables, &findings)
            guard let text else { continue }
            before.removeAll(keepingCapacity: true)
            format.read(constant.path, within: scope, in: document, into: &before)
            if !stands(before, .text(text)) {
                edits.append(FieldEdit(constant.path, within: scope, to: .text(text)))
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

    /// Whether what stands there reads, by this dictionary, as `wanted`.
    private func says(_ before: [FieldValue], _ wanted: [String?], _ line: Line) -> Bool {
        if before.count == 1, wanted.count == 1 {
            let value = before[0]
            return (value.isNull || !value.text.isEmpty) && says(value, wanted[0], line)
        }
        let stated = before.filter { $0.isNull || !$0.text.isEmpty }
        // A field that repeats gave its first value, or its last; the rest is not ours to judge.
        if !line.isMany, stated.count > 1 {
            return stated.contains { says([$0], wanted, line) }
        }
        guard stated.count == wanted.count else { return false }
        return zip(stated, wanted).allSatisfy { says($0, $1, line) }
    }

    /// Whether one value reads as `wanted`.
    private func says(_ value: FieldValue, _ wanted: String?, _ line: Line) -> Bool {
        guard let wanted, !value.isNull else { return value.isNull && wanted == nil }
        switch line.codec.read(value.text) {
        case .value(let text), .noted(let text, _): return text == wanted
        case .failed: return false
        }
    }

    /// Whether exactly `value` stands there already.
    private func stands(_ before: [FieldValue], _ value: RenderValue) -> Bool {
        switch value {
        case .null: before.count == 1 && before[0].isNull
        case .text(let text): before.count == 1 && !before[0].isNull && before[0].text == text
        case .repetitions(let texts):
            before.count == texts.count
                && zip(before, texts).allSatisfy { !$0.isNull && $0.text == $1 }
        }
    }
}
