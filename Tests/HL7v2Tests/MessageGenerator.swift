@testable import HL7v2

/// Writes a message of any structure from its schema: with every segment and field, or only with
/// those that are required.
struct MessageGenerator {
    /// How much of a structure is written.
    enum Extent: CaseIterable { case least, most }

    let schema: Schema
    let extent: Extent
    private var lines: [String] = []
    private var count = 0
    private let first: [Int: String]

    /// - Parameter first: a code of each table, by number.
    init(_ schema: Schema, _ extent: Extent, first: [Int: String]) {
        self.schema = schema
        self.extent = extent
        self.first = first
    }

    /// The codes to write, from the schema file: one of each table.
    static func codes(_ source: String) -> [Int: String] {
        var codes: [Int: String] = [:]
        for line in source.split(separator: "\n") where line.hasPrefix("table ") {
            let words = line.split(separator: " ")
            guard let equals = words.firstIndex(of: "="), let number = Int(words[1]) else {
                continue
            }
            codes[number] = String(words[equals + 1]).replacing("|", with: " ")
        }
        // What decides about the rest of a message.
        for (number, code) in [103: "P", 125: "ST", 211: "ASCII", 85: "F", 123: "F"] {
            codes[number] = code
        }
        return codes
    }

    /// The message with event `event` (`ORU^R01`) of structure `name`.
    mutating func message(_ name: String, event: String) -> String {
        guard let root = schema.roots[name] else { return "" }
        members(of: root, type: schema.version == "2.3" ? event : "\(event)^\(name)")
        return lines.joined(separator: "\r") + "\r"
    }

    private mutating func members(of group: Int, type: String) {
        var node = group + 1
        while node < schema.nodes[group].end {
            let rule = schema.nodes[node]
            if extent == .most || (rule.isRequired && !rule.isNullable) {
                for _ in 0..<(extent == .most && rule.repeats ? 2 : 1) {
                    if rule.kind == .group {
                        members(of: node, type: type)
                    } else {
                        segment(schema.names[Int(rule.name)], type: type)
                    }
                }
            }
            node = rule.end
        }
    }

    private mutating func segment(_ choice: String, type: String) {
        let name = String(choice.prefix(3))
        count += 1
        let rule = schema.segments[schema.segment(SegmentID.pack(name))]
        var fields = (0..<rule.count).map { number -> String in
            let field = schema.fields[rule.first + number]
            guard extent == .most || field.isRequired || field.isSoft else { return "" }
            let value = value(field, separators: ["^", "&"])
            return field.repeats && extent == .most ? value + "~" + value : value
        }
        func set(_ number: Int, _ value: String) {
            if number <= fields.count { fields[number - 1] = value }
        }
        switch name {
        case "MSH":
            set(2, "^~\\&")
            set(9, type)
            set(12, schema.version)
            fields.removeFirst()
        case "OBX":
            set(2, "ST")
            set(4, "\(count)")
            set(5, "value")
        case "OBR":
            set(3, "LAB\(count)")
            set(7, "20261119")
            set(22, "20261120")
            set(25, "F")
        case "SCH":
            set(1, "A1")
            if extent == .least { set(11, "^^^20261120080500") }
        default: break
        }
        while fields.last == "" { fields.removeLast() }
        lines.append(([name] + fields).joined(separator: "|"))
    }

    private func value(_ rule: FieldRule, separators: [String]) -> String {
        switch rule.kind {
        case .text, .open, .varies: return "A"
        case .number, .integer: return "1"
        case .date: return "20261120"
        case .time: return "0805"
        case .timestamp: return "20261120080500-0600"
        case .coded, .userCoded:
            return rule.table < 0 ? "A" : first[schema.tables[Int(rule.table)].number] ?? "A"
        case .composite:
            guard let separator = separators.first else { return "A" }
            let parts = (0..<Int(rule.count)).map {
                value(
                    schema.fields[Int(rule.first) + $0], separators: Array(separators.dropFirst()))
            }
            return parts.joined(separator: separator)
        }
    }
}
