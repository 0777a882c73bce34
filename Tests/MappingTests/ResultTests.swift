import Bytes
import Exchange
import Mapping
import Testing

/// The life cycle of results: which version takes the place of which.
@Suite struct ResultTests {
    private static let names = Bench.names()

    private func standing(
        _ nodes: [(entity: String, parent: Int?, fields: [(String, String)])]
    ) throws -> [(number: String, standing: ResultStanding, isNotable: Bool)] {
        let record = Canonical(
            nodes: nodes.map { node in
                Canonical.Node(
                    entity: node.entity, parent: node.parent,
                    fields: node.fields.map { Canonical.Field($0.0, $0.1) })
            })
        let model = try #require(Bench.model.results)
        let reader = try #require(ResultReader(model, Self.names))
        var page = ResultPage()
        reader.read(Bench.view(record, Self.names), record: 1, into: &page)
        return try page.rows.map {
            (
                String(decoding: page.bytes[$0.number], as: UTF8.self),
                try ResultStanding(Array(page.bytes[$0.standing]), record: 5, batch: 6),
                $0.isNotable
            )
        }
    }

    private func version(
        _ status: String, issued: String = "2026-11-19T12:00:00-06:00", own: String? = nil
    ) throws -> ResultVersion {
        var item = [("observation.code", "GLU"), ("observation.status", status)]
        if let own { item.append(("observation.issued", own)) }
        var report = [("diagnosticReport.identifier.filler", "A1")]
        if !issued.isEmpty { report.append(("diagnosticReport.issued", issued)) }
        let found = try standing([
            ("serviceRequest", nil, []), ("diagnosticReport", 0, report), ("observation", 1, item),
        ])
        return try #require(found.first?.standing.entries.first?.version)
    }

    @Test func `each part of a report is an observation, under the report's number`() throws {
        let found = try standing([
            ("serviceRequest", nil, [("serviceRequest.identifier.filler", "not this")]),
            (
                "diagnosticReport", 0,
                [("diagnosticReport.identifier.filler", "A1"), ("diagnosticReport.status", "F")]
            ),
            ("observation", 1, [("observation.code", "GLU"), ("observation.status", "F")]),
            ("observation", 1, [("observation.code", "K")]),
            ("observation", 1, [("observation.code", "K"), ("observation.status", "X")]),
            (
                "diagnosticReport", 0,
                [("diagnosticReport.identifier.filler", "A2"), ("diagnosticReport.status", "P")]
            ),
            ("diagnosticReport", 0, [("diagnosticReport.status", "F")]),
        ])
        #expect(found.map(\.number) == ["A1", "A2"])
        #expect(
            found[0].standing.entries.map(\.version.status) == [.final, .final],
            "the second has the report's; what cannot be done has no life cycle")
        #expect(Set(found[0].standing.entries.map(\.name)).count == 2)
        #expect(found[1].standing.entries.map(\.name) == [0], "a report without parts is one")
        #expect(found.map(\.isNotable) == [false, false])
    }

    @Test func `the code as the lab says it and the part make the name`() throws {
        func name(_ fields: [(String, String)]) throws -> UInt32? {
            try standing([
                (
                    "diagnosticReport", nil,
                    [
                        ("diagnosticReport.identifier.filler", "A1"),
                        ("diagnosticReport.status", "F"),
                    ]
                ), ("observation", 0, fields),
            ]).first?.standing.entries.first?.name
        }
        let plain = try name([("observation.code", "GLU")])
        #expect(
            try name([("observation.code", "2345-7"), ("observation.code.local", "GLU")]) == plain,
            "a crosswalk that changes does not make another result")
        #expect(try name([("observation.code", "GLU"), ("observation.subId", "1")]) != plain)
        #expect(try name([("observation.code", "K")]) != plain)
    }

    @Test func `a report's status A is partial, an observation's is an amendment`() throws {
        #expect(try version("A").status == .correction)
        let found = try standing([
            (
                "diagnosticReport", nil,
                [("diagnosticReport.identifier.filler", "A1"), ("diagnosticReport.status", "A")]
            )
        ])
        #expect(found.first?.standing.entries.first?.version.status == .preliminary)
    }

    @Test(
        arguments: [
            ("F", "P", .stale), ("C", "I", .stale), ("P", "F", .goes), ("F", "F", .goes),
            ("F", "C", .goes), ("C", "F", .stale), ("P", "P", .goes), ("F", "W", .goes),
            ("W", "F", .withdrawnBefore), ("W", "P", .withdrawnBefore), ("W", "W", .goes),
            ("C", "C", .goes), ("A", "U", .stale),
        ] as [(String, String, ResultVersion.Verdict)])
    func `of two versions of one time`(
        standing: String, next: String, verdict: ResultVersion.Verdict
    ) throws {
        #expect(
            try version(next).over(version(standing), tie: .replaces) == verdict)
        // What was there before gives way to its like; what is final is no like of a preliminary.
        let isAlike = (standing == "P") == (next == "P") || next == "W"
        let given = try version(next).over(version(standing), tie: .yields)
        #expect(given == (verdict == .goes && isAlike ? .stale : verdict))
    }

    @Test(arguments: ["F", "C", "P"]) func `what is older is stale, what is newer goes`(
        status: String
    ) throws {
        let early = try version(status)
        let late = try version(status, own: "2026-11-19T12:00:01-06:00")
        #expect(late.over(early, tie: .yields) == .goes)
        #expect(early.over(late, tie: .replaces) == .stale)
        let wrong = try version("W")
        #expect(late.over(wrong, tie: .yields) == .goes)
        #expect(wrong.over(late, tie: .replaces) == .stale)
    }

    @Test func `only what is certainly older is older`() throws {
        func order(_ left: String, _ right: String) throws -> ResultVersion.Verdict {
            try version("F", issued: left).over(version("F", issued: right), tie: .replaces)
        }
        #expect(try order("2026-11-19T12:00-06:00", "2026-11-19T18:00Z") == .goes)
        #expect(try order("2026-11-19T12:00-06:00", "2026-11-19T18:01Z") == .stale)
        #expect(try order("2026-11-19", "2026-11-19T18:01") == .goes)
        #expect(try order("2026-11-18", "2026-11-19T18:01") == .stale)
        #expect(try order("2026-11-19T12:00", "2026-11-19T18:01Z") == .goes, "no zone: unknown")
        #expect(try order("2026-11-18T12:00", "2026-11-19T18:01Z") == .stale)
        #expect(try order("2026-11", "2026-11-30") == .goes)
        #expect(try order("", "2026-11-30") == .goes)
    }

    @Test func `what stands is written in few bytes and read back`() throws {
        let final = try version("F")
        let entries = (1...8).map { ResultStanding.Entry(name: $0 * 0x0101_0101, version: final) }
        let said = ResultStanding(entries)
        #expect(said.bytes.count == 1 + 5 + 1 + 8 * 4)
        var standing = ResultStanding()
        standing.take(said, record: 1 << 33 | 4, batch: 7)
        let correction = try version("C", own: "2026-11-20T12:00:00-06:00")
        standing.take(
            ResultStanding([ResultStanding.Entry(name: 0x0202_0202, version: correction)]),
            record: 1 << 34 | 1, batch: 8)
        let again = try ResultStanding(standing.bytes)
        #expect(Set(again.entries) == Set(standing.entries))
        #expect(again.entry(0x0202_0202)?.batch == 8)
        #expect(again.entry(0x0303_0303)?.batch == 7)
        #expect(again.entry(0x0303_0303)?.version == final)
        #expect(again.entry(9) == nil)
        // What a record says itself takes the row's record and batch.
        #expect(try ResultStanding(said.bytes, record: 3, batch: 4).entries.first?.record == 3)
    }

    @Test func `damaged bytes are a fault, never a trap`() throws {
        let bytes = ResultStanding([
            ResultStanding.Entry(name: 77, version: try version("F"), record: 9, batch: 2)
        ]).bytes
        for cut in 1..<bytes.count {
            #expect(throws: CanonicalFault.self) { try ResultStanding(Array(bytes.prefix(cut))) }
        }
        for place in bytes.indices {
            for value in [0, 31, 127, 255] as [UInt8] {
                var damaged = bytes
                damaged[place] = value
                _ = try? ResultStanding(damaged)
            }
        }
    }

    @Test func `only feeds that read a number and a status have results`() throws {
        let model = try #require(Bench.model.results)
        func applies(_ fields: String...) -> Bool {
            let (dictionary, _) = Bench.dictionary(
                "dictionary: d\nsystem: lab\nentity: diagnosticReport\nformat: pair\nfields:\n"
                    + fields.enumerated().map {
                        "  - {from: \(["MRN", "DOB"][$0]), as: \($1)}\n"
                    }.joined())
            return dictionary.map { model.applies(to: $0) } ?? false
        }
        #expect(applies("diagnosticReport.identifier.filler", "diagnosticReport.status"))
        #expect(!applies("diagnosticReport.identifier.placer", "diagnosticReport.status"))
        #expect(!applies("diagnosticReport.identifier.filler", "diagnosticReport.code"))
    }
}
