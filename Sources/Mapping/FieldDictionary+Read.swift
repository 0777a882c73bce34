public import Exchange

extension FieldDictionary {
    /// A canonical name that the model does not have.
    static let unknownField = FindingKind(
        "MAP-204", .error, owner: .analyst, what: "a canonical field or entity is not known",
        fix: "Take a name from schemas/canonical.yaml, or <entity>.custom.<name>.", reach: .file)
    /// Two lines that would write over each other.
    static let twice = FindingKind(
        "MAP-205", .error, owner: .analyst, what: "two lines of a dictionary lead to one field",
        fix: "Remove one of them, or give them different directions.", reach: .file)
    /// A type, format or crosswalk that does not go with the field.
    static let unfit = FindingKind(
        "MAP-206", .error, owner: .analyst, what: "a dictionary's line does not fit its field",
        fix: "Write one of the forms named.", reach: .file)
    /// A crosswalk, zone or variable that is not there.
    static let unknownName = FindingKind(
        "MAP-207", .error, owner: .analyst, what: "a dictionary names something that is not there",
        fix: "Correct the name, or make what it names.", reach: .file)
    /// PHI that is declared not to be.
    static let phiDenied = FindingKind(
        "MAP-208", .warning, owner: .privacy,
        what: "a dictionary says that a field is not PHI where the canonical model says it is",
        fix: "Remove `phi: false`, or have the privacy officer change the model.", reach: .file)

    /// Reads one dictionary from `config/dictionaries`.
    ///
    /// - Parameters:
    ///   - crosswalks: all of the site's, by name.
    /// - Returns: the dictionary, or nil when a finding is an error; and what is wrong, where it
    ///   stands, with the nearest name.
    public static func read(
        _ node: SettingsNode, model: CanonicalModel, crosswalks: [String: Crosswalk]
    ) -> (dictionary: FieldDictionary?, findings: [Finding]) {
        var reader = SettingsReader(node)
        let name = reader.requiredString("dictionary") ?? ""
        let system = reader.requiredString("system") ?? ""
        let format = reader.requiredString("format") ?? ""
        let zone = reader.string("zone")
        if let zone, Zone(named: zone) == nil {
            reader.report(unknownName, node["zone"]?.mark ?? node.mark, "time zone `\(zone)`")
        }
        let scope = DictionaryScope(model: model, crosswalks: crosswalks, format: format)
        let root = scope.group(&reader, isRecord: true)
        let findings = reader.finish()
        guard let root, !findings.contains(where: { $0.severity == .error }) else {
            return (nil, findings)
        }
        let dictionary = FieldDictionary(
            name: name, system: system, format: format, zone: zone, root: root, mark: node.mark)
        return (dictionary, findings)
    }
}

/// What a dictionary's lines are read against.
struct DictionaryScope {
    let model: CanonicalModel
    let crosswalks: [String: Crosswalk]
    let format: String

    /// Reads the record (`entity:`) or one group (`from:`, `as:`).
    func group(_ reader: inout SettingsReader, isRecord: Bool) -> FieldDictionary.Group? {
        let key = isRecord ? "entity" : "as"
        let from = isRecord ? nil : reader.requiredString("from")
        guard let entity = reader.requiredString(key) else { return nil }
        if model.entity(entity) == nil {
            let near = model.nearestEntity(entity).map { "; did you mean `\($0)`?" } ?? ""
            reader.report(
                FieldDictionary.unknownField, reader.node[key]?.mark ?? reader.node.mark,
                "entity `\(entity)`\(near)")
        }
        var fields: [FieldDictionary.Entry] = []
        for item in reader.node("fields")?.list ?? [] {
            let (entry, findings) = entry(item)
            reader.report(findings)
            if let entry { fields.append(entry) }
        }
        var constants: [FieldDictionary.Constant] = []
        for item in reader.node("constants")?.list ?? [] {
            let (constant, findings) = constant(item)
            reader.report(findings)
            if let constant { constants.append(constant) }
        }
        var inner: [FieldDictionary.Group] = []
        for item in reader.node("each")?.list ?? [] {
            var nested = SettingsReader(item)
            if let group = group(&nested, isRecord: false) { inner.append(group) }
            reader.report(nested.finish())
        }
        reader.report(conflicts(fields, constants))
        return FieldDictionary.Group(
            from: from, entity: entity, fields: fields, constants: constants, each: inner,
            mark: reader.node.mark)
    }

    /// Lines that read into one canonical field, or write one field of the system.
    private func conflicts(
        _ fields: [FieldDictionary.Entry], _ constants: [FieldDictionary.Constant]
    ) -> [Finding] {
        var findings: [Finding] = []
        var targets: [String: Mark] = [:]
        var places: [String: Mark] = [:]
        for entry in fields {
            if entry.reads, !entry.isMany {
                if let first = targets[entry.target] {
                    findings.append(
                        .settings(
                            FieldDictionary.twice, at: entry.mark,
                            "`\(entry.target)` is read here and at line \(first.line)"))
                }
                targets[entry.target] = targets[entry.target] ?? entry.mark
            }
            if entry.writes {
                if let first = places[entry.from] {
                    findings.append(
                        .settings(
                            FieldDictionary.twice, at: entry.mark,
                            "`\(entry.from)` is written here and at line \(first.line)"))
                }
                places[entry.from] = places[entry.from] ?? entry.mark
            }
        }
        for constant in constants {
            if let first = places[constant.to] {
                findings.append(
                    .settings(
                        FieldDictionary.twice, at: constant.mark,
                        "`\(constant.to)` is written here and at line \(first.line)"))
            }
            places[constant.to] = places[constant.to] ?? constant.mark
        }
        return findings
    }

    private func entry(_ node: SettingsNode) -> (FieldDictionary.Entry?, [Finding]) {
        var reader = SettingsReader(node)
        let from = reader.requiredString("from")
        let target = reader.requiredString("as")
        let stated = reader.choice("type", ValueType.self)
        let direction = reader.choice("direction", FieldDictionary.Direction.self) ?? .both
        let required = reader.flag("required") ?? false
        let owner = reader.string("owner")
        let phi = reader.flag("phi")
        let note = reader.string("note")
        let take = reader.choice("take", FieldDictionary.Take.self)
        let (crosswalk, miss) = crosswalk(&reader)
        let truths = reader.strings("true_values")
        let falsehoods = reader.strings("false_values")
        let format = reader.string("format")
        guard let from, let target else { return (nil, reader.finish()) }
        guard let field = model.field(target) else {
            let near = model.nearestField(target).map { "; did you mean `\($0)`?" } ?? ""
            reader.report(
                FieldDictionary.unknownField, node["as"]?.mark ?? node.mark, "`\(target)`\(near)")
            return (nil, reader.finish())
        }
        let isOwn = model.isCustom(target)
        let source = stated ?? field.type
        if !isOwn, crosswalk == nil, !source.fits(field.type) {
            reader.report(
                FieldDictionary.unfit, node["type"]?.mark ?? node.mark,
                "`\(target)` is \(field.type.rawValue), and \(source.rawValue) is no form of it")
        }
        let type = isOwn ? source : source.meeting(field.type)
        let form = form(format, source, type, node, &reader)
        if phi == false, field.phi, !isOwn {
            reader.report(FieldDictionary.phiDenied, node["phi"]?.mark ?? node.mark, "`\(target)`")
        }
        if truths != nil || falsehoods != nil, type != .boolean {
            reader.report(
                FieldDictionary.unfit, node.mark,
                "`true_values` and `false_values` are for booleans")
        }
        let isLetter = self.format == "hl7v2" || self.format == "x12"
        let entry = FieldDictionary.Entry(
            from: from, target: target, type: type, form: form, direction: direction,
            crosswalk: crosswalk, miss: miss, required: required, owner: owner,
            phi: phi ?? field.phi, note: note, take: take, isMany: field.isMany,
            truths: truths ?? [isLetter ? "Y" : "true"],
            falsehoods: falsehoods ?? [isLetter ? "N" : "false"], mark: node.mark)
        return (entry, reader.finish())
    }

    private func form(
        _ text: String?, _ source: ValueType, _ type: ValueType, _ node: SettingsNode,
        _ reader: inout SettingsReader
    ) -> ValueForm {
        guard let text else { return .usual(for: type, in: format) }
        if let form = ValueForm(text, type: source) { return form }
        reader.report(
            FieldDictionary.unfit, node["format"]?.mark ?? node.mark,
            "`format` for \(source.rawValue) wants \(ValueForm.words(for: source))")
        return .plain
    }

    private func crosswalk(_ reader: inout SettingsReader) -> (Crosswalk?, MissPolicy) {
        let name = reader.string("crosswalk")
        let policy = reader.string("on_miss")
        var miss = MissPolicy.hold
        if let policy {
            let mark = reader.node["on_miss"]?.mark ?? reader.node.mark
            if let read = MissPolicy(policy) {
                miss = read
            } else {
                reader.report(
                    FieldDictionary.unfit, mark,
                    "`on_miss` wants hold, reject, keep or default:VALUE")
            }
            if name == nil {
                reader.report(FieldDictionary.unfit, mark, "`on_miss` goes with a `crosswalk`")
            }
        }
        guard let name else { return (nil, miss) }
        if let crosswalk = crosswalks[name] { return (crosswalk, miss) }
        let near = NearestName.find(name, among: Array(crosswalks.keys))
        reader.report(
            FieldDictionary.unknownName, reader.node["crosswalk"]?.mark ?? reader.node.mark,
            "crosswalk `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
        return (nil, miss)
    }

    private func constant(_ node: SettingsNode) -> (FieldDictionary.Constant?, [Finding]) {
        var reader = SettingsReader(node)
        let to = reader.requiredString("to")
        let value = reader.requiredString("value")
        let when = reader.string("when")
        if let when, model.field(when) == nil {
            let near = model.nearestField(when).map { "; did you mean `\($0)`?" } ?? ""
            reader.report(
                FieldDictionary.unknownField, node["when"]?.mark ?? node.mark, "`\(when)`\(near)")
        }
        guard let to, let value else { return (nil, reader.finish()) }
        let mark = node["value"]?.mark ?? node.mark
        guard let template = Template(value) else {
            reader.report(FieldDictionary.unfit, mark, "a brace in `value` is not closed")
            return (nil, reader.finish())
        }
        for name in template.fields where model.field(name) == nil {
            let near = model.nearestField(name).map { "; did you mean `{\($0)}`?" } ?? ""
            reader.report(FieldDictionary.unknownField, mark, "`{\(name)}`\(near)")
        }
        for name in template.variables where !Template.variables.contains(name) {
            let near = NearestName.find(name, among: Template.variables)
            reader.report(
                FieldDictionary.unknownName, mark,
                "variable `{\(name)}`" + (near.map { "; did you mean `{\($0)}`?" } ?? ""))
        }
        return (
            FieldDictionary.Constant(to: to, value: template, when: when, mark: node.mark),
            reader.finish()
        )
    }
}
