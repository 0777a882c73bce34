import Exchange
import Mapping
import Testing

@Suite struct WritingTests {
    private func patient(_ fields: (String, String?)...) -> Canonical {
        Canonical(nodes: [.init(entity: "patient", fields: fields.map { .init($0.0, $0.1) })])
    }

    @Test func `a value is written in the destination's form`() {
        let dictionary = Bench.patients(
            "{from: DOB, as: patient.birthDate, type: date, format: dd/MM/yyyy}",
            "{from: SEX, as: patient.gender, crosswalk: codes}",
            "{from: ACTIVE, as: patient.active, true_values: [Y], false_values: [N]}",
            "{from: RACE, as: patient.race}", crosswalks: ["from,to\nF,female\nW,female\n"])
        let record = patient(
            ("patient.birthDate", "1980-04-13"), ("patient.gender", "female"),
            ("patient.active", "false"), ("patient.race", "a"), ("patient.race", "b"))
        #expect(
            Bench.write(record, by: dictionary).text
                == "DOB=13/04/1980\nSEX=F\nACTIVE=N\nRACE=a|b\n.\n")
    }

    @Test func `what is absent is not written and what is null is written as null`() {
        let dictionary = Bench.patients(
            "{from: NAME, as: patient.name.family}", "{from: PHONE, as: patient.telecom.phone}")
        let record = patient(("patient.telecom.phone", nil))
        #expect(Bench.write(record, by: dictionary).text == "PHONE=\"\"\n.\n")
    }

    @Test(arguments: [
        ("claim.total", "money", "cents", "12.50", "1250"),
        ("claim.total", "money", "shortest", "12.50", "12.5"),
        ("claim.total", "money", "plain", "12.50", "12.50"),
        ("charge.quantity", "decimal", "shortest", "5.0", "5"),
        ("charge.quantity", "decimal", "plain", "5.0", "5.0"),
        ("claim.serviced", "date", "d8", "2026-11-20", "20261120"),
        ("claim.serviced", "date", "rd8", "2026-11-01/2026-11-03", "20261101-20261103"),
        ("patient.deceasedDateTime", "dateTime", "hl7", "2026-11-20T08:05Z", "202611200205"),
        (
            "patient.deceasedDateTime", "dateTime", "iso", "2026-11-20T08:05Z",
            "2026-11-20T02:05-06:00"
        ),
        (
            "patient.deceasedDateTime", "dateTime", "yyyy-MM-dd HH:mm", "2026-07-20T08:05:09Z",
            "2026-07-20 03:05"
        ),
        ("patient.deceasedDateTime", "dateTime", "hl7", "2026-11-20", "20261120"),
        ("patient.birthDate", "date", "hl7", "2026-11-20T03:05Z", "20261119"),
    ])
    func `each form of a type is written`(
        field: String, type: String, format: String, value: String, expected: String
    ) {
        let dictionary = Bench.patients(
            "{from: NAME, as: \(field), type: \(type), format: \(format)}")
        let written = Bench.write(patient((field, value)), by: dictionary, zone: "America/Chicago")
        #expect(written.text == "NAME=\(expected)\n.\n")
    }

    @Test func `a date without a time is never shifted`() {
        let dictionary = Bench.patients("{from: DOB, as: patient.birthDate, format: hl7}")
        let written = Bench.write(
            patient(("patient.birthDate", "1980-02-29")), by: dictionary, zone: "Asia/Tokyo")
        #expect(written.text == "DOB=19800229\n.\n")
    }

    @Test(arguments: [
        ("{from: DOB, as: patient.birthDate, type: date, format: MM/dd/yyyy}", "MAP-107"),
        ("{from: SEX, as: patient.gender, crosswalk: codes}", "MAP-103"),
        ("{from: MRN, as: patient.identifier.mrn, required: true}", "MAP-110"),
    ])
    func `what cannot be written holds the leg`(line: String, code: String) {
        let dictionary = Bench.patients(line, crosswalks: ["from,to\nF,female\n"])
        let written = Bench.write(
            patient(("patient.birthDate", "1980-04"), ("patient.gender", "neither")), by: dictionary
        )
        #expect(written.text == nil)
        #expect(written.findings.map(\.code) == [code])
        #expect(MappingFindings.holding.contains(code))
    }

    @Test func `templates take variables and canonical fields and conditions`() {
        let yaml = """
            dictionary: d
            system: ehr
            entity: patient
            format: pair
            constants:
              - {to: TYPE, value: "ADT^{event}^{{x}}"}
              - {to: NAME, value: "{patient.name.family}, {patient.name.given}"}
              - {to: FLAG, value: "yes", when: patient.telecom.phone}
            """
        guard let dictionary = Bench.dictionary(yaml).dictionary else {
            return #expect(Bool(false))
        }
        let record = patient(("patient.name.family", "Doe"))
        let written = Bench.write(record, by: dictionary, variables: [.event: "A08"])
        #expect(written.text == "TYPE=ADT^A08^{x}\nNAME=Doe, \n.\n")
        let without = Bench.write(record, by: dictionary)
        #expect(without.text == nil)
        #expect(without.findings.map(\.code) == ["MAP-111"])
    }

    @Test func `groups are written from the nodes wherever they lie`() {
        let record = Canonical(nodes: [
            .init(entity: "patient", fields: [.init("patient.identifier.mrn", "7")]),
            .init(
                entity: "diagnosticReport", parent: 0,
                fields: [.init("diagnosticReport.code", "cbc")]),
            .init(entity: "observation", parent: 1, fields: [.init("observation.sequence", "1")]),
            .init(entity: "observation", parent: 1, fields: [.init("observation.sequence", "2")]),
        ])
        #expect(
            Bench.write(record, by: Bench.results).text == """
                MRN=7
                +REPORT
                TEST=cbc
                +RESULT
                N=1
                ORDER=cbc/1
                -RESULT
                +RESULT
                N=2
                ORDER=cbc/2
                -RESULT
                -REPORT
                .

                """)
    }

    @Test func `a field that the parts disagree on is not picked at random`() {
        func record(_ second: String) -> Canonical {
            Canonical(nodes: [
                .init(entity: "patient"),
                .init(entity: "observation", parent: 0, fields: [.init("observation.status", "F")]),
                .init(
                    entity: "observation", parent: 0, fields: [.init("observation.status", second)]),
            ])
        }
        let dictionary = Bench.patients("{from: FLAG, as: observation.status}")
        #expect(Bench.write(record("F"), by: dictionary).text == "FLAG=F\n.\n")
        #expect(Bench.write(record("C"), by: dictionary).findings.map(\.code) == ["MAP-112"])
    }

    @Test func `an edit changes only what says something else`() {
        let dictionary = Bench.patients(
            "{from: DOB, as: patient.birthDate, type: date, format: M/d/yyyy}",
            "{from: SEX, as: patient.gender, crosswalk: codes}",
            "{from: NAME, as: patient.name.family}", "{from: PHONE, as: patient.telecom.phone}",
            crosswalks: ["from,to\nF,female\nW,female\n"])
        let record = patient(
            ("patient.birthDate", "1980-04-03"), ("patient.gender", "female"),
            ("patient.name.family", "Roe"))
        let text = "DOB=04/03/1980\nSEX=W\nNAME=Doe\nPHONE=1\nLEVEL=kept"
        let edited = Bench.edit(text, to: record, by: dictionary)
        #expect(edited.text == "DOB=04/03/1980\nSEX=W\nNAME=Roe\nPHONE=1\nLEVEL=kept\n.\n")
        #expect(edited.edits == 1)
    }

    @Test func `a record edited back by its own dictionary stays byte for byte`() {
        let text = """
            MRN=7
            +REPORT
            TEST=cbc
            +RESULT
            N=1
            UNIT=mg/dl
            ORDER=cbc/1
            -RESULT
            +RESULT
            N=02
            UNIT=none
            ORDER=cbc/2
            -RESULT
            -REPORT
            """
        let record = Bench.read(text, by: Bench.results).record
        let edited = Bench.edit(text, to: record, by: Bench.results)
        #expect(edited.edits == 0)
        #expect(edited.text == text + "\n.\n")
    }

    @Test func `what the feed did not read stays even where the destination needs it`() {
        let dictionary = Bench.patients("{from: MRN, as: patient.identifier.mrn, required: true}")
        let edited = Bench.edit("MRN=7", to: patient(), by: dictionary)
        #expect(edited.findings.isEmpty && edited.text == "MRN=7\n.\n")
        #expect(
            Bench.edit("MRN=", to: patient(), by: dictionary).findings.map(\.code) == ["MAP-110"])
    }

    @Test func `a fallback goes out as its code where the table knows it`() {
        let dictionary = Bench.patients(
            "{from: SEX, as: patient.gender, crosswalk: codes, on_miss: default:unknown}",
            crosswalks: ["from,to\nF,female\nU,unknown\n"])
        let written = Bench.write(patient(("patient.gender", "neither")), by: dictionary)
        #expect(written.text == "SEX=U\n.\n" && written.findings.map(\.code) == ["MAP-105"])
    }

    @Test func `an explicit null is written over a value and kept where it stands`() {
        let dictionary = Bench.patients("{from: NAME, as: patient.name.family}")
        let record = patient(("patient.name.family", nil))
        #expect(Bench.edit("NAME=Doe", to: record, by: dictionary).text == "NAME=\"\"\n.\n")
        #expect(Bench.edit("NAME=\"\"", to: record, by: dictionary).edits == 0)
    }

    @Test func `groups that do not match are not edited in place`() {
        let text = "+REPORT\nTEST=cbc\n-REPORT\n+REPORT\nTEST=bmp\n-REPORT"
        let record = Canonical(nodes: [
            .init(entity: "patient"), .init(entity: "diagnosticReport", parent: 0),
        ])
        let edited = Bench.edit(text, to: record, by: Bench.results)
        #expect(edited.findings.map(\.code) == ["MAP-113"])
        #expect(edited.edits == 0)
    }
}
