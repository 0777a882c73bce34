/// Plain ASCII lines for terminals and cover sheets.
enum Plain {
    /// The text with everything but printable ASCII shown as `?`: no escape reaches a terminal.
    static func ascii(_ text: String) -> String {
        let bytes = text.unicodeScalars.map { scalar -> UInt8 in
            (0x20...0x7E).contains(scalar.value) ? UInt8(scalar.value) : UInt8(ascii: "?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text cut to `width`, with `~` where something is missing. The text must be ASCII.
    static func cut(_ text: String, to width: Int) -> String {
        text.utf8.count <= width ? text : String(text.prefix(max(0, width - 1))) + "~"
    }

    /// The text with blanks behind it up to `width`.
    static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }

    /// The text broken at blanks into at most `most` lines; the last ends in `~` if some is missing.
    static func wrap(_ text: String, width: Int, most: Int, indent: String = "  ") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in ascii(text).split(separator: " ", omittingEmptySubsequences: false) {
            let candidate = line.isEmpty ? String(word) : line + " " + word
            if candidate.utf8.count <= width || line.isEmpty {
                line = cut(candidate, to: width)
            } else {
                lines.append(line)
                line = cut(indent + word, to: width)
            }
        }
        if !line.isEmpty { lines.append(line) }
        guard lines.count > most else { return lines }
        var kept = Array(lines.prefix(most))
        kept[most - 1] = cut(kept[most - 1] + " ~", to: width)
        return kept
    }
}

extension Plain {
    /// The ASCII text in pieces of at most `width`; one empty piece when it is empty.
    static func chunks(_ text: String, of width: Int) -> [String] {
        var rest = Substring(text)
        var parts: [String] = []
        repeat {
            parts.append(String(rest.prefix(max(1, width))))
            rest = rest.dropFirst(max(1, width))
        } while !rest.isEmpty
        return parts
    }
}
