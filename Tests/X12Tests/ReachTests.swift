import Bytes
import Exchange
import Testing

@testable import X12

@Suite struct ReachTests {
    private func first(_ text: String) throws -> (X12Format, X12Document) {
        let format = x12()
        var framer = format.framer(over: MemorySource(Array(text.utf8)))
        let page = try #require(try framer.next())
        return (format, format.parse(page))
    }

    private func value(_ path: String, record: Int = 0, of text: String) throws -> [String] {
        let (format, document) = try first(text)
        return format.values(
            of: try format.path(path), within: format.scope(ofRecord: record, in: document),
            in: document
        ).map(\.text)
    }

    @Test(arguments: [
        ("2300/CLM01", 2, ["C3"]), ("CLM02", 0, ["150"]), ("2010BA/NM103", 2, ["POE"]),
        ("2010BA/NM103", 1, ["DOE"]),
        ("2010AA/NM109", 2, ["1234567893"]), ("2300/REF[D9]/02", 0, ["XC1"]),
        ("2300/REF[D9]02", 1, ["XC2"]), ("2300/REF[G1]/02", 0, []),
        ("2300/HI01-2", 0, ["J020"]), ("ISA13", 0, ["000000007"]), ("GS06", 1, ["7"]),
        ("ST02", 2, ["0001"]), ("BHT03", 2, ["REF7"]),
        ("2400/SV102", 0, ["100", "50"]), ("2310B/NM104", 1, ["RICHARD"]),
        ("1000A/NM103", 2, ["CLINIC"]), ("ISA06", 0, ["CLINIC7"]),
    ])
    func `a path reaches into the claim and the loops around it`(
        path: String, record: Int, wanted: [String]
    ) throws {
        #expect(try value(path, record: record, of: Sample.file837(Sample.body837)) == wanted)
    }

    @Test func `lines are occurrences with their own values`() throws {
        let (format, document) = try first(Sample.file837(Sample.body837))
        let lines = format.occurrences(
            of: try format.path("2400"), within: format.scope(ofRecord: 1, in: document),
            in: document)
        #expect(lines.count == 2)
        let path = try format.path("2400/SV102")
        #expect(
            lines.flatMap { format.values(of: path, within: $0, in: document) }.map(\.text) == [
                "100", "50",
            ])
        let around = try format.path("2300/CLM01")
        #expect(
            lines.flatMap { format.values(of: around, within: $0, in: document) }.map(\.text) == [
                "C2", "C2",
            ])
    }

    @Test func `a record parsed alone with the page's context has the same values and findings`()
        throws
    {
        let format = x12()
        var framer = format.framer(over: MemorySource(Array(Sample.file837(Sample.body837).utf8)))
        let page = try #require(try framer.next())
        let frame = page.frames[2]
        let bytes = Array(page.bytes[frame.range.range])
        let alone = Page(
            bytes: bytes, offset: 0, line: 1,
            frames: [Frame(range: ByteRange(0, bytes.count), number: 3, part: 1, hash: frame.hash)],
            context: page.context)
        let document = format.parse(alone)
        let scope = format.scope(ofRecord: 0, in: document)
        #expect(
            format.values(of: try format.path("2010BA/NM103"), within: scope, in: document).map(
                \.text) == ["POE"])
        var findings: [Finding] = []
        format.check(document, record: 0, into: &findings)
        #expect(findings.map(\.code) == [])
    }

    @Test func `payments are reached by claim and line`() throws {
        let text = Sample.file835(Sample.body835)
        #expect(try value("BPR02", of: text) == ["80"])
        #expect(try value("2100/CLP01", of: text) == ["C1"])
        #expect(try value("2110/CAS[PR]/03", of: text) == ["20"])
        #expect(try value("TRN02", of: text) == ["CHK1"])
    }

    @Test func `a path that no guide has is a fault with the nearest loop`() {
        #expect(throws: PathFault.self) { try x12().path("2300/CLM99") }
        #expect(throws: PathFault.self) { try x12().path("not a path") }
    }

    @Test func `a census key is told in the standard's notation`() throws {
        let format = x12(guides: ["005010X222A1"])
        let key = try #require(format.censusKey(of: try format.path("2400/SV102")))
        #expect(format.fieldName(ofCensusKey: key) == "2400/SV102")
    }
}
