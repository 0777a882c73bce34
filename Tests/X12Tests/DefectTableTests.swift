import Exchange
import Foundation
import Testing

@testable import X12

/// `docs/x12-defects.md` is generated: what is wrong, what is found, and what the sender is told.
///
/// After a change: `WAYBILL_RECORD=1 swift test --filter X12Tests.DefectTableTests`.
@Suite struct DefectTableTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/x12-defects.md")

    @Test func `docs/x12-defects.md says what is found today, and every fault is`() throws {
        let table = try DefectTable()
        if ProcessInfo.processInfo.environment["WAYBILL_RECORD"] == "1" {
            try Data(table.page.utf8).write(to: Self.path, options: .atomic)
        }
        #expect(table.wrong.isEmpty, "\(table.wrong.prefix(40).joined(separator: "\n"))")
        #expect(try String(contentsOf: Self.path, encoding: .utf8) == table.page)
    }
}

/// The corpus as a page.
struct DefectTable {
    private(set) var page = ""
    /// Faults that were not found or told as they should be, and valid files with a finding.
    private(set) var wrong: [String] = []
    private var kinds = 0
    private var files = 0
    private var valid = 0

    init() throws {
        let bases = MadeSetTests.guides.sorted { $0.name < $1.name }.map(Base.init)
        var rows = ""
        rows += Self.title("Files, interchanges, groups and sets (level 1)")
        for one in EnvelopeCases.files { rows += try row(one) }
        rows += try merged(bases.map { EnvelopeCases.all($0) })
        rows += Self.title("Hierarchies, lines and warnings (levels 1 and 2)")
        rows += try merged(bases.map { LevelCases.all($0) })
        rows += """

            ## Segments and elements (levels 1 and 2)

            Made from the guides: each element and segment that must be there left out, each code list,
            type, length and syntax note broken, each maximum exceeded, one at a time, in the least file
            that holds the segment. The place is one of those in the files.

            | what is wrong | transaction | found | code | place | told |
            |---|---|---|---|---|---|

            """
        rows += try made(bases)
        rows += Self.title("Balances, situations and code sets (levels 3 to 5)")
        for one in LaterCases.all.sorted(by: {
            ($0.kind, $0.transaction) < ($1.kind, $1.transaction)
        }) {
            rows += try row(one)
        }
        rows += try clean(bases)
        page = Self.head + summary + rows
    }

    private static func title(_ text: String) -> String {
        """

        ## \(text)

        | what is wrong | transaction | found | code | place | told |
        |---|---|---|---|---|---|

        """
    }

    // MARK: Rows

    private mutating func row(_ one: TableCase) throws -> String {
        let result = try TableResult(one)
        kinds += 1
        files += 1
        if !result.wrong.isEmpty {
            wrong.append("\(one.kind), \(one.transaction): \(result.wrong)")
        }
        let told = one.level > 2 && one.transaction != "any" ? Self.told(result.found) : one.told
        return cells([
            one.kind, one.transaction, result.wrong.isEmpty ? "yes" : "NO", one.code,
            result.found?.location.path ?? "file", told,
        ])
    }

    /// Cases of several transactions, kind by kind; those that read alike in one row.
    private mutating func merged(_ all: [[TableCase]]) throws -> String {
        var order: [String] = []
        var byKind: [String: [(names: [String], cells: [String])]] = [:]
        for one in all.flatMap({ $0 }) {
            let result = try TableResult(one)
            files += 1
            kinds += 1
            if !result.wrong.isEmpty {
                wrong.append("\(one.kind), \(one.transaction): \(result.wrong)")
            }
            let rest = [
                result.wrong.isEmpty ? "yes" : "NO", one.code,
                result.found?.location.path ?? "envelope", one.told,
            ]
            if byKind[one.kind] == nil { order.append(one.kind) }
            if let place = byKind[one.kind]?.firstIndex(where: { $0.cells == rest }) {
                byKind[one.kind]?[place].names.append(one.transaction)
            } else {
                byKind[one.kind, default: []].append(([one.transaction], rest))
            }
        }
        return order.map { kind in
            (byKind[kind] ?? []).map { cells([kind, $0.names.joined(separator: ", ")] + $0.cells) }
                .joined()
        }.joined()
    }

    /// The faults made from the guides, counted by kind and transaction.
    private mutating func made(_ bases: [Base]) throws -> String {
        struct Tally {
            var made = 0
            var found = 0
            var code = ""
            var place = ""
            var told = ""
        }
        var tallies: [String: [String: Tally]] = [:]
        for base in bases {
            for fault in MadeFaults(base.guide).all {
                let result = try MadeResult(fault, base.guide)
                var tally = tallies[fault.kind]?[base.name] ?? Tally()
                tally.made += 1
                files += 1
                if result.found != nil, result.answer.isEmpty {
                    tally.found += 1
                } else {
                    wrong.append(
                        "\(fault.kind), \(base.name) \(fault.place): \(result.answer) "
                            + result.others.prefix(3).joined(separator: ", "))
                }
                if tally.place.isEmpty, let found = result.found {
                    tally.code = fault.code
                    tally.place = found.location.path ?? ""
                    tally.told =
                        base.isAnswered
                        ? "IK3 \(fault.segmentCode ?? "")"
                            + (fault.elementCode.map { ", IK4 \($0)" } ?? "") : "–"
                }
                tallies[fault.kind, default: [:]][base.name] = tally
            }
        }
        var rows = ""
        for (kind, byName) in tallies.sorted(by: { $0.key < $1.key }) {
            for (name, tally) in byName.sorted(by: { $0.key < $1.key }) {
                kinds += 1
                rows += cells([
                    kind, name, "\(tally.found) of \(tally.made)", tally.code, tally.place,
                    tally.told,
                ])
            }
        }
        return rows
    }

    private func cells(_ texts: [String]) -> String {
        "| " + texts.joined(separator: " | ") + " |\n"
    }

    /// What a 999 says of a finding of level 3 and above.
    private static func told(_ finding: Finding?) -> String {
        guard let finding, let segment = finding.ack["IK304"] else { return "IK5 A" }
        return "IK3 \(segment)" + (finding.ack["IK403"].map { ", IK4 \($0)" } ?? "") + ", IK5 E"
    }

    // MARK: Valid files

    private mutating func clean(_ bases: [Base]) throws -> String {
        var text = """

            ## Valid files

            Made from the guides: each segment and loop alone with what it needs, everything at once, and
            every code of every list; and the files of `Tests/Samples/x12` at level 5. None is refused,
            none has a finding.

            | transaction | files | refused | with a finding |
            |---|---|---|---|

            """
        for base in bases {
            var count = 0
            var refused = 0
            var found = 0
            for file in ValidFiles.all(base.guide) {
                let reading = try readAll(file.text, level: file.level)
                count += 1
                if !reading.rejectedParts.isEmpty || reading.records.isEmpty { refused += 1 }
                if !reading.findings.isEmpty {
                    found += 1
                    wrong.append(
                        "valid \(base.name): "
                            + reading.findings.prefix(3).map {
                                "\($0.code) \($0.location.path ?? "")"
                            }.joined(separator: ", "))
                }
                let reply = answer(reading).text
                if !reply.isEmpty {
                    if try !readAll(reply).findings.isEmpty || !reply.contains("AK9*A*") {
                        wrong.append("valid \(base.name): \(reply)")
                    }
                }
            }
            valid += count
            text += cells([base.name, String(count), String(refused), String(found)])
        }
        return text
    }

    private static let head = """
        # X12: what is found

        Every kind of fault of levels 1 to 5, at least once for each transaction it applies to: what
        reading it says, and what the sender is told. This page is generated from the tests' own files
        (`WAYBILL_RECORD=1 swift test --filter X12Tests.DefectTableTests`) and compared with them by a
        test, which also fails when a fault is not found, when a valid file has a finding, or when a 999
        or TA1 is not itself valid or does not say what stands here; do not edit it. What the codes mean
        and what to do stands in [findings.md](findings.md).

        A *place* is a loop, segment, element and component. *Told* is what the answer says: the codes of
        IK3 and IK4, of IK5 (set), AK9 (group) or TA1 (interchange); – where nothing is answered, as to a
        999.


        """

    private var summary: String {
        """
        **\(kinds) kinds of fault by transaction in \(files) files, \(files - wrong.count) found and \
        told; \(valid) valid files, \(wrong.count { $0.hasPrefix("valid") }) with a finding.**

        """
    }
}

/// Files without a fault.
enum ValidFiles {
    /// Of one guide: each item alone, everything once, each code of every list, and the samples.
    static func all(_ guide: Guide) -> [(text: String, level: Int)] {
        var texts = guide.items.indices.map { item in
            SetMaker.file(guide, SetMaker.least(guide, with: item).segments)
        }
        let most = guide.elements.map(\.codes.count).max() ?? 1
        for turn in 0..<most {
            let made = SetMaker(guide, counts: { _ in 1 }, fills: { _, _ in true }, picks: { turn })
            texts.append(SetMaker.file(guide, made.segments))
        }
        let samples = SampleFile.names.map(SampleFile.init).filter {
            $0.guide == guide.id && $0.set == guide.set
        }
        return texts.map { ($0, 2) } + samples.map { ($0.text, 5) }
    }
}
