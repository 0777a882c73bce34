import Bytes
import Exchange

/// What cannot be written, as findings.
enum Writing {
    static let fixed = FindingKind(
        "HL7-501", .error, owner: .analyst, what: "MSH-1 and MSH-2 cannot be written",
        fix: "Leave them out of the dictionary; they are written for every message.")
    static let charset = FindingKind(
        "HL7-502", .error, owner: .analyst, what: "the message's character set lacks a character",
        fix: "Set `charset:` of the destination to UNICODE UTF-8.")
    static let noPlace = FindingKind(
        "HL7-503", .error, owner: .analyst,
        what: "the message structure has no such segment or group",
        fix: "Correct the path in the dictionary, or MSH-9.")
    static let noType = FindingKind(
        "HL7-504", .error, owner: .analyst, what: "it is not known which message to write",
        fix: "Give MSH-9 and MSH-12 as constants of the dictionary.")
    static let noDelimiter = FindingKind(
        "HL7-505", .error, owner: .analyst,
        what: "the message has no delimiter for what is to be written",
        fix: "Render the message afresh instead of editing it in place.")
    static let notField = FindingKind(
        "HL7-506", .error, owner: .analyst, what: "a value was given for what is no field",
        fix: "Name a field, such as PID-3.1.")
    static let kinds = [fixed, charset, noPlace, noType, noDelimiter, notField]

    static func fault(_ kind: FindingKind, _ path: HL7Path) -> WriteFault {
        WriteFault(Finding(kind, at: Location(path: path.notation)))
    }
}

extension HL7Path {
    /// The path in HL7's notation.
    var notation: String {
        guard group.isEmpty else { return group }
        var text = SegmentID.text(segment)
        if occurrence > 0 { text += "[\(occurrence)]" }
        if field > 0 { text += "-\(field)" }
        if repetition > 0 { text += "[\(repetition)]" }
        if component > 0 { text += ".\(component)" }
        if subcomponent > 0 { text += ".\(subcomponent)" }
        return text
    }
}

/// Puts values into fields: escaped, in the message's delimiters and character set.
struct FieldWriter {
    let delimiters: Delimiters
    let charset: Charset

    /// Replaces the named part of `field`; every other byte of it stays as it is.
    /// - Parameter isEncoded: the path means a whole composite, whose text has delimiters in it.
    func apply(
        _ value: RenderValue, at path: HL7Path, to field: inout [UInt8], isEncoded: Bool
    ) throws(WriteFault) {
        let texts: [String]?
        switch value {
        case .text(let text):
            if path.component > 0 { return try splice(text, path, into: &field, isEncoded) }
            texts = [text]
        case .repetitions(let list): texts = list
        case .null: texts = nil
        }
        if path.component == 0, path.repetition == 0 {
            guard let texts else { return field = Self.null }
            var pieces: [[UInt8]] = []
            for text in texts { pieces.append(try encode(text, path, isEncoded)) }
            if pieces.count > 1, delimiters.repetition == 0 {
                throw Writing.fault(Writing.noDelimiter, path)
            }
            return field = Array(pieces.joined(separator: [delimiters.repetition]))
        }
        if texts?.count ?? 1 == 1, !value.isList {
            return try splice(texts?.first, path, into: &field, isEncoded)
        }
        var repetitions = split(field, delimiters.repetition)
        let first = max(1, path.repetition) - 1
        var wanted = texts?.count ?? 1
        if case .repetitions = value, path.repetition == 0 {
            wanted = max(wanted, repetitions.count)
        }
        while repetitions.count < first + wanted {
            guard delimiters.repetition != 0 else { throw Writing.fault(Writing.noDelimiter, path) }
            repetitions.append([])
        }
        for offset in 0..<wanted {
            let piece: [UInt8]
            if let texts {
                piece = offset < texts.count ? try encode(texts[offset], path, isEncoded) : []
            } else {
                piece = Self.null
            }
            repetitions[first + offset] = try place(piece, path, in: repetitions[first + offset])
        }
        field = Array(repetitions.joined(separator: [delimiters.repetition]))
    }

    /// Puts `text`, or the explicit null, into the one place that `path` means; what is missing
    /// before it is made.
    private func splice(
        _ text: String?, _ path: HL7Path, into field: inout [UInt8], _ isEncoded: Bool
    ) throws(WriteFault) {
        var range = 0..<field.count
        var missing: [UInt8] = []
        try narrow(&range, &missing, field, delimiters.repetition, path.repetition, path)
        if path.component > 0 {
            try narrow(&range, &missing, field, delimiters.component, path.component, path)
            try narrow(&range, &missing, field, delimiters.subcomponent, path.subcomponent, path)
        }
        if missing.isEmpty, !isEncoded, let text, isPlain(text) {
            return field.replaceSubrange(range, with: text.utf8)
        }
        var piece = Self.null
        if let text { piece = try encode(text, path, isEncoded) }
        field.replaceSubrange(range, with: missing + piece)
    }

    /// Narrows `range` to piece `number` of what it holds; without so many it becomes the end, and
    /// `missing` the delimiters that are to stand there.
    private func narrow(
        _ range: inout Range<Int>, _ missing: inout [UInt8], _ field: [UInt8],
        _ delimiter: UInt8, _ number: Int, _ path: HL7Path
    ) throws(WriteFault) {
        var left = max(1, number)
        var start = range.lowerBound
        guard delimiter != 0 else {
            guard left == 1 else { throw Writing.fault(Writing.noDelimiter, path) }
            return
        }
        // What is made has one piece of every kind.
        while missing.isEmpty {
            let hit = field.span.firstIndex(of: delimiter, in: start..<range.upperBound)
            left -= 1
            if left == 0 {
                range = start..<(hit ?? range.upperBound)
                return
            }
            guard let hit else { break }
            start = hit + 1
        }
        if missing.isEmpty { range = range.upperBound..<range.upperBound } else { left -= 1 }
        missing += [UInt8](repeating: delimiter, count: left)
    }

    /// Whether `text` stands in a field as it is: plain ASCII, and none of it a delimiter.
    private func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            byte >= 0x20 && byte < 0x80 && byte != delimiters.field
                && byte != delimiters.component && byte != delimiters.repetition
                && byte != delimiters.escape && byte != delimiters.subcomponent
                && byte != delimiters.truncation
        } && charset != .utf16LittleEndian && charset != .utf16BigEndian
    }

    /// HL7's `""`.
    static let null: [UInt8] = [0x22, 0x22]

    private func place(
        _ piece: [UInt8], _ path: HL7Path, in repetition: [UInt8]
    ) throws(WriteFault) -> [UInt8] {
        guard path.component > 0 else { return piece }
        var components = split(repetition, delimiters.component)
        try grow(&components, path.component, delimiters.component, path)
        var parts = split(components[path.component - 1], delimiters.subcomponent)
        let place = max(1, path.subcomponent)
        try grow(&parts, place, delimiters.subcomponent, path)
        parts[place - 1] = piece
        components[path.component - 1] = Array(parts.joined(separator: [delimiters.subcomponent]))
        return Array(components.joined(separator: [delimiters.component]))
    }

    private func grow(
        _ pieces: inout [[UInt8]], _ count: Int, _ delimiter: UInt8, _ path: HL7Path
    ) throws(WriteFault) {
        guard pieces.count < count else { return }
        guard delimiter != 0 else { throw Writing.fault(Writing.noDelimiter, path) }
        while pieces.count < count { pieces.append([]) }
    }

    private func split(_ bytes: [UInt8], _ delimiter: UInt8) -> [[UInt8]] {
        guard delimiter != 0 else { return [bytes] }
        return bytes.split(separator: delimiter, omittingEmptySubsequences: false).map(Array.init)
    }

    private func encode(
        _ text: String, _ path: HL7Path, _ isEncoded: Bool
    ) throws(WriteFault) -> [UInt8] {
        if isEncoded {
            let bytes = try bytes(Self.keepLine(text), path)
            return Encoding.own(bytes, delimiters)
        }
        guard let escaped = Escapes.escape(text, delimiters) else {
            throw Writing.fault(Writing.noDelimiter, path)
        }
        return try bytes(escaped, path)
    }

    private func bytes(_ text: String, _ path: HL7Path) throws(WriteFault) -> [UInt8] {
        guard let bytes = charset.encode(text) else { throw Writing.fault(Writing.charset, path) }
        return bytes
    }

    /// Encoded text may hold components, never what would end the field or the segment.
    private static func keepLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x7C || $0 == 0x0D || $0 == 0x0A }) else {
            return text
        }
        return text.replacing("\r\n", with: "\\.br\\").replacing("\n", with: "\\.br\\")
            .replacing("\r", with: "\\.br\\").replacing("|", with: "\\F\\")
    }
}

extension RenderValue {
    /// Whether it states one value for each repetition.
    fileprivate var isList: Bool {
        if case .repetitions = self { return true }
        return false
    }
}
