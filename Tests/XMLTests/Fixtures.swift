import Bytes
import Exchange
import WaybillTesting
import XML

/// Schemas that a test writes itself.
struct OwnSchemas: SchemaSource {
    let files: [String: String]
    func file(_ path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
    func absolutePath(_ path: String) -> String? { nil }
    func list(_ folder: String) -> [String] { files.keys.sorted() }
}

/// What a file came to, by way of framer, parser and checks.
struct Reading {
    var records: [(bytes: [UInt8], findings: [Finding], cents: Int64, hash: UInt64)] = []
    var closing = Closing()

    /// All codes: those of the records, then those of the file.
    var codes: [String] {
        records.flatMap { $0.findings.map(\.code) } + closing.findings.kept.map(\.code)
    }
    /// All findings, in the same order.
    var findings: [Finding] { records.flatMap(\.findings) + closing.findings.kept }
}

/// Settings as YAML would give them.
func settings(_ pairs: [(String, String)], namespaces: [String: String] = [:]) -> SettingsNode {
    let mark = Mark(file: "feed.yaml", line: 1, column: 1)
    func scalar(_ text: String) -> SettingsNode { SettingsNode(.scalar(text), at: mark) }
    var entries = pairs.map { SettingsNode.Entry(key: $0.0, mark: mark, value: scalar($0.1)) }
    if !namespaces.isEmpty {
        let map = namespaces.sorted { $0.key < $1.key }
            .map { SettingsNode.Entry(key: $0.key, mark: mark, value: scalar($0.value)) }
        entries.append(
            .init(key: "namespaces", mark: mark, value: SettingsNode(.map(map), at: mark)))
    }
    return SettingsNode(.map(entries), at: mark)
}

/// The format that settings ask for.
func format(
    _ pairs: [(String, String)], namespaces: [String: String] = [:],
    schemas: any SchemaSource = ShippedSchemas()
) throws -> XMLFormat {
    let node = settings([("type", "xml")] + pairs, namespaces: namespaces)
    let (made, findings) = XMLFamily().read(node, schemas: schemas)
    guard let format = made as? XMLFormat else { throw Refused(findings: findings) }
    return format
}

/// Settings that make no format.
struct Refused: Error { let findings: [Finding] }

/// The portal's questionnaires, with `q` for their namespace.
func questionnaires() throws -> XMLFormat {
    try format(
        [("schema", "portal/questionnaire")], namespaces: ["q": "urn:waybill:portal:questionnaire"])
}

/// Reads a whole file.
func read(_ bytes: [UInt8], as format: XMLFormat, chunk: Int = .max) throws -> Reading {
    var reading = Reading()
    var framer = format.framer(over: MemorySource(bytes, chunk: chunk))
    while let page = try framer.next() {
        let checked = validate(Parsed(page, as: format), as: format)
        for (index, frame) in page.frames.enumerated() {
            let own = Array(page.bytes[frame.range.range])
            reading.records.append((own, checked.findings[index], frame.cents, frame.hash))
        }
    }
    reading.closing = framer.closing
    return reading
}

func read(_ text: String, as format: XMLFormat, chunk: Int = .max) throws -> Reading {
    try read(Array(text.utf8), as: format, chunk: chunk)
}

/// One response, valid as it stands.
func response(_ id: String = "R1", mrn: String = "M100", birth: String = "1980-02-29") -> String {
    """
      <q:response id="\(id)">
        <q:patient mrn="\(mrn)"><q:birthDate>\(birth)</q:birthDate>
          <q:name><q:family>O&#39;Hara &amp; Sons</q:family><q:given>Ann</q:given></q:name></q:patient>
        <q:visit>V77</q:visit>
        <q:questionnaire>PHQ-9</q:questionnaire>
        <q:completed>2026-11-19T18:30:00-06:00</q:completed>
        <q:item linkId="1"><q:text>Sleep</q:text><q:answer type="integer">2</q:answer></q:item>
        <q:item linkId="2"><q:answer>fine</q:answer><q:answer>mostly</q:answer></q:item>
      </q:response>

    """
}

/// A document around responses.
func responseSet(_ responses: String, count: Int = 1) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <q:responseSet xmlns:q="urn:waybill:portal:questionnaire" sender="portal" created="2026-11-20T01:00:00Z" count="\(count)">
    \(responses)</q:responseSet>

    """
}
