import Exchange
import Foundation
import HL7v2
import Testing

/// Overlays written by hand.
@Suite struct OverlayTests {
    static let overlay = """
        profile: hillside
        messages: [ORU^R01]
        fields:
          PID-8: {usage: R, codes: sexes}
          PID-3.4.1: {usage: R, length: 1..6}
          PID-5: {repeat: 1..1}
          PID-19: {usage: X}
          MSH-4.1: {constant: HILL}
          OBX-6: {usage: C(R/X), when: {equals: OBX-2, text: NM}, text: "units go with numbers"}
          OBX-3: {codes: [{sets: [tests], strength: S, at: [{code: 1, system: 3}]}]}
          ZPI-2: {usage: R}
        value_sets:
          - {id: sexes, codes: [F, M, U]}
          - id: tests
            open: true
            codes: [{system: LN, is: "2345-7"}]
        statements:
          - id: A1
            in: message
            text: "PID-3.1 and PID-18.1 differ"
            expect: {if: {present: PID-18}, then: {compare: "PID-3[1].1", is: NE, path: PID-18.1}}
          - id: A2
            in: OBX
            expect: {if: {equals: "2", text: NM}, then: {compare: "5", is: LT, value: "1000"}}
          - id: A3
            in: {every_group: ORDER_OBSERVATION}
            expect: {exactly_one: [{present: OBR-2}, {present: ORC-2}]}
          - id: A4
            in: OBX
            expect: {set_id: "1"}
        """

    static func faults(_ segments: String...) throws -> [String] {
        try Guide.faults(segments, as: Guide.format(Array(overlay.utf8)))
    }

    private static let head = #"MSH|^~\&|L|HILL|E|C|20260903101500||ORU^R01|7|P|2.4"#
    private static let patient = "PID|1||A1^^^HILL||DOE^JANE||19800102|F"
    private static let order = "OBR|1|P1|F1|X^Y^L"
    private static let result = "OBX|1|NM|2345-7^G^LN||95|mg/dL|||||F"

    @Test func `a message that keeps to it has no finding of it`() throws {
        #expect(try Self.faults(Self.head, Self.patient, "ZPI|1|x", Self.order, Self.result) == [])
    }

    @Test func `fields by path have usage, length, repetitions, constants and codes`() throws {
        #expect(
            try Self.faults(
                Self.head.replacing("HILL", with: "HULL"),
                "PID|1||A1^^^HILLSIDE||DOE^JANE~ROE^J||19800102|Q|||||||||||123", "ZPI|1",
                Self.order, "OBX|1|NM|1-8^G^LN||95||||||F")
                == [
                    "HL7-621 MSH-4.1", "HL7-606 PID-3.4.1", "HL7-605 PID-5[2]", "HL7-611 PID-8",
                    "HL7-603 PID-19", "HL7-601 ZPI-2", "HL7-612 OBX-3.1", "HL7-623 OBX-6",
                ])
    }

    @Test func `statements compare values, numbers and segments`() throws {
        #expect(
            try Self.faults(
                Self.head, Self.patient + "||||||||||A1", "ORC|RE|P1", Self.order,
                "OBX|1|NM|2345-7^G^LN||1000|mg/dL|||||F", "OBX|7|ST|2345-7^G^LN||x||||||F")
                == [
                    "HL7-622 OBX[1]-5", "HL7-622 OBX[2]-1", "HL7-622 PID-3.1", "HL7-622 OBR-2",
                ])
    }

    @Test func `a message that it is not for is told`() throws {
        let message = #"MSH|^~\&|L|HILL|E|C|20260903101500||ADT^A04|7|P|2.4"#
        #expect(
            try Self.faults(message, "EVN|A04|20260903", Self.patient, "PV1|1|O")
                == ["HL7-631 MSH"])
    }

    @Test(arguments: [
        ("profile: x\nfields: {PID3: {usage: R}}", "HL7-903"),
        ("profile: x\nfields: {PID-3: {usage: Q}}", "SET-102"),
        ("profile: x\nfields: {PID-3: {repeat: 3..1}}", "HL7-903"),
        ("profile: x\nstatements: [{id: a, in: PID, expect: {persent: PID-3}}]", "HL7-903"),
        ("profile: x\nmesages: [ORU^R01]", "SET-103"),
        ("profile: [", "SET-104"),
        ("", "HL7-903"),
    ]) func `a mistake in an overlay is told at its line and nothing is used`(
        _ yaml: String, _ code: String
    ) throws {
        let (format, findings) = HL7.family.read(
            HL7.node(["type": .scalar("hl7v2"), "schema": .scalar("x")]),
            schemas: OverlaySchemas(overlays: ["hl7v2/x.yaml": Array(yaml.utf8)]))
        #expect(format == nil)
        #expect(findings.map(\.code).contains(code))
        #expect(
            findings.allSatisfy { $0.location.path?.hasPrefix("schemas/hl7v2/x.yaml:") == true })
    }

    @Test(arguments: [
        "profile: x\nfields: {PID-3: {codes: none}}",
        "profile: x\nstatements: [{id: a, in: ABC, expect: {present: \"1\"}}]",
        "profile: x\nstatements: [{id: a, in: message, expect: {present: ABC-1}}]",
        "profile: x\nstatements: [{id: a, in: PID, expect: {matches: \"3\", pattern: \"[\"}}]\n"
            + "fields: {PID-3: {usage: R}}",
        "profile: x\nmessages: [ORU^R01, QQQ^Q01]\nversions: [\"2.4\"]",
    ]) func `what neither overlay nor schemas have is a warning`(_ yaml: String) {
        let (format, findings) = HL7.family.read(
            HL7.node(["type": .scalar("hl7v2"), "schema": .scalar("x")]),
            schemas: OverlaySchemas(overlays: ["hl7v2/x.yaml": Array(yaml.utf8)]))
        #expect(format != nil)
        #expect(Set(findings.map(\.code)) == ["HL7-904"])
    }

    @Test func `an overlay that is not there is told with the nearest name`() {
        let (format, findings) = HL7.family.read(
            HL7.node(["type": .scalar("hl7v2"), "schema": .scalar("hilside")]),
            schemas: OverlaySchemas(overlays: ["hl7v2/hillside.yaml": []]))
        #expect(format == nil)
        #expect(findings.map(\.code) == ["HL7-902"])
        #expect(findings.first?.message.contains("did you mean `hillside`?") == true)
    }

    @Test func `pages that are cut otherwise give the same findings`() throws {
        let text = Guide.with(1, 8, "Q").joined(separator: "\r") + "\r"
        let whole = try HL7.read(text, as: Guide.format())
        for chunk in [1, 7, 100] {
            let cut = try HL7.read(text, chunk: chunk, as: Guide.format())
            #expect(cut.findings == whole.findings)
        }
    }
}
