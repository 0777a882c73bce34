public import Exchange

/// All dictionaries of a site joined: each canonical field with every system's field for it, who
/// owns it, and the blind spots. This is what a clinic is told to keep, and it is never out of date.
public struct DataDictionary: Sendable {
    /// One system's field for a canonical one.
    public struct Use: Sendable, Hashable {
        /// The system: `pms`.
        public let system: String
        /// The dictionary.
        public let dictionary: String
        /// The system's field, in its format's notation; for a constant, where it is written.
        public let notation: String
        /// Whether it is read, written or both, by where the dictionary is used.
        public let direction: FieldDictionary.Direction
        /// The crosswalk between the codes.
        public let crosswalk: String?
        /// Whether it must be stated.
        public let required: Bool
        /// The dictionary's note.
        public let note: String?
        /// Where the line stands.
        public let mark: Mark
    }

    /// One canonical field.
    public struct Row: Sendable {
        /// The full canonical name.
        public let field: String
        /// Its entity.
        public let entity: String
        /// What its values are.
        public let type: ValueType
        /// The system that owns it; nil when no dictionary says.
        public let owner: String?
        /// Whether it can identify or describe a patient.
        public let phi: Bool
        /// The canonical model's note, and those of the dictionaries.
        public let notes: [String]
        /// The systems' fields, in the order of the dictionaries.
        public let uses: [Use]

        /// Whether some feed reads it.
        public var isRead: Bool { uses.contains { $0.direction != .write } }
        /// Whether some destination writes it.
        public var isWritten: Bool { uses.contains { $0.direction != .read } }
    }

    /// Two systems that both claim a field.
    static let twoOwners = FindingKind(
        "MAP-221", .error, owner: .analyst,
        what: "two dictionaries name different owners for a field",
        fix: "Decide which system owns it, and say so in both.", reach: .file)
    /// Read, and neither delivered nor looked at.
    static let goesNowhere = FindingKind(
        "MAP-222", .warning, owner: .analyst, what: "a field is read and goes nowhere",
        fix: "Write it in a destination's dictionary, use it in a rule, or stop reading it.",
        reach: .file)
    /// Demanded, and never delivered to us.
    static let comesFromNowhere = FindingKind(
        "MAP-223", .warning, owner: .analyst, what: "a field is required and comes from nowhere",
        fix: "Read it in a feed's dictionary, or drop `required`.", reach: .file)

    /// The canonical fields that any dictionary names, by entity as the model lists them, then
    /// by name.
    public let rows: [Row]
    /// Two owners, and the blind spots, each where its line stands.
    public let findings: [Finding]

    /// Joins dictionaries.
    ///
    /// - Parameters:
    ///   - reading: those that feeds read by.
    ///   - writing: those that destinations write by; a dictionary may be in both lists.
    ///   - used: canonical fields that rules, routes or keys use: they do go somewhere.
    public init(
        reading: [FieldDictionary], writing: [FieldDictionary], model: CanonicalModel,
        used: Set<String> = []
    ) {
        var uses: [String: [Use]] = [:]
        var owners: [String: (owner: String, mark: Mark)] = [:]
        var phi: Set<String> = []
        var types: [String: ValueType] = [:]
        var findings: [Finding] = []
        var names = Set(reading.map(\.name))
        let both = names.intersection(writing.map(\.name))
        let all = reading + writing.filter { names.insert($0.name).inserted }
        for dictionary in all {
            let isRead =
                both.contains(dictionary.name) || reading.contains { $0.name == dictionary.name }
            let isWritten = writing.contains { $0.name == dictionary.name }
            for group in dictionary.groups {
                for entry in group.fields {
                    types[entry.target] = types[entry.target] ?? entry.type
                    if entry.phi { phi.insert(entry.target) }
                    if let owner = entry.owner {
                        if let first = owners[entry.target], first.owner != owner {
                            findings.append(
                                .settings(
                                    Self.twoOwners, at: entry.mark,
                                    "`\(entry.target)`: \(owner) here, \(first.owner) at \(first.mark)"
                                ))
                        }
                        owners[entry.target] = owners[entry.target] ?? (owner, entry.mark)
                    }
                    let reads = isRead && entry.reads
                    let writes = isWritten && entry.writes
                    guard reads || writes else { continue }
                    uses[entry.target, default: []].append(
                        Use(
                            system: dictionary.system, dictionary: dictionary.name,
                            notation: entry.from,
                            direction: reads && writes ? .both : reads ? .read : .write,
                            crosswalk: entry.crosswalk?.name, required: entry.required,
                            note: entry.note, mark: entry.mark))
                }
                guard isWritten else { continue }
                for constant in group.constants {
                    for name in constant.value.fields {
                        uses[name, default: []].append(
                            Use(
                                system: dictionary.system, dictionary: dictionary.name,
                                notation: constant.to, direction: .write, crosswalk: nil,
                                required: false, note: nil, mark: constant.mark))
                    }
                }
            }
        }
        rows = uses.map { name, uses in
            let field = model.field(name)
            return Row(
                field: name, entity: field?.entity ?? "",
                type: model.isCustom(name) ? types[name] ?? .string : field?.type ?? .string,
                owner: owners[name]?.owner,
                phi: phi.contains(name) || (!model.isCustom(name) && field?.phi != false),
                notes: ([field?.note] + uses.map(\.note)).compactMap(\.self), uses: uses)
        }.sorted { Self.order($0, model) < Self.order($1, model) }
        self.findings = findings + Self.blindSpots(rows, used)
    }

    private static func order(_ row: Row, _ model: CanonicalModel) -> (Int, String) {
        (model.entities.firstIndex { $0.name == row.entity } ?? .max, row.field)
    }

    private static func blindSpots(_ rows: [Row], _ used: Set<String>) -> [Finding] {
        var findings: [Finding] = []
        for row in rows {
            if row.isRead, !row.isWritten, !used.contains(row.field), let use = row.uses.first {
                findings.append(
                    .settings(goesNowhere, at: use.mark, "`\(use.notation)` as `\(row.field)`"))
            }
            if !row.isRead, let use = row.uses.first(where: \.required) {
                findings.append(
                    .settings(comesFromNowhere, at: use.mark, "`\(use.notation)` as `\(row.field)`")
                )
            }
        }
        return findings
    }
}
