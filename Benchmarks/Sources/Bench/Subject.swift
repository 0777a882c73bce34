import Bytes
import Exchange
import Foundation
import Pipeline
import Settings
import Synthetic

/// One kind of file, with the format that reads it.
struct Subject: Sendable {
    /// As the table names it.
    let name: String
    /// The file in memory.
    let bytes: [UInt8]
    /// What reads it.
    let format: any Format
    /// MB/s that are asked for; nil when the yardstick is another.
    let budget: Double?

    /// Megabytes of 1,000,000 bytes.
    var megabytes: Double { Double(bytes.count) / 1e6 }

    /// The HL7 results.
    static func results(_ plan: Plan) throws -> Subject {
        try Subject(
            "HL7 v2 results", plan, budget: 300,
            format: "{type: hl7v2, messages: [ORU^R01], versions: ['2.5.1'], batch: expected}"
        ) { LabResults(messages: $0 / 1230, seed: plan.seed) }
    }

    /// The same with a document in each message.
    static func documents(_ plan: Plan, messages: Int, size: Int) throws -> Subject {
        try Subject(
            "HL7 v2, \(messages) documents of 2 MB", plan, budget: 1000,
            format: "{type: hl7v2, messages: [ORU^R01], versions: ['2.5.1'], batch: expected}",
            file: "documents-\(messages)-\(size)"
        ) { _ in LabDocuments(messages: messages, size: size, seed: plan.seed) }
    }

    /// The professional claims, levels 1 to 5.
    static func claims(_ plan: Plan) throws -> Subject {
        try Subject(
            "X12 837P claims, levels 1 to 5", plan, budget: 200,
            format: "{type: x12, guides: [005010X222A1], level: 5}"
        ) { ProfessionalClaims(claims: $0 / 720, seed: plan.seed) }
    }

    /// The payments, levels 1 to 5.
    static func payments(_ plan: Plan) throws -> Subject {
        try Subject(
            "X12 835 payments, levels 1 to 5", plan, budget: 200,
            format: "{type: x12, guides: [005010X221A1], level: 5}"
        ) { Remittances(payments: $0 / 20_000, seed: plan.seed) }
    }

    /// The typed table.
    static func charges(_ plan: Plan) throws -> Subject {
        try Subject(
            "CSV charges, typed", plan, budget: 250,
            format:
                "{type: csv, schema: bench/charges, delimiter: ',', header: true, group: CLAIM, "
                + "money: AMOUNT, trailer: {match: TRL, count: 1, total: 2}}"
        ) { ChargeTable(claims: $0 / 340, seed: plan.seed) }
    }

    /// The XML answers; measured against libxml2 itself.
    static func answers(_ plan: Plan) throws -> Subject {
        try Subject(
            "XML answers with XSD", plan, budget: nil,
            format: "{type: xml, schema: portal/questionnaire}"
        ) { PortalAnswers(responses: $0 / 860, seed: plan.seed) }
    }

    private init(
        _ name: String, _ plan: Plan, budget: Double?, format: String, file: String? = nil,
        _ make: (Int) -> some SyntheticFile
    ) throws {
        self.name = name
        self.budget = budget
        let size = plan.bytes
        let slug = name.lowercased().filter { $0.isLetter || $0.isNumber }
        let path = try plan.file(file ?? "\(slug)-\(size >> 20)") { make(size) }
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        self.format = try Subject.compile(format)
    }

    /// Makes the format that settings in YAML ask for.
    static func compile(_ text: String) throws -> any Format {
        let (nodes, faults) = SettingsYAML.parse(Array(text.utf8), file: "format")
        guard let node = nodes.first, faults.isEmpty, let name = node["type"]?.text,
            let family = Bench.registry.formats.first(where: { $0.name == name })
        else { throw BenchFault("settings of a format: \(faults.map(\.message))") }
        let (format, findings) = family.read(node, schemas: BenchSchemas())
        guard let format, !findings.contains(where: { $0.severity == .error }) else {
            throw BenchFault("\(name): \(findings.map(\.message))")
        }
        return format
    }
}

/// The project's schemas, and the one of the synthetic table.
struct BenchSchemas: SchemaSource {
    private let store = SchemaStore.standard(site: nil)

    func file(_ path: String) -> [UInt8]? {
        path == "csv/bench/charges.json" ? Array(ChargeTable.schema.utf8) : store.file(path)
    }
    func absolutePath(_ path: String) -> String? { store.absolutePath(path) }
    func list(_ folder: String) -> [String] { store.list(folder) }
}
