import Exchange

/// A field that is written besides, without its path.
final class WritingConstant: Sendable {
    /// A piece of its text.
    private enum Part {
        case text(String)
        case occurrence
        case variable(TemplateVariable)
        case field(Int, name: String)
        /// A name that is none; a dictionary with such a one is refused when it is read.
        case unknown(String)
    }

    let notation: String
    private let parts: [Part]
    private let when: Int?
    /// The whole text, when nothing in it varies.
    private let fixed: String?

    init(_ constant: FieldDictionary.Constant, _ names: CanonicalNames) {
        notation = constant.to
        when = constant.when.map { names.number($0) ?? names.count }
        parts = constant.value.parts.map { part in
            switch part {
            case .text(let text): .text(text)
            case .variable("n"): .occurrence
            case .variable(let name):
                TemplateVariable(rawValue: name).map(Part.variable) ?? .unknown(name)
            case .field(let name): .field(names.number(name) ?? names.count, name: name)
            }
        }
        if parts.count == 1, case .text(let text) = parts[0] { fixed = text } else { fixed = nil }
    }

    /// What it is to hold; nil when its condition is not met or what it names is absent.
    func text(
        at place: Int, number: Int, _ record: CanonicalView,
        _ variables: any TemplateVariables, _ findings: inout [Finding]
    ) -> String? {
        if let when {
            let found = record.find(when, at: place)
            guard case .values = found,
                record.places(when, found).contains(where: { record.range($0) != nil })
            else { return nil }
        }
        if let fixed { return fixed }
        var text = ""
        for part in parts {
            switch part {
            case .text(let run): text += run
            case .occurrence: text += String(number)
            case .variable(let name):
                guard let value = variables.value(of: name) else {
                    return missing(name.rawValue, &findings)
                }
                text += value
            case .unknown(let name): return missing(name, &findings)
            case .field(let field, let name):
                let found = record.find(field, at: place)
                switch found {
                case .values:
                    text += record.places(field, found).compactMap(record.text(at:)).first ?? ""
                case .absent: break
                case .ambiguous:
                    findings.append(
                        Finding(
                            MappingFindings.ambiguous, at: Location(path: notation), "`\(name)`"))
                    return nil
                }
            }
        }
        return text.isEmpty ? nil : text
    }

    private func missing(_ name: String, _ findings: inout [Finding]) -> String? {
        findings.append(
            Finding(MappingFindings.variableMissing, at: Location(path: notation), "`{\(name)}`"))
        return nil
    }
}
