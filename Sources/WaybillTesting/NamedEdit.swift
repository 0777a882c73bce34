public import Exchange

/// One field to change in a record, by its path.
public struct NamedEdit<Path: Sendable & Hashable>: Sendable {
    let path: Path
    let scope: Range<Int>
    let value: RenderValue

    /// Names a change.
    public init(_ path: Path, within scope: Range<Int>, to value: RenderValue) {
        self.path = path
        self.scope = scope
        self.value = value
    }
}

extension Format {
    /// Changes the fields that the edits name by their paths.
    public func edit(
        _ document: Document, record index: Int, edits: [NamedEdit<Path>]
    ) throws(WriteFault) -> [UInt8] {
        var changes: [FieldEdit] = []
        for (place, edit) in edits.enumerated() {
            changes.append(FieldEdit(place, within: edit.scope, to: edit.value))
        }
        return try self.edit(document, record: index, edits: changes, among: edits.map(\.path))
    }
}
