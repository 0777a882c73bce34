public import Exchange

extension CanonicalModel {
    /// An entity, key or reference that does not hold together.
    static let modelFault = FindingKind(
        "MAP-201", .error, owner: .analyst, what: "the canonical model contradicts itself",
        fix: "Correct the line in schemas/canonical.yaml.", reach: .file)

    /// Reads `schemas/canonical.yaml`.
    ///
    /// - Returns: the model, or nil when a finding is an error; and what is wrong, where it stands.
    public static func read(_ node: SettingsNode) -> (model: CanonicalModel?, findings: [Finding]) {
        var reader = SettingsReader(node)
        var entities: [Entity] = []
        for entry in reader.required("entities")?.map ?? [] {
            if !isName(entry.key.utf8) {
                reader.report(
                    modelFault, entry.mark, "`\(entry.key)` is no name of letters and dots")
                continue
            }
            let (entity, findings) = readEntity(entry)
            reader.report(findings)
            entities.append(entity)
        }
        let isField = CanonicalModel(entities).field
        let (results, faults) = readResults(reader.node("results")) { isField($0) != nil }
        reader.report(faults)
        var findings = reader.finish()
        let model = CanonicalModel(entities, results: results)
        findings += model.contradictions(marks: node["entities"]?.map ?? [])
        return (findings.contains { $0.severity == .error } ? nil : model, findings)
    }

    private static func readEntity(_ entry: SettingsNode.Entry) -> (Entity, [Finding]) {
        var reader = SettingsReader(entry.value)
        let table = reader.string("table") ?? snake(entry.key)
        let within = reader.string("within")
        let keys = (reader.strings("keys") ?? []).map { "\(entry.key).\($0)" }
        let note = reader.string("note")
        var references: [(column: String, field: String)] = []
        for reference in reader.node("references")?.map ?? [] {
            references.append((reference.key, reference.value.text ?? ""))
        }
        var fields: [Field] = []
        for field in reader.required("fields")?.map ?? [] {
            let (made, findings) = readField(field, of: entry.key)
            reader.report(findings)
            if let made { fields.append(made) }
        }
        let entity = Entity(
            name: entry.key, table: table, within: within, keys: keys, fields: fields,
            references: references, note: note)
        return (entity, reader.finish())
    }

    private static func readField(
        _ entry: SettingsNode.Entry, of entity: String
    ) -> (Field?, [Finding]) {
        var reader = SettingsReader(entry.value)
        let type = reader.choice("type", ValueType.self)
        let cardinality = reader.string("cardinality") ?? "0..1"
        let phi = reader.flag("phi") ?? true
        let column = reader.string("column") ?? snake(entry.key)
        let note = reader.string("note")
        if reader.node("type") == nil { _ = reader.required("type") }
        if !["0..1", "1..1", "0..*", "1..*"].contains(cardinality) {
            reader.report(
                SettingsReader.malformed, entry.mark, "`cardinality` wants 0..1, 1..1, 0..* or 1..*"
            )
        }
        if !isName(entry.key.utf8) {
            reader.report(modelFault, entry.mark, "`\(entry.key)` is no name of letters and dots")
        }
        let field = type.map {
            Field(
                name: "\(entity).\(entry.key)", entity: entity, type: $0,
                isMany: cardinality.hasSuffix("*"), phi: phi, column: column, note: note)
        }
        return (field, reader.finish())
    }

    /// Keys, references and enclosing entities that are not there; names and columns given twice.
    private func contradictions(marks: [SettingsNode.Entry]) -> [Finding] {
        var findings: [Finding] = []
        var tables: Set<String> = []
        for (entity, entry) in zip(entities, marks.filter { Self.isName($0.key.utf8) }) {
            func fault(_ detail: String) {
                findings.append(.settings(Self.modelFault, at: entry.mark, detail))
            }
            if !tables.insert(entity.table).inserted {
                fault("table `\(entity.table)` is used twice")
            }
            if let within = entity.within, self.entity(within) == nil {
                fault("`within: \(within)` is no entity")
            }
            for key in entity.keys where field(key) == nil { fault("key `\(key)` is no field") }
            for reference in entity.references where field(reference.field) == nil {
                fault("reference `\(reference.field)` is no field")
            }
            var columns: Set<String> = ["record", "feed", "node", "parent"]
            for column in entity.fields.map(\.column) + entity.references.map(\.column)
            where !columns.insert(column).inserted {
                fault("column `\(column)` stands for two things")
            }
        }
        if entities.count != Set(entities.map(\.name)).count, let first = marks.first {
            findings.append(
                .settings(Self.modelFault, at: first.mark, "an entity is declared twice"))
        }
        return findings
    }
}
