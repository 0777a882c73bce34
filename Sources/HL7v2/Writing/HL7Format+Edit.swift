import Bytes
public import Exchange

extension HL7Format {
    /// The message's own bytes with only the named fields changed. A segment that is not there is
    /// put where the structure has it.
    public func edit(
        _ document: HL7Document, record index: Int, edits: [FieldEdit], among paths: [HL7Path]
    ) throws(WriteFault) -> [UInt8] {
        let record = document.records[index]
        let charset = self.charset(of: record, in: document) ?? .ascii
        let writer = FieldWriter(delimiters: record.delimiters, charset: charset)
        var changes = FieldChanges(reserving: edits.count)
        var drafts: [SegmentDraft] = []
        for edit in edits {
            let path = paths[edit.path]
            try mayWrite(path, record)
            if let target = segment(of: path.place, within: edit.scope, record, document) {
                let segment = document.segments[target]
                var isWhole = false
                if path.component == 0 {
                    let type =
                        path.segment == SegmentID.obx && path.field == 5
                        ? changes.text(target, 2, in: document, segment) : nil
                    isWhole = isComposite(
                        path.place, observation: type, schema: schemas[record.schema])
                }
                let start = changes.open(target, path.field, in: document, segment)
                try writer.apply(
                    edit.value, at: path, to: &changes.bytes, from: start, isEncoded: isWhole)
                changes.close()
            } else {
                try draft(edit, path, writer, record, document, into: &drafts)
            }
        }
        return write(document, record, changes, drafts)
    }

    private func mayWrite(_ path: HL7Path, _ record: RecordEntry) throws(WriteFault) {
        guard path.field > 0 else { throw Writing.fault(Writing.notField, path) }
        if path.segment == SegmentID.msh {
            if path.field <= 2 { throw Writing.fault(Writing.fixed, path) }
            // Another set would make the bytes that nobody edits mean something else.
            if path.field == 18, record.hasHighBytes { throw Writing.fault(Writing.charset, path) }
        }
    }

    /// Begins or fills a segment that the message does not have.
    private func draft(
        _ edit: FieldEdit, _ path: HL7Path, _ writer: FieldWriter, _ record: RecordEntry,
        _ document: HL7Document, into drafts: inout [SegmentDraft]
    ) throws(WriteFault) {
        if case .text("") = edit.value { return }
        let after = try insertion(path, edit.scope, record, document)
        let found = drafts.firstIndex {
            $0.id == path.segment && $0.after == after && $0.occurrence == path.occurrence
        }
        if found == nil {
            drafts.append(SegmentDraft(id: path.segment, occurrence: path.occurrence, after: after))
        }
        let place = found ?? drafts.count - 1
        let isWhole =
            path.component == 0
            && isComposite(
                path.place, observation: drafts[place].fields[2], schema: schemas[record.schema])
        var field = drafts[place].fields[path.field] ?? []
        try writer.apply(edit.value, at: path, to: &field, isEncoded: isWhole)
        drafts[place].fields[path.field] = field
    }

    /// The segment after which a new one goes: the last in scope that stands before it in the
    /// structure; a Z segment goes to the scope's end.
    private func insertion(
        _ path: HL7Path, _ scope: Range<Int>, _ record: RecordEntry, _ document: HL7Document
    ) throws(WriteFault) -> Int {
        let scope = scope.clamped(to: record.segments)
        guard let last = scope.last else { throw Writing.fault(Writing.noPlace, path) }
        if SegmentID.isLocal(path.segment) { return last }
        let node = node(ofScope: scope, record, document)
        guard node >= 0,
            let target = schemas[record.schema].reach[node].first(where: { $0.id == path.segment })
        else { throw Writing.fault(Writing.noPlace, path) }
        var after = scope.lowerBound
        for index in scope {
            let segment = document.segments[index]
            if segment.node == SegmentEntry.unplaced {
                if after == index - 1 { after = index }
            } else if segment.node <= target.node {
                after = index
            } else {
                break
            }
        }
        return after
    }

    private func write(
        _ document: HL7Document, _ record: RecordEntry, _ fields: FieldChanges,
        _ drafts: [SegmentDraft]
    ) -> [UInt8] {
        let changes = fields.list
        let span = document.bytes.span
        let range = record.range.range
        var output: [UInt8] = []
        output.reserveCapacity(range.count + 256)
        let terminator = drafts.isEmpty ? [] : terminator(document, record)
        var position = range.lowerBound
        var next = 0
        for index in record.segments {
            if next < changes.count, changes[next].segment == index {
                let segment = document.segments[index]
                var end = next
                while end < changes.count, changes[end].segment == index { end += 1 }
                append(
                    span, position, document, segment, changes[next..<end], fields.bytes,
                    record.delimiters, to: &output)
                position = Int(segment.end)
                next = end
            }
            if drafts.isEmpty { continue }
            let added = drafts.filter { $0.after == index }
            guard !added.isEmpty else { continue }
            let segment = document.segments[index]
            output.append(span, position..<Int(segment.end))
            position = Int(segment.end)
            for draft in added {
                let line = draft.line(record.delimiters)
                if !line.isEmpty { output += terminator + line }
            }
        }
        output.append(span, position..<range.upperBound)
        return output
    }

    /// Appends what stands from `position` to the segment's end, its changed fields in their places.
    private func append(
        _ span: Span<UInt8>, _ position: Int, _ document: HL7Document, _ segment: SegmentEntry,
        _ changes: ArraySlice<FieldChange>, _ texts: [UInt8], _ delimiters: Delimiters,
        to output: inout [UInt8]
    ) {
        let changed = texts.span
        var position = position
        var last = Int(segment.fieldCount)
        for change in changes {
            if let field = document.field(change.field, of: segment) {
                output.append(span, position..<field.range.lowerBound)
                output.append(changed, change.range)
                position = field.range.upperBound
            } else if !change.range.isEmpty {
                output.append(span, position..<Int(segment.end))
                position = Int(segment.end)
                // MSH-1 is the separator itself.
                let isHeader = segment.id == SegmentID.msh
                while last < change.field {
                    last += 1
                    if !(isHeader && last <= 2) { output.append(delimiters.field) }
                }
                output.append(changed, change.range)
            }
        }
        output.append(span, position..<Int(segment.end))
    }

    /// How the message's first segment ends; CR where it ends with the message.
    private func terminator(_ document: HL7Document, _ record: RecordEntry) -> [UInt8] {
        guard let first = record.segments.first else { return [0x0D] }
        let end = Int(document.segments[first].end)
        let bytes = document.bytes
        guard end < record.range.range.upperBound, Delimiters.isTerminator(bytes[end]) else {
            return [0x0D]
        }
        let isPair =
            bytes[end] == 0x0D && end + 1 < record.range.range.upperBound && bytes[end + 1] == 0x0A
        return isPair ? [0x0D, 0x0A] : [bytes[end]]
    }
}

/// A field of one segment with the place of its new bytes.
struct FieldChange {
    let segment: Int
    let field: Int
    var range: Range<Int>
}

/// The fields that an edit changes, in the order of the message; their bytes lie in one buffer.
struct FieldChanges {
    private(set) var list: [FieldChange] = []
    /// The new bytes of all of them; the field that is open is the last.
    var bytes: [UInt8] = []
    private var opened = 0

    /// Room for so many.
    init(reserving count: Int) {
        list.reserveCapacity(count)
        bytes.reserveCapacity(32 * count)
    }

    /// Opens a segment's field: its bytes, at first those that stand in the message, become the
    /// last of `bytes`.
    /// - Returns: where they begin.
    mutating func open(
        _ number: Int, _ field: Int, in document: HL7Document, _ segment: SegmentEntry
    ) -> Int {
        // Dictionaries mostly name fields in the order of the message.
        var place = list.count
        while place > 0,
            (number, field) < (list[place - 1].segment, list[place - 1].field)
        {
            place -= 1
        }
        let start = bytes.count
        if place > 0, list[place - 1].segment == number, list[place - 1].field == field {
            opened = place - 1
            let range = list[opened].range
            if range.upperBound == start { return range.lowerBound }
            bytes += bytes[range]
        } else {
            opened = place
            list.insert(FieldChange(segment: number, field: field, range: 0..<0), at: place)
            if let range = document.field(field, of: segment) {
                bytes.append(document.bytes.span, range.range)
            }
        }
        list[opened].range = start..<bytes.count
        return start
    }

    /// Closes the field that is open, which ends where `bytes` ends now.
    mutating func close() {
        list[opened].range = list[opened].range.lowerBound..<bytes.count
    }

    /// What a segment's field holds, with its change if it has one.
    func text(
        _ number: Int, _ field: Int, in document: HL7Document, _ segment: SegmentEntry
    ) -> [UInt8] {
        if let change = list.first(where: { $0.segment == number && $0.field == field }) {
            return Array(bytes[change.range])
        }
        return document.field(field, of: segment).map { document.bytes.span.copy($0.range) } ?? []
    }
}

/// A segment that is being written.
struct SegmentDraft {
    let id: UInt32
    let occurrence: Int
    /// For an edit: the segment it goes behind.
    var after = -1
    var fields: [Int: [UInt8]] = [:]

    /// The segment's text without a terminator; empty when no field holds anything.
    func line(_ delimiters: Delimiters) -> [UInt8] {
        guard let last = fields.filter({ !$0.value.isEmpty }).keys.max() else { return [] }
        var line = Array(SegmentID.text(id).utf8)
        if id == SegmentID.msh {
            line.append(delimiters.field)
            line += delimiters.encodingCharacters
        }
        let first = id == SegmentID.msh ? 3 : 1
        guard last >= first else { return line }
        for number in first...last {
            line.append(delimiters.field)
            line += fields[number] ?? []
        }
        return line
    }
}
