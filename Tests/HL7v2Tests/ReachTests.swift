import Bytes
import Exchange
import HL7v2
import Testing
import WaybillTesting

@Suite struct ReachTests {
    private func values(
        _ path: String, in text: String, settings: [String: SettingsNode.Content] = [:]
    ) throws -> [String] {
        let format = try HL7.format(settings)
        let document = HL7.document(text, as: format)
        return format.values(
            of: try format.path(path), within: format.scope(ofRecord: 0, in: document),
            in: document
        ).map { $0.isNull ? "<null>" : $0.text }
    }

    /// The text of the first note.
    private func note(in text: String) throws -> [String] {
        let format = try HL7.format()
        let document = HL7.document(text, as: format)
        let place = try #require(
            format.occurrences(
                of: try format.path("NTE"), within: format.scope(ofRecord: 0, in: document),
                in: document
            ).first)
        return format.values(of: try format.path("NTE-3"), within: place, in: document)
            .map(\.text)
    }

    @Test func `a field is reached by segment, field, repetition and component`() throws {
        let text = Corpus.oru().replacing(
            "10001^^^CLINIC^MR", with: "10001^^^CLINIC&1.2&ISO^MR~777^^^SSA^SS")
        #expect(try values("PID-3.1", in: text) == ["10001", "777"])
        #expect(try values("PID-3[2].1", in: text) == ["777"])
        #expect(try values("PID-3[3].1", in: text) == [])
        #expect(try values("PID-3.4", in: text) == ["CLINIC", "SSA"])
        #expect(try values("PID-3.4.2", in: text) == ["1.2"])
        #expect(try values("PID-3", in: text) == ["10001^^^CLINIC&1.2&ISO^MR", "777^^^SSA^SS"])
        #expect(try values("PID-5.2", in: text) == ["ADA"])
        #expect(try values("MSH-9.2", in: text) == ["R01"])
        #expect(try values("MSH-1", in: text) == ["|"])
        #expect(try values("MSH-2", in: text) == ["^~\\&"])
        #expect(try values("MSH-10", in: text) == ["MSG1"])
        #expect(try values("OBX[2]-3.1", in: text) == ["2160-0"])
        #expect(try values("PID-39", in: text) == [])
        #expect(try values("PV1-2", in: text) == [])
    }

    @Test func `values are unescaped once, and null is not empty`() throws {
        let text = Corpus.oru()
            .replacing(
                "Checked twice.", with: "A\\T\\B \\F\\ \\S\\ \\R\\ \\E\\T\\E\\ \\X41\\ \\Q\\"
            )
            .replacing("|19800229|", with: "|\"\"|")
        let note = try note(in: text)
        #expect(note == ["A&B | ^ ~ \\T\\ A \\Q\\\nSecond line."])
        #expect(try values("PID-7", in: text) == ["<null>"])
        #expect(try values("PID-2", in: text) == [])
    }

    @Test func `a delimiter that stands unescaped in a text is part of the text`() throws {
        let text = Corpus.oru()
            .replacing("Checked twice.", with: "Blood & urine ^ seen")
            .replacing("PID|1|", with: "PID|1|AB&C")
        #expect(try note(in: text).first?.hasPrefix("Blood & urine ^ seen") == true)
        // Of an identifier only the first part counts: a later version may have given it more.
        #expect(try values("PID-2", in: text) == ["AB&C"])
        #expect(try values("PID-2.1", in: text) == ["AB"])
    }

    @Test func `text is read in the message's own character set`() throws {
        let format = try HL7.format()
        let text = Corpus.oru().replacing("|P|2.5.1", with: "|P|2.5.1||||||8859/1")
        let bytes = try #require(
            Charset.iso8859(1).encode(text.replacing("ADA", with: "J\u{FC}rgen")))
        let document = HL7.document(bytes, as: format)
        let name = format.values(
            of: try format.path("PID-5.2"), within: format.scope(ofRecord: 0, in: document),
            in: document)
        #expect(name.map(\.text) == ["J\u{FC}rgen"])
        #expect(try HL7.read(bytes).errors == [])
    }

    @Test func `groups nest, and notes belong to what they stand under`() throws {
        let format = try HL7.format()
        let document = HL7.document(Corpus.oru(), as: format)
        let record = format.scope(ofRecord: 0, in: document)
        let orders = format.occurrences(
            of: try format.path("ORDER_OBSERVATION"), within: record, in: document)
        #expect(orders == [2..<7, 7..<9])
        let results = format.occurrences(
            of: try format.path("OBSERVATION"), within: orders[0], in: document)
        #expect(results == [4..<5, 5..<7])
        let note = try format.path("NTE-3")
        #expect(format.values(of: note, within: orders[0], in: document) == [])
        #expect(format.values(of: note, within: results[1], in: document).count == 1)
        #expect(
            format.occurrences(of: try format.path("OBX"), within: record, in: document)
                == [4..<5, 5..<6, 8..<9])
    }

    @Test func `a notation that names nothing says what was meant`() throws {
        let format = try HL7.format()
        for (wrong, part) in [
            ("ORDER_OBSERVATON", "ORDER_OBSERVATION"), ("PDI-3", "PD1"), ("PID-99", "39 fields"),
            ("PID-3.99", "CX has 10"), ("pid-3", "no HL7 field"), ("PID-0", "no HL7 field"),
            ("PID-3..1", "no HL7 field"),
        ] {
            let fault = #expect(throws: PathFault.self) { try format.path(wrong) }
            let reason = fault?.reason ?? ""
            #expect(reason.contains(part), "\(wrong): \(reason)")
        }
    }

    @Test func `the census counts fields that hold something`() throws {
        let format = try HL7.format()
        let document = HL7.document(Corpus.oru(), as: format)
        var census = FieldCensus()
        format.census(document, record: 0, into: &census)
        let key = try #require(format.censusKey(of: try format.path("OBX-5")))
        #expect(format.fieldName(ofCensusKey: key) == "OBX-5")
        #expect(census.counts[key] == 3)
        #expect(format.recordType(document, record: 0) == "ORU^R01")
    }

    @Test(arguments: ["CLINIC", "CLINIC&", "CLINIC&1.2&ISO"])
    func `what has no sub-components is its own first one`(name: String) throws {
        let text = Corpus.oru().replacing("^CLINIC^MR", with: "^\(name)^MR")
        #expect(try values("PID-3.4", in: text) == ["CLINIC"])
        #expect(try values("PID-3.4.1", in: text) == ["CLINIC"])
    }

    @Test func `a segment that is its name alone has no fields, and the next has its own`() throws {
        let text = Corpus.adt("A08", "2.5.1").replacing("\rNK1|", with: "\rPD1\rNK1|")
        #expect(try values("NK1-2.1", in: text) == ["TEST"])
        #expect(try values("PD1-1", in: text) == [])
    }

    @Test func `a field is read alike with and without a letter above 7F in the message`() throws {
        // Such a letter anywhere makes every field be read the long way.
        let base = Corpus.oru().replacing("|ASCII", with: "|UNICODE UTF-8")
        let format = try HL7.format()
        let path = try [
            "ZZZ-1", "ZZZ-1.1", "ZZZ-1.2", "ZZZ-1.17", "ZZZ-1[2].1", "ZZZ-1.1.2", "ZZZ-2",
        ]
        .map(format.path)
        let letters = Array("AB7 ^^^^&~\\\"")
        var chance = Chance(seed: 0x9E1D)
        var filled = 0
        for _ in 0..<3_000 {
            var field = ""
            for _ in 0..<chance.below(70) { field.append(letters[chance.below(letters.count)]) }
            let plain = base + "ZZZ|\(field)|x\r"
            let long = base + "ZZZ|\(field)|x|é\r"
            var read: [[[FieldValue]]] = []
            for text in [plain, long] {
                let document = HL7.document(text, as: format)
                let scope = format.scope(ofRecord: 0, in: document)
                read.append(path.map { format.values(of: $0, within: scope, in: document) })
            }
            #expect(read[0] == read[1], "\(field)")
            if !read[0][1].isEmpty { filled += 1 }
        }
        #expect(filled > 1_000)
    }
}
