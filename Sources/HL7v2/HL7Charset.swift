import Bytes

/// Character sets by the names of table 0211, as MSH-18 states them.
enum HL7Charset {
    /// The set by its name; nil for one that is not read.
    static func charset(named name: [UInt8]) -> Charset? {
        let text = String(decoding: name, as: UTF8.self)
        switch text {
        case "ASCII", "ISO IR6": return .ascii
        // A header that can be read is not in UTF-16 or UTF-32 any more: its file was transcoded.
        case "UNICODE UTF-8", "UTF-8", "UNICODE", "UNICODE UTF-16", "UNICODE UTF-32": return .utf8
        default:
            guard text.hasPrefix("8859/"), let part = Int(text.dropFirst(5)) else { return nil }
            return Charset(name: "8859-\(part)")
        }
    }

    /// The name that MSH-18 states for a set; nil where the standard has none.
    static func name(of charset: Charset) -> String? {
        switch charset {
        case .ascii: "ASCII"
        case .utf8: "UNICODE UTF-8"
        case .iso8859(let part): "8859/\(part)"
        default: nil
        }
    }
}

extension HL7Format {
    /// What a message says its character set is: MSH-18, first repetition; the feed's where empty.
    /// nil: it names one that is not read.
    func charset(of record: RecordEntry, in document: HL7Document) -> Charset? {
        let name = document.header(18, of: record)
        if document.isTranscoded {
            // Whatever it states, it came as Unicode; a name that means nothing is told all the same.
            return name.isEmpty || HL7Charset.charset(named: name) != nil ? .utf8 : nil
        }
        return name.isEmpty ? settings.charset : HL7Charset.charset(named: name)
    }
}
