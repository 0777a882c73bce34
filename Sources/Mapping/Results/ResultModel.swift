import Exchange

/// Which canonical fields make the key, the status and the times of a result, and which status
/// codes mean what: `results:` in `schemas/canonical.yaml`.
public struct ResultModel: Sendable {
    /// The entity of a report: what an order number stands on.
    let report: String
    /// The entity of its parts, of which each has a status of its own.
    let item: String
    /// The sender's number of the order (HL7: OBR-3).
    let number: String
    /// What is observed; the first that is stated counts.
    let code: [String]
    /// What tells several of the same code apart (HL7: OBX-4).
    let part: [String]
    /// When the version was reported; the first that is stated counts.
    let issued: [String]
    /// When what it tells of was observed.
    let effective: [String]
    /// Status field → code → class; the first field that is stated counts.
    let status: [(field: String, codes: [String: ResultClass])]

    /// Whether records of this dictionary have a life cycle: it reads the number and a status.
    public func applies(to dictionary: FieldDictionary) -> Bool {
        let targets = Set(dictionary.groups.flatMap(\.fields).map(\.target))
        return targets.contains(number) && status.contains { targets.contains($0.field) }
    }
}

extension CanonicalModel {
    /// Reads `results:`; nil when it is not there or a finding is an error.
    static func readResults(
        _ node: SettingsNode?, _ isField: (String) -> Bool
    ) -> (model: ResultModel?, findings: [Finding]) {
        guard let node else { return (nil, []) }
        var reader = SettingsReader(node)
        let report = reader.requiredString("report")
        let item = reader.requiredString("item")
        let number = reader.requiredString("number")
        func names(_ key: String) -> [String] { reader.strings(key) ?? [] }
        let (code, part) = (names("code"), names("part"))
        let (issued, effective) = (names("issued"), names("effective"))
        var status: [(field: String, codes: [String: ResultClass])] = []
        for field in reader.required("status")?.map ?? [] {
            var codes: [String: ResultClass] = [:]
            for entry in field.value.map ?? [] {
                guard let known = ResultClass(name: entry.key) else {
                    reader.report(modelFault, entry.mark, "`\(entry.key)` is no class of status")
                    continue
                }
                for code in entry.value.list ?? [] { codes[code.text ?? ""] = known }
            }
            status.append((field.key, codes))
        }
        let all = [number].compactMap(\.self) + code + part + issued + effective
        for name in all + status.map(\.field) where !isField(name) {
            reader.report(modelFault, node.mark, "`\(name)` is no field")
        }
        let findings = reader.finish()
        guard let report, let item, let number, !findings.contains(where: { $0.severity == .error })
        else { return (nil, findings) }
        return (
            ResultModel(
                report: report, item: item, number: number, code: code, part: part, issued: issued,
                effective: effective, status: status), findings
        )
    }
}
