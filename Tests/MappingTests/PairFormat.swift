import Bytes
import Exchange

/// A format for these tests: `KEY=value` lines, `|` between repetitions, `""` for null, groups
/// between `+NAME` and `-NAME`, a line `.` after each record. A field belongs to the group it
/// stands in, not to those around it.
struct PairFormat: Format {
    struct Document: Sendable {
        struct Line: Sendable {
            var key: String
            var value: String
            var depth: Int
            var index: Int
        }
        var lines: [Line] = []
        var records: [Range<Int>] = []
    }

    /// The names that the schema has.
    var known: Set<String>
    let name = "pair"
    let schemaName = "test"

    struct Pages: Framer {
        var source: any ByteSource
        var closing = Closing()
        mutating func next() throws(SystemError) -> Page? {
            var bytes: [UInt8] = []
            while try source.read(into: &bytes, count: 4096) > 0 {}
            return bytes.isEmpty ? nil : PairFormat.page(bytes)
        }
    }

    static func page(_ bytes: [UInt8]) -> Page {
        var frames: [Frame] = []
        var start = 0
        for end in bytes.indices
        where bytes[end] == 0x0A && end > 0 && bytes[end - 1] == 0x2E
            && (end < 2 || bytes[end - 2] == 0x0A)
        {
            frames.append(
                Frame(
                    range: ByteRange(start, end + 1), number: frames.count + 1,
                    hash: RecordHash.hash(Array(bytes[start...end]))))
            start = end + 1
        }
        return Page(bytes: bytes, offset: 0, line: 1, frames: frames)
    }

    func framer(over source: any ByteSource) -> any Framer { Pages(source: source) }

    func parse(_ page: Page) -> Document {
        var document = Document()
        for frame in page.frames {
            let first = document.lines.count
            var depth = 0
            var index = Int(frame.range.start)
            for line in page.bytes[frame.range.range].split(
                separator: 0x0A, omittingEmptySubsequences: false)
            {
                let text = String(decoding: line, as: UTF8.self)
                if text.hasPrefix("-") { depth -= 1 }
                if let equals = text.firstIndex(of: "=") {
                    let value = String(text[text.index(after: equals)...])
                    let at = index + text[...equals].utf8.count
                    document.lines.append(
                        .init(key: String(text[..<equals]), value: value, depth: depth, index: at))
                } else if text.count > 1 {
                    document.lines.append(.init(key: text, value: "", depth: depth, index: index))
                }
                if text.hasPrefix("+") { depth += 1 }
                index += line.count + 1
            }
            document.records.append(first..<document.lines.count)
        }
        return document
    }

    func check(_ document: Document, record index: Int, into findings: inout [Finding]) {}

    func path(_ notation: String) throws(PathFault) -> String {
        guard known.contains(notation) else {
            throw PathFault(
                "no such field"
                    + (NearestName.find(notation, among: Array(known)).map {
                        "; did you mean \($0)?"
                    } ?? ""))
        }
        return notation
    }
    func scope(ofRecord index: Int, in document: Document) -> Range<Int> { document.records[index] }
    func occurrences(
        of group: String, within scope: Range<Int>, in document: Document
    ) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start: Int?
        for index in scope {
            if document.lines[index].key == "+" + group { start = index + 1 }
            if document.lines[index].key == "-" + group, let begin = start {
                found.append(begin..<index)
            }
        }
        return found
    }
    func values(of path: String, within scope: Range<Int>, in document: Document) -> [FieldValue] {
        var values: [FieldValue] = []
        let depth = scope.first.map { document.lines[$0].depth } ?? 0
        for index in scope
        where document.lines[index].key == path && document.lines[index].depth == depth {
            let line = document.lines[index]
            for part in line.value.split(separator: "|", omittingEmptySubsequences: false) {
                let isNull = part == "\"\""
                values.append(
                    FieldValue(isNull ? "" : String(part), isNull: isNull, at: line.index))
            }
        }
        return values
    }
    func census(_ document: Document, record index: Int, into census: inout FieldCensus) {}
    func fieldName(ofCensusKey key: UInt64) -> String { "" }
    func censusKey(of path: String) -> UInt64? { RecordHash.hash(Array(path.utf8)) }
    func recordType(_ document: Document, record index: Int) -> String { "" }

    func edit(_ document: Document, record index: Int, edits: [FieldEdit], among paths: [String])
        throws(WriteFault) -> [UInt8]
    {
        var lines = document.lines
        for edit in edits {
            for index in edit.scope where lines[index].key == paths[edit.path] {
                lines[index].value = Self.text(edit.value)
            }
        }
        let body = lines[document.records[index]].map {
            $0.key.hasPrefix("+") || $0.key.hasPrefix("-") ? $0.key : "\($0.key)=\($0.value)"
        }
        return Array((body + [".", ""]).joined(separator: "\n").utf8)
    }
    func render(_ record: RenderNode<String>) throws(WriteFault) -> [UInt8] {
        Array((Self.lines(record) + [".", ""]).joined(separator: "\n").utf8)
    }
    private static func text(_ value: RenderValue) -> String {
        switch value {
        case .text(let text): text
        case .null: "\"\""
        case .repetitions(let texts): texts.joined(separator: "|")
        }
    }
    private static func lines(_ node: RenderNode<String>) -> [String] {
        node.fields.map { "\($0.path)=\(text($0.value))" }
            + node.children.flatMap { ["+\($0.group ?? "")"] + lines($0) + ["-\($0.group ?? "")"] }
    }

    struct Joined: Assembly {
        var controlNumbers: [String: String] = [:]
        mutating func begin() throws(WriteFault) -> [UInt8] { [] }
        mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8] { record }
        mutating func finish() throws(WriteFault) -> [UInt8] { [] }
    }
    func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly { Joined() }
    func acknowledgementBasis(_ document: Document, record index: Int) -> [UInt8] { [] }
    func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)? { nil }
}
