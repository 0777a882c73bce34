/// Writes a profile as the YAML that `ProfileReader` reads.
struct ProfileWriter {
    private var lines: [String] = []

    /// The file of `profile`, in UTF-8. What is written is read back as the same profile.
    static func write(_ profile: Profile) -> [UInt8] {
        var writer = ProfileWriter()
        writer.add(profile)
        return Array((writer.lines.joined(separator: "\n") + "\n").utf8)
    }

    private mutating func add(_ profile: Profile) {
        lines.append("profile: \(Self.scalar(profile.name))")
        if !profile.about.isEmpty { lines.append("about: \(Self.scalar(profile.about))") }
        if !profile.versions.isEmpty { lines.append("versions: \(Self.list(profile.versions))") }
        section("messages", profile.messages) { writer, message in
            writer.lines.append("  - message: \(Self.scalar(message.type))")
            writer.lines.append("    id: \(Self.scalar(message.id))")
            if message.members.isEmpty { return }
            writer.lines.append("    members:")
            writer.members(message.members, "      ")
        }
        section("segments", profile.segments) { writer, segment in writer.segment(segment) }
        section("types", profile.types) { writer, type in
            writer.lines.append("  - id: \(Self.scalar(type.id))")
            writer.lines.append("    type: \(Self.scalar(type.name))")
            if type.isClosed { writer.lines.append("    closed: true") }
            writer.parts("components", type.parts)
        }
        section("value_sets", profile.valueSets) { writer, set in writer.valueSet(set) }
        section("statements", profile.statements) { writer, statement in
            writer.lines.append("  - id: \(Self.scalar(statement.id))")
            writer.lines.append("    in: \(Self.context(statement.context))")
            writer.lines.append("    text: \(Self.scalar(statement.text))")
            if statement.isBinding { writer.lines.append("    binding: true") }
            if statement.isWeak { writer.lines.append("    strength: should") }
            writer.lines.append("    expect: \(Self.clause(statement.clause))")
        }
        section("conditions", profile.conditions) { writer, condition in
            writer.lines.append("  - id: \(Self.scalar(condition.id))")
            writer.lines.append("    in: \(Self.context(condition.context))")
            writer.lines.append("    text: \(Self.scalar(condition.text))")
            writer.lines.append("    target: \(Self.scalar(condition.target))")
            writer.lines.append(
                "    usage: C(\(condition.whenTrue.rawValue)/\(condition.whenFalse.rawValue))")
            writer.lines.append("    when: \(Self.clause(condition.clause))")
        }
        section("left_out", profile.leftOut) { writer, text in
            writer.lines.append("  - \(Self.scalar(text))")
        }
    }

    private mutating func section<T>(
        _ name: String, _ items: [T], _ add: (inout ProfileWriter, T) -> Void
    ) {
        guard !items.isEmpty else { return }
        lines.append("")
        lines.append("\(name):")
        for item in items { add(&self, item) }
    }

    private mutating func members(_ members: [Member], _ indent: String) {
        for member in members {
            let demand =
                "usage: \(member.usage.rawValue), repeat: \(Self.scalar(member.cardinality.text))"
            guard member.isGroup else {
                lines.append("\(indent)- {segment: \(Self.scalar(member.name)), \(demand)}")
                continue
            }
            lines.append("\(indent)- group: \(Self.scalar(member.name))")
            lines.append("\(indent)  id: \(Self.scalar(member.id))")
            lines.append("\(indent)  usage: \(member.usage.rawValue)")
            lines.append("\(indent)  repeat: \(Self.scalar(member.cardinality.text))")
            lines.append("\(indent)  members:")
            self.members(member.members, indent + "    ")
        }
    }

    private mutating func segment(_ segment: SegmentProfile) {
        lines.append("  - id: \(Self.scalar(segment.id))")
        lines.append("    segment: \(Self.scalar(segment.name))")
        if segment.isClosed { lines.append("    closed: true") }
        parts("fields", segment.fields)
        if !segment.mappings.isEmpty { lines.append("    varies:") }
        for mapping in segment.mappings {
            lines.append("      - field: \(mapping.field)")
            lines.append("        by: \(Self.scalar(mapping.reference))")
            if !mapping.second.isEmpty {
                lines.append("        and: \(Self.scalar(mapping.second))")
            }
            lines.append("        cases:")
            for item in mapping.cases {
                let second = item.second.isEmpty ? "" : ", and: \(Self.scalar(item.second))"
                lines.append(
                    "          - {is: \(Self.scalar(item.value))\(second), "
                        + "type: \(Self.scalar(item.type))}")
            }
        }
    }

    private mutating func parts(_ key: String, _ parts: [PartProfile]) {
        guard !parts.isEmpty else { return }
        lines.append("    \(key):")
        for part in parts { lines.append("      \(part.number): \(Self.part(part))") }
    }

    private static func part(_ part: PartProfile) -> String {
        var words = ["usage: \(part.usage.rawValue)"]
        if let cardinality = part.cardinality {
            words.append("repeat: \(scalar(cardinality.text))")
        }
        if let length = part.length { words.append("length: \(scalar(length.text))") }
        if !part.type.isEmpty { words.append("type: \(scalar(part.type))") }
        if let constant = part.constant { words.append("constant: \(scalar(constant))") }
        if !part.bindings.isEmpty {
            words.append(
                "codes: [\(part.bindings.map { "{\(binding($0))}" }.joined(separator: ", "))]")
        }
        if !part.name.isEmpty { words.append("name: \(scalar(part.name))") }
        return "{\(words.joined(separator: ", "))}"
    }

    private static func binding(_ binding: Binding) -> String {
        var words = ["sets: \(list(binding.sets))", "strength: \(binding.strength.rawValue)"]
        if !binding.places.isEmpty {
            let places = binding.places.map { place in
                place.system == 0
                    ? "{code: \(place.code)}" : "{code: \(place.code), system: \(place.system)}"
            }
            words.append("at: [\(places.joined(separator: ", "))]")
        }
        if binding.isExclusive { words.append("exclusive: true") }
        return words.joined(separator: ", ")
    }

    private mutating func valueSet(_ set: ValueSet) {
        lines.append("  - id: \(Self.scalar(set.id))")
        if set.isOpen { lines.append("    open: true") }
        lines.append("    codes:")
        for group in set.codes {
            lines.append("      - system: \(Self.scalar(group.system))")
            lines.append("        usage: \(group.usage.rawValue)")
            lines.append("        is: |-")
            for code in group.codes { lines.append("          \(code)") }
        }
    }

    private static func context(_ context: Context) -> String {
        "{\(context.kind.rawValue): \(scalar(context.name))}"
    }

    private static func clause(_ clause: Clause) -> String {
        switch clause {
        case .present(let path): "{present: \(scalar(path))}"
        case .equals(let path, let text, let ignoresCase, let reach):
            "{equals: \(scalar(path)), text: \(scalar(text))\(flag(ignoresCase))\(tail(reach))}"
        case .matches(let path, let pattern, let reach):
            "{matches: \(scalar(path)), pattern: \(scalar(pattern))\(tail(reach))}"
        case .oneOf(let path, let texts, let ignoresCase, let reach):
            "{one_of: \(scalar(path)), texts: \(list(texts))\(flag(ignoresCase))\(tail(reach))}"
        case .oneOfNumbers(let path, let numbers, let reach):
            "{one_of: \(scalar(path)), numbers: \(list(numbers))\(tail(reach))}"
        case .compare(let path, let comparison, let value, let reach):
            "{compare: \(scalar(path)), is: \(comparison.rawValue), value: \(scalar(value))"
                + "\(tail(reach))}"
        case .comparePaths(let left, let comparison, let right, let absence):
            "{compare: \(scalar(left)), is: \(comparison.rawValue), path: \(scalar(right))"
                + "\(tail(.init(absence: absence)))}"
        case .coded(let path, let binding, let absence):
            "{coded: \(scalar(path)), \(self.binding(binding))\(tail(.init(absence: absence)))}"
        case .setID(let path): "{set_id: \(scalar(path))}"
        case .all(let clauses): "{all: [\(clauses.map(self.clause).joined(separator: ", "))]}"
        case .any(let clauses): "{any: [\(clauses.map(self.clause).joined(separator: ", "))]}"
        case .not(let inner): "{not: \(self.clause(inner))}"
        case .exactlyOne(let left, let right):
            "{exactly_one: [\(self.clause(left)), \(self.clause(right))]}"
        case .implies(let condition, let demand):
            "{if: \(self.clause(condition)), then: \(self.clause(demand))}"
        }
    }

    private static func flag(_ ignoresCase: Bool) -> String {
        ignoresCase ? ", ignore_case: true" : ""
    }

    private static func tail(_ reach: Clause.Reach) -> String {
        (reach.isAny ? ", any: true" : "")
            + (reach.absence == .pass ? "" : ", absent: \(reach.absence.rawValue)")
    }

    private static func list(_ texts: [String]) -> String {
        "[\(texts.map(scalar).joined(separator: ", "))]"
    }

    /// A scalar: plain where nothing in it has a meaning to YAML, else in double quotes.
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2F, 0x5E, 0x5F: true
                default: false
                }
            }
        if isPlain { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
