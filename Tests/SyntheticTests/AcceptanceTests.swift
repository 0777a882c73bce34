import Bytes
import CSV
import Exchange
import Foundation
import HL7v2
import Synthetic
import Testing
import WaybillTesting
import X12
import XML

/// What is measured must be what a partner would send: every synthetic file is accepted whole.
@Suite struct AcceptanceTests {
    @Test func `results are accepted`() throws {
        try expectAccepted(LabResults(messages: 40, seed: 5), by: HL7v2Family(), records: 40)
    }

    @Test func `results with documents are accepted`() throws {
        let file = LabDocuments(messages: 5, size: 40_000, seed: 5)
        try expectAccepted(file, by: HL7v2Family(), records: 5)
    }

    @Test func `claims are accepted at level 5`() throws {
        let file = ProfessionalClaims(claims: 40, seed: 5, claimsPerSet: 15)
        try expectAccepted(file, by: X12Family(), records: 40)
    }

    @Test func `payments are accepted at level 5`() throws {
        try expectAccepted(Remittances(payments: 6, seed: 5), by: X12Family(), records: 6)
    }

    @Test func `answers are accepted by the portal's schema`() throws {
        let file = PortalAnswers(responses: 40, seed: 5)
        try expectAccepted(file, by: XMLFamily(), schema: "portal/questionnaire", records: 40)
    }

    @Test func `charges are accepted by their schema, and the trailer agrees`() throws {
        let mark = Mark(file: "test", line: 1, column: 1)
        func node(_ text: String) -> SettingsNode { SettingsNode(.scalar(text), at: mark) }
        func map(_ entries: [(String, SettingsNode)]) -> SettingsNode {
            SettingsNode(
                .map(entries.map { SettingsNode.Entry(key: $0.0, mark: mark, value: $0.1) }),
                at: mark)
        }
        let settings = map([
            ("type", node("csv")), ("schema", node("synthetic/charges")), ("group", node("CLAIM")),
            ("money", node("AMOUNT")),
            ("trailer", map([("match", node("TRL")), ("count", node("1")), ("total", node("2"))])),
        ])
        let (format, findings) = CSVFamily().read(
            settings,
            schemas: ShippedSchemas(
                and: ["csv/synthetic/charges.json": Array(ChargeTable.schema.utf8)]))
        #expect(findings.isEmpty)
        let made = try #require(format)
        try expectAccepted(ChargeTable(claims: 40, seed: 5).bytes(), by: made, records: 40)
    }

    private func expectAccepted(
        _ file: some SyntheticFile, by family: some FormatFamily, schema: String? = nil,
        records: Int
    ) throws {
        let bytes = file.bytes()
        let (format, findings) = family.format(
            for: family.sniff(Array(bytes.prefix(65_536))), schema: schema, level: 5,
            schemas: ShippedSchemas(
                and: ["csv/synthetic/charges.json": Array(ChargeTable.schema.utf8)]))
        #expect(findings.isEmpty)
        let made = try #require(format)
        try expectAccepted(bytes, by: made, records: records)
    }

    private func expectAccepted(_ bytes: [UInt8], by format: some Format, records: Int) throws {
        var framer = format.framer(over: MemorySource(bytes))
        var accepted = 0
        var errors: [String] = []
        while let page = try framer.next() {
            let checked = validate(Parsed(page, as: format), as: format)
            for (index, findings) in checked.findings.enumerated() {
                if checked.valid(index) != nil { accepted += 1 }
                errors += findings.filter { $0.severity == .error }.map(\.code)
            }
        }
        let closing = framer.closing
        errors += closing.findings.kept.filter { $0.severity == .error }.map(\.code)
        #expect(errors == [])
        #expect(accepted == records)
        #expect(closing.isComplete)
    }
}
