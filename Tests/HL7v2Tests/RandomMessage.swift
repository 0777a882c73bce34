import WaybillTesting

@testable import HL7v2

/// Writes messages of any structure at random from its schema: optional segments, groups and
/// fields there or not, repetitions, sequences, deletions, Z segments. What it writes is legal.
struct RandomMessage {
    let schema: Schema
    var chance: Chance
    private let codes: [Int: String]
    private var lines: [String] = []
    private var count = 0

    /// - Parameter codes: a code of each table, by number.
    init(_ schema: Schema, codes: [Int: String], seed: UInt64) {
        self.schema = schema
        self.codes = codes
        chance = Chance(seed: seed)
    }

    /// The segments of a message with event `event` (`ORU^R01`) of structure `name`.
    mutating func segments(_ name: String, event: String) -> [String] {
        guard let root = schema.roots[name] else { return [] }
        lines = []
        count = 0
        members(of: root, type: schema.version == "2.3" ? event : "\(event)^\(name)")
        for _ in 0..<chance.below(3) {
            lines.insert(
                "ZZ\(chance.below(9))|1|any^thing&at~all", at: 1 + chance.below(lines.count))
        }
        return lines
    }

    private mutating func members(of group: Int, type: String) {
        var node = group + 1
        while node < schema.nodes[group].end {
            let rule = schema.nodes[node]
            defer { node = rule.end }
            let isNeeded = rule.isRequired && !rule.isNullable
            guard isNeeded || chance.below(3) == 0 else { continue }
            for _ in 0...(rule.repeats ? chance.below(3) : 0) {
                if rule.kind == .group {
                    self.group(node, type: type)
                } else {
                    segment(schema.names[Int(rule.name)], type: type)
                }
            }
        }
    }

    /// A group is there when what it begins with is; one that may hold nothing gets its first.
    private mutating func group(_ node: Int, type: String) {
        let before = lines.count
        members(of: node, type: type)
        guard lines.count > before else { return }
        // Read back, it must begin as the structure says, or it would belong elsewhere.
        let id = SegmentID.pack(String(lines[before].prefix(3)))
        let place = schema.segment(id)
        if place < 0 || schema.nodes[node].first & (1 << UInt64(place)) == 0 {
            lines.removeSubrange(before...)
        }
    }

    private mutating func segment(_ choice: String, type: String) {
        let name = String(choice.prefix(3))
        count += 1
        let rule = schema.segments[schema.segment(SegmentID.pack(name))]
        var fields: [String] = []
        for number in 0..<rule.count {
            let field = schema.fields[rule.first + number]
            fields.append(
                field.isRequired || field.isSoft || chance.below(5) == 0 ? value(of: field) : "")
        }
        func set(_ number: Int, _ value: String) {
            if number <= fields.count { fields[number - 1] = value }
        }
        set(1, schema.types[Int(schema.fields[rule.first].type)].kind == .integer ? "1" : fields[0])
        switch name {
        case "MSH":
            set(2, "^~\\&")
            set(9, type)
            set(12, schema.version)
            set(18, "")
            fields.removeFirst()
        case "EVN":
            if schema.version != "2.3" { set(1, "") } else { set(1, String(type.dropFirst(4))) }
        case "OBX":
            set(2, ["ST", "TX", "FT"][chance.below(3)])
            set(4, "\(count)")
            set(5, text())
            set(8, "")
        case "OBR":
            set(3, "LAB\(count)")
            set(7, "20261119")
            set(22, "20261120")
            set(25, "F")
        case "SCH":
            set(1, "A1")
            set(11, "^^^20261120080500")
        case "AIL", "AIP":
            set(2, "A")
            set(3, "A")
        case "AIS", "AIG": set(2, "A")
        default: break
        }
        while fields.last == "" { fields.removeLast() }
        lines.append(([name] + fields).joined(separator: "|"))
    }

    private mutating func value(of rule: FieldRule) -> String {
        if !rule.isRequired, chance.below(12) == 0 { return "\"\"" }
        var values = [value(rule, separators: ["^", "&"])]
        if rule.repeats {
            for _ in 0..<chance.below(3) { values.append(value(rule, separators: ["^", "&"])) }
        }
        return values.joined(separator: "~")
    }

    private mutating func text() -> String {
        let texts = [
            "A", "x y", "a\\T\\b", "\\F\\", "C:\\E\\d", "\\X41\\", "1 < 2", "#", "'", "\"q\"",
        ]
        return texts[chance.below(texts.count)]
    }

    private mutating func value(_ rule: FieldRule, separators: [String]) -> String {
        switch rule.kind {
        case .text, .open, .varies: return text()
        case .number: return ["1", "-2.50", "+.5", "007"][chance.below(4)]
        case .integer: return "1"
        case .date: return ["2026", "202611", "20240229"][chance.below(3)]
        case .time: return ["08", "0805", "080501.25-0600"][chance.below(3)]
        case .timestamp: return ["2026", "20261120", "20261120080500.1234+1400"][chance.below(3)]
        case .coded, .userCoded:
            return rule.table < 0 ? "A" : codes[schema.tables[Int(rule.table)].number] ?? "A"
        case .composite:
            guard let separator = separators.first else { return text() }
            return composite(rule, separator, Array(separators.dropFirst()))
        }
    }

    private mutating func composite(
        _ rule: FieldRule, _ separator: String, _ separators: [String]
    ) -> String {
        let isIdentifier = rule.with == 0b110
        var parts: [String] = []
        for place in 0..<Int(rule.count) {
            let inner = schema.fields[Int(rule.first) + place]
            // A code with its text and system; a number without a check digit.
            let isNeeded = inner.isRequired || place == 0 || (rule.anyOf != 0 && place < 3)
            let isLeft = isIdentifier && (place == 1 || place == 2)
            let isThere = isNeeded || (!isLeft && chance.below(4) == 0)
            parts.append(isThere ? value(inner, separators: separators) : "")
        }
        while parts.last == "" { parts.removeLast() }
        return parts.joined(separator: separator)
    }
}
