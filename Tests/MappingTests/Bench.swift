import Bytes
import Exchange
import Foundation
import Mapping

/// What these tests are done with.
enum Bench {
    /// The canonical model as it is shipped.
    static let model: CanonicalModel = {
        var folder = URL(filePath: #filePath)
        while !FileManager.default.fileExists(
            atPath: folder.appending(path: "schemas/canonical.yaml").path),
            folder.pathComponents.count > 1
        {
            folder.deleteLastPathComponent()
        }
        let file = folder.appending(path: "schemas/canonical.yaml")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let (model, findings) = CanonicalModel.read(
            SmallYAML.read(text, file: "schemas/canonical.yaml"))
        guard let model else { preconditionFailure("\(findings.map(\.message))") }
        return model
    }()

    /// The names of its records, and of clinics' own fields that tests use.
    static func names(_ dictionary: FieldDictionary? = nil) -> CanonicalNames {
        let own = dictionary?.groups.flatMap(\.fields).map(\.target) ?? []
        return CanonicalNames(model, besides: Set(own + ["patient.custom.implantLot"]))
    }

    /// A view of `record`.
    static func view(_ record: Canonical, _ names: CanonicalNames = names()) -> CanonicalView {
        guard let view = try? names.view(names.pack(record)) else {
            preconditionFailure("a packed record cannot be read")
        }
        return view
    }

    static let format = PairFormat(known: [
        "MRN", "DOB", "SEX", "NAME", "WHEN", "AMOUNT", "COUNT", "ACTIVE", "DAYS", "PHONE", "RACE",
        "LEVEL", "LOT", "TYPE", "ORDER", "TEST", "RESULT", "UNIT", "N", "REPORT", "FLAG",
    ])

    static func dictionary(
        _ yaml: String, crosswalks: [String] = []
    ) -> (dictionary: FieldDictionary?, findings: [Finding]) {
        var tables: [String: Crosswalk] = [:]
        for (index, csv) in crosswalks.enumerated() {
            let name = index == 0 ? "codes" : "codes\(index + 1)"
            tables[name] =
                Crosswalk.read(Array(csv.utf8), name: name, file: "\(name).csv").crosswalk
        }
        return FieldDictionary.read(SmallYAML.read(yaml), model: model, crosswalks: tables)
    }

    /// A dictionary of patients with these lines.
    static func patients(_ lines: String..., crosswalks: [String] = []) -> FieldDictionary {
        let yaml =
            "dictionary: d\nsystem: pms\nentity: patient\nformat: pair\nfields:\n"
            + lines.map { "  - \($0)\n" }.joined()
        let (dictionary, findings) = Bench.dictionary(yaml, crosswalks: crosswalks)
        guard let dictionary else { preconditionFailure("\(findings.map(\.message))") }
        return dictionary
    }

    /// The first record of `text`, read by `dictionary`.
    static func read(
        _ text: String, by dictionary: FieldDictionary, zone: String? = nil,
        on day: String = "2026-11-20"
    ) -> (record: Canonical, findings: [Finding]) {
        let names = names(dictionary)
        let (map, findings) = ReadingMap.compile(
            dictionary, for: format, names: names, zone: zone.flatMap(Zone.init(named:)), on: day)
        guard let map else { preconditionFailure("\(findings.map(\.message))") }
        let page = PairFormat.page(Array((text + "\n.\n").utf8))
        let checked = validate(Parsed(page, as: format), as: format)
        guard let valid = checked.valid(0) else { preconditionFailure("no record") }
        var reader = map.reader(of: page)
        let (range, found) = reader.read(valid)
        let packed = Array(reader.packed[range])
        guard let view = try? names.view(packed) else { preconditionFailure("not packed") }
        return (view.record, found)
    }

    /// `record` rendered by `dictionary`; nil when a finding holds it.
    static func write(
        _ record: Canonical, by dictionary: FieldDictionary, zone: String? = nil,
        variables: [TemplateVariable: String] = [:]
    ) -> (text: String?, findings: [Finding]) {
        let names = names(dictionary)
        let (map, faults) = WritingMap.compile(
            dictionary, for: format, names: names, zone: zone.flatMap(Zone.init(named:)),
            on: "2026-11-20")
        guard let map else { preconditionFailure("\(faults.map(\.message))") }
        let (node, findings) = map.node(for: view(record, names), variables: variables)
        guard let node, let bytes = try? format.render(node) else { return (nil, findings) }
        return (String(decoding: bytes, as: UTF8.self), findings)
    }

    /// `text` after the edits that make it say `record` by `dictionary`.
    static func edit(
        _ text: String, to record: Canonical, by dictionary: FieldDictionary, zone: String? = nil,
        variables: [TemplateVariable: String] = [:]
    ) -> (text: String?, edits: Int, findings: [Finding]) {
        let names = names(dictionary)
        let (map, faults) = WritingMap.compile(
            dictionary, for: format, names: names, zone: zone.flatMap(Zone.init(named:)),
            on: "2026-11-20")
        guard let map else { preconditionFailure("\(faults.map(\.message))") }
        let document = format.parse(PairFormat.page(Array((text + "\n.\n").utf8)))
        var values = FieldValues()
        let (edits, findings) = map.edits(
            for: view(record, names), in: document, record: 0, variables: variables,
            reading: &values)
        let bytes = try? format.edit(document, record: 0, edits: edits, among: map.paths)
        return (bytes.map { String(decoding: $0, as: UTF8.self) }, edits.count, findings)
    }
}
