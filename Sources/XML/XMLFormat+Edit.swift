public import Exchange
import Markup

extension XMLFormat {
    /// The record's own bytes (in UTF-8) with only the named values changed.
    ///
    /// An element or attribute that is not there is added, elements at the place that the schema
    /// gives them, else last; one that is there is overwritten, and emptied for an explicit
    /// deletion. The result declares every namespace it takes from around it, and nothing else of
    /// it changes.
    public func edit(
        _ document: XMLDocument, record index: Int, edits: [FieldEdit],
        among paths: [XMLPath]
    ) throws(WriteFault) -> [UInt8] {
        guard document.records.indices.contains(index), document.records[index].fault == nil,
            !document.records[index].elements.isEmpty
        else { throw WriteFault(Finding(XMLFinding.malformedRecord)) }
        var splices = Splices(document: document, record: index, outline: schema?.outline)
        for edit in edits { try apply(edit, at: paths[edit.path], to: &splices) }
        return try splices.result()
    }

    private func apply(
        _ edit: FieldEdit, at path: XMLPath, to splices: inout Splices
    ) throws(WriteFault) {
        let texts: [String]
        switch edit.value {
        case .text(let text): texts = [text]
        case .null: texts = [""]
        case .repetitions(let list): texts = list
        }
        let matches = found(path, edit.scope, splices.document)
        if matches.isEmpty {
            guard texts.contains(where: { !$0.isEmpty }) else { return }
            guard texts.count == 1, let text = texts.first, let unit = edit.scope.first else {
                throw WriteFault(
                    Finding(XMLFinding.repetitions, at: Location(path: path.notation)))
            }
            let isAdded = splices.add(try writable(path), to: text, from: unit)
            guard isAdded else { throw unwritable(path) }
            return
        }
        guard texts.count <= matches.count else {
            throw WriteFault(
                Finding(XMLFinding.repetitions, at: Location(path: path.notation)))
        }
        for (match, text) in zip(matches, texts) {
            let isSet = try splices.replace(match, with: text, path: path.notation)
            guard isSet else { throw unwritable(path) }
        }
        // Fewer values than there are places: the rest is emptied.
        guard case .repetitions = edit.value else { return }
        for match in matches.dropFirst(texts.count) {
            _ = try splices.replace(match, with: "", path: path.notation)
        }
    }
}
