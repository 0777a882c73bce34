import Exchange
import Markup

/// Compiles a profile against the schemas. What it names and neither has is a finding; the rest is
/// used.
struct ProfileCompiler {
    let profile: Profile
    let schemas: [Schema]
    private let mark: Mark
    /// The tables so far.
    var tables = ProfileTables()
    /// What could not be compiled.
    private(set) var findings: [Finding] = []
    var segmentIndex: [String: Int32] = [:]
    var typeIndex: [String: Int32] = [:]
    private var setIndex: [String: Int32] = [:]
    private var nameIndex: [String: Int32] = [:]
    /// Group and message nodes by what statements call them.
    var groups: [(node: Int, id: String, name: String, isMessage: Bool)] = []

    /// - Parameter file: the profile's file, for findings.
    init(_ profile: Profile, schemas: [Schema], file: String) {
        self.profile = profile
        self.schemas = schemas
        mark = Mark(file: file, line: 1, column: 1)
    }

    /// The tables, and what of the profile is not in them.
    mutating func compile() -> (profile: CompiledProfile, findings: [Finding]) {
        tables.name = profile.name
        for (index, set) in profile.valueSets.enumerated() {
            if setIndex.updateValue(Int32(index), forKey: set.id) != nil {
                report("value set `\(set.id)` is described twice; the last stands")
            }
            add(set)
        }
        for (index, type) in profile.types.enumerated() { typeIndex[type.id] = Int32(index) }
        for (index, segment) in profile.segments.enumerated() {
            segmentIndex[segment.id] = Int32(index)
        }
        for type in profile.types {
            tables.types.append(
                TypePlan(parts: parts(type.parts, of: type.id), isClosed: type.isClosed))
        }
        for segment in profile.segments { add(segment) }
        tables.versions = profile.versions.map { Schema.pack(Array($0.utf8)) }
        for index in schemas.indices where isWanted(index) { plans(index) }
        if tables.plans.isEmpty { report("no message of it is described in the schemas") }
        checks()
        return (CompiledProfile(tables), findings)
    }

    /// Whether messages of the profile are read by schema `index`: those of a version that has
    /// none are read by the newest.
    private func isWanted(_ index: Int) -> Bool {
        let known = schemas.map(\.version)
        return profile.versions.isEmpty || profile.versions.contains(known[index])
            || (index == known.count - 1 && !profile.versions.allSatisfy(known.contains))
    }

    /// Adds a finding.
    mutating func report(_ detail: String) {
        findings.append(.settings(ProfileFinding.leftOut, at: mark, detail))
    }

    /// The index of a text that findings show; -1 for none.
    mutating func name(_ text: String) -> Int32 {
        if text.isEmpty { return -1 }
        if let index = nameIndex[text] { return index }
        tables.names.append(text)
        let index = Int32(tables.names.count - 1)
        nameIndex[text] = index
        return index
    }

    // MARK: Values

    private mutating func add(_ set: ValueSet) {
        tables.sets.append(
            SetRule(
                name: name(set.id), isOpen: set.isOpen,
                namesSystems: set.id.hasPrefix("0396") || set.id.hasPrefix("HL70396")))
        var entries: [CodeIndex.Entry] = []
        for group in set.codes {
            let system = Schema.pack(Array(group.system.utf8))
            for code in group.codes {
                entries.append(
                    CodeIndex.Entry(
                        key: Schema.pack(Array(code.utf8)), system: system, usage: group.usage))
            }
        }
        tables.codes.append(entries)
    }

    /// Adds a binding to the tables; nil when none of its sets is there.
    mutating func add(_ binding: Binding, _ place: String) -> Int32? {
        var rule = BindingRule(strength: binding.strength, isExclusive: binding.isExclusive)
        var sets: [Int32] = []
        for name in binding.sets {
            guard let set = setIndex[name] else {
                report("\(place): VS Not Found: value set `\(name)`")
                continue
            }
            sets.append(set)
        }
        guard !sets.isEmpty else { return nil }
        rule.sets = Run(first: Int32(tables.lists.count), count: Int32(sets.count))
        tables.lists += sets
        rule.places = Run(
            first: Int32(tables.places.count), count: Int32(binding.places.count))
        tables.places += binding.places
        tables.bindings.append(rule)
        return Int32(tables.bindings.count - 1)
    }

    private mutating func parts(_ parts: [PartProfile], of owner: String) -> Run {
        let highest = parts.map(\.number).max() ?? 0
        var rules = [PartRule](repeating: PartRule(), count: highest)
        for part in parts where part.number >= 1 {
            rules[part.number - 1] = rule(part, "\(owner)-\(part.number)")
        }
        let run = Run(first: Int32(tables.parts.count), count: Int32(highest))
        tables.parts += rules
        return run
    }

    private mutating func rule(_ part: PartProfile, _ place: String) -> PartRule {
        var rule = PartRule(isDescribed: true, usage: part.usage)
        rule.name = name(part.name)
        if !part.type.isEmpty {
            rule.type = typeIndex[part.type] ?? -1
            if rule.type < 0 { report("\(place): type `\(part.type)` is not described") }
        }
        if let cardinality = part.cardinality {
            rule.minimum = Int32(clamping: cardinality.minimum)
            rule.maximum = cardinality.maximum.map { Int32(clamping: $0) } ?? -1
        }
        // HL7 v2 conformance methodology, "Length": of primitive elements only.
        let isComposite =
            rule.type >= 0 && profile.types[Int(rule.type)].parts.isEmpty == false
        if let length = part.length, !isComposite {
            rule.minimumLength = Int32(clamping: length.minimum)
            rule.maximumLength = length.maximum.map { Int32(clamping: $0) } ?? -1
        }
        if let constant = part.constant {
            rule.constant = Int32(tables.texts.count)
            tables.texts.append(Array(constant.utf8))
        }
        let made = part.bindings.compactMap { add($0, place) }
        rule.bindings = Run(first: made.first ?? 0, count: Int32(made.count))
        return rule
    }

    private mutating func add(_ segment: SegmentProfile) {
        var plan = SegmentPlan(
            id: SegmentID.pack(segment.name), parts: parts(segment.fields, of: segment.id),
            isClosed: segment.isClosed)
        let first = tables.mappings.count
        for mapping in segment.mappings {
            for item in mapping.cases {
                guard let type = typeIndex[item.type] else {
                    report("\(segment.id)-\(mapping.field): type `\(item.type)` is not described")
                    continue
                }
                tables.mappings.append(
                    MappingRule(
                        field: Int32(mapping.field), reference: Self.numbers(mapping.reference),
                        second: Self.numbers(item.second.isEmpty ? "" : mapping.second),
                        value: Schema.pack(Array(item.value.utf8)),
                        secondValue: Schema.pack(Array(item.second.utf8)), type: type))
            }
        }
        plan.mappings = Run(
            first: Int32(first), count: Int32(tables.mappings.count - first))
        tables.segments.append(plan)
    }

    /// `3` or `3.1`.
    private static func numbers(_ text: String) -> (field: Int32, component: Int32) {
        let parts = text.split(separator: ".").compactMap { Int32($0) }
        return (parts.first ?? 0, parts.count > 1 ? parts[1] : 1)
    }
}
