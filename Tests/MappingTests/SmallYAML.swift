import Exchange

/// Reads the YAML that settings in these tests are written in: block maps and lists, one-line flow
/// maps and lists, quoted and plain scalars, comments. Marks are true.
struct SmallYAML {
    private struct Line {
        var number: Int
        var indent: Int
        var text: [Character]
    }

    private var lines: [Line] = []
    private var next = 0
    private let file: String

    static func read(_ text: String, file: String = "test.yaml") -> SettingsNode {
        var reader = SmallYAML(text, file: file)
        return reader.block(indent: 0)
    }

    private init(_ text: String, file: String) {
        self.file = file
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let body = line.drop { $0 == " " }
            if body.isEmpty || body.hasPrefix("#") { continue }
            lines.append(
                Line(number: number + 1, indent: line.count - body.count, text: Array(body)))
        }
    }

    private func mark(_ line: Line, _ offset: Int = 0) -> Mark {
        Mark(file: file, line: line.number, column: line.indent + offset + 1)
    }

    private mutating func block(indent: Int) -> SettingsNode {
        guard next < lines.count else {
            return SettingsNode(.map([]), at: Mark(file: file, line: 1, column: 1))
        }
        let first = lines[next]
        if first.text.starts(with: ["-", " "]) {
            var items: [SettingsNode] = []
            while next < lines.count, lines[next].indent == first.indent,
                lines[next].text.starts(with: ["-", " "])
            {
                // The item goes on as if the dash were two blanks.
                lines[next].text.removeFirst(2)
                lines[next].indent += 2
                let item = lines[next]
                if item.text.first == "{" || item.text.first == "[" || Self.colon(item.text) == nil
                {
                    next += 1
                    var offset = 0
                    items.append(flow(item, &offset))
                } else {
                    items.append(block(indent: item.indent))
                }
            }
            return SettingsNode(.list(items), at: mark(first))
        }
        var entries: [SettingsNode.Entry] = []
        while next < lines.count, lines[next].indent == first.indent,
            let colon = Self.colon(lines[next].text)
        {
            let line = lines[next]
            next += 1
            let key = String(line.text[..<colon])
            var offset = colon + 1
            while offset < line.text.count, line.text[offset] == " " { offset += 1 }
            let value: SettingsNode
            if offset < line.text.count, line.text[offset] != "#" {
                value = flow(line, &offset)
            } else if next < lines.count, lines[next].indent > line.indent {
                value = block(indent: lines[next].indent)
            } else {
                value = SettingsNode(.scalar(""), at: mark(line, offset))
            }
            entries.append(.init(key: key, mark: mark(line), value: value))
        }
        return SettingsNode(.map(entries), at: mark(first))
    }

    private static func colon(_ text: [Character]) -> Int? {
        if text.first == "\"" || text.first == "{" { return nil }
        return text.indices.first {
            text[$0] == ":" && ($0 + 1 == text.count || text[$0 + 1] == " ")
        }
    }

    private func flow(_ line: Line, _ offset: inout Int, inside: Bool = false) -> SettingsNode {
        let text = line.text
        func blanks() { while offset < text.count, text[offset] == " " { offset += 1 } }
        blanks()
        let start = offset
        guard offset < text.count else { return SettingsNode(.scalar(""), at: mark(line, start)) }
        switch text[offset] {
        case "{":
            offset += 1
            var entries: [SettingsNode.Entry] = []
            while offset < text.count {
                blanks()
                if text[offset] == "}" { break }
                let begin = offset
                while offset < text.count, text[offset] != ":" { offset += 1 }
                let key = String(text[begin..<offset])
                offset += 1
                let value = flow(line, &offset, inside: true)
                entries.append(.init(key: key, mark: mark(line, begin), value: value))
                blanks()
                if offset < text.count, text[offset] == "," { offset += 1 }
            }
            offset += 1
            return SettingsNode(.map(entries), at: mark(line, start))
        case "[":
            offset += 1
            var items: [SettingsNode] = []
            while offset < text.count {
                blanks()
                if text[offset] == "]" { break }
                items.append(flow(line, &offset, inside: true))
                blanks()
                if offset < text.count, text[offset] == "," { offset += 1 }
            }
            offset += 1
            return SettingsNode(.list(items), at: mark(line, start))
        case "\"":
            offset += 1
            let begin = offset
            while offset < text.count, text[offset] != "\"" { offset += 1 }
            let value = String(text[begin..<offset])
            offset += 1
            return SettingsNode(.scalar(value), at: mark(line, start), isQuoted: true)
        default:
            while offset < text.count {
                if inside, [",", "}", "]"].contains(text[offset]) { break }
                if text[offset] == "#", offset > 0, text[offset - 1] == " " { break }
                offset += 1
            }
            var value = String(text[start..<offset])
            while value.last == " " { value.removeLast() }
            return SettingsNode(.scalar(value), at: mark(line, start))
        }
    }
}
