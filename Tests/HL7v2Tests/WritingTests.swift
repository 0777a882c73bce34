import Bytes
import Exchange
import HL7v2
import Testing
import WaybillTesting

@Suite struct WritingTests {
    private func edited(
        _ text: String, _ edits: [(String, RenderValue)], within scope: Range<Int>? = nil
    ) throws -> String {
        let format = try HL7.format()
        let document = HL7.document(text, as: format)
        let record = scope ?? format.scope(ofRecord: 0, in: document)
        let bytes = try format.edit(
            document, record: 0,
            edits: edits.map { NamedEdit(try format.path($0.0), within: record, to: $0.1) })
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `no edit leaves every byte of every message as it is`() throws {
        for message in Corpus.clean() {
            #expect(try edited(message.text, []) == message.text)
        }
    }

    @Test func `an edit changes only what it names`() throws {
        let text = Corpus.oru().replacing("\r", with: "\r\n")
        #expect(
            try edited(text, [("PID-5.2", .text("GRACE"))])
                == text.replacing("^ADA^", with: "^GRACE^"))
        #expect(
            try edited(text, [("PID-3.1", .text("A|B^C~D\\E&F"))])
                == text.replacing("|10001^", with: "|A\\F\\B\\S\\C\\R\\D\\E\\E\\T\\F^"))
        #expect(
            try edited(text, [("PID-7", .null), ("MSH-5.2", .text("1.2"))])
                == text.replacing("19800229", with: "\"\"").replacing("|EHR|", with: "|EHR^1.2|"))
        #expect(
            try edited(text, [("PID-18.1", .text("ACC"))])
                == text.replacing("^78701\r\n", with: "^78701|||||||ACC\r\n"))
        #expect(
            try edited(text, [("PID-3.1", .repetitions(["1", "2"]))])
                == text.replacing("10001^^^CLINIC^MR", with: "1^^^CLINIC^MR~2"))
        #expect(
            try edited(text, [("OBX[2]-11", .text("C"))])
                == text.replacing("|L|||F", with: "|L|||C"))
    }

    @Test func `bytes of every character set stay as they are around an edit`() throws {
        let format = try HL7.format()
        let text = Corpus.oru().replacing("|P|2.5.1", with: "|P|2.5.1||||||8859/1")
        var bytes = Array(text.utf8)
        let place = try #require(bytes.firstRange(of: Array("ADA".utf8)))
        bytes.replaceSubrange(place, with: [0xC4, 0xE9, 0xFF])
        let document = HL7.document(bytes, as: format)
        let record = format.scope(ofRecord: 0, in: document)
        let edits = [
            NamedEdit(try format.path("PID-5.1"), within: record, to: .text("M\u{FC}LLER"))
        ]
        let written = try format.edit(document, record: 0, edits: edits)
        var expected = bytes
        let name = try #require(bytes.firstRange(of: Array("TEST^".utf8)))
        expected.replaceSubrange(name, with: [0x4D, 0xFC] + Array("LLER^".utf8))
        #expect(written == expected)
    }

    @Test func `an edit reaches the occurrence of its scope`() throws {
        let text = Corpus.oru()
        #expect(
            try edited(text, [("OBX-11", .text("C"))], within: 8..<9)
                == text.replacing("13.5 g/dL||||||F", with: "13.5 g/dL||||||C"))
    }

    @Test func `a segment that is not there is put where the structure has it`() throws {
        let text = Corpus.oru()
        #expect(
            try edited(text, [("PV1-2", .text("O")), ("ZDS-1", .text("1"))])
                == text.replacing("\rORC|", with: "\rPV1||O\rORC|", maxReplacements: 1) + "ZDS|1\r")
    }

    @Test func `what cannot be written is a fault, never a guess`() throws {
        for (path, value, code) in [
            ("MSH-2", "x", "HL7-501"), ("PID-5.1", "\u{4F60}", "HL7-502"),
            ("TXA-2", "x", "HL7-503"), ("PID", "x", "HL7-506"),
        ] {
            let fault = #expect(throws: WriteFault.self) {
                try edited(Corpus.oru(), [(path, .text(value))])
            }
            #expect(fault?.finding.code == code)
        }
    }

    private func tree(_ format: HL7Format) throws -> RenderNode<HL7Path> {
        func field(_ path: String, _ text: String) throws -> (path: HL7Path, value: RenderValue) {
            (try format.path(path), .text(text))
        }
        func result(_ code: String, _ value: String) throws -> RenderNode<HL7Path> {
            RenderNode(
                group: try format.path("OBSERVATION"),
                fields: [
                    try field("OBX-5", value), try field("OBX-2", "NM"), try field("OBX-3.1", code),
                    try field("OBX-3.3", "LN"),
                    try field("OBX-11", "F"),
                ])
        }
        let order = RenderNode(
            group: try format.path("ORDER_OBSERVATION"),
            fields: [
                try field("OBR-4.1", "24323-8"), try field("OBR-4.2", "A & B"),
                try field("OBR-4.3", "LN"),
                try field("OBR-3.1", "LAB1"), try field("OBR-7", "20261119"),
                try field("OBR-22", "20261120"), try field("OBR-25", "F"),
            ],
            children: [try result("2345-7", "95"), try result("2160-0", "0.9")])
        return RenderNode(
            fields: [
                try field("PID-5.1", "TEST"), try field("PID-3.1", "10001"),
                try field("MSH-9", "ORU^R01^ORU_R01"), try field("MSH-10", "7"),
                try field("MSH-7", "20261120"), try field("MSH-11", "P"),
                try field("MSH-12", "2.5.1"), try field("MSH-3", "A"),
            ], children: [order, order])
    }

    @Test func `a message is rendered in the order of its structure and reads back clean`() throws {
        let format = try HL7.format()
        let bytes = try format.render(try tree(format))
        let order = """
            OBR|1||LAB1|24323-8^A \\T\\ B^LN|||20261119|||||||||||||||20261120|||F
            OBX|1|NM|2345-7^^LN||95||||||F
            OBX|2|NM|2160-0^^LN||0.9||||||F

            """
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text
                == ("MSH|^~\\&|A||||20261120||ORU^R01^ORU_R01|7|P|2.5.1\nPID|||10001||TEST\n"
                + order + order.replacing("OBR|1", with: "OBR|2")).replacing("\n", with: "\r"))
        #expect(try HL7.read(bytes).faults == [])
    }

    @Test func `a rendered message states its character set`() throws {
        let format = try HL7.format(["charset": .scalar("UNICODE UTF-8")])
        var tree = try tree(format)
        tree.fields.append((try format.path("PID-5.2"), .text("J\u{FC}rgen")))
        let bytes = try format.render(tree)
        #expect(String(decoding: bytes, as: UTF8.self).contains("|2.5.1||||||UNICODE UTF-8\r"))
        #expect(try HL7.read(bytes).faults == [])
    }

    @Test func `a message without a type is not rendered`() throws {
        let format = try HL7.format()
        let fault = #expect(throws: WriteFault.self) { try format.render(RenderNode()) }
        #expect(fault?.finding.code == "HL7-504")
    }

    @Test func `an assembled batch has true counts and reads back`() throws {
        let format = try HL7.format()
        let settings = HL7.node([
            "batch": .scalar("true"), "application": .scalar("WAYBILL"),
            "facility": .scalar("CLINIC"), "receiving_application": .scalar("EHR"),
        ])
        let clock = try #require(
            Timestamp(year: 2026, month: 11, day: 20, hour: 2, minute: 0, second: 0, offset: -360))
        var assembly = try format.assembly(
            Envelope(settings: settings, clock: clock, batch: "B-01", numbers: CountingNumbers()))
        var file = try assembly.begin()
        file += try assembly.add(Array(Corpus.oru().replacing("\r", with: "\r\n").utf8))
        file += try assembly.add(Array(Corpus.oru(id: "M2").dropLast().utf8))
        file += try assembly.finish()
        let head = "|^~\\&|WAYBILL|CLINIC|EHR||20261120020000-0600||B-01||1\r"
        #expect(
            String(decoding: file, as: UTF8.self)
                == "FHS\(head)BHS\(head)\(Corpus.oru())\(Corpus.oru(id: "M2"))BTS|2\rFTS|1\r")
        #expect(assembly.controlNumbers == ["FHS-11": "1", "BHS-11": "1"])
        let reading = try HL7.read(file)
        #expect(reading.closing.findings.total == 0)
        #expect(reading.closing.counts.allSatisfy { $0.declared == $0.counted })
        #expect(reading.frames.count == 2)
    }
}
