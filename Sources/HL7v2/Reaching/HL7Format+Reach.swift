import Bytes
public import Exchange

extension HL7Format {
    /// A record's scope: its segments.
    public func scope(ofRecord index: Int, in document: HL7Document) -> Range<Int> {
        document.records[index].segments
    }

    /// Occurrences of a group by its name, or of a segment by its id (one segment each).
    public func occurrences(
        of group: HL7Path, within scope: Range<Int>, in document: HL7Document
    ) -> [Range<Int>] {
        guard !scope.isEmpty, let record = document.record(ofSegment: scope.lowerBound) else {
            return []
        }
        let scope = scope.clamped(to: record.segments)
        if group.group.isEmpty {
            return scope.filter { document.segments[$0].id == group.segment }.map { $0..<($0 + 1) }
        }
        let schema = schemas[record.schema]
        var found: [Range<Int>] = []
        for index in firstGroup(from: scope.lowerBound, record, document)..<record.groups.upperBound
        {
            let entry = document.groups[index]
            if Int(entry.start) >= scope.upperBound { break }
            guard Int(entry.end) <= scope.upperBound,
                schema.names[Int(schema.nodes[Int(entry.node)].name)] == group.group
            else { continue }
            found.append(Int(entry.start)..<Int(entry.end))
        }
        return found
    }

    /// The first group occurrence of a record that begins at or after `segment`.
    private func firstGroup(
        from segment: Int, _ record: RecordEntry, _ document: HL7Document
    ) -> Int {
        var low = record.groups.lowerBound
        var high = record.groups.upperBound
        while low < high {
            let middle = (low + high) / 2
            if Int(document.groups[middle].start) < segment {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The structure node that a scope is an occurrence of: the innermost group with its range.
    func node(ofScope scope: Range<Int>, _ record: RecordEntry, _ document: HL7Document) -> Int {
        if scope == record.segments { return record.root }
        var node = -1
        var index = firstGroup(from: scope.lowerBound, record, document)
        while index < record.groups.upperBound,
            Int(document.groups[index].start) == scope.lowerBound
        {
            if Int(document.groups[index].end) == scope.upperBound {
                node = Int(document.groups[index].node)
            }
            index += 1
        }
        return node
    }

    /// The segment in `scope` that a path means: of those at the nearest place that the structure
    /// has for them (the order's own notes, not those of its results), and those without a place,
    /// the one that the path counts to; nil when there are not so many.
    func segment(
        of path: HL7Path.Place, within scope: Range<Int>, _ record: RecordEntry,
        _ document: HL7Document
    ) -> Int? {
        let scope = scope.clamped(to: record.segments)
        var left = max(1, path.occurrence)
        var node = -2
        var nearest: UInt16?
        for index in scope {
            let segment = document.segments[index]
            guard segment.id == path.segment else { continue }
            if node == -2 {
                // Looked up when it is needed: most paths of most records name what is not there.
                node = self.node(ofScope: scope, record, document)
                nearest =
                    node < 0
                    ? nil
                    : schemas[record.schema].reach[node].first { $0.id == path.segment }?.depth
            }
            if let nearest, segment.node != SegmentEntry.unplaced,
                !schemas[record.schema].reach[node].contains(where: {
                    $0.id == path.segment && $0.depth == nearest && $0.node == segment.node
                })
            {
                continue
            }
            left -= 1
            if left == 0 { return index }
        }
        return nil
    }

    /// The values of a field: one for each repetition of it in the first segment that is meant.
    public func values(
        of path: HL7Path, within scope: Range<Int>, in document: HL7Document
    ) -> [FieldValue] {
        var values = FieldValues()
        read([path], within: scope, in: document, into: &values)
        return values.places(ofField: 0).map { values.value(values[$0]) }
    }

    /// The same for many fields: a segment that several of them lie in is looked for once.
    public func read(
        _ paths: [HL7Path], within scope: Range<Int>, in document: HL7Document,
        into values: inout FieldValues
    ) {
        values.removeAll(reading: document.bytes)
        guard !scope.isEmpty, let record = document.record(ofSegment: scope.lowerBound) else {
            for _ in paths { values.endField() }
            return
        }
        var last: (segment: UInt32, occurrence: Int, target: Int?) = (0, 0, nil)
        for index in paths.indices {
            let path = paths.span[index].place
            if path.segment != last.segment || path.occurrence != last.occurrence {
                last = (
                    path.segment, path.occurrence,
                    segment(of: path, within: scope, record, document)
                )
            }
            if path.field > 0, let target = last.target {
                read(path, document.segments[target], record, document, &values)
            }
            values.endField()
        }
    }

    private func read(
        _ path: HL7Path.Place, _ segment: SegmentEntry, _ record: RecordEntry,
        _ document: HL7Document, _ values: inout FieldValues
    ) {
        guard path.field <= Int(segment.fieldCount) else { return }
        let number = Int(segment.firstField) + path.field - 1
        let field = document.fields[number]
        if field.isEmpty { return }
        var part = PlainPart.unknown
        // MSH-1 and MSH-2 are never split.
        if !record.hasHighBytes, segment.id != SegmentID.msh || path.field > 2 {
            part = document.plainPart(path, of: number, record.delimiters.component)
        }
        switch part {
        case .text(let range): values.append(range)
        case .nothing: break
        case .unknown: readClosely(path, field.range, segment, record, document, &values)
        }
    }

    private func readClosely(
        _ path: HL7Path.Place, _ field: Range<Int>, _ segment: SegmentEntry,
        _ record: RecordEntry, _ document: HL7Document, _ values: inout FieldValues
    ) {
        let bytes = document.bytes
        let span = bytes.span
        if segment.id == SegmentID.msh, path.field <= 2 {
            // MSH-1 and MSH-2 are never split or unescaped.
            let charset = charset(of: record, in: document) ?? .ascii
            values.append(FieldValue(text(span, field, charset), at: field.lowerBound))
            return
        }
        let delimiter = record.delimiters.repetition
        var start = field.lowerBound
        var number = 0
        while true {
            let hit =
                delimiter == 0
                ? nil : span.firstIndex(of: delimiter, in: start..<field.upperBound)
            let repetition = start..<(hit ?? field.upperBound)
            number += 1
            if path.repetition == 0 || path.repetition == number {
                read(span, repetition, path, segment, record, document, &values)
            }
            guard let hit, path.repetition == 0 || number < path.repetition else { return }
            start = hit + 1
        }
    }

    private func read(
        _ bytes: Span<UInt8>, _ repetition: Range<Int>, _ path: HL7Path.Place,
        _ segment: SegmentEntry,
        _ record: RecordEntry, _ document: HL7Document, _ values: inout FieldValues
    ) {
        let delimiters = record.delimiters
        var range = repetition
        var isWhole = false
        var isPlainText = false
        if path.component == 0, Self.isSplit(bytes, repetition, delimiters) {
            let observation = document.field(2, of: segment).map { bytes.copy($0.range) }
            let schema = schemas[record.schema]
            isWhole = isComposite(path, observation: observation, schema: schema)
            isPlainText = !isWhole && isText(path, observation: observation, schema: schema)
        }
        // A delimiter that somebody left unescaped in a text is part of it.
        if !isWhole, !isPlainText {
            guard
                let component = Pieces.piece(
                    bytes, repetition, delimiters.component, max(1, path.component)),
                let part = Pieces.piece(
                    bytes, component, delimiters.subcomponent, max(1, path.subcomponent))
            else { return }
            range = part
        }
        guard !range.isEmpty else { return }
        let start = range.lowerBound
        if range.count == 2, bytes[start] == 0x22, bytes[start + 1] == 0x22 {
            return values.append(FieldValue("", isNull: true, at: start))
        }
        let isEscaped =
            delimiters.escape != 0 && bytes.firstIndex(of: delimiters.escape, in: range) != nil
        if !isWhole, !isEscaped, !record.hasHighBytes {
            // ASCII reads the same in every set there is.
            return values.append(range)
        }
        let charset = charset(of: record, in: document) ?? .ascii
        let plain =
            isWhole
            ? Encoding.standard(bytes.copy(range), from: delimiters)
            : Escapes.resolve(bytes, range, delimiters)
        values.append(FieldValue(text(plain.span, 0..<plain.count, charset), at: start))
    }

    /// Whether a repetition has parts or sequences: only then it matters whether its field's type
    /// is a composite.
    private static func isSplit(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters
    ) -> Bool {
        for index in range {
            let byte = bytes[index]
            if byte == delimiters.component || byte == delimiters.subcomponent
                || byte == delimiters.escape
            {
                return true
            }
        }
        return false
    }

    /// Text in Unicode; what the stated set lacks (a finding already) is read as ISO 8859-1.
    private func text(_ bytes: Span<UInt8>, _ range: Range<Int>, _ charset: Charset) -> String {
        if case .success(let text) = charset.decode(bytes, range) { return text }
        if case .success(let text) = Charset.iso8859(1).decode(bytes, range) { return text }
        return ""
    }

    /// Counts the fields that hold something, by segment and field number.
    public func census(
        _ document: HL7Document, record index: Int, into census: inout FieldCensus
    ) {
        let fields = document.fields.span
        for place in document.records[index].segments {
            let segment = document.segments[place]
            let first = Int(segment.firstField)
            for number in 0..<Int(segment.fieldCount) where !fields[first + number].isEmpty {
                census.count(UInt64(segment.id) << 16 | UInt64(number + 1))
            }
        }
    }

    /// `PID-3`.
    public func fieldName(ofCensusKey key: UInt64) -> String {
        "\(SegmentID.text(UInt32(truncatingIfNeeded: key >> 16)))-\(key & 0xFFFF)"
    }

    /// The key of the field that a path lies in; nil for segments and groups.
    public func censusKey(of path: HL7Path) -> UInt64? {
        path.field == 0 ? nil : UInt64(path.segment) << 16 | UInt64(path.field)
    }
}

/// Field text between a message's own delimiters and the recommended ones.
enum Encoding {
    /// The same text with the recommended delimiters.
    static func standard(_ bytes: [UInt8], from own: Delimiters) -> [UInt8] {
        translate(bytes, own, .standard)
    }

    /// The same text with a message's own delimiters.
    static func own(_ bytes: [UInt8], _ own: Delimiters) -> [UInt8] {
        translate(bytes, .standard, own)
    }

    private static func translate(
        _ bytes: [UInt8], _ from: Delimiters, _ to: Delimiters
    ) -> [UInt8] {
        guard from != to else { return bytes }
        return bytes.map { byte in
            switch byte {
            case 0: 0
            case from.component: to.component
            case from.subcomponent: to.subcomponent
            case from.escape: to.escape
            case from.repetition: to.repetition
            default: byte
            }
        }
    }
}
