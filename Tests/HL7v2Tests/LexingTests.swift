import Bytes
import Exchange
import Testing

@testable import HL7v2

@Suite struct LexingTests {
    /// Numbers that are the same in every run.
    private struct Numbers {
        private var state: UInt64
        init(_ seed: UInt64) { state = seed }
        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    /// A message whose OBX are made of `letters`; texts of any length, line breaks among them.
    private func message(_ numbers: inout Numbers, _ letters: [UInt8]) -> [UInt8] {
        var bytes = Array("MSH|^~\\&|A|B|C|D|2026||ORU^R01^ORU_R01|1|P|2.5.1\r".utf8)
        for _ in 0..<numbers.next(8) {
            bytes += Array("OBX|".utf8)
            let length = numbers.next(10) == 0 ? 3000 : numbers.next(90)
            // Some texts are plain for a while, which long steps pass over.
            let plain = numbers.next(2) == 0 ? length / 2 : 0
            bytes += [UInt8](repeating: 0x41, count: plain)
            for _ in plain..<length { bytes.append(letters[numbers.next(letters.count)]) }
            bytes += Array("\r\n".utf8.prefix(1 + numbers.next(2)))
        }
        return bytes
    }

    /// What bytes inside a field stop a reader, one by one.
    private func stops(_ bytes: [UInt8], _ range: Range<Int>) -> [Int] {
        range.filter { bytes[$0] < 0x20 || Array("^~\\&".utf8).contains(bytes[$0]) }
    }

    @Test(arguments: 0..<60)
    func `fields and their stops are those that one byte at a time finds`(seed: Int) throws {
        var numbers = Numbers(UInt64(seed))
        let letters = Array("AAAAAAAAab1 |||^~\\&\t\u{1}\u{E9}".utf8)
        let bytes = (0..<5).flatMap { _ in message(&numbers, letters) }
        let format = try HL7.format()
        var framer = format.framer(over: MemorySource(bytes))
        let page = try #require(try framer.next())
        let document = format.parse(page)
        #expect(document.records.count == 5)
        #expect(document.stopBounds.count == document.fields.count + 1)
        for segment in document.segments {
            let end = Int(segment.end)
            let first = Int(segment.firstField)
            let isHeader = segment.id == SegmentID.msh
            var expected: [Range<Int>] = []
            var start = Int(segment.start) + 4
            for index in start..<(end + 1) where index == end || bytes[index] == 0x7C {
                expected.append(start..<index)
                start = index + 1
            }
            let own = document.fields[first..<(first + Int(segment.fieldCount))].map(\.range)
            #expect(own.dropFirst(isHeader ? 1 : 0) == expected[...])
            for (offset, range) in own.enumerated() {
                let field = first + offset
                let bounds =
                    Int(document.stopBounds[field])..<Int(document.stopBounds[field + 1])
                let wanted = stops(bytes, range)
                #expect(document.stops[bounds].map(Int.init) == wanted)
                #expect(document.isPlain(field) == wanted.isEmpty)
            }
            let breaks = Lines.breaks(in: bytes.span, 0..<Int(segment.start))
            #expect(Int(segment.line) == 1 + breaks)
        }
        for record in document.records {
            let range = record.range.range
            #expect(record.hasHighBytes == bytes[range].contains { $0 > 0x7F })
        }
    }

    @Test func `a line break inside a segment is a stop, and the segment is broken`() throws {
        let format = try HL7.format()
        let text = "MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5.1\rNTE|1||one\rtwo|L\r"
        let document = HL7.document(text, as: format)
        let note = try #require(document.segments.last)
        #expect(note.isBroken)
        let first = Int(note.firstField)
        #expect((0..<4).map { document.isPlain(first + $0) } == [true, true, false, true])
    }

    @Test(arguments: [1, 7, 4096, Int.max])
    func `pages and findings about the envelope know their line`(chunk: Int) throws {
        var numbers = Numbers(11)
        var bytes: [UInt8] = Array("FHS|^~\\&|A\r\n\r\nBHS|^~\\&|A\r".utf8)
        let count = chunk == 1 ? 300 : 3000
        for _ in 0..<count {
            bytes += message(&numbers, Array("AAAb1|^".utf8))
            bytes += [[], [0x0A], [0x0D, 0x0A], [0x1C, 0x0D], [0x0B]][numbers.next(5)]
        }
        let trailer = bytes.count
        bytes += Array("BTS|1\rFTS|1\r".utf8)
        var framer = try HL7.format().framer(over: MemorySource(bytes, chunk: chunk))
        while let page = try framer.next() {
            let breaks = Lines.breaks(in: bytes.span, 0..<page.offset)
            #expect(page.line == 1 + breaks)
        }
        let found = framer.closing.findings.kept.first { $0.code == "HL7-011" }
        let breaks = Lines.breaks(in: bytes.span, 0..<trailer)
        #expect(found?.location.line == 1 + breaks)
        #expect(found?.location.byte == trailer)
    }

    @Test(
        arguments: [["ORU^R01"], ["ORU"], ["ORU^*"], ["ADT^A01"], ["ADT"], ["ORU^R01^ORU_R01"]],
        [[], ["2.5.1"], ["2.3"], ["2.5", "2.5.1"]])
    func `what the feed takes is told alike by the quick and by the full check`(
        messages: [String], versions: [String]
    ) throws {
        let format = try HL7.format()
        var settings = HL7Settings()
        settings.messages = messages
        settings.versions = versions
        let strict = HL7Format(schemas: format.schemas, settings: settings)
        let text =
            "MSH|^~\\&|A|B|C|D|20261120||ORU^R01^ORU_R01|1|P|2.5.1\rPID|1||7^^^C^MR||DOE^J\r"
            + "OBR|1||F1|2345-7^Glucose^LN|||20261120|||||||||||||||20261120|||F\r"
        let document = HL7.document(text, as: strict)
        var quick: [Finding] = []
        strict.check(document, record: 0, into: &quick)
        var full: [Finding] = []
        strict.check(document, record: 0, into: &full, everyField: true)
        #expect(quick == full)
        let isTaken = messages[0].hasPrefix("ORU") && messages[0] != "ORU^R01^ORU_R01"
        #expect(quick.contains { $0.code == "HL7-111" } == !isTaken)
        #expect(
            quick.contains { $0.code == "HL7-112" }
                == (!versions.isEmpty && !versions.contains("2.5.1")))
    }
}
