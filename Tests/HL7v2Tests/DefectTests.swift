import Exchange
import HL7v2
import Testing

/// One kind of defect: a clean message, what is replaced in it, and what must be found.
struct Defect: Sendable, CustomTestStringConvertible {
    let name: String
    let from: String
    let to: String
    let found: [String]
    var base = Corpus.oru()
    var testDescription: String { name }

    static let all: [Defect] = [
        Defect(name: "month 13", from: "19800229", to: "19801329", found: ["HL7-405 PID-7"]),
        Defect(name: "30 February", from: "19800229", to: "19800230", found: ["HL7-405 PID-7"]),
        Defect(name: "no leap day", from: "19800229", to: "19810229", found: ["HL7-405 PID-7"]),
        Defect(
            name: "hour 24", from: "|N|||F|||20261119101500", to: "|N|||F|||20261119241500",
            found: ["HL7-405 OBX[1]-14"]),
        Defect(
            name: "zone of 15 hours", from: "|N|||F|||20261119101500",
            to: "|N|||F|||20261119101500+1500", found: ["HL7-405 OBX[1]-14"]),
        Defect(
            name: "text in a number", from: "||95|", to: "||95 mg|", found: ["HL7-401 OBX[1]-5"]),
        Defect(
            name: "exponent in a number", from: "||95|", to: "||9.5E1|", found: ["HL7-401 OBX[1]-5"]
        ),
        Defect(name: "decimal comma", from: "||95|", to: "||9,5|", found: ["HL7-401 OBX[1]-5"]),
        Defect(
            name: "set id no integer", from: "OBX|2|", to: "OBX|B|", found: ["HL7-402 OBX[2]-1"]),
        Defect(
            name: "no record number", from: "10001^^^CLINIC^MR", to: "", found: ["HL7-301 PID-3"]),
        Defect(
            name: "record number without its id", from: "10001^^^CLINIC^MR", to: "^^^CLINIC^MR",
            found: ["HL7-307 PID-3.1"]),
        Defect(name: "no control id", from: "|MSG1|", to: "||", found: ["HL7-301 MSH-10"]),
        Defect(
            name: "no observation code", from: "2345-7^Glucose^LN", to: "",
            found: ["HL7-301 OBX[1]-3"]),
        Defect(
            name: "no status", from: "|N|||F|||20261119101500", to: "|N",
            found: ["HL7-301 OBX[1]-11"]),
        Defect(name: "unknown status", from: "|L|||F", to: "|L|||Q", found: ["HL7-406 OBX[2]-11"]),
        Defect(
            name: "unknown order control", from: "ORC|RE", to: "ORC|QQ", found: ["HL7-406 ORC-1"]),
        Defect(
            name: "unknown sex", from: "|F|||1 MAIN", to: "|X|||1 MAIN", found: ["HL7-407 PID-8"]),
        Defect(
            name: "value type missing", from: "OBX|1|NM|", to: "OBX|1||",
            found: ["HL7-421 OBX[1]-2"]),
        Defect(
            name: "value type unknown", from: "OBX|1|NM|", to: "OBX|1|QQ|",
            found: ["HL7-406 OBX[1]-2"]),
        Defect(name: "comparator", from: "<^0.5", to: "!^0.5", found: ["HL7-422 OBX[2]-5.1"]),
        Defect(
            name: "repetition of what stands once", from: "|19800229|", to: "|19800229~19800301|",
            found: ["HL7-303 PID-7[2]"]),
        Defect(
            name: "unknown escape", from: "Checked twice.\\.br\\", to: "Checked \\Q\\ twice",
            found: ["HL7-309 NTE-3"]),
        Defect(
            name: "open escape", from: "Checked twice.\\.br\\Second line.", to: "C:\\folder",
            found: ["HL7-309 NTE-3"]),
        Defect(name: "order missing", from: "OBR|1|ORD1", to: "ZBR|1|ORD1", found: ["HL7-204 OBR"]),
        Defect(
            name: "patient twice", from: "ORC|RE", to: "PID|2||7\rORC|RE",
            found: [
                "HL7-205 PID[2]", "HL7-301 PID[2]-5",
            ]),
        Defect(
            name: "foreign segment", from: "ORC|RE", to: "XYZ|1\rORC|RE", found: ["HL7-202 XYZ"]),
        Defect(
            name: "out of sequence", from: "OBR|2", to: "MSA|AA|1\rOBR|2", found: ["HL7-202 MSA"]),
        Defect(
            name: "line break in text", from: "Second line", to: "\nand more",
            found: ["HL7-201 NTE"]),
        Defect(
            name: "unknown type", from: "ORU^R01^ORU_R01", to: "QQQ^R01", found: ["HL7-104 MSH-9.1"]
        ),
        Defect(
            name: "unknown event", from: "ORU^R01^ORU_R01", to: "ORU^R99",
            found: ["HL7-105 MSH-9.2"]),
        Defect(
            name: "wrong structure id", from: "ORU^R01^ORU_R01", to: "ORU^R01^ORU_R30",
            found: ["HL7-106 MSH-9.3"]),
        Defect(name: "unknown version", from: "|P|2.5.1", to: "|P|9.9", found: ["HL7-107 MSH-12"]),
        Defect(
            name: "processing id", from: "|P|2.5.1", to: "|Q|2.5.1", found: ["HL7-406 MSH-11.1"]),
        Defect(
            name: "same delimiter twice", from: "|^~\\&|", to: "|^^\\&|", found: ["HL7-102 MSH-2"]),
        Defect(
            name: "unknown charset", from: "|P|2.5.1", to: "|P|2.5.1||||||EBCDIC",
            found: ["HL7-109 MSH-18", "HL7-406 MSH-18"]),
        Defect(name: "byte without charset", from: "ADA", to: "AD\u{C4}", found: ["HL7-110 PID-5"]),
        Defect(
            name: "too many components", from: "|95|mg/dL", to: "|95|a^b^c^d^e^f^g",
            found: ["HL7-305 OBX[1]-6.7"]),
        Defect(
            name: "same observation twice", from: "2160-0^Creatinine^LN", to: "2345-7^Glucose^LN",
            found: ["HL7-423 OBX[2]-4"]),
        Defect(
            name: "visit missing", from: "PV1|", to: "ZV1|", found: ["HL7-204 PV1"],
            base: Corpus.adt("A08", "2.5.1")),
        Defect(
            name: "merge without loser", from: "MRG|10002^^^CLINIC^MR", to: "ZZZ|1",
            found: ["HL7-204 MRG"], base: Corpus.adt("A40", "2.4")),
        Defect(
            name: "no appointment reason", from: "BOOK^Booked", to: "", found: ["HL7-301 SCH-6"],
            base: Corpus.siu("S12", "2.5.1")),
        Defect(
            name: "unknown transaction type", from: "|CG|99213", to: "|??|99213",
            found: ["HL7-407 FT1[1]-6"], base: Corpus.dft("2.5.1")),
        Defect(
            name: "segment outside its order", from: "EVN|", to: "PV1|1|O\rEVN|",
            found: [
                "HL7-204 EVN", "HL7-204 PID", "HL7-203 EVN", "HL7-203 PID", "HL7-203 NK1",
                "HL7-205 PV1[2]",
            ],
            base: Corpus.adt("A04", "2.5.1")),
    ]
}

@Suite struct DefectTests {
    @Test(arguments: Defect.all)
    func `a defect is found at its place and nothing else is`(defect: Defect) throws {
        #expect(defect.base.contains(defect.from))
        let broken = defect.base.replacing(defect.from, with: defect.to, maxReplacements: 1)
        let faults = try HL7.read(broken).faults
        #expect(faults == defect.found)
    }

    @Test func `all defects of a message are told, never the first only`() throws {
        let broken = Corpus.oru()
            .replacing("19800229", with: "19801329").replacing("||95|", with: "||x|")
            .replacing("ORC|RE", with: "ORC|QQ")
        #expect(
            try HL7.read(broken).errors == ["HL7-405 PID-7", "HL7-406 ORC-1", "HL7-401 OBX[1]-5"])
    }

    @Test func `a finding names byte, line, record and what the sender is told`() throws {
        let text = Corpus.oru() + Corpus.oru(id: "MSG2").replacing("||95|", with: "||x|")
        let finding = try #require(try HL7.read(text).findings.first)
        let byte = try #require(text.utf8.firstRange(of: Array("||x|".utf8)))
        #expect(
            finding.location
                == Location(
                    byte: text.utf8.distance(from: text.utf8.startIndex, to: byte.lowerBound) + 2,
                    line: 14, record: 2, path: "OBX[1]-5"))
        #expect(finding.ack == ["ERR-3": "102"])
    }

    @Test func `no finding holds a value from the data`() throws {
        for defect in Defect.all {
            let broken = defect.base.replacing("TEST", with: "CANARY")
                .replacing(defect.from, with: defect.to)
            let told = try HL7.read(broken).findings.map { "\($0.message) \($0.location)" }
            #expect(!told.joined().contains("CANARY"))
        }
    }

    @Test func `every code of the catalogue stands once`() {
        let codes = HL7v2Family.kinds.map(\.code)
        #expect(Set(codes).count == codes.count)
    }

    @Test func `a feed takes only the messages and versions it names`() throws {
        let format = try HL7.format([
            "messages": HL7.list(["ADT^A08"]), "versions": HL7.list(["2.4"]),
        ])
        #expect(
            try HL7.read(Corpus.oru(), as: format).errors == ["HL7-112 MSH-12", "HL7-111 MSH-9.1"])
    }
}
