import Exchange
import Foundation
import HL7v2
import Testing

/// `docs/hl7-defects.md` is generated from the corpus: what is wrong, and what is found.
///
/// After a change: `WAYBILL_RECORD=1 swift test --filter DefectTableTests`.
@Suite struct DefectTableTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/hl7-defects.md")

    @Test func `docs/hl7-defects.md says what is found today, and every defect is`() throws {
        let table = try DefectTable()
        if ProcessInfo.processInfo.environment["WAYBILL_RECORD"] == "1" {
            try Data(table.page.utf8).write(to: Self.path, options: .atomic)
        }
        #expect(table.missed == [])
        #expect(table.falseAlarms == [])
        #expect(try String(contentsOf: Self.path, encoding: .utf8) == table.page)
    }

    @Test(arguments: Framing.allCases)
    func `clean messages of four versions have no finding above info in any framing`(
        framing: Framing
    ) throws {
        for version in HL7v2Family.readVersions {
            let (read, above) = try DefectTable.clean(version, framing)
            #expect(read > 0)
            #expect(above == [], "\(version)")
        }
    }
}

/// The corpus as a page.
struct DefectTable {
    private(set) var page = ""
    /// Defects that were not found as the corpus says, and clean forms that were told of.
    private(set) var missed: [String] = []
    private(set) var falseAlarms: [String] = []
    private var defects = 0
    private var forms = 0

    static let titles = [
        "1-bytes": "Bytes and framing", "2-delimiters": "Delimiters", "3-charset": "Character sets",
        "4-escapes": "Escape sequences", "5-values": "Values", "6-structure": "Structure",
        "7-types": "Data types and tables", "8-results": "Results, orders and appointments",
        "9-batch": "Files and batches", "10-answers": "Answers",
    ]

    init() throws {
        var rows = ""
        var section = ""
        let ordered = CorpusCase.all.sorted { Self.rank($0) < Self.rank($1) }
        for one in ordered {
            if one.section != section {
                section = one.section
                let name = section.replacing(".txt", with: "")
                rows += "\n## \(Self.titles[name] ?? name)\n\n"
                rows += "| what is sent | found | code | place | table 0357 | MSA-1 |\n"
                rows += "|---|---|---|---|---|---|\n"
            }
            rows += row(one, try CaseResult(one))
        }
        let clean = try Self.cleanTable()
        page = Self.head + summary + rows + clean
    }

    private static func rank(_ one: CorpusCase) -> Int {
        Int(one.section.prefix { $0.isNumber }) ?? 0
    }

    private mutating func row(_ one: CorpusCase, _ result: CaseResult) -> String {
        let all = result.aboutFile + result.told + result.infos
        let isTrue =
            result.told.map(\.words) == one.finds && result.infos.map(\.code) == one.infos
            && result.aboutFile.map(\.code) == one.fileCodes
        let isClean = one.finds.isEmpty && one.infos.isEmpty && one.fileCodes.isEmpty
        if isClean {
            forms += 1
            if !isTrue { falseAlarms.append(one.name) }
        } else {
            defects += 1
            if !isTrue { missed.append(one.name) }
        }
        let found = isClean ? (isTrue ? "nothing to find" : "FALSE ALARM") : isTrue ? "yes" : "NO"
        func column(_ text: (CaseResult.Told) -> String) -> String {
            all.map { text($0).isEmpty ? "–" : text($0) }.joined(separator: "<br>")
        }
        let cells = [
            one.name, found, column(\.code), column { $0.place.isEmpty ? "file" : $0.place },
            column(\.error), result.answer,
        ]
        return "| " + cells.joined(separator: " | ") + " |\n"
    }

    private static let head = """
        # HL7 v2: what is found

        Every line of the checklist for the reader and validator, as a case of the test corpus
        (`Tests/HL7v2Tests/Corpus`): a clean message with one thing changed, and what reading it says. This
        page is generated from the corpus (`WAYBILL_RECORD=1 swift test --filter DefectTableTests`) and
        compared with it by a test, which also fails when a defect is not found or a clean message is told
        of; do not edit it. What the codes mean and what to do stands in [findings.md](findings.md).

        A *place* is a segment (with its number where it occurs more than once), field, repetition,
        component and sub-component; `file` stands for the file as a whole. *Table 0357* is the code that
        ERR tells the sender, *MSA-1* the answer to the last message of the case.


        """

    private var summary: String {
        """
        **\(defects) kinds of defect and unusual form, \(defects - missed.count) found; \(forms) clean \
        forms, \(falseAlarms.count) false alarms.**

        """
    }

    // MARK: Clean messages

    /// How many clean messages of a version were read in a framing, and what was told above info.
    static func clean(_ version: String, _ framing: Framing) throws -> (Int, [String]) {
        let messages = Corpus.clean().filter { $0.name.hasSuffix(" \(version)") }
            .map { Array($0.text.utf8) }
        let reading = try HL7.read(framing.file(messages))
        let above =
            reading.faults
            + reading.closing.findings.kept
            .filter { $0.severity > .info }.map(\.code)
        let isWhole = reading.frames.count == messages.count && reading.closing.isComplete
        return (reading.frames.count, above + (isWhole ? [] : ["incomplete"]))
    }

    private static func cleanTable() throws -> String {
        let versions = HL7v2Family.readVersions
        var text = """

            ## Clean messages

            Messages of every kind in each version, one after another in one file, in every framing: how
            many were read, and how many findings above *info* they had.

            | framing | \(versions.joined(separator: " | ")) |
            |---|\(versions.map { _ in "---" }.joined(separator: "|"))|

            """
        for framing in Framing.allCases {
            let cells = try versions.map { version in
                let (read, above) = try clean(version, framing)
                return "\(read) read, \(above.count) findings"
            }
            text += "| \(framing.rawValue) | \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }
}

extension HL7v2Family {
    /// The versions with a schema of their own.
    static let readVersions = ["2.3", "2.3.1", "2.4", "2.5.1"]
}
