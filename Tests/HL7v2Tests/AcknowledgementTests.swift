import Exchange
import HL7v2
import Testing

@Suite struct AcknowledgementTests {
    /// Reads a file and answers it; what has an error is rejected.
    private func answer(
        _ text: String, duplicates: Set<Int> = []
    ) throws -> (text: String, kind: String) {
        let format = try HL7.format()
        let answer = try Answering.acknowledgement(
            try HL7.read(text, as: format), format, duplicates: duplicates)
        return (
            String(decoding: answer.bytes, as: UTF8.self).replacing("\r", with: "\n"), answer.kind
        )
    }

    private static func header(_ type: String, _ version: String, _ control: Int) -> String {
        "MSH|^~\\&|EHR|CLINIC|ACMELAB|ACME|20261120020000+0000||\(type)|\(control)|P|\(version)\n"
    }

    @Test func `a clean message is answered AA, the parties swapped whole`() throws {
        let text = Corpus.oru().replacing("|ACMELAB|ACME|", with: "|ACMELAB^1.2.3^ISO|ACME|")
        let answer = try answer(text)
        #expect(answer.kind == "ACK")
        #expect(
            answer.text
                == Self.header("ACK^R01^ACK", "2.5.1", 1)
                .replacing("|ACMELAB|", with: "|ACMELAB^1.2.3^ISO|") + "MSA|AA|MSG1\n")
        #expect(try HL7.read(answer.text).faults == [])
    }

    @Test func `a batch is answered as a batch, with an ERR for every error`() throws {
        let batch =
            "FHS|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120||F1||77\r"
            + "BHS|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120||B1||78\r"
            + Corpus.oru(id: "M1")
            + Corpus.oru(id: "M2").replacing("19800229", with: "19801329")
            .replacing("|95|mg", with: "|x|mg")
            + Corpus.oru(id: "M3")
            + Corpus.oru(id: "M4").replacing("R01^ORU_R01", with: "R99")
            + "BTS|5\rFTS|1\r"
        let golden =
            "FHS|^~\\&|EHR|CLINIC|ACMELAB|ACME|20261120020000+0000||||1|77\n"
            + "BHS|^~\\&|EHR|CLINIC|ACMELAB|ACME|20261120020000+0000|||BTS-1 declares 5, counted 4|1|78\n"
            + Self.header("ACK^R01^ACK", "2.5.1", 1) + "MSA|AA|M1\n"
            // Two errors in the content: AE, the sender corrects and sends again.
            + Self.header("ACK^R01^ACK", "2.5.1", 2) + "MSA|AE|M2\n"
            + "ERR||PID^1^7^1|102^Data type error^HL70357|E|HL7-405^^99WAYBILL||"
            + "a value is no date and time of the calendar|"
            + "Ask the sender for YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ].\n"
            + "ERR||OBX^1^5^1|102^Data type error^HL70357|E|HL7-401^^99WAYBILL||a value is no number|"
            + "Ask the sender for digits with an optional sign and point (NM).\n"
            // Seen before: the first answer again.
            + Self.header("ACK^R01^ACK", "2.5.1", 3) + "MSA|AA|M3\n"
            // An event that is not known: AR, nothing was processed.
            + Self.header("ACK^R99^ACK", "2.5.1", 4) + "MSA|AR|M4\n"
            + "ERR||MSH^1^9^1^2|201^Unsupported event code^HL70357|E|HL7-105^^99WAYBILL||"
            + "the trigger event is not supported|"
            + "Correct MSH-9.2, or ask for this event to be described in schemas/hl7v2.\n"
            + "BTS|4\nFTS|1\n"
        let answer = try answer(batch, duplicates: [3])
        #expect(answer.text == golden)
        let reading = try HL7.read(answer.text)
        #expect(reading.closing.counts.allSatisfy { $0.declared == $0.counted })
        #expect(reading.errors == [])
    }

    @Test func `to 2-4 errors stand in one ERR-1`() throws {
        let text = Corpus.oru("2.3").replacing("19800229", with: "19801329")
            .replacing("|95|mg", with: "|x|mg")
        #expect(
            try answer(text).text
                == Self.header("ACK", "2.3", 1) + "MSA|AE|MSG1\nERR|PID^1^7^102~OBX^1^5^102\n")
    }

    @Test func `several messages without headers are answered in a batch`() throws {
        let answer = try answer(Corpus.oru(id: "M1") + Corpus.oru(id: "M2")).text
        let head = "|^~\\&|EHR|CLINIC|ACMELAB|ACME|20261120020000+0000||||1\n"
        #expect(answer.hasPrefix("FHS\(head)BHS\(head)MSH|"))
        #expect(answer.hasSuffix("BTS|2\nFTS|1\n"))
    }

    @Test func `an ACK is never answered`() throws {
        let answer = try answer(Corpus.ack("2.5.1") + Corpus.ack("2.3"))
        #expect(answer.text == "")
        #expect(answer.kind == "")
    }

    @Test(arguments: [
        ("AL|NE", "MSA|CA"), ("NE|AL", "MSA|AA"), ("AL|AL", "MSA|AA"), ("NE|NE", ""), ("NE|ER", ""),
    ])
    func `enhanced mode answers what the sender asks for`(asked: String, expected: String) throws {
        let text = Corpus.oru().replacing("|P|2.5.1", with: "|P|2.5.1|||\(asked)")
        let answer = try answer(text).text
        #expect(expected.isEmpty ? answer == "" : answer.contains(expected))
    }

    /// MSH and MSA of the answer to a message in which `from` was replaced.
    private func answer(replacing from: String, with to: String) throws -> [String] {
        try answer(Corpus.oru().replacing(from, with: to, maxReplacements: 1)).text
            .split(separator: "\n").map(String.init)
    }

    @Test func `who asks for a receipt and an answer gets both, and errors once`() throws {
        let text = Corpus.oru().replacing("|P|2.5.1", with: "|P|2.5.1|||AL|AL")
        let lines = try answer(text.replacing("||95|", with: "||x|")).text.split(separator: "\n")
        #expect(lines.map { $0.prefix(6) } == ["MSH|^~", "MSA|CE", "MSH|^~", "MSA|AE", "ERR||O"])
        let controls = lines.filter { $0.hasPrefix("MSH") }.map {
            $0.split(separator: "|", omittingEmptySubsequences: false)[9]
        }
        #expect(controls == ["1", "2"])
    }

    @Test(arguments: [
        ("|P|2.5.1", "|P|9.9", "|P|2.5.1"), ("|P|2.5.1", "|P|2.2", "|P|2.3"),
        ("|P|2.5.1", "|Q|2.5.1", "|P|2.5.1"), ("|P|2.5.1", "|T^A|2.5.1^USA", "|T^A|2.5.1^USA"),
        ("|P|2.5.1", "|P|2.6", "|P|2.6"),
    ])
    func `processing id and version go back as they came, where they mean something`(
        from: String, to: String, back: String
    ) throws {
        #expect(try answer(replacing: from, with: to)[0].hasSuffix(back))
    }

    @Test func `a character set is named in the answer when it is one`() throws {
        let known = try answer(
            replacing: "|P|2.5.1", with: "|P|2.5.1||||||8859/1~UNICODE UTF-8")
        #expect(known[0].hasSuffix("|P|2.5.1||||||8859/1"))
        #expect(
            try answer(replacing: "|P|2.5.1", with: "|P|2.5.1||||||EBCDIC")[0].hasSuffix("2.5.1"))
    }

    @Test func `an answer is in the sender's delimiters where they can be used`() throws {
        let own = Corpus.oru().replacing("ACMELAB", with: "ACME^1.2^ISO")
            .replacing("^", with: "*").replacing("|", with: "!")
        let lines = try answer(own).text.split(separator: "\n")
        #expect(lines[0].hasPrefix("MSH!*~\\&!EHR!CLINIC!ACME*1.2*ISO!ACME!"))
        #expect(lines[1] == "MSA!AA!MSG1")
        // A letter, or one character twice: the answer is in the standard's, the names keep their parts.
        for (encoding, from) in [("^~\\X", "ACME^1.2^ISO"), ("^~\\^", "ACME")] {
            let text = Corpus.oru().replacing("|^~\\&|ACMELAB", with: "|\(encoding)|\(from)")
            let lines = try answer(text).text.split(separator: "\n")
            #expect(lines[0].hasPrefix("MSH|^~\\&|EHR|CLINIC|\(from)|ACME|"))
            #expect(try HL7.read(String(lines.joined(separator: "\r"))).errors == [])
        }
    }

    @Test func `a line break in a name of the sender does not break the answer`() throws {
        let lines = try answer(replacing: "|ACMELAB|", with: "|ACME\nLab|")
        #expect(lines[0].contains("|ACME\\X0A\\Lab|"))
        #expect(lines[1] == "MSA|AE|MSG1")
    }

    @Test func `every message of a broken batch is told why`() throws {
        let text =
            "BHS|^~\\&|A|B|C|D|20261120||||7\rPID|1\r" + Corpus.oru(id: "M1") + "BTS|2\r"
        let lines = try answer(text).text.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "FHS|^~\\&|C|D|A|B|20261120020000+0000||||1",
                "BHS|^~\\&|C|D|A|B|20261120020000+0000|||no MSH follows BHS|1|7",
                String(Self.header("ACK^R01^ACK", "2.5.1", 1).dropLast()), "MSA|AE|M1",
                "ERR||BHS^1|100^Segment sequence error^HL70357|E|HL7-016^^99WAYBILL||"
                    + "a batch is broken and is refused: no MSH follows BHS|"
                    + "Ask the sender for the batch again; the other batches of the file stand.",
                "BTS|1", "FTS|1",
            ])
    }

    @Test func `the answers to every case of the corpus have no fault of ours`() throws {
        for one in CorpusCase.all {
            let format = try HL7.format(one.settings)
            let answer = try Answering.answer(try HL7.read(one.bytes, as: format), format)
            if answer.isEmpty { continue }
            let reading = try HL7.read(answer)
            let echoed = ["MSH-3", "MSH-4", "MSH-5", "MSH-6", "MSA-2"]
            let faults = reading.faults.filter { fault in
                !echoed.contains { fault.contains(" \($0)") }
            }
            #expect(faults == [], "\(one.name)")
        }
    }
}
