import Bytes
import Exchange
import Testing
import WaybillTesting

@testable import X12

/// Places where one thing may be taken for another.
@Suite struct EdgeTests {
    private func words(_ text: String) throws -> [String] {
        try readAll(text).findings.map { "\($0.code) \($0.location.path ?? "")" }
    }

    @Test func `an id that ends with ISA is no new interchange`() throws {
        let text = Corpus.raw837("*CLINIC7        *", "*CLINIC7 XXXXISA*")
        #expect(try words(text) == [])
    }

    @Test func `an interchange that begins within another's ISA is read`() throws {
        let reading = try readAll(
            "ISA*00*          *00*          *ZZ*CLIN" + Sample.file837(Sample.body837))
        #expect(reading.codes == ["X12-101"])
        #expect(reading.records.count == 3)
    }

    @Test func `data that hold ISA are skipped with the interchange that cannot be read`() throws {
        let reading = try readAll(
            "ISA*00*garbage~NM1*IL*1*VISA*ISA*M~NTE*ADD*ISA-*AB*C~IEA*1*1~\n"
                + Sample.file837(Sample.body837))
        #expect(reading.codes == ["X12-101"])
        #expect(reading.records.count == 3)
    }

    @Test func `ISA01 is 00 or 03`() throws {
        #expect(try words(Corpus.raw837("ISA*00*", "ISA*01*")) == ["X12-104 ISA01"])
        #expect(try words(Corpus.raw837("ISA*00*", "ISA*03*")) == [])
    }

    @Test(arguments: [
        ("HL*1**20*1", "HL*1**20\0*1"), ("REF*EI*", "REF*EI\0*"), ("*UN*1*", "*UN\0*1*"),
        ("PER*IC*", "PER*IC\0*"), ("DTP*472*D8*", "DTP*472*D8\0*"), ("HI*ABK:", "HI*ABK\0:"),
        ("NM1*41*2*", "NM1*41*2\0*"),
    ])
    func `a NUL behind a code is seen the same way at first sight and by a close look`(
        old: String, new: String
    ) throws {
        let bytes = Array(Sample.file837(Sample.body837).replacingOccurrences(old, new).utf8)
        let fast = try CleanPassTests.findings(bytes, passesClean: true)
        #expect(fast == (try CleanPassTests.findings(bytes, passesClean: false)))
        #expect(!(try readAll(bytes)).errors.isEmpty)
    }

    @Test func `an adjustment of the claim that its lines report again is told as that`() throws {
        let claim = "CLP*C1*1*150*90*20*12*ICN1*11*1"
        #expect(try words(Corpus.with835(claim, claim + "~CAS*PR*3*20")) == ["X12-415 2100/CAS"])
        #expect(try words(Corpus.with835(claim, claim + "~CAS*PR*3*21")) == ["X12-412 2100/CLP04"])
    }

    @Test func `provider identifiers of a payment have their check digit`() throws {
        #expect(
            try words(
                Corpus.with835(
                    "PLB*1234567893*20261231*FB:X*10", "PLB*1234567890*20261231*FB:X*10"))
                == ["X12-601 PLB01"])
        #expect(
            try words(Corpus.with835("LX*1", "LX*1~TS3*1234567890*11*20261231*1*150"))
                == ["X12-601 2000/TS301"])
        #expect(
            try words(Corpus.with835("CAS*PR*3*20", "CAS*PR*3*20~REF*HPI*1234567890"))
                .contains("X12-601 2110/REF02"))
        let taxed = Sample.body835.map { segment in
            segment == "N1*PE*CLINIC*XX*1234567893"
                ? "N1*PE*CLINIC*FI*999999999"
                : segment.replacingOccurrences("PLB*1234567893", "PLB*1234567890")
        }
        #expect(try words(Sample.file835(taxed)) == [])
    }

    @Test func `a birth date and the end of a statement do not lie ahead`() throws {
        #expect(
            try words(Corpus.with837("DMG*D8*19800229*F", "DMG*D8*20270101*F"))
                .contains("X12-509 2010BA/DMG02"))
        let inpatient = SampleFile("837I-inpatient")
        let statement = try #require(inpatient.body.first { $0.hasPrefix("DTP*434*RD8*") })
        let ahead = String(statement.dropLast(8)) + "20270101"
        #expect(
            try words(inpatient.with(statement, ahead)).contains("X12-509 2300/DTP03"))
    }

    @Test func `a fault around several claims refuses each of them, and is told once`() throws {
        let provider = try readAll(
            Corpus.with837(
                "NM1*85*2*CLINIC*****XX*1234567893", "NM1*85*2*CLINIC*****XX*1234567890"))
        #expect(
            provider.findings.map { "\($0.code) \($0.location.record ?? 0)" }
                == ["X12-601 1", "X12-601 2", "X12-601 3"])
        #expect(Set(provider.findings.map(\.location.path)) == ["2010AA/NM109"])
        #expect(Set(provider.findings.map(\.location.byte)).count == 1)
        let text = answer(provider).text
        #expect(text.split(separator: "\n").count { $0.hasPrefix("IK4*") } == 1, "\(text)")
        let subscriber = try readAll(
            Sample.file837(Sample.body837).replacingOccurrences(
                "NM1*IL*1*DOE*JANE****MI*M12345~\nN3*2 OAK ST~\nN4*SPRINGFIELD*IL",
                "NM1*IL*1*DOE*JANE****MI*M12345~\nN3*2 OAK ST~\nN4*SPRINGFIELD*XX"))
        #expect(
            subscriber.findings.map { "\($0.code) \($0.location.record ?? 0)" }
                == ["X12-607 1", "X12-607 2"])
    }
}
