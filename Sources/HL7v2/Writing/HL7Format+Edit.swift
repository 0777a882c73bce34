import Bytes
public import Exchange

extension HL7Format {
    /// The message's own bytes with only the named fields changed. A segment that is not there is
    /// put where the structure has it.
    public func edit(
        _ document: HL7Document, record index: Int, edits: [FieldEdit<HL7Path>]
    ) throws(WriteFault) -> [UInt8] {
        let record = document.records[index]
        let charset = self.charset(of: record, in: document) ?? .ascii
        let writer = FieldWriter(delimiters: record.delimiters, charset: charset)
        var changes: [Int: [Int: [UInt8]]] = [:]
        var drafts: [SegmentDraft] = []
        for edit in edits {
            let path = edit.path
            try mayWrite(path, record)
            let candidates = segments(of: path, within: edit.scope, record, document)
            let place = max(1, path.occurrence) - 1
            if place < candidates.count {
                let target = candidates[place]
                let segment = document.segments[target]
                let field =
                    changes[target]?[path.field]
                    ?? document.field(path.field, of: segment).map {
                        document.bytes.span.copy($0.range)
                    } ?? []
                let type =
                    changes[target]?[2]
                    ?? document.field(2, of: segment).map { document.bytes.span.copy($0.range) }
                let isWhole =
                    path.component == 0
                    && isComposite(path, observation: type, schema: schemas[record.schema])
                changes[target, default: [:]][path.field] = try writer.apply(
                    edit.value, at: path, to: field, isEncoded: isWhole)
            } else {
                try draft(edit, writer, record, document, into: &drafts)
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
        _ edit: FieldEdit<HL7Path>, _ writer: FieldWriter, _ record: RecordEntry,
        _ document: HL7Document, into drafts: inout [SegmentDraft]
    ) throws(WriteFault) {
        let path = edit.path
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
                path, observation: drafts[place].fields[2], schema: schemas[record.schema])
        drafts[place].fields[path.field] = try writer.apply(
            edit.value, at: path, to: drafts[place].fields[path.field] ?? [], isEncoded: isWhole)
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
        _ document: HL7Document, _ record: RecordEntry, _ changes: [Int: [Int: [UInt8]]],
        _ drafts: [SegmentDraft]
    ) -> [UInt8] {
        let span = document.bytes.span
        let range = record.range.range
        var output: [UInt8] = []
        output.reserveCapacity(range.count + 256)
        let terminator = terminator(document, record)
        var position = range.lowerBound
        for index in record.segments {
            let segment = document.segments[index]
            if let fields = changes[index] {
                output += span.copy(position..<Int(segment.start))
                output += line(document, segment, fields, record.delimiters)
                position = Int(segment.end)
            }
            let added = drafts.filter { $0.after == index }
            guard !added.isEmpty else { continue }
            output += span.copy(position..<Int(segment.end))
            position = Int(segment.end)
            for draft in added {
                let line = draft.line(record.delimiters)
                if !line.isEmpty { output += terminator + line }
            }
        }
        output += span.copy(position..<range.upperBound)
        return output
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

    private func line(
        _ document: HL7Document, _ segment: SegmentEntry, _ changes: [Int: [UInt8]],
        _ delimiters: Delimiters
    ) -> [UInt8] {
        let span = document.bytes.span
        let count = max(
            Int(segment.fieldCount), changes.filter { !$0.value.isEmpty }.keys.max() ?? 0)
        var line = span.copy(Int(segment.start)..<Int(segment.start) + 3)
        let isHeader = segment.id == SegmentID.msh
        if count >= 1 {
            for number in 1...count {
                let field =
                    changes[number]
                    ?? document.field(number, of: segment).map { span.copy($0.range) } ?? []
                // MSH-1 is the separator itself.
                if !(isHeader && number <= 2) { line.append(delimiters.field) }
                line += field
            }
        }
        return line
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
