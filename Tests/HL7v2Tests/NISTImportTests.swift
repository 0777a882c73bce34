import Exchange
import Foundation
import Testing
import WaybillTesting

@testable import HL7v2

/// The import of guides in NIST's format.
@Suite struct NISTImportTests {
    @Test func `every construct that is not translated is told, and listed in the overlay`() throws
    {
        let result = Guide.result
        let told = result.findings.map { "\($0.location.path ?? ""): \($0.detail)" }
        #expect(
            told == [
                "VALUESETBINDINGS.xml:10: VS Not Found: value set `LABMISSING`",
                "CONSTRAINTS.xml:118: constraint `HILL-6`: expression `Plugin`",
                "CONSTRAINTS.xml:130: constraint `HILL-8`: the regular expression of `Format`",
                "CONSTRAINTS.xml:163: a co-constraint of segment `OBX_R`",
            ])
        let overlay = try #require(result.overlay)
        let (profile, findings) = ProfileReader.read(overlay, file: "hillside.yaml")
        #expect(findings == [])
        #expect(profile?.leftOut == told)
    }

    @Test func `what is written is read back as the same overlay`() throws {
        let overlay = try #require(Guide.result.overlay)
        let profile = try #require(ProfileReader.read(overlay, file: "x.yaml").profile)
        #expect(ProfileWriter.write(profile) == overlay)
        #expect(profile.statements.count == 10)
        #expect(profile.conditions.count == 11)
    }

    @Test func `a guide without its constraints tells each condition that is missing`() {
        let result = NISTImport.run(
            Guide.files(["PROFILE", "VALUESETS"]), as: "x", message: nil,
            schemas: ShippedSchemas())
        let details = result.findings.map(\.detail)
        #expect(details.contains("segment OBR/2: usage C without a predicate"))
        #expect(details.contains("type HD_L/3: usage C without a predicate"))
        #expect(details.contains("group ORU_HILL.OO/5: usage C without a predicate"))
        #expect(details.count == 11)
    }

    @Test func `a guide without its value sets tells each binding`() {
        let result = NISTImport.run(
            Guide.files(["PROFILE", "CONSTRAINTS"]), as: "x", message: nil,
            schemas: ShippedSchemas())
        let missing = result.findings.filter { $0.detail.contains("VS Not Found") }
        #expect(missing.count >= 13)
    }

    @Test func `something else than a guide is told`() {
        let page = NISTImport.File(name: "a.xml", bytes: Array("<html/>".utf8))
        let torn = NISTImport.File(name: "b.xml", bytes: Array("<ConformanceProfile>".utf8))
        let result = NISTImport.run(
            [page, torn], as: "x", message: nil, schemas: ShippedSchemas())
        #expect(result.overlay == nil)
        #expect(result.findings.map { $0.location.path } == ["b.xml", "a.xml:1"])
    }

    @Test func `unknown attributes and elements are told`() throws {
        var text = String(decoding: Guide.files(["PROFILE"])[0].bytes, as: UTF8.self)
        text = text.replacing(
            #"<Segment Ref="MSH" Usage="R""#, with: #"<Segment Ref="MSH" Often="2" Usage="IX""#)
        text = text.replacing("<Encodings>", with: "<Rhythm/><Encodings>")
        let result = NISTImport.run(
            [.init(name: "P.xml", bytes: Array(text.utf8))], as: "x", message: nil,
            schemas: ShippedSchemas())
        let details = result.findings.map(\.detail)
        #expect(details.contains("attribute `Often` of `Segment`"))
        #expect(details.contains("usage `IX`: the element is not checked"))
        #expect(details.contains("`Rhythm` in `ConformanceProfile`"))
    }

    @Test func `a message is chosen by its id`() {
        let result = NISTImport.run(
            Guide.files(), as: "x", message: "OTHER", schemas: ShippedSchemas())
        #expect(result.overlay == nil)
        #expect(result.findings.contains { $0.detail == "there is no message `OTHER`" })
    }

    @Test(arguments: [
        (#"^\d{3}$"#, "[0-9]{3}"), (#"[\w-]+"#, #"[a-zA-Z0-9_\-]+"#),
        (#"(?:a|b)*"#, "(a|b)*"), (#"[0-9]+(\.[0-9]+)?"#, #"[0-9]+(\.[0-9]+)?"#),
        (#"\/x\$"#, "/x$"), ("[a-z-]", #"[a-z\-]"#), (#"^a$|^b\x2D$"#, #"a|b\-"#),
        (#"^(?!\s*$).+"#, #".*[^ \t\n\r].*"#), ("^$", ""), (#"\x64"#, "d"),
    ]) func `Java's expressions are written as XML Schema's`(_ java: String, _ schema: String) {
        #expect(JavaPattern.translate(java) == schema)
    }

    @Test(arguments: [
        "(?!x).*", "(^a|b)", #"(a)\1"#, "a*?", "a++", #"\bx"#, "a^b", "[a-z&&[b]]", #"[\D]"#, "[a",
    ]) func `what XML Schema cannot say is not translated`(_ java: String) {
        #expect(JavaPattern.translate(java) == nil)
    }
}
