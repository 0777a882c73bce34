public import Exchange

/// Writing. A record's bytes are its segments with those of the loops around it, each segment ended
/// with `~`: the assembly puts the shared loops together again, and numbers the HL segments.
extension X12Format {
    /// Changes the named fields of an original record: see `Format`.
    public func edit(
        _ document: X12Document, record index: Int, edits: [FieldEdit],
        among paths: [X12Path]
    ) throws(WriteFault) -> [UInt8] {
        guard document.entries.indices.contains(index) else { return [] }
        let entry = document.entries[index]
        let guide = guides[document.guide]
        var changes: [Int: [FieldEdit]] = [:]
        for edit in edits {
            let path = paths[edit.path]
            let found = document.found(path, within: edit.scope, guide)
            guard let unit = found.first, path.kind == .field else {
                throw WriteFault(
                    Finding(
                        WriteFindings.absent,
                        at: Location(record: entry.number, path: path.notation)))
            }
            changes[unit, default: []].append(edit)
        }
        var bytes: [UInt8] = []
        for unit in units(ofRecord: index, in: document) {
            var elements = try elements(unit, entry.number, document)
            for edit in changes[unit] ?? [] {
                try apply(edit.value, at: paths[edit.path], &elements, document, guide, unit)
            }
            while elements.last?.isEmpty == true { elements.removeLast() }
            bytes += elements.joined(separator: [UInt8(ascii: "*")])
            bytes.append(UInt8(ascii: "~"))
        }
        return bytes
    }

    /// The units of a record and of the HL loops around it, in their order.
    func units(ofRecord index: Int, in document: X12Document) -> [Int] {
        let entry = document.entries[index]
        return around(entry, in: document) + Array(entry.units)
    }

    /// The units of the HL loops that a record lies in, from the outermost.
    private func around(_ entry: X12Document.Entry, in document: X12Document) -> [Int] {
        var result: [Int] = []
        var inner = entry.around
        var end = entry.units.lowerBound
        while inner >= 0, document.instances[inner].loop > 0 {
            let instance = document.instances[inner]
            var own: [Int] = []
            for unit in instance.firstUnit..<max(end, instance.firstUnit) {
                let place = Int(document.table.units[unit].instance)
                let holder = document.instances[place]
                // Earlier records and other HLs beneath the same loop are not around this record.
                let isOther =
                    guides[document.guide].record.isUsual(loop: holder.loop)
                    || guides[document.guide].loops[holder.loop].hlCode != 0
                if place == inner || (holder.parent == inner && !isOther) { own.append(unit) }
            }
            result = own + result
            end = instance.firstUnit
            inner = instance.parent
        }
        return result
    }

    /// A unit's id and elements, in the usual delimiters.
    private func elements(
        _ unit: Int, _ record: Int, _ document: X12Document
    ) throws(WriteFault) -> [[UInt8]] {
        let segment = document.table.units[unit]
        let idEnd =
            segment.count > 0 ? Int(document.table.marks[Int(segment.marks)]) : Int(segment.end)
        var result = [Array(document.bytes[Int(segment.start)..<idEnd])]
        for element in 1...max(1, Int(segment.count)) where element <= Int(segment.count) {
            var bytes = document.bytes(unit, element)
            for place in bytes.indices {
                guard let byte = usual(bytes[place], document.delimiters) else {
                    let segment = String(decoding: result[0], as: UTF8.self)
                    throw WriteFault(
                        Finding(
                            WriteFindings.foreignSeparator,
                            at: Location(
                                record: record,
                                path: segment + (element < 10 ? "0" : "") + String(element))))
                }
                bytes[place] = byte
            }
            result.append(bytes)
        }
        return result
    }

    /// A byte in the usual delimiters; nil for one that is data here and would separate there.
    private func usual(_ byte: UInt8, _ own: Delimiters) -> UInt8? {
        if byte == own.component { return Delimiters.usual.component }
        if byte == own.repetition { return Delimiters.usual.repetition }
        return Delimiters.usual.contains(byte) ? nil : byte
    }

    private func apply(
        _ value: RenderValue, at path: X12Path, _ elements: inout [[UInt8]],
        _ document: X12Document,
        _ guide: Guide,
        _ unit: Int
    ) throws(WriteFault) {
        let slot = guide.slots[max(0, Int(document.table.units[unit].slot))]
        guard path.element <= slot.elements.count else {
            throw WriteFault(Finding(WriteFindings.field, at: Location(path: path.notation)))
        }
        var spec = guide.elements[slot.elements.lowerBound + path.element - 1]
        if path.component > 0, path.component <= spec.components.count {
            spec = guide.elements[spec.components.lowerBound + path.component - 1]
        }
        var texts: [String] = []
        switch value {
        case .null: texts = [""]
        case .text(let text): texts = [text.isEmpty ? "" : try Draft.text(text, spec, path)]
        case .repetitions(let all):
            for text in all {
                texts.append(text.isEmpty ? "" : try Draft.text(text, spec, path))
            }
        }
        while elements.count <= path.element { elements.append([]) }
        let value = Array(texts.joined(separator: "^").utf8)
        if path.component == 0 {
            elements[path.element] = value
            return
        }
        var parts = elements[path.element]
            .split(separator: Delimiters.usual.component, omittingEmptySubsequences: false).map(
                Array.init)
        while parts.count < path.component { parts.append([]) }
        parts[path.component - 1] = value
        while parts.last?.isEmpty == true { parts.removeLast() }
        elements[path.element] = Array(parts.joined(separator: [Delimiters.usual.component]))
    }

    /// Writes one record afresh: see `Format`.
    public func render(_ record: RenderNode<X12Path>) throws(WriteFault) -> [UInt8] {
        var draft = Draft(guides[writingGuide], writingGuide)
        try draft.fill(record)
        return draft.write()
    }

    /// The guide that is written by: the first that the settings name, else 837P.
    var writingGuide: Int {
        let wanted = options.guides?.first ?? "005010X222A1"
        return guides.guides.firstIndex { $0.id == wanted } ?? guides.controlIndex
    }

    /// Builds a file around records: see `Format`.
    public func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly {
        try X12Assembly(envelope, guide: guides[writingGuide], newline: options.newline)
    }
}
