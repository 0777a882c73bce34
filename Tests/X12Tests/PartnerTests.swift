import Bytes
import Exchange
import Testing
import WaybillTesting

@testable import X12

/// What a partner's settings make of the levels, and a partner's own rules.
@Suite struct PartnerTests {
    /// The shipped schemas with one overlay beside them.
    private struct Schemas: SchemaSource {
        let overlay: String
        func file(_ path: String) -> [UInt8]? {
            path == "x12/overlays/payer-one.guide"
                ? Array(overlay.utf8) : ShippedSchemas().file(path)
        }
        func absolutePath(_ path: String) -> String? { ShippedSchemas().absolutePath(path) }
        func list(_ folder: String) -> [String] {
            ShippedSchemas().list(folder) + (folder == "x12" ? ["overlays/payer-one.guide"] : [])
        }
    }

    private let mark = Mark(file: "t", line: 1, column: 1)
    private func text(_ value: String) -> SettingsNode { SettingsNode(.scalar(value), at: mark) }
    private func map(_ pairs: [(String, SettingsNode)]) -> SettingsNode {
        SettingsNode(.map(pairs.map { .init(key: $0.0, mark: mark, value: $0.1) }), at: mark)
    }
    private func levels(_ pairs: [(String, String)]) -> (String, SettingsNode) {
        ("levels", map(pairs.map { ($0.0, text($0.1)) }))
    }

    private func format(_ pairs: [(String, SettingsNode)], overlay: String = "") throws
        -> X12Format
    {
        let read = X12Family().read(
            map([("type", text("x12"))] + pairs), schemas: Schemas(overlay: overlay))
        #expect(read.findings.map(\.message) == [])
        return try #require(read.format as? X12Format)
    }

    private func read(_ file: String, _ format: X12Format) throws -> [String] {
        var framer = format.framer(over: MemorySource(Array(file.utf8)))
        var words: [String] = []
        while let page = try framer.next() {
            let document = format.parse(page)
            for index in page.frames.indices {
                var findings: [Finding] = []
                format.check(document, record: index, into: &findings)
                words += findings.map {
                    "\($0.code) \($0.severity) \($0.location.record ?? 0) \($0.location.path ?? "")"
                }
            }
        }
        return words
    }

    /// A fault of each of the levels 2 to 5.
    private var faulty: String {
        Sample.file837(
            Sample.body837.map { segment in
                switch segment {
                case "CLM*C1*150***11:B:1*Y*A*Y*Y": "CLM*C1*151***11:B:7*Y*A*Y*Y"
                case "REF*D9*XC1": "REF*D9*XC1*Y"
                case "SV1*HC:87880:QW*50*UN*1***1": segment
                case "HI*ABK:J020*ABF:R509": "HI*ABK:J020*ABF:R.09"
                default: segment
                }
            })
    }

    @Test func `each level is an error, a warning or nothing, as the settings say`() throws {
        let all = try read(faulty, try format([]))
        #expect(
            Set(all) == [
                "X12-314 error 1 2300/REF03", "X12-401 error 1 2300/CLM02",
                "X12-504 error 1 2300/REF", "X12-602 error 1 2300/HI02-2",
                "X12-602 error 2 2300/HI02-2", "X12-602 error 3 2300/HI02-2",
            ])
        let some = try read(
            faulty, try format([levels([("3", "warning"), ("4", "off"), ("5", "off")])]))
        #expect(some == ["X12-314 error 1 2300/REF03", "X12-401 warning 1 2300/CLM02"])
        let deep = try read(
            faulty, try format([("level", text("2")), levels([("2", "warning"), ("4", "error")])]))
        #expect(deep == ["X12-314 warning 1 2300/REF03", "X12-504 error 1 2300/REF"])
    }

    @Test func `levels that mean nothing are told where they stand`() {
        for (pairs, wanted) in [
            ([("1", "off")], "`levels` wants numbers from 2 to 7"),
            ([("8", "off")], "`levels` wants numbers from 2 to 7"),
            ([("3", "maybe")], "`3` wants one of: off, warning, error"),
        ] {
            let read = X12Family().read(
                map([("type", text("x12")), levels(pairs)]), schemas: ShippedSchemas())
            #expect(read.findings.map(\.detail) == [wanted])
        }
    }

    @Test func `a partner's rules are looked at in each claim and the loops around it`() throws {
        let rules = """
            # What Payer One asks for beside the guide.
            extends 005010X222A1
            require 2300/REF[G1]/02
            require 2300/REF[D9]/02
            forbid 2400/REF[6R]
            codes 2300/CLM05-1 12|22
            codes 2010BB/NM108 PI
            longest 2010BA/NM109 5
            longest 2010BA/NM103 20
            """
        let found = try read(
            Sample.file837(
                Sample.head837 + Sample.provider + Sample.subscriber() + Sample.claim("C1")),
            try format([("overlay", text("payer-one"))], overlay: rules))
        #expect(
            found == [
                "X12-701 error 1 2300/REF[G1]/02", "X12-702 error 1 2400/REF[6R]",
                "X12-702 error 1 2400/REF[6R]", "X12-703 error 1 2300/CLM05-1",
                "X12-704 error 1 2010BA/NM109",
            ])
        // Every claim beneath the subscriber is told of, and no other subscriber's.
        let all = try read(
            Sample.file837(
                Sample.body837.map {
                    $0.replacingOccurrences("*POE*JANE****MI*M12345", "*POE*JANE****MI*M1")
                }),
            try format(
                [("overlay", text("payer-one"))],
                overlay: "extends 005010X222A1\nlongest 2010BA/NM109 5"))
        #expect(all == ["X12-704 error 1 2010BA/NM109", "X12-704 error 2 2010BA/NM109"])
        // It is for one guide; a level of its own weighs it.
        let other = try format(
            [("overlay", text("payer-one"))], overlay: "extends 005010X223A2\nrequire 2300/REF[G1]")
        #expect(try read(Sample.file837(Sample.body837), other) == [])
        let warned = try format(
            [("overlay", text("payer-one")), levels([("7", "warning")])],
            overlay: "extends 005010X222A1 # the guide\n\nforbid 2310B/PRV")
        #expect(
            try read(Sample.file837(Sample.body837), warned)
                == (1...3).map { "X12-702 warning \($0) 2310B/PRV" })
    }

    @Test func `an overlay that cannot be read is told line by line`() {
        let lines = """
            extends 005010X999
            require
            require 2300/QQQ01
            allow 2300/REF
            longest 2300/CLM01 many
            extends 005010X222A1
            forbid 2310B
            codes 2300/REF A|B
            """
        let read = X12Family().read(
            map([("type", text("x12")), ("overlay", text("payer-one"))]),
            schemas: Schemas(overlay: lines))
        #expect(read.format == nil)
        #expect(read.findings.map(\.code) == Array(repeating: "X12-003", count: 7))
        #expect(read.findings.compactMap(\.location.line) == [1, 2, 3, 4, 5, 7, 8])
        let none = X12Family().read(
            map([("type", text("x12")), ("overlay", text("no-such"))]), schemas: ShippedSchemas())
        #expect(none.findings.map(\.code) == ["X12-003"])
    }

    @Test func `the overlay that is shipped can be read`() throws {
        let shipped = X12Family().read(
            map([("type", text("x12")), ("overlay", text("example-payer"))]),
            schemas: ShippedSchemas())
        #expect(shipped.findings.map(\.message) == [])
        let format = try #require(shipped.format as? X12Format)
        #expect(format.options.overlay?.rules.count == 4)
        #expect(try read(Sample.file837(Sample.body837), format) == [])
    }
}
