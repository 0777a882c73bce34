import Exchange
import Mapping
import Testing

@Suite struct ReadingTests {
    /// What a value of `WHEN`-like fields becomes under a line's settings: the value, or a code.
    private func outcome(_ value: String, _ line: String, zone: String? = nil) -> String {
        let read = Bench.read("NAME=\(value)", by: Bench.patients(line), zone: zone)
        if let error = read.findings.first(where: { $0.severity == .error }) { return error.code }
        return read.record.nodes[0].fields.first?.value ?? "absent"
    }

    @Test func `a date in another order is rejected and never guessed`() {
        let line = "{from: NAME, as: patient.birthDate, type: date, format: MM/dd/yyyy}"
        #expect(outcome("04/13/1980", line) == "1980-04-13")
        #expect(outcome("13/04/1980", line) == "MAP-101")
        #expect(outcome("02/30/1980", line) == "MAP-101")
        #expect(outcome("4/13/1980", line) == "MAP-101")
    }

    @Test(arguments: [
        ("1980", "1980"), ("198002", "1980-02"), ("19800229", "1980-02-29"),
        ("198002290805", "1980-02-29"), ("19810229", "MAP-101"), ("1980022", "MAP-101"),
    ])
    func `an HL7 date keeps the precision it has and loses a time`(text: String, expected: String) {
        #expect(outcome(text, "{from: NAME, as: patient.birthDate, format: hl7}") == expected)
    }

    @Test(arguments: [
        ("20261120", "2026-11-20"), ("2026112008", "2026-11-20T08-06:00"),
        ("202611200805", "2026-11-20T08:05-06:00"), ("20260720080500", "2026-07-20T08:05:00-05:00"),
        ("20261120080500.12", "2026-11-20T08:05:00.12-06:00"),
        ("20261120080500+0100", "2026-11-20T08:05:00+01:00"), ("2026112024", "MAP-101"),
        ("20261120080500.", "MAP-101"), ("20261120080500-06", "MAP-101"),
    ])
    func `an HL7 time takes the feed's zone only when it states none`(
        text: String, expected: String
    ) {
        let line = "{from: NAME, as: patient.deceasedDateTime, format: hl7}"
        #expect(outcome(text, line, zone: "America/Chicago") == expected)
    }

    @Test(arguments: ["202611010130", "202603080230"])
    func `a local time that exists twice or never is kept without an offset and told`(text: String)
    {
        let line = "{from: NAME, as: patient.deceasedDateTime, format: hl7}"
        let read = Bench.read("NAME=\(text)", by: Bench.patients(line), zone: "America/Chicago")
        #expect(read.findings.map(\.code) == ["MAP-106"])
        #expect(read.record.nodes[0].fields[0].value?.hasSuffix(":30") == true)
    }

    @Test(arguments: [
        ("format: d8", "20261120", "2026-11-20"), ("format: d8", "2026112", "MAP-101"),
        ("format: rd8", "20261101-20261103", "2026-11-01/2026-11-03"),
        ("format: rd8", "20261103-20261101", "MAP-101"), ("format: rd8", "20261103", "2026-11-03"),
        ("format: rd8.end", "20261101-20261103", "2026-11-03"),
        ("format: iso", "2026-11-20", "2026-11-20"),
        ("format: iso", "2026-11-20T08:05Z", "2026-11-20"),
    ])
    func `X12 and ISO dates are read whole`(format: String, text: String, expected: String) {
        #expect(outcome(text, "{from: NAME, as: claim.serviced, \(format)}") == expected)
    }

    @Test(arguments: [
        ("plain", "12.5", "12.50"), ("plain", "12.505", "MAP-101"), ("plain", "$12", "MAP-101"),
        ("grouped", "$1,234.5", "1234.50"), ("grouped", "(12.00)", "-12.00"),
        ("grouped", "1,23.00", "MAP-101"), ("cents", "1250", "12.50"), ("cents", "12.5", "MAP-101"),
    ])
    func `money is exact and has two digits`(format: String, text: String, expected: String) {
        #expect(outcome(text, "{from: NAME, as: claim.total, format: \(format)}") == expected)
    }

    @Test(arguments: [
        ("5.0", "5.0"), ("+.50", "0.50"), ("-007.", "-7"), ("-0.0", "0.0"), ("1e3", "MAP-101"),
    ])
    func `a decimal keeps its digits behind the point`(text: String, expected: String) {
        #expect(outcome(text, "{from: NAME, as: charge.quantity}") == expected)
    }

    @Test(arguments: [("007", "7"), ("-3", "-3"), ("+3", "MAP-101"), ("3.0", "MAP-101")])
    func `an integer is a whole number`(text: String, expected: String) {
        #expect(outcome(text, "{from: NAME, as: claim.item.sequence}") == expected)
    }

    @Test func `a boolean is one of the words named`() {
        let line = "{from: NAME, as: patient.active, true_values: [Y, \"1\"], false_values: [N]}"
        #expect(outcome("1", line) == "true")
        #expect(outcome("N", line) == "false")
        #expect(outcome("y", line) == "MAP-101")
    }

    @Test func `null is a field without a value and absent is no field`() {
        let dictionary = Bench.patients(
            "{from: NAME, as: patient.name.family}", "{from: PHONE, as: patient.telecom.phone}",
            "{from: SEX, as: patient.gender}")
        let read = Bench.read("NAME=\"\"\nPHONE=", by: dictionary)
        #expect(read.record.nodes[0].fields == [.init("patient.name.family", nil)])
        #expect(read.findings.isEmpty)
    }

    @Test(arguments: ["PHONE=1", "MRN=", "MRN=\"\""])
    func `a required field that is not stated or deleted is an error`(text: String) {
        let read = Bench.read(
            text, by: Bench.patients("{from: MRN, as: patient.identifier.mrn, required: true}"))
        #expect(read.findings.map(\.code) == ["MAP-102"])
        #expect(read.findings[0].severity == .error)
        #expect(!MappingFindings.holding.contains("MAP-102"))
    }

    @Test(arguments: [
        ("hold", "X", "MAP-103", true), ("reject", "X", "MAP-104", false),
    ])
    func `a code without an answer holds or rejects as the line says`(
        policy: String, text: String, code: String, holds: Bool
    ) {
        let line = "{from: SEX, as: patient.gender, crosswalk: codes, on_miss: \(policy)}"
        let dictionary = Bench.patients(line, crosswalks: ["from,to\nM,male\n"])
        let read = Bench.read("SEX=\(text)", by: dictionary)
        #expect(read.findings.map(\.code) == [code])
        #expect(MappingFindings.holding.contains(code) == holds)
        #expect(Bench.read("SEX=M", by: dictionary).record.value("patient.gender") == "male")
    }

    @Test(arguments: [("keep", "X"), ("default:unknown", "unknown")])
    func `a code without an answer goes on and is told`(policy: String, expected: String) {
        let line = "{from: SEX, as: patient.gender, crosswalk: codes, on_miss: \(policy)}"
        let read = Bench.read("SEX=X", by: Bench.patients(line, crosswalks: ["from,to\nM,male\n"]))
        #expect(read.record.value("patient.gender") == expected)
        #expect(read.findings.map(\.code) == ["MAP-105"])
        #expect(read.findings[0].severity == .info)
    }

    @Test func `a crosswalk row holds between its days`() {
        let csv = "from,to,effective_from,effective_to\nA,old,,2026-10-31\nA,new,2026-11-01,\n"
        let dictionary = Bench.patients(
            "{from: SEX, as: patient.gender, crosswalk: codes}", crosswalks: [csv])
        #expect(
            Bench.read("SEX=A", by: dictionary, on: "2026-10-31").record.value("patient.gender")
                == "old")
        #expect(
            Bench.read("SEX=A", by: dictionary, on: "2026-11-01").record.value("patient.gender")
                == "new")
    }

    @Test func `repetitions are all taken where the canonical field takes many`() {
        let read = Bench.read("RACE=a||b", by: Bench.patients("{from: RACE, as: patient.race}"))
        #expect(read.record.nodes[0].fields.map(\.value) == ["a", "b"])
        #expect(read.findings.isEmpty)
    }

    @Test(arguments: [
        ("", "1", ["MAP-108"]), (", take: last", "2", []), (", take: one", "1", ["MAP-109"]),
    ])
    func `of other repetitions the one that the line says is taken`(
        take: String, expected: String, codes: [String]
    ) {
        let dictionary = Bench.patients("{from: PHONE, as: patient.telecom.phone\(take)}")
        let read = Bench.read("PHONE=1|2", by: dictionary)
        #expect(read.record.value("patient.telecom.phone") == expected)
        #expect(read.findings.map(\.code) == codes)
    }

    @Test func `a finding says where and never what`() throws {
        let line = "{from: DOB, as: patient.birthDate, type: date, format: MM/dd/yyyy}"
        let read = Bench.read("MRN=77\nDOB=13/04/1980", by: Bench.patients(line))
        let finding = try #require(read.findings.first)
        #expect(finding.location == Location(byte: 11, line: 2, record: 1, path: "DOB"))
        #expect(!finding.message.contains("1980"))
        #expect(finding.message.contains("patient.birthDate"))
        #expect(finding.message.contains("MM/dd/yyyy"))
    }

    @Test func `groups become nodes within nodes in order`() {
        let text = """
            MRN=7
            +REPORT
            TEST=cbc
            +RESULT
            N=1
            -RESULT
            +RESULT
            N=2
            -RESULT
            -REPORT
            +REPORT
            TEST=bmp
            +RESULT
            N=x
            -RESULT
            -REPORT
            """
        let read = Bench.read(text, by: Bench.results)
        #expect(
            read.record.nodes.map(\.entity) == [
                "patient", "diagnosticReport", "observation", "observation", "diagnosticReport",
                "observation",
            ])
        #expect(read.record.nodes.map(\.parent) == [nil, 0, 1, 1, 0, 4])
        #expect(read.findings.map(\.code) == ["MAP-101"])
        #expect(read.findings[0].message.contains("occurrence 1 of RESULT"))
    }

    @Test func `the census keys of what is read are known`() throws {
        let dictionary = Bench.patients(
            "{from: MRN, as: patient.identifier.mrn}",
            "{from: SEX, as: patient.gender, direction: write}")
        let map = try #require(
            ReadingMap.compile(
                dictionary, for: Bench.format, names: Bench.names(), zone: nil, on: "2026-11-20"
            ).map)
        #expect(map.coveredKeys == [try #require(Bench.format.censusKey(of: "MRN"))])
    }
}

extension Bench {
    /// Patients with reports with results.
    static let results: FieldDictionary = {
        let yaml = """
            dictionary: lab
            system: lab
            entity: patient
            format: pair
            fields:
              - {from: MRN, as: patient.identifier.mrn}
            each:
              - from: REPORT
                as: diagnosticReport
                fields:
                  - {from: TEST, as: diagnosticReport.code}
                each:
                  - from: RESULT
                    as: observation
                    constants:
                      - {to: ORDER, value: "{diagnosticReport.code}/{n}"}
                    fields:
                      - {from: N, as: observation.sequence}
                      - {from: UNIT, as: observation.unit, crosswalk: codes, on_miss: keep}
            """
        let (dictionary, findings) = Bench.dictionary(
            yaml, crosswalks: ["from,to\nmgdl,mg/dL\nmg/dl,mg/dL\n"])
        guard let dictionary else { preconditionFailure("\(findings.map(\.message))") }
        return dictionary
    }()
}
