import CSV
import Exchange
import Foundation
import HL7v2
import Testing
import WaybillTesting
import X12
import XML

/// The contract of `Format`, over the sample clinic's files.
@Suite struct FormatTests {
    private func files(_ paths: String...) throws -> [[UInt8]] {
        try paths.map { try Repository.bytes("samples/night-1/inbox/" + $0) }
    }

    private struct NoFormat: Error {}

    private func expectNone(
        _ format: (any Format)?, _ files: [[UInt8]], _ delimiters: String, canaries: [String],
        namesFirst: Bool = false
    ) throws {
        func open(_ format: some Format) throws -> [Violation] {
            try FormatContract(
                format, files: files, delimiters: Array(delimiters.utf8), canaries: canaries,
                namesFirst: namesFirst
            ).violations()
        }
        // One line a clause and finding: a breach shows at hundreds of places.
        var shown: [String: (count: Int, first: String)] = [:]
        guard let format else { throw NoFormat() }
        for violation in try open(format) {
            let key = violation.clause + " " + violation.detail.prefix { $0 != ":" }
            let before = shown[key] ?? (0, violation.description)
            shown[key] = (before.count + 1, before.first)
        }
        let told = shown.sorted { $0.key < $1.key }.map { "\($0.value.count) × \($0.value.first)" }
        #expect(told == [])
    }

    @Test func `HL7 v2 keeps the contract of formats`() throws {
        let format = HL7v2Family().format(
            for: nil, schema: nil, level: 5, schemas: Repository.schemas
        ).format
        try expectNone(
            format,
            files(
                "lab/NORTH_20261119_1.hl7", "lab/ACME_20261120_2.hl7", "ehr/merges_20261119.hl7"
            ),
            "|^~&\r\n", canaries: ["Mockley", "Fictiva", "Balsam", "19751130", "20040704"])
    }

    @Test(arguments: [
        "billing-service/BS_20261119_1.x12", "clearinghouse/835_SHP_20261119.x12",
        "clearinghouse/277CA_20261119.x12", "clearinghouse/999_20261119.x12",
        "clearinghouse/TA1_20261119.x12",
    ])
    func `X12 keeps the contract of formats`(path: String) throws {
        let format = X12Family().format(
            for: nil, schema: nil, level: 5, schemas: Repository.schemas
        ).format
        try expectNone(
            format, files(path), "*:~^\r\n",
            canaries: ["TESTCASE", "SAMPLETON", "SHP701001", "Testcase", "Sampleton"])
    }

    @Test func `CSV keeps the contract of formats`() throws {
        let patients = CSVFamily().format(
            for: nil, schema: "clinic/pms-patients", level: 5, schemas: Repository.schemas
        ).format
        try expectNone(
            patients, files("pms/patients_20261119.csv"), ",\r\n",
            canaries: ["Testcase", "Alder", "02/11/1961", "13/04/1980", "SHP701001"],
            namesFirst: true)
        let mark = Mark(file: "test.yaml", line: 1, column: 1)
        func entry(_ key: String, _ content: SettingsNode.Content) -> SettingsNode.Entry {
            SettingsNode.Entry(key: key, mark: mark, value: SettingsNode(content, at: mark))
        }
        let trailer = SettingsNode.Content.map([
            entry("match", .scalar("TRL")), entry("count", .scalar("1")),
            entry("total", .scalar("2")),
        ])
        let settings = SettingsNode(
            .map([
                entry("type", .scalar("csv")), entry("schema", .scalar("clinic/pms-charges")),
                entry("group", .scalar("CLAIM_ID")), entry("money", .scalar("CHARGE")),
                entry("trailer", trailer),
            ]), at: mark)
        let (charges, findings) = CSVFamily().read(settings, schemas: Repository.schemas)
        #expect(findings.map(\.message) == [])
        try expectNone(
            charges, files("pms/charges_20261119.csv"), ",\r\n",
            canaries: ["Testcase", "Alder", "SHP701001", "02/11/1961"], namesFirst: true)
    }

    @Test(arguments: [
        ("portal/answers_20261119.xml", "portal/questionnaire"),
        ("notes/NOTE-5003.xml", "ccda/note"),
    ])
    func `XML keeps the contract of formats`(path: String, schema: String) throws {
        let format = XMLFamily().format(
            for: nil, schema: schema, level: 5, schemas: Repository.schemas
        ).format
        try expectNone(
            format, files(path), "<>\"", canaries: ["Demoor", "Cedar", "1948-09-03"])
    }
}
