import Bytes
import Exchange
import Testing
import WaybillTesting

@testable import X12

@Suite struct RoundTripTests {
    private func map(_ pairs: [(String, SettingsNode)]) -> SettingsNode {
        let mark = Mark(file: "t", line: 1, column: 1)
        return SettingsNode(.map(pairs.map { .init(key: $0.0, mark: mark, value: $0.1) }), at: mark)
    }
    private func text(_ value: String) -> SettingsNode {
        SettingsNode(.scalar(value), at: Mark(file: "t", line: 1, column: 1))
    }

    var settings: SettingsNode {
        map([
            ("sender", map([("qualifier", text("ZZ")), ("id", text("CLINIC7"))])),
            ("receiver", map([("qualifier", text("ZZ")), ("id", text("CLEARHOUSE"))])),
            (
                "submitter",
                map([
                    ("name", text("CLINIC")), ("id", text("S1")), ("contact", text("BILLING")),
                    ("phone", text("5555550100")),
                ])
            ),
            ("receiver_name", text("CLEARHOUSE")),
        ])
    }

    private func node(_ format: X12Format, _ number: String, _ name: String) throws -> RenderNode<
        X12Path
    > {
        func field(_ path: String, _ value: String) throws -> (path: X12Path, value: RenderValue) {
            (try format.path(path), .text(value))
        }
        var record = RenderNode<X12Path>()
        record.fields = [
            try field("2010AA/NM102", "2"), try field("2010AA/NM103", "CLINIC"),
            try field("2010AA/NM108", "XX"), try field("2010AA/NM109", "1234567893"),
            try field("2010AA/N301", "1 MAIN ST"), try field("2010AA/N401", "SPRINGFIELD"),
            try field("2010AA/N402", "IL"), try field("2010AA/N403", "627010001"),
            try field("2010AA/REF[EI]/02", "123456789"), try field("2000B/SBR01", "P"),
            try field("2000B/SBR02", "18"), try field("2000B/SBR09", "CI"),
            try field("2010BA/NM102", "1"), try field("2010BA/NM103", name),
            try field("2010BA/NM104", "JANE"), try field("2010BA/NM108", "MI"),
            try field("2010BA/NM109", "M1"),
            try field("2010BA/N301", "2 OAK ST"), try field("2010BA/N401", "SPRINGFIELD"),
            try field("2010BA/N402", "IL"), try field("2010BA/N403", "62701"),
            try field("2010BA/DMG02", "19800229"), try field("2010BA/DMG03", "F"),
            try field("2010BB/NM103", "PAYER ONE"), try field("2010BB/NM108", "PI"),
            try field("2010BB/NM109", "P1"),
            try field("2300/CLM01", number), try field("2300/CLM02", "150.50"),
            try field("2300/CLM05-1", "11"), try field("2300/CLM05-3", "1"),
            try field("2300/CLM06", "Y"), try field("2300/CLM07", "A"),
            try field("2300/CLM08", "Y"), try field("2300/CLM09", "Y"),
            try field("2300/HI01-1", "ABK"), try field("2300/HI01-2", "J020"),
            try field("2310B/NM102", "1"), try field("2310B/NM103", "ROE"),
            try field("2310B/NM104", "RICHARD"), try field("2310B/NM108", "XX"),
            try field("2310B/NM109", "1245319599"),
        ]
        for charge in ["100.00", "50.50"] {
            record.children.append(
                RenderNode(
                    group: try format.path("2400"),
                    fields: [
                        try field("2400/SV101-1", "HC"), try field("2400/SV101-2", "99213"),
                        try field("2400/SV102", charge), try field("2400/SV103", "UN"),
                        try field("2400/SV104", "1"), try field("2400/SV107-1", "1"),
                        try field("2400/DTP[472]/02", "D8"),
                        try field("2400/DTP[472]/03", "20261119"),
                        try field("2400/REF[6R]/02", number + "A"),
                    ]))
        }
        return record
    }

    @Test func `what is rendered and assembled reads back clean, with shared loops written once`()
        throws
    {
        let format = x12(guides: ["005010X222A1"])
        var assembly = try format.assembly(envelope(settings))
        var bytes = try assembly.begin()
        for (number, name) in [("A1", "DOE"), ("A2", "DOE"), ("A3", "POE")] {
            bytes += try assembly.add(format.render(node(format, number, name)))
        }
        bytes += try assembly.finish()
        let text = String(decoding: bytes, as: UTF8.self)
        let reading = try readAll(bytes)
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [], "\(text)")
        #expect(reading.records.map(\.cents) == [15050, 15050, 15050])
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("HL*") } == [
                "HL*1**20*1~", "HL*2*1*22*0~", "HL*3*1*22*0~",
            ])
        #expect(text.contains("CLM*A1*150.5***11:B:1*Y*A*Y*Y~"))
        #expect(
            assembly.controlNumbers == [
                "ISA13": "000000001", "GS06": "1", "ST02": "0001", "BHT03": "000000001",
            ])
    }

    @Test func `an edit changes what it names and the record assembles again`() throws {
        let format = x12(guides: ["005010X222A1"])
        var framer = format.framer(over: MemorySource(Array(Sample.file837(Sample.body837).utf8)))
        let page = try #require(try framer.next())
        let document = format.parse(page)
        var assembly = try format.assembly(envelope(settings))
        var bytes = try assembly.begin()
        for index in 0..<3 {
            let scope = format.scope(ofRecord: index, in: document)
            let edit = NamedEdit(
                try format.path("2300/REF[D9]/02"), within: scope, to: .text("NEW\(index)"))
            bytes += try assembly.add(format.edit(document, record: index, edits: [edit]))
        }
        bytes += try assembly.finish()
        let reading = try readAll(bytes)
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [])
        #expect(reading.records.count == 3)
        let before = Sample.body837.dropFirst(4).joined(separator: "~\n")
        let after = String(decoding: bytes, as: UTF8.self)
        #expect(
            after.contains(
                before.replacingOccurrences("XC1", "NEW0").replacingOccurrences("XC2", "NEW1")
                    .replacingOccurrences("XC3", "NEW2")))
    }

    @Test func `a value that X12 cannot hold is a fault`() throws {
        let format = x12(guides: ["005010X222A1"])
        var record = RenderNode<X12Path>()
        record.fields = [(try format.path("2010BA/NM103"), .text("O*NEIL"))]
        #expect(throws: WriteFault.self) { try format.render(record) }
        record.fields = [(try format.path("2300/CLM02"), .text("twelve"))]
        #expect(throws: WriteFault.self) { try format.render(record) }
    }

    @Test func `a set says whether it is sent again`() throws {
        guard case .map(let entries) = settings.content else { return }
        let again = map(entries.map { ($0.key, $0.value) } + [("purpose", text("18"))])
        for (settings, wanted) in [(settings, "BHT*0019*00*"), (again, "BHT*0019*18*")] {
            let format = x12(guides: ["005010X222A1"])
            var assembly = try format.assembly(envelope(settings))
            var bytes = try assembly.begin()
            bytes += try assembly.add(format.render(node(format, "A1", "DOE")))
            bytes += try assembly.finish()
            #expect(String(decoding: bytes, as: UTF8.self).contains(wanted))
        }
        let unknown = map(entries.map { ($0.key, $0.value) } + [("purpose", text("22"))])
        let format = x12(guides: ["005010X222A1"])
        var assembly = try format.assembly(envelope(unknown))
        _ = try assembly.begin()
        let record = try format.render(node(format, "A1", "DOE"))
        #expect(throws: WriteFault.self) { try assembly.add(record) }
    }

    @Test func `a series of control numbers that is used up is a fault`() throws {
        final class Last: ControlNumbers {
            func next(_ series: String) -> Int64 { 1_000_000_000 }
        }
        var assembly = try x12(guides: ["005010X222A1"]).assembly(
            Envelope(
                settings: settings, clock: try #require(clock), batch: "B1", numbers: Last()))
        #expect(throws: WriteFault.self) { try assembly.begin() }
    }

    @Test func `data that hold a separator of ours are not copied into a file of ours`() throws {
        let format = x12(guides: ["005010X222A1"])
        let other = Sample.file837(Sample.body837).replacingOccurrences("~\n", "\n")
            .replacingOccurrences("*", "|")
        let path = try format.path("2300/REF[D9]/02")
        for (street, isFaulty) in [("2 OAK ST", false), ("2 OAK ~ST", true), ("2*OAK", true)] {
            let text = other.replacingOccurrences("2 OAK ST", street)
            var framer = format.framer(over: MemorySource(Array(text.utf8)))
            let document = format.parse(try #require(try framer.next()))
            let edit = NamedEdit(
                path, within: format.scope(ofRecord: 0, in: document), to: .text("NEW"))
            if isFaulty {
                #expect(throws: WriteFault.self) {
                    try format.edit(document, record: 0, edits: [edit])
                }
            } else {
                #expect(!(try format.edit(document, record: 0, edits: [edit])).isEmpty)
            }
        }
    }
}
