import Exchange
import Pipeline
import Testing

@testable import waybill

/// `docs/findings.md` is generated from the kinds that stand beside their checks.
///
/// After a change of a kind: `WAYBILL_RECORD=1 swift test --filter DocumentsTests`.
@Suite struct FindingCatalogueTests {
    private let kinds = Catalogue.kinds(Waybill.registry)

    @Test func `docs/findings.md lists every kind of finding, as it is declared`() throws {
        let page = FindingCatalogue(kinds).markdown
        try Documents.record(page, as: "docs/findings.md")
        #expect(try Documents.text("docs/findings.md") == page)
    }

    @Test func `no two kinds of finding share a code`() {
        let codes = Dictionary(grouping: kinds, by: \.code)
        #expect(codes.filter { $0.value.count > 1 }.keys.sorted() == [])
    }

    @Test func `every code is a prefix of its module, a hyphen and three digits`() {
        let odd = kinds.map(\.code).filter { code in
            let parts = code.split(separator: "-", omittingEmptySubsequences: false)
            return parts.count != 2 || FindingCatalogue.sections[String(parts[0])] == nil
                || parts[1].count != 3 || Int(parts[1]) == nil
        }
        #expect(odd == [])
    }

    @Test func `what is wrong ends without a full stop, and what to do with one`() {
        let odd = kinds.filter {
            $0.what.isEmpty || $0.what.hasSuffix(".") || !$0.fix.hasSuffix(".")
        }
        #expect(odd.map(\.code) == [])
    }
}

/// The catalogue as a page.
struct FindingCatalogue {
    /// What each prefix is about, and where its kinds are declared.
    static let sections = [
        "CSV": "Delimited text (`Sources/CSV`)",
        "FIL": "Files, folders and transports (`Sources/Pipeline`, `Sources/Transports`)",
        "HL7": "HL7 v2 (`Sources/HL7v2`)",
        "MAP": "Dictionaries and crosswalks (`Sources/Mapping`)",
        "RUN": "The night itself (`Sources/Pipeline/Run/RunFindings.swift`)",
        "SET": "Settings (`Sources/Exchange`, `Sources/Settings`, `Sources/Pipeline/Site`)",
        "X12": "X12 (`Sources/X12`)",
        "XML": "XML (`Sources/XML`)",
    ]

    private let kinds: [FindingKind]

    init(_ kinds: [FindingKind]) { self.kinds = kinds }

    var markdown: String {
        var page = """
            # Findings

            Every kind of finding, by code. This page is generated from the values that stand beside
            the checks (`static let kinds` in each room) and compared with them by a test; do not edit
            it. A clinic's own rules (`config/rules/`) add their ids to these.

            An **error** keeps a record from being accepted; a **warning** or **info** stops nothing. What an
            error condemns is the record alone, its transaction set (*part*), or the whole *file*.

            """
        for (prefix, title) in Self.sections.sorted(by: { $0.key < $1.key }) {
            page += "\n## \(prefix): \(title)\n\n"
            page += "| code | severity | condemns | owner | what is wrong | what to do |\n"
            page += "|---|---|---|---|---|---|\n"
            for kind in kinds where kind.code.hasPrefix(prefix + "-") { page += row(kind) }
        }
        return page
    }

    private func row(_ kind: FindingKind) -> String {
        let reach = kind.severity == .error ? kind.reach.rawValue : ""
        let cells = [
            kind.code, kind.severity.rawValue, reach, kind.owner.rawValue, kind.what, kind.fix,
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
}
