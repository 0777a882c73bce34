import Exchange

/// Reads the schema files of `schemas/hl7v2/` (notation: see the head of each file) and compiles
/// them. What is wrong with a file is a finding at its line.
struct SchemaReader {
    static let broken = FindingKind(
        "HL7-901", .error, owner: .analyst, what: "an HL7 schema file cannot be used",
        fix: "Restore the shipped file below schemas/hl7v2, or correct the line named.",
        reach: .file)
    static let kinds = [broken]

    private var types: [TypeRule] = []
    private var fields: [FieldRule] = []
    private var segments: [SegmentRule] = []
    private var tables: [CodeTable] = []
    private var codes: [UInt64] = []
    private var nodes: [StructureNode] = []
    private var names: [String] = []
    private var roots: [String: Int] = [:]
    private var events: [String: String] = [:]
    private var version = ""
    private var typeIndex: [String: Int] = [:]
    private var tableIndex: [String: Int] = [:]
    private var findings: [Finding] = []
    private var place = ""
    private var lineNumber = 0

    /// Compiles one version; nil with findings when a file is missing or broken.
    static func read(
        version: String, from source: any SchemaSource
    ) -> (schema: Schema?, findings: [Finding]) {
        var reader = SchemaReader()
        reader.addSimpleTypes()
        let common = reader.lines("hl7v2/common.schema", of: source)
        let own = reader.lines("hl7v2/\(version).schema", of: source)
        reader.declare(common + own)
        reader.define(common + own)
        reader.structures(own)
        guard reader.findings.isEmpty else { return (nil, reader.findings) }
        let schema = Schema(
            version: reader.version, types: reader.types, fields: reader.fields,
            segments: reader.segments, tables: reader.tables, codes: reader.codes,
            nodes: reader.nodes, names: reader.names, roots: reader.roots, events: reader.events)
        return (schema, [])
    }

    private struct Line {
        let file: String
        let number: Int
        let keyword: String
        let words: [String]
        let left: [String]
        let right: String
    }

    private mutating func report(_ detail: String) {
        findings.append(
            Finding(Self.broken, at: Location(line: lineNumber, path: place), detail))
    }

    private mutating func lines(_ path: String, of source: any SchemaSource) -> [Line] {
        guard let bytes = source.file(path) else {
            place = path
            lineNumber = 1
            report("the file is missing")
            return []
        }
        var lines: [Line] = []
        let text = String(decoding: bytes, as: UTF8.self)
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            guard !raw.isEmpty, raw.first != "#" else { continue }
            let words = raw.split(separator: " ").map(String.init)
            guard let keyword = words.first else { continue }
            let equals = words.firstIndex(of: "=")
            lines.append(
                Line(
                    file: path, number: index + 1, keyword: keyword, words: words,
                    left: Array(words[1..<(equals ?? words.count)]),
                    right: equals.map { words[($0 + 1)...].joined(separator: " ") } ?? ""))
        }
        return lines
    }

    private mutating func addSimpleTypes() {
        let simple: [(String, ValueKind, Int)] = [
            ("ST", .text, 199), ("TX", .text, 65536), ("FT", .text, 65536), ("NM", .number, 16),
            ("SI", .integer, 4), ("DT", .date, 8), ("TM", .time, 16), ("TS", .timestamp, 26),
            ("DTM", .timestamp, 24), ("ID", .coded, 0), ("IS", .userCoded, 20), ("TN", .text, 199),
            ("var", .varies, 0), ("-", .open, 0),
        ]
        for (name, kind, length) in simple {
            typeIndex[name] = types.count
            types.append(TypeRule(key: Schema.pack(Array(name.utf8)), kind: kind, length: length))
        }
        for name in ["AD", "PN"] { typeIndex[name] = typeIndex["-"] }
    }

    /// First pass: names of types and tables, so that order in the files does not matter.
    private mutating func declare(_ lines: [Line]) {
        for line in lines where line.keyword == "type" {
            guard let name = line.left.first else { continue }
            // A version's own definition stands in place of the common one.
            if let known = typeIndex[name], types[known].kind == .composite { continue }
            typeIndex[name] = types.count
            types.append(TypeRule(key: Schema.pack(Array(name.utf8)), kind: .composite))
        }
        for line in lines where line.keyword == "table" {
            guard let number = line.left.first else { continue }
            let ignoresCase = line.left.contains("nocase")
            tableIndex[number] = tables.count
            let first = codes.count
            for word in line.right.split(separator: " ") {
                let value = word.replacing("|", with: " ")
                codes.append(
                    Schema.pack(Array((ignoresCase ? value.uppercased() : String(value)).utf8)))
            }
            tables.append(
                CodeTable(
                    number: Int(number) ?? 0, isClosed: line.left.contains("closed"),
                    ignoresCase: ignoresCase, first: first, count: codes.count - first))
        }
    }

    /// Second pass: components of types, fields of segments.
    private mutating func define(_ lines: [Line]) {
        for line in lines {
            (place, lineNumber) = (line.file, line.number)
            switch line.keyword {
            case "version": version = line.left.first ?? ""
            case "type":
                guard let index = typeIndex[line.left.first ?? ""] else { continue }
                let first = fields.count
                rules(line.right, areComponents: true)
                types[index].first = first
                types[index].count = fields.count - first
                types[index].needsMore = fields.dropFirst(first + 1).contains(where: \.isRequired)
            case "segment":
                let first = fields.count
                rules(line.right, areComponents: false)
                let last = fields[first...].lastIndex { $0.isRequired || $0.isSoft }
                add(segment: line.left.first ?? "", first, last.map { $0 - first + 1 } ?? 0, false)
            case "open":
                for name in line.left { add(segment: name, fields.count, 0, true) }
            case "event":
                for event in line.left { events[event] = line.right }
            case "table", "structure": break
            default: report("`\(line.keyword)` means nothing here")
            }
        }
        if segments.count > 64 { report("more than 64 segments in one version") }
    }

    private mutating func add(segment name: String, _ first: Int, _ last: Int, _ isOpen: Bool) {
        guard name.utf8.count == 3, segments.count < 64 else {
            report("`\(name)` is no segment, or one too many")
            return
        }
        segments.append(
            SegmentRule(
                id: SegmentID.pack(name), first: first, count: fields.count - first,
                lastRequired: last, isOpen: isOpen))
    }

    /// Reads `1SI! 2CX 3ID*@0136`: position, type, marks, table.
    private mutating func rules(_ text: String, areComponents: Bool) {
        var position = 0
        for word in text.split(separator: " ") {
            position += 1
            let digits = word.prefix { $0.isNumber }
            let parts = word.dropFirst(digits.count).split(separator: "@")
            guard Int(digits) == position, let head = parts.first else {
                report("`\(word)` is out of place")
                return
            }
            let name = head.prefix { !"!?*+".contains($0) }
            let marks = head.dropFirst(name.count)
            guard let type = typeIndex[String(name)] else {
                report("type `\(name)` is not described")
                return
            }
            var rule = FieldRule(type: UInt16(type))
            rule.isRequired = marks.contains("!")
            rule.isSoft = marks.contains("?") && !areComponents
            rule.isLenient = marks.contains("?") && areComponents
            rule.repeats = marks.contains("*")
            rule.needsSystem = marks.contains("+")
            if parts.count > 1 {
                guard let table = tableIndex[String(parts[1])] else {
                    report("table \(parts[1]) is not described")
                    return
                }
                rule.table = Int16(table)
            }
            fields.append(rule)
        }
    }

    private mutating func structures(_ lines: [Line]) {
        let bits = Dictionary(
            segments.enumerated().map { (SegmentID.text($0.element.id), UInt64(1) << $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for line in lines where line.keyword == "structure" {
            (place, lineNumber) = (line.file, line.number)
            var syntax = StructureSyntax(line.right, nodes: nodes, names: names) { bits[$0] ?? 0 }
            let name = line.left.first ?? ""
            let (root, fault) = syntax.read(named: name)
            if let fault { report(fault) }
            roots[name] = root
            nodes = syntax.nodes
            names = syntax.names
        }
        for name in nodes.indices where nodes[name].kind == .segment && nodes[name].first == 0 {
            report("segment `\(names[Int(nodes[name].name)])` is not described")
        }
        for (event, name) in events where roots[name] == nil {
            report("`\(event)` names a structure that is not described")
        }
    }
}
