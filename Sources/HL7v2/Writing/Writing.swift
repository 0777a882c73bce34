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

    /// Replaces the named part of a field, of which `bytes` holds what begins at `start`; every other
    /// byte of it stays as it is.
    /// - Parameter isEncoded: the path means a whole composite, whose text has delimiters in it.
    func apply(
        _ value: RenderValue, at path: HL7Path, to bytes: inout [UInt8], from start: Int = 0,
        isEncoded: Bool
    ) throws(WriteFault) {
        let text: String?
        switch value {
        case .text(let one): text = one
        case .null: text = nil
        case .repetitions(let texts):
            var field = Array(bytes[start...])
            try apply(texts, at: path, to: &field, isEncoded: isEncoded)
            bytes.removeLast(bytes.count - start)
            return bytes += field
        }
        if path.component > 0 || path.repetition > 0 {
            return try splice(text, path, into: &bytes, from: start, isEncoded)
        }
        bytes.removeLast(bytes.count - start)
        try append(text, path, isEncoded, to: &bytes)
    }

    /// Puts one value into each repetition, or into the same part of each.
    private func apply(
        _ texts: [String], at path: HL7Path, to field: inout [UInt8], isEncoded: Bool
    ) throws(WriteFault) {
        if path.component == 0, path.repetition == 0 {
            var pieces: [[UInt8]] = []
            for text in texts { pieces.append(try encode(text, path, isEncoded)) }
            if pieces.count > 1, delimiters.repetition == 0 {
                throw Writing.fault(Writing.noDelimiter, path)
            }
            return field = Array(pieces.joined(separator: [delimiters.repetition]))
        }
        var repetitions = split(field, delimiters.repetition)
        let first = max(1, path.repetition) - 1
        let wanted = path.repetition == 0 ? max(texts.count, repetitions.count) : texts.count
        while repetitions.count < first + wanted {
            guard delimiters.repetition != 0 else { throw Writing.fault(Writing.noDelimiter, path) }
            repetitions.append([])
        }
        for offset in 0..<wanted {
            let piece = offset < texts.count ? try encode(texts[offset], path, isEncoded) : []
            repetitions[first + offset] = try place(piece, path, in: repetitions[first + offset])
        }
        field = Array(repetitions.joined(separator: [delimiters.repetition]))
    }

    /// Puts `text`, or the explicit null, into the one place that `path` means; what is missing
    /// before it is made.
    private func splice(
        _ text: String?, _ path: HL7Path, into bytes: inout [UInt8], from start: Int,
        _ isEncoded: Bool
    ) throws(WriteFault) {
        var range = start..<bytes.count
        var missing = Missing()
        missing.repetitions = try narrow(
            &range, bytes, delimiters.repetition, path.repetition, path, missing.isAny)
        if path.component > 0 {
            missing.components = try narrow(
                &range, bytes, delimiters.component, path.component, path, missing.isAny)
            missing.subcomponents = try narrow(
                &range, bytes, delimiters.subcomponent, path.subcomponent, path, missing.isAny)
        }
        if range.upperBound == bytes.count {
            bytes.removeLast(range.count)
            missing.append(delimiters, to: &bytes)
            return try append(text, path, isEncoded, to: &bytes)
        }
        var piece: [UInt8] = []
        missing.append(delimiters, to: &piece)
        try append(text, path, isEncoded, to: &piece)
        bytes.replaceSubrange(range, with: piece)
    }

    /// How many delimiters are to be made before a value.
    private struct Missing {
        var repetitions = 0
        var components = 0
        var subcomponents = 0

        var isAny: Bool { repetitions + components + subcomponents > 0 }

        func append(_ delimiters: Delimiters, to bytes: inout [UInt8]) {
            for _ in 0..<repetitions { bytes.append(delimiters.repetition) }
            for _ in 0..<components { bytes.append(delimiters.component) }
            for _ in 0..<subcomponents { bytes.append(delimiters.subcomponent) }
        }
    }

    /// Narrows `range` to piece `number` of what it holds; without so many it becomes the end.
    /// - Parameter isMade: the piece that `range` is to be narrowed in is being made: it has one
    ///   piece of every kind.
    /// - Returns: how many delimiters are missing.
    private func narrow(
        _ range: inout Range<Int>, _ bytes: [UInt8], _ delimiter: UInt8, _ number: Int,
        _ path: HL7Path, _ isMade: Bool
    ) throws(WriteFault) -> Int {
        var left = max(1, number) - 1
        guard delimiter != 0 else {
            guard left == 0 else { throw Writing.fault(Writing.noDelimiter, path) }
            return 0
        }
        if isMade { return left }
        let span = bytes.span
        var start = range.lowerBound
        while true {
            let hit = span.firstIndex(of: delimiter, in: start..<range.upperBound)
            if left == 0 {
                range = start..<(hit ?? range.upperBound)
                return 0
            }
            guard let hit else { break }
            left -= 1
            start = hit + 1
        }
        range = range.upperBound..<range.upperBound
        return left
    }

    /// Appends `text` as it stands in a field; nil is the explicit null.
    private func append(
        _ text: String?, _ path: HL7Path, _ isEncoded: Bool, to bytes: inout [UInt8]
    ) throws(WriteFault) {
        guard let text else { return bytes += Self.null }
        if !isEncoded, isPlain(text) { return bytes.append(contentsOf: text.utf8) }
        bytes += try encode(text, path, isEncoded)
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
