import Bytes
public import Exchange

extension CSVFormat {
    /// How this format's own files are written.
    var writer: CellWriter {
        CellWriter(delimiter: settings.delimiter ?? 0x2C, charset: settings.charset ?? .utf8)
    }

    /// The columns of a file that this format writes.
    var outputNames: [String] { schema.fieldNames }

    /// The record's original bytes with only the named cells changed.
    ///
    /// Where the source's columns, delimiter or character set are not those that this format
    /// writes, its cells are put in the schema's order and written afresh, so that they stand
    /// under the header of the destination file.
    public func edit(
        _ document: CSVDocument, record index: Int, edits: [FieldEdit],
        among paths: [CSVPath]
    ) throws(WriteFault) -> [UInt8] {
        var editor = RecordEditor(document, record: index, self)
        for edit in edits { try editor.note(edit, at: paths[edit.path]) }
        return try editor.bytes()
    }

    /// One row for each child of the group `row`, with the record's own fields repeated in each;
    /// without children, one row.
    public func render(_ record: RenderNode<CSVPath>) throws(WriteFault) -> [UInt8] {
        let rows = record.children.isEmpty ? [RenderNode<CSVPath>()] : record.children
        var bytes: [UInt8] = []
        let end = try writer.encode(
            String(decoding: settings.lineEnd.bytes, as: UTF8.self), path: nil)
        for (number, row) in rows.enumerated() {
            if number > 0 { bytes += end }
            bytes += try render(record.fields + row.fields)
        }
        return bytes
    }

    private func render(
        _ fields: [(path: CSVPath, value: RenderValue)]
    ) throws(WriteFault) -> [UInt8] {
        if schema.isOpen {
            var names: [String] = []
            var cells: [String] = []
            for (path, value) in fields {
                guard case .named(let name) = path else { continue }
                let text = try self.text(value, nil, name)
                if let known = names.firstIndex(of: name) {
                    cells[known] = text
                } else {
                    names.append(name)
                    cells.append(text)
                }
            }
            return try writer.row(cells)
        }
        var cells = schema.details.map(\.parts.missingText)
        for (path, value) in fields {
            guard case .field(let field) = path, cells.indices.contains(field) else {
                throw WriteFault(Finding(WriteFindings.noSuchCell, "a path of another schema"))
            }
            cells[field] = try text(value, field, schema.fieldNames[field])
        }
        for (field, cell) in cells.enumerated() { try verify(cell, field) }
        return try writer.row(cells)
    }

    /// The text of a value for a cell.
    func text(_ value: RenderValue, _ field: Int?, _ name: String) throws(WriteFault) -> String {
        switch value {
        case .text(let text): return text
        case .null: return field.map { schema.details[$0].parts.missingText } ?? ""
        case .repetitions(let texts):
            if texts.count <= 1 { return texts.first ?? "" }
            if let field, schema.rules[field].type == .list {
                return texts.joined(
                    separator: String(UnicodeScalar(schema.details[field].parts.separator)))
            }
            throw WriteFault(
                Finding(WriteFindings.repeats, at: Location(path: name), "\(texts.count)"))
        }
    }

    /// Refuses a value that our own reader would: it holds the leg, not the file.
    func verify(_ text: String, _ field: Int) throws(WriteFault) {
        let bytes = Array(text.utf8)
        let count = bytes.count
        let kind =
            bytes.contains(0)
            ? RecordFindings.null
            : CellCheck.fault(bytes.span, 0..<count, field: field, schema)
                .kind(schema.rules[field].type)
        guard let kind else { return }
        throw WriteFault(
            Finding(
                kind, at: Location(path: schema.fieldNames[field]),
                Expected.text(kind, field, schema)))
    }

    /// Builds a file around records: see `Format`.
    public func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly {
        try CSVAssembly(self, envelope)
    }

    /// Tables are not acknowledged.
    public func acknowledgementBasis(_ document: CSVDocument, record index: Int) -> [UInt8] { [] }

    /// Tables are not acknowledged.
    public func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)? {
        nil
    }
}
