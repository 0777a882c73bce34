import Bytes
import Exchange

/// Writes cells and rows: quotes where they are needed (RFC 4180, rules 5 to 7), escapes, encodes.
struct CellWriter {
    /// The byte between cells.
    let delimiter: UInt8
    /// What the file is written in.
    let charset: Charset

    /// A cell with `text`, in UTF-8.
    /// - Parameters:
    ///   - isQuoted: whether it is quoted even without need.
    ///   - isAlone: whether it is the row's only cell, so that an empty one would be a blank line.
    func cell(_ text: String, isQuoted: Bool, isAlone: Bool) -> String {
        let needs =
            isQuoted || (isAlone && text.allSatisfy { $0 == " " })
            || text.utf8.contains {
                $0 == delimiter || $0 == 0x22 || $0 == 0x0D || $0 == 0x0A
            }
        guard needs else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// A row of cells, encoded.
    func row(_ cells: [String]) throws(WriteFault) -> [UInt8] {
        let isAlone = cells.count == 1
        let text = cells.map { cell($0, isQuoted: false, isAlone: isAlone) }
            .joined(separator: String(UnicodeScalar(delimiter)))
        return try encode(text, path: nil)
    }

    /// Text in the file's character set.
    func encode(_ text: String, path: String?) throws(WriteFault) -> [UInt8] {
        if let bytes = charset.encode(text) { return bytes }
        throw WriteFault(
            Finding(WriteFindings.notEncodable, at: Location(path: path), "\(charset)"))
    }
}
