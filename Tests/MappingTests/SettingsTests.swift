import Exchange
import Mapping
import Testing

@Suite struct SettingsTests {
    /// `code line:column` of each finding.
    private func places(_ findings: [Finding]) -> [String] {
        findings.map { "\($0.code) " + ($0.location.path ?? "").dropFirst("test.yaml:".count) }
    }

    private func faults(_ line: String, crosswalks: [String] = []) -> (
        places: [String], text: String
    ) {
        let yaml =
            "dictionary: d\nsystem: pms\nentity: patient\nformat: csv\nfields:\n  - \(line)\n"
        let read = Bench.dictionary(yaml, crosswalks: crosswalks)
        return (places(read.findings), read.findings.map(\.message).joined(separator: "\n"))
    }

    @Test func `the shipped model is read without findings and knows its names`() throws {
        let model = Bench.model
        let dob = try #require(model.field("patient.birthDate"))
        #expect(dob.type == .date && dob.phi && dob.column == "birth_date")
        #expect(model.field("claim.item.net")?.entity == "claim.item")
        #expect(model.field("encounter.identifier")?.column == "visit")
        #expect(model.entity("patient")?.keys == ["patient.identifier.mrn"])
        #expect(model.field("patient.custom.implantLot")?.column == "custom_implant_lot")
        #expect(model.field("patient.custom") == nil)
        #expect(model.field("nobody.custom.x") == nil)
        #expect(model.field("patient.birthdate") == nil)
    }

    @Test func `a contradiction in the model is found where it stands`() {
        let yaml = """
            entities:
              patient:
                keys: [identifier.mrm]
                fields:
                  identifier.mrn: {type: string}
              visit:
                within: nobody
                fields:
                  start: {type: date, column: x}
                  end: {type: date, column: x}
            """
        let (model, findings) = CanonicalModel.read(SmallYAML.read(yaml))
        #expect(model == nil)
        #expect(places(findings) == ["MAP-201 2:3", "MAP-201 6:3", "MAP-201 6:3"])
    }

    @Test func `an unknown canonical field is told with its nearest name`() {
        let found = faults("{from: DOB, as: patient.birthdate}")
        #expect(found.places == ["MAP-204 6:21"])
        #expect(found.text.contains("did you mean `patient.birthDate`?"))
    }

    @Test(arguments: [
        ("{from: A, as: patient.birthDate, format: MM/DD/yyyy}", "MAP-206 6:46"),
        ("{from: A, as: patient.birthDate, type: boolean}", "MAP-206 6:44"),
        ("{from: A, as: patient.gender, crosswalk: cods}", "MAP-207 6:46"),
        ("{from: A, as: patient.gender, on_miss: hold}", "MAP-206 6:44"),
        ("{from: A, as: patient.gender, crosswalk: codes, on_miss: guess}", "MAP-206 6:62"),
        ("{from: A, as: patient.birthDate, phi: false}", "MAP-208 6:43"),
        ("{from: A, as: patient.gender, direction: up}", "SET-102 6:46"),
        ("{from: A, as: patient.gender, ownr: pms}", "SET-103 6:35"),
        ("{as: patient.gender}", "SET-101 6:5"),
    ])
    func `a line that does not fit is found where it stands`(line: String, place: String) {
        #expect(faults(line, crosswalks: ["from,to\nM,male\n"]).places == [place])
    }

    @Test func `two lines for one field are found`() {
        let yaml = """
            dictionary: d
            system: pms
            entity: patient
            format: csv
            fields:
              - {from: A, as: patient.gender}
              - {from: B, as: patient.gender}
              - {from: A, as: patient.language, direction: write}
              - {from: C, as: patient.race}
              - {from: D, as: patient.race}
            """
        #expect(places(Bench.dictionary(yaml).findings) == ["MAP-205 7:5", "MAP-205 8:5"])
    }

    @Test func `templates name what exists`() {
        let yaml = """
            dictionary: d
            system: pms
            entity: patient
            format: csv
            zone: America/Chicagoo
            constants:
              - {to: A, value: "{evnt}"}
              - {to: B, value: "{patient.gendre}"}
              - {to: C, value: "{event"}
            """
        let read = Bench.dictionary(yaml)
        #expect(
            places(read.findings) == [
                "MAP-207 5:7", "MAP-207 7:20", "MAP-204 8:20", "MAP-206 9:20",
            ])
        #expect(read.findings[1].message.contains("did you mean `{event}`?"))
    }

    @Test func `a notation that the format lacks is found where it stands`() {
        let dictionary = Bench.patients(
            "{from: MRNN, as: patient.identifier.mrn}", "{from: SEX, as: patient.gender}")
        let reading = ReadingMap.compile(
            dictionary, for: Bench.format, names: Bench.names(), zone: nil, on: "2026-11-20")
        let writing = WritingMap.compile(
            dictionary, for: Bench.format, names: Bench.names(), zone: nil, on: "2026-11-20")
        #expect(reading.map == nil && writing.map == nil)
        #expect(places(reading.findings) == ["MAP-209 6:5"])
        #expect(places(writing.findings) == ["MAP-209 6:5"])
        #expect(reading.findings[0].message.contains("did you mean MRN?"))
    }

    @Test func `a crosswalk is read by RFC 4180 and both ways`() throws {
        let csv =
            "\u{FEFF}from,to,note\r\n# a remark\r\n\"a,\"\"b\"\"\",x,\"two\nlines\"\r\nc,x,\r\n\r\n,empty,\n"
        let read = Crosswalk.read(Array(csv.utf8), name: "codes", file: "codes.csv")
        #expect(read.findings.isEmpty)
        let crosswalk = try #require(read.crosswalk)
        #expect(crosswalk.reading(on: "2026-11-20") == ["a,\"b\"": "x", "c": "x", "": "empty"])
        #expect(crosswalk.writing(on: "2026-11-20") == ["x": "a,\"b\"", "empty": ""])
        #expect(crosswalk.rows.map(\.line) == [3, 5, 7])
    }

    @Test(arguments: [
        ("from,to\na,1\na,2\n", "MAP-203 codes.csv:3:1"),
        (
            "from,to,effective_to,effective_from\na,1,2026-01-31,\na,2,,2026-01-31\n",
            "MAP-203 codes.csv:3:1"
        ),
        ("from,too\na,1\n", "MAP-202 codes.csv:1:1"), ("", "MAP-202 codes.csv:1:1"),
        ("from,to\na\n", "MAP-202 codes.csv:2:1"), ("from,to\n\"a,1\n", "MAP-202 codes.csv:2:1"),
        ("from,to,effective_to\na,1,1/2/2026\n", "MAP-202 codes.csv:2:1"),
    ])
    func `a crosswalk that cannot be relied on is refused`(csv: String, place: String) {
        let read = Crosswalk.read(Array(csv.utf8), name: "codes", file: "codes.csv")
        #expect(read.crosswalk == nil)
        #expect(read.findings.first.map { "\($0.code) \($0.location.path ?? "")" } == place)
    }

    @Test func `every kind of finding has a code of its own`() {
        let codes = MappingFindings.kinds.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("MAP-") && $0.count == 7 })
        #expect(MappingFindings.holding.isSubset(of: codes))
    }
}
