import Bytes
import Exchange
import HL7v2
import Testing

@Suite struct FramingTests {
    private static let three = [
        Corpus.oru(id: "M1"), Corpus.oru(id: "M2").replacing("||95|", with: "||x|"),
        Corpus.oru(id: "M3"),
    ]

    /// The same three messages in every shape that is seen in the field.
    private static let shapes: [(name: String, text: String)] = {
        let plain = three.joined()
        let header =
            "FHS|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120||F1||77\r"
            + "BHS|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120||B1||78\r"
        return [
            ("LF", plain.replacing("\r", with: "\n")),
            ("CRLF", plain.replacing("\r", with: "\r\n")),
            (
                "mixed",
                three[0] + three[1].replacing("\r", with: "\n")
                    + three[2].replacing("\r", with: "\r\n")
            ),
            ("MLLP", three.map { "\u{0B}\($0)\u{1C}\r" }.joined()),
            ("MLLP without CR", three.map { "\u{0B}\($0.dropLast())\u{1C}" }.joined()),
            ("BOM", "\u{FEFF}" + plain),
            ("BOM before each", three.map { "\u{FEFF}" + $0 }.joined()),
            ("batch", header + plain + "BTS|3\rFTS|1\r"),
            ("NUL and SUB", plain + "\u{1A}" + String(repeating: "\0", count: 100)),
            ("blank lines", three.joined(separator: "\r\r\n")),
            ("no last terminator", String(plain.dropLast())),
            ("padding first", "\r\n\0" + plain),
        ]
    }()

    @Test(arguments: shapes.map(\.name))
    func `every shape gives the same records and findings`(name: String) throws {
        let shape = try #require(Self.shapes.first { $0.name == name })
        let expected = try HL7.read(Self.three.joined())
        let reading = try HL7.read(shape.text)
        #expect(reading.faults == expected.faults)
        #expect(reading.faults == ["HL7-401 OBX[1]-5"])
        let texts = reading.texts.map {
            String($0.map { $0.isNewline ? "\r" : $0 }).trimmingSuffix("\r")
        }
        #expect(texts == Self.three.map { $0.trimmingSuffix("\r") })
        #expect(reading.closing.isComplete)
        #expect(reading.closing.findings.kept.allSatisfy { $0.severity == .info })
    }

    @Test(arguments: [1, 2, 3, 5, 7, 64, 1000, 4096, 65536])
    func `records do not depend on how reads are chopped`(chunk: Int) throws {
        let text = Self.shapes.map(\.text).joined()
        let whole = try HL7.read(text)
        let chopped = try HL7.read(text, chunk: chunk)
        #expect(chopped.frames.map(\.hash) == whole.frames.map(\.hash))
        #expect(chopped.frames.map(\.number) == Array(1...whole.frames.count))
        #expect(chopped.findings == whole.findings)
        #expect(chopped.closing.findings.kept == whole.closing.findings.kept)
    }

    @Test func `a file of many pages is framed whole, and byte and line stay true`() throws {
        let text =
            (1...1500).map { Corpus.oru(id: "M\($0)") }.joined()
            + Corpus.oru(id: "LAST").replacing("||95|", with: "||x|")
        #expect(text.utf8.count > 3 * Page.target)
        let reading = try HL7.read(text, chunk: 10_000)
        #expect(reading.frames.count == 1501)
        #expect(reading.texts.joined() == text)
        let finding = try #require(reading.findings.first)
        #expect(finding.location.record == 1501)
        #expect(finding.location.line == 1500 * 9 + 5)
        let bytes = Array(text.utf8)
        let byte = try #require(finding.location.byte)
        #expect(bytes[byte] == UInt8(ascii: "x"))
    }

    @Test func `a message larger than a page is one record`() throws {
        let data = String(repeating: "QUJD", count: 400_000)
        let text = Corpus.mdm("2.5.1").replacing("SGVsbG8=", with: data)
        let reading = try HL7.read(Corpus.oru() + text + Corpus.oru(), chunk: 60_000)
        #expect(reading.frames.count == 3)
        #expect(reading.faults == [])
    }

    @Test func `a line of fifty megabytes is read, whatever the reads`() throws {
        let head = Array(Corpus.mdm("2.5.1").utf8)
        let place = try #require(head.firstRange(of: Array("SGVsbG8=".utf8)))
        var bytes = head
        bytes.replaceSubrange(place, with: [UInt8](repeating: 0x51, count: 50_000_000))
        let reading = try HL7.read(bytes + head, chunk: 1_000_000)
        #expect(reading.frames.map(\.range.count) == [bytes.count, head.count])
        #expect(reading.faults == [])
    }

    @Test func `each message has its own delimiters`() throws {
        let other = Corpus.oru(id: "M2")
            .replacing("\\", with: "!").replacing("|", with: "*").replacing("^", with: ":")
        let reading = try HL7.read(Corpus.oru(id: "M1") + other)
        #expect(reading.frames.count == 2)
        #expect(reading.errors == [])
    }

    @Test func `wrong counts in trailers are told with both numbers`() throws {
        let text = "FHS|^~\\&|A\rBHS|^~\\&|A\r" + Self.three.joined() + "BTS|4\rFTS|2\r"
        let reading = try HL7.read(text)
        #expect(reading.fileCodes == ["HL7-011", "HL7-012"])
        #expect(
            reading.closing.counts == [
                EnvelopeCount("BTS-1", declared: 4, counted: 3),
                EnvelopeCount("FTS-1", declared: 2, counted: 1),
            ])
        #expect(reading.closing.parts.isEmpty)
        let strict = try HL7.format(["totals": .scalar("hold")])
        let held = try HL7.read(text, as: strict).closing.parts
        #expect(held.keys.contains(1))
    }

    @Test func `FTS-1 that counts messages is let pass with a note`() throws {
        let text = "FHS|^~\\&|A\rBHS|^~\\&|A\r" + Self.three.joined() + "BTS|3\rFTS|3\r"
        #expect(try HL7.read(text).fileCodes == ["HL7-014"])
    }

    @Test func `a missing trailer leaves the file incomplete and holds the last record`() throws {
        let opened = try HL7.read("FHS|^~\\&|A\rBHS|^~\\&|A\r" + Self.three.joined()).closing
        #expect(!opened.isComplete)
        #expect(opened.holdsLastRecord)
        let plain = try HL7.read(Corpus.oru()).closing
        #expect(plain.isComplete)
        let strict = try HL7.format(["batch": .scalar("expected")])
        let expected = try HL7.read(Corpus.oru(), as: strict).closing
        #expect(!expected.isComplete)
        #expect(expected.holdsLastRecord)
        let closed = try HL7.read(
            "BHS|^~\\&|A\r" + Corpus.oru() + "BTS|1\r", as: strict
        ).closing
        #expect(closed.isComplete)
    }

    @Test func `segments without a message header are a record that fails`() throws {
        let text = "BHS|^~\\&|A\r\(Corpus.patient)\rPV1|1|O\r" + Corpus.oru() + "BTS|2\r"
        let reading = try HL7.read(text)
        #expect(reading.frames.count == 2)
        #expect(reading.errors == ["HL7-101 PID"])
    }

    @Test func `comment lines outside messages are told once a run`() throws {
        let reading = try HL7.read("# made by hand\r# twice\r" + Corpus.oru())
        #expect(reading.fileCodes == ["HL7-006"])
        #expect(reading.faults == [])
    }

    @Test(arguments: ["", "hello", "\r\n\r\n", "\0\0\0", "MS"])
    func `content without a message is a finding about the file`(text: String) throws {
        let reading = try HL7.read(text)
        #expect(reading.fileCodes.contains("HL7-001"))
    }

    @Test(arguments: [true, false], [true, false])
    func `UTF-16 gives the same records and findings as UTF-8`(
        isLittle: Bool, hasMark: Bool
    ) throws {
        let text = Self.three.joined().replacing("ADA", with: "\u{C4}D\u{1F9EA}")
        let wide = ((hasMark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
            isLittle
                ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)]
        }
        let utf8 = try HL7.read(text, as: HL7.format(["charset": .scalar("UNICODE UTF-8")]))
        for chunk in [1, 2, 3, 7, 1000, .max] {
            let reading = try HL7.read(wide, chunk: chunk)
            #expect(reading.texts == utf8.texts)
            #expect(reading.findings == utf8.findings)
            #expect(reading.fileCodes == ["HL7-005"])
        }
        #expect(HL7.family.sniff(wide)?.transaction == "ORU^R01")
    }

    @Test func `half of a surrogate pair is a finding in the message that holds it`() throws {
        var units = Array(Self.three.joined().utf16)
        let place = try #require(units.firstRange(of: Array("ADA".utf16)))
        units[place.lowerBound] = 0xD800
        let wide = ([0xFEFF] + units).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(try HL7.read(wide).faults == ["HL7-110 PID-5", "HL7-401 OBX[1]-5"])
    }

    @Test func `a message beyond 64 MB is not read, and what stands before it is`() throws {
        var framer = try HL7.format().framer(
            over: EndlessSource(first: Array(Corpus.oru().utf8)))
        var frames = 0
        while let page = try framer.next() { frames += page.frames.count }
        #expect(frames == 1)
        #expect(framer.closing.findings.kept.map(\.code) == ["HL7-007"])
        #expect(!framer.closing.isComplete)
        #expect(try framer.next() == nil)
    }

    @Test func `a message with a fault in each of many segments is told up to a limit`() throws {
        let lines = (0..<5000).map { "OBX|\($0)|NM|C\($0)^N^L||x||||||F" }.joined(separator: "\r")
        let reading = try HL7.read(Corpus.oru() + lines)
        #expect(reading.findings.count == 2001)
        #expect(reading.findings.last?.code == "HL7-199")
        #expect(reading.findings[1999].location.path == "OBX[2003]-5")
    }

    @Test func `UTF-16 is read by its mark, or by its first letters`() throws {
        let bytes: [UInt8] =
            [0xFF, 0xFE] + "MSH|^~".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(HL7.family.sniff(bytes)?.family == "hl7v2")
        #expect(try HL7.read(bytes).fileCodes == ["HL7-005"])
    }

    @Test func `content is recognized behind MLLP, marks and headers, and nothing else is`() {
        let message = Corpus.oru("2.3")
        for before in ["", "\u{0B}", "\u{FEFF}", "\r\n", "FHS|^~\\&|A\r"] {
            let sniffed = HL7.family.sniff(Array((before + message).utf8))
            #expect(sniffed?.version == "2.3")
            #expect(sniffed?.transaction == "ORU^R01")
        }
        for other in ["ISA*00*", "MSHX", "MSH", "<?xml", "MRN,NAME", ""] {
            #expect(HL7.family.sniff(Array(other.utf8)) == nil)
        }
    }

    @Test func `any bytes at all lead to pages and findings`() throws {
        var seed: UInt64 = 42
        func next() -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return seed >> 33
        }
        let whole = Array(Self.shapes.map(\.text).joined().utf8)
        let format = try HL7.format()
        for _ in 0..<300 {
            let start = Int(next()) % whole.count
            var bytes = Array(whole[start..<min(whole.count, start + 3000)])
            for _ in 0..<30 {
                let place = Int(next()) % bytes.count
                switch next() % 3 {
                case 0: bytes[place] = UInt8(next() & 255)
                case 1:
                    bytes.insert(
                        contentsOf: [0x7C, 0x0D, 0x5C, 0x26][Int(next() % 4)...Int(3)], at: place)
                default: if bytes.count > 2 { bytes.remove(at: place) }
                }
            }
            let reading = try HL7.read(bytes, as: format)
            var last = 0
            for frame in reading.frames { last = max(last, frame.number) }
            #expect(last == reading.frames.count)
        }
    }
}

/// A message, and then one that never ends.
private struct EndlessSource: ByteSource {
    var first: [UInt8]
    private var isSecond = false
    init(first: [UInt8]) { self.first = first }
    mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        if !first.isEmpty {
            let count = first.count
            buffer += first
            first = isSecond ? [] : Array("MSH|^~\\&|A\rOBX|1|ED|".utf8)
            isSecond = true
            return count
        }
        buffer += [UInt8](repeating: 0x41, count: count)
        return count
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        var text = self
        while text.hasSuffix(suffix) { text.removeLast(suffix.count) }
        return text
    }
}
