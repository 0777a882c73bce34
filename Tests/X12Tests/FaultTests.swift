import Bytes
import Exchange
import Testing

@testable import X12

/// One fault put into a file that has none: what must be found, where, and what a 999 or TA1 says.
struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let code: String
    var path: String?
    var ack: [String: String] = [:]
    var testDescription: String { name }
}

enum Corpus {
    static func with837(_ old: String, _ new: String) -> String {
        Sample.file837(
            Sample.body837.map { $0 == old ? new : $0 }.flatMap {
                $0.split(separator: "~").map(String.init)
            })
    }
    static var set: String { Sample.set("837", "0001", "005010X222A1", Sample.body837) }
    static var group: String { Sample.gs837 + set + "GE*1*7~\n" }
    static func without837(_ segment: String) -> String {
        Sample.file837(Sample.body837.filter { $0 != segment })
    }
    static func raw837(_ old: String, _ new: String) -> String {
        Sample.file837(Sample.body837).replacingOccurrences(old, new)
    }
    static func body(_ segments: [String]) -> String { Sample.file837(segments) }
    /// A claim to the second payer, with what the first one said.
    static let shared = SampleFile("837P-second-payer")
    /// A claim whose patient is a dependent.
    static var dependent: [String] {
        Sample.head837 + Sample.provider + [
            "HL*2*1*22*1", "SBR*P**GRP1******CI", "NM1*IL*1*DOE*JANE****MI*M12345",
            "NM1*PR*2*PAYER ONE*****PI*P1", "HL*3*2*23*0", "PAT*19", "NM1*QC*1*DOE*KID",
            "N3*2 OAK ST", "N4*SPRINGFIELD*IL*62701", "DMG*D8*20160229*M",
        ] + Sample.claim("C1")
    }
    static func with835(_ old: String, _ new: String) -> String {
        Sample.file835(Sample.body835.map { $0 == old ? new : $0 })
    }

    static let sets: [Fault] = [
        Fault(
            name: "exclusion",
            text: with837("N4*SPRINGFIELD*IL*627010001", "N4*SPRINGFIELD*IL*627010001****AB"),
            code: "X12-310", path: "2010AA/N407", ack: ["IK403": "10"]),
        Fault(
            name: "ST01 of another group",
            text: raw837("ST*837*0001*005010X222A1", "ST*835*0001*005010X222A1"),
            code: "X12-133", path: "ST01", ack: ["IK502": "18"]),
        Fault(
            name: "ST01 unknown", text: raw837("ST*837*0001", "ST*834*0001"),
            code: "X12-133", path: "ST01", ack: ["IK502": "1"]),
        Fault(
            name: "ST01 malformed", text: raw837("ST*837*0001", "ST*8*0001"),
            code: "X12-133", path: "ST01", ack: ["IK502": "6"]),
        Fault(
            name: "HL beneath nothing", text: without837("NM1*IL*1*POE*JANE****MI*M12345"),
            code: "X12-203", path: "2010BA/NM1", ack: ["IK304": "3"]),
        Fault(
            name: "unknown segment", text: with837("LX*2", "ZZZ*1~LX*2"), code: "X12-201",
            path: "2400/ZZZ", ack: ["IK304": "1"]),
        Fault(
            name: "segment of another set", text: with837("LX*2", "CLP*1~LX*2"), code: "X12-206",
            path: "2400/CLP", ack: ["IK304": "6"]),
        Fault(
            name: "required segment missing", text: without837("N3*1 MAIN ST"), code: "X12-203",
            path: "2010AA/N3", ack: ["IK304": "3", "IK301": "N3", "IK302": "9"]),
        Fault(
            name: "required loop missing", text: without837("NM1*PR*2*PAYER ONE*****PI*P1"),
            code: "X12-203", path: "2010BB/NM1", ack: ["IK304": "3"]),
        Fault(
            name: "segment over maximum",
            text: with837("N3*1 MAIN ST", "N3*1 MAIN ST~N3*2 MAIN ST"), code: "X12-205",
            path: "2010AA/N3", ack: ["IK304": "5"]),
        Fault(
            name: "loop over maximum",
            text: with837(
                "PRV*PE*PXC*207Q00000X",
                "PRV*PE*PXC*207Q00000X~NM1*82*1*ROE*RICHARD****XX*1245319599"), code: "X12-204",
            path: "2310B/NM1", ack: ["IK304": "4"]),
        Fault(
            name: "out of sequence",
            text: with837("HI*ABK:J020*ABF:R509", "HI*ABK:J020*ABF:R509~REF*EA*MR1"),
            code: "X12-207", path: "2300/REF", ack: ["IK304": "7"]),
        Fault(
            name: "unknown qualifier is one finding", text: with837("REF*D9*XC1", "REF*Z9*XC1"),
            code: "X12-307", path: "2300/REF01", ack: ["IK304": "8", "IK403": "7"]),
        Fault(
            name: "mandatory element missing", text: with837("LX*2", "LX"), code: "X12-301",
            path: "2400/LX01", ack: ["IK403": "1"]),
        Fault(
            name: "guide-required element missing",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1****11:B:1*Y*A*Y*Y"),
            code: "X12-315", path: "2300/CLM02", ack: ["IK403": "1"]),
        Fault(
            name: "syntax note",
            text: with837("NM1*82*1*ROE*RICHARD****XX*1245319599", "NM1*82*1*ROE*RICHARD****XX"),
            code: "X12-302", path: "2310B/NM109", ack: ["IK403": "2"]),
        Fault(
            name: "too many elements", text: with837("LX*2", "LX*2*3"), code: "X12-303",
            path: "2400/LX02", ack: ["IK403": "3"]),
        Fault(
            name: "too short",
            text: with837("REF*EI*123456789", "REF*EI*123456789~PER*IC*A*TE*5*EX"), code: "X12-302",
            path: "2010AA/PER06", ack: ["IK403": "2"]),
        Fault(
            name: "too long",
            text: with837(
                "N4*SPRINGFIELD*IL*627010001", "N4*SPRINGFIELDSPRINGFIELDSPRINGFIELD*IL*627010001"),
            code: "X12-305", path: "2010AA/N401", ack: ["IK403": "5"]),
        Fault(
            name: "bad character in a number",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:99213*1E2*UN*1***1:2"),
            code: "X12-306", path: "2400/SV102", ack: ["IK403": "6"]),
        Fault(
            name: "bad code",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:99213*100*XX*1***1:2"),
            code: "X12-307", path: "2400/SV103", ack: ["IK304": "8", "IK403": "7"]),
        Fault(
            name: "bad code in a component",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*QQ:99213*100*UN*1***1:2"),
            code: "X12-307", path: "2400/SV101-1", ack: ["IK401": "1:1", "IK403": "7"]),
        Fault(
            name: "no such date", text: with837("DTP*472*D8*20261119", "DTP*472*D8*20260230"),
            code: "X12-308", path: "2400/DTP03", ack: ["IK403": "8"]),
        Fault(
            name: "no such time",
            text: with837("BHT*0019*00*REF7*20261120*0805*CH", "BHT*0019*00*REF7*20261120*2505*CH"),
            code: "X12-309", path: "BHT05", ack: ["IK403": "9"]),
        Fault(
            name: "element not used", text: with837("REF*D9*XC1", "REF*D9*XC1*Y"), code: "X12-314",
            path: "2300/REF03", ack: ["IK403": "I10"]),
        Fault(
            name: "too many components",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:99213*100*UN*1***1:2:::1"),
            code: "X12-313", path: "2400/SV107-5", ack: ["IK403": "13"]),
        Fault(
            name: "too many repetitions",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:99213^HC:99213*100*UN*1***1:2"),
            code: "X12-312", path: "2400/SV101", ack: ["IK403": "12"]),
        Fault(
            name: "line number", text: with837("LX*2", "LX*3"), code: "X12-319", path: "2400/LX01",
            ack: ["IK403": "7"]),
        Fault(
            name: "HL number", text: with837("HL*2*1*22*0", "HL*5*1*22*0"), code: "X12-140",
            path: "2000B/HL01", ack: ["IK304": "8", "IK403": "7"]),
        Fault(
            name: "HL parent", text: with837("HL*3*1*22*0", "HL*3*2*22*0"), code: "X12-141",
            path: "2000B/HL02", ack: ["IK403": "7"]),
        Fault(
            name: "HL level", text: with837("HL*3*1*22*0", "HL*3*1*99*0"), code: "X12-142",
            ack: ["IK403": "7"]),
        Fault(
            name: "payment's bad code", text: with835("CAS*PR*3*20", "CAS*XX*3*20"),
            code: "X12-307", path: "2110/CAS01", ack: ["IK403": "7"]),
        Fault(
            name: "set without claims", text: Sample.file837(Sample.head837 + Sample.provider),
            code: "X12-137", ack: ["IK502": "5"]),
        Fault(
            name: "SE01", text: raw837("SE*65*", "SE*64*"), code: "X12-132", path: "SE01",
            ack: ["IK502": "4"]),
        Fault(
            name: "SE02", text: raw837("SE*65*0001", "SE*65*0002"), code: "X12-131", path: "SE02",
            ack: ["IK502": "3"]),
        Fault(
            name: "SE missing", text: raw837("SE*65*0001~\n", ""), code: "X12-130", path: "SE",
            ack: ["IK502": "2"]),
        Fault(
            name: "ST03", text: raw837("ST*837*0001*005010X222A1", "ST*837*0001*005010X223A2"),
            code: "X12-136", path: "ST03", ack: ["IK502": "19"]),
        Fault(
            name: "ST02 too short",
            text: raw837("0001~\nBHT", "0001~\nBHT").replacingOccurrences(
                "ST*837*0001", "ST*837*01"
            ).replacingOccurrences("SE*65*0001", "SE*65*01"), code: "X12-134", path: "ST02",
            ack: ["IK502": "7"]),
    ]

    static let envelopes: [Fault] = [
        Fault(
            name: "GS01 unknown", text: raw837("GS*HC*", "GS*BE*"), code: "X12-121", path: "GS01",
            ack: ["AK905": "1"]),
        Fault(
            name: "GS06 malformed",
            text: raw837("*0805*7*X*", "*0805*7A*X*").replacingOccurrences("GE*1*7", "GE*1*7A"),
            code: "X12-125", path: "GS06", ack: ["AK905": "6"]),
        Fault(
            name: "GS06 twice",
            text: Sample.isa + group + group + "IEA*2*000000007~\n", code: "X12-126", path: "GS06",
            ack: ["AK905": "19"]),
        Fault(
            name: "ST02 twice",
            text: Sample.isa + Sample.gs837 + set + set + "GE*2*7~\nIEA*1*000000007~\n",
            code: "X12-135", path: "ST02", ack: ["IK502": "23"]),
        Fault(
            name: "GE01", text: raw837("GE*1*7", "GE*2*7"), code: "X12-124", path: "GE01",
            ack: ["AK905": "5"]),
        Fault(
            name: "GE02", text: raw837("GE*1*7", "GE*1*8"), code: "X12-123", path: "GE02",
            ack: ["AK905": "4"]),
        Fault(
            name: "GE missing", text: raw837("GE*1*7~\n", ""), code: "X12-122", path: "GE",
            ack: ["AK905": "3"]),
        Fault(
            name: "GS08 unknown",
            text: Sample.file837(Sample.body837).replacingOccurrences(
                "*X*005010X222A1", "*X*004010X098A1"), code: "X12-121", path: "GS08",
            ack: ["AK905": "2"]),
        Fault(
            name: "IEA01", text: raw837("IEA*1*", "IEA*2*"), code: "X12-107", path: "IEA01",
            ack: ["TA105": "021"]),
        Fault(
            name: "IEA02", text: raw837("IEA*1*000000007", "IEA*1*000000008"), code: "X12-106",
            path: "IEA02", ack: ["TA105": "001"]),
        Fault(
            name: "IEA missing", text: raw837("IEA*1*000000007~\n", ""), code: "X12-105",
            path: "IEA", ack: ["TA105": "023"]),
        Fault(
            name: "terminator of IEA missing",
            text: raw837("IEA*1*000000007~\n", "IEA*1*000000007"), code: "X12-105", path: "IEA",
            ack: ["TA105": "023"]),
        Fault(
            name: "ISA12", text: raw837("*00501*", "*00401*"), code: "X12-104", path: "ISA12",
            ack: ["TA105": "017"]),
        Fault(
            name: "ISA date", text: raw837("*261120*0805*^", "*261320*0805*^"), code: "X12-104",
            path: "ISA09", ack: ["TA105": "014"]),
        Fault(
            name: "ISA length", text: raw837("CLINIC7        *ZZ", "CLINIC7       *ZZ"),
            code: "X12-101", path: "ISA", ack: ["TA105": "022"]),
        Fault(
            name: "same ISA13 again",
            text: Sample.file837(Sample.body837) + Sample.file837(Sample.body837), code: "X12-108",
            path: "ISA13", ack: ["TA105": "025"]),
    ]

    static let later: [Fault] = [
        Fault(
            name: "charges",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*151***11:B:1*Y*A*Y*Y"),
            code: "X12-401", path: "2300/CLM02"),
        Fault(
            name: "service payment",
            text: with835("SVC*HC:99213*100*60**1", "SVC*HC:99213*100*61**1"), code: "X12-411",
            path: "2110/SVC03"),
        Fault(
            name: "claim payment",
            text: with835("CLP*C1*1*150*90*20*12*ICN1*11*1", "CLP*C1*1*150*95*20*12*ICN1*11*1"),
            code: "X12-412", path: "2100/CLP04"),
        Fault(
            name: "deposit",
            text: with835(
                "BPR*I*80*C*CHK************20261120", "BPR*I*81*C*CHK************20261120"),
            code: "X12-414", path: "BPR02"),
        Fault(
            name: "277CA totals",
            text: Sample.file277(Sample.body277).replacingOccurrences("WQ*300", "WQ*310"),
            code: "X12-150", path: "2200B/STC04"),
        Fault(
            name: "replacement without number",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***11:B:7*Y*A*Y*Y"),
            code: "X12-504", path: "2300/REF", ack: ["IK304": "I6"]),
        Fault(
            name: "accident without date",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***11:B:1*Y*A*Y*Y**OA"),
            code: "X12-505", path: "2300/DTP", ack: ["IK304": "I6"]),
        Fault(
            name: "inpatient visit without admission",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***21:B:1*Y*A*Y*Y")
                .replacingOccurrences("HC:99213*", "HC:99231*"),
            code: "X12-507", path: "2300/DTP", ack: ["CTX05": "5:1"]),
        Fault(
            name: "hospital without admission",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***21:B:1*Y*A*Y*Y"),
            code: "X12-512", path: "2300/CLM"),
        Fault(
            name: "nursing home without admission",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***61:B:1*Y*A*Y*Y"),
            code: "X12-512", path: "2300/CLM"),
        Fault(
            name: "subscriber with a patient loop",
            text: body(
                Corpus.dependent.map { $0 == "SBR*P**GRP1******CI" ? "SBR*P*18*GRP1******CI" : $0 }),
            code: "X12-501", path: "2000B/SBR02", ack: ["IK403": "I13"]),
        Fault(
            name: "car accident without state",
            text: with837(
                "CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***11:B:1*Y*A*Y*Y**AA~DTP*439*D8*20261101"
            ),
            code: "X12-506", path: "2300/CLM11-4", ack: ["IK403": "I9"]),
        Fault(
            name: "two primary payers",
            text: shared.with("SBR*S*18*******MB", "SBR*P*18*******MB"),
            code: "X12-510", path: "2000B/SBR01", ack: ["IK403": "I12"]),
        Fault(
            name: "a person without a first name",
            text: with837(
                "NM1*82*1*ROE*RICHARD****XX*1245319599", "NM1*82*1*ROE*****XX*1245319599"),
            code: "X12-511", path: "2310B/NM104", ack: ["IK403": "I9"]),
        Fault(
            name: "a range of dates the wrong way round",
            text: with837("DTP*472*D8*20261119", "DTP*472*RD8*20261119-20261118"),
            code: "X12-513", path: "2400/DTP03", ack: ["IK403": "8"]),
        Fault(
            name: "another payer's line",
            text: shared.with("SVD*P1*60*HC:99213**1", "SVD*P1*61*HC:99213**1"),
            code: "X12-402", path: "2430/SVD02"),
        Fault(
            name: "another payer's claim", text: shared.with("AMT*D*85", "AMT*D*86"),
            code: "X12-403", path: "2320/SBR"),
        Fault(
            name: "lines of a payment",
            text: with835("SVC*HC:99213*100*60**1", "SVC*HC:99213*100*61**1"), code: "X12-413",
            path: "2100/CLP04"),
        Fault(
            name: "drug code",
            text: with837("LX*2", "LIN**N4*0123456789~CTP****2*UN~LX*2"), code: "X12-605",
            path: "2410/LIN03", ack: ["IK403": "7"]),
        Fault(
            name: "taxonomy", text: with837("PRV*BI*PXC*207Q00000X", "PRV*BI*PXC*207Q0000X"),
            code: "X12-606", path: "2000A/PRV03", ack: ["IK403": "7"]),
        Fault(
            name: "modifier",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:99213:2a*100*UN*1***1:2"),
            code: "X12-609", path: "2400/SV101-3", ack: ["IK403": "7"]),
        Fault(
            name: "pointer",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:99213*100*UN*1***1:3"),
            code: "X12-508", path: "2400/SV107-2"),
        Fault(
            name: "future", text: with837("DTP*472*D8*20261119", "DTP*472*D8*20261121"),
            code: "X12-509", path: "2400/DTP03"),
        Fault(
            name: "subscriber not the patient",
            text: with837("SBR*P*18*GRP1******CI", "SBR*P**GRP1******CI"), code: "X12-502",
            path: "2000B/SBR02"),
        Fault(
            name: "no birth date", text: without837("DMG*D8*19800229*F"), code: "X12-503",
            path: "2010BA/DMG"),
        Fault(
            name: "NPI",
            text: with837(
                "NM1*82*1*ROE*RICHARD****XX*1245319599", "NM1*82*1*ROE*RICHARD****XX*1245319590"),
            code: "X12-601", path: "2310B/NM109"),
        Fault(
            name: "diagnosis", text: with837("HI*ABK:J020*ABF:R509", "HI*ABK:J02.0*ABF:R509"),
            code: "X12-602", path: "2300/HI01-2"),
        Fault(
            name: "procedure",
            text: with837("SV1*HC:99213*100*UN*1***1:2", "SV1*HC:9921*100*UN*1***1:2"),
            code: "X12-603", path: "2400/SV101-2"),
        Fault(
            name: "billing ZIP",
            text: with837("N4*SPRINGFIELD*IL*627010001", "N4*SPRINGFIELD*IL*62701"),
            code: "X12-604", path: "2010AA/N403"),
        Fault(
            name: "state", text: with837("N4*SPRINGFIELD*IL*62701", "N4*SPRINGFIELD*XX*62701"),
            code: "X12-607", path: "2010BA/N402"),
        Fault(
            name: "place of service",
            text: with837("CLM*C1*150***11:B:1*Y*A*Y*Y", "CLM*C1*150***98:B:1*Y*A*Y*Y"),
            code: "X12-607", path: "2300/CLM05-1"),
    ]
}

@Suite struct FaultTests {
    @Test(arguments: Corpus.sets)
    func `a fault of levels 1 and 2 is found once, placed, and its set refused`(fault: Fault) throws
    {
        let reading = try readAll(fault.text)
        let found = reading.findings.filter { $0.code == fault.code }
        let first = try #require(
            found.first,
            "found only \(reading.findings.map { "\($0.code) \($0.location.path ?? "")" })")
        if let path = fault.path { #expect(first.location.path == path) }
        for (key, value) in fault.ack { #expect(first.ack[key] == value, "\(key)") }
        #expect(first.location.byte != nil && first.location.line != nil)
        #expect(reading.rejectedParts == [1])
    }

    @Test(arguments: Corpus.envelopes)
    func `a fault of the envelope is found, placed, and refuses what it holds`(fault: Fault) throws
    {
        let reading = try readAll(fault.text)
        let first = try #require(
            reading.findings.first { $0.code == fault.code }, "found only \(reading.codes)")
        if let path = fault.path { #expect(first.location.path == path) }
        for (key, value) in fault.ack { #expect(first.ack[key] == value, "\(key)") }
        #expect(!reading.rejectedParts.isEmpty)
    }

    @Test(arguments: Corpus.later)
    func `a fault of levels 3 to 5 is found and placed, and its set stands`(fault: Fault) throws {
        let reading = try readAll(fault.text)
        let first = try #require(
            reading.findings.first { $0.code == fault.code }, "found only \(reading.codes)")
        if let path = fault.path { #expect(first.location.path == path) }
        for (key, value) in fault.ack { #expect(first.ack[key] == value, "\(key)") }
        #expect(reading.rejectedParts == [])
        let shallow = try readAll(fault.text, level: 2)
        #expect(shallow.findings.map(\.code) == [])
    }

    @Test(arguments: Corpus.sets + Corpus.envelopes + Corpus.later)
    func `the answer to each fault is itself without faults`(fault: Fault) throws {
        let reply = answer(try readAll(fault.text))
        #expect(reply.kind == "999" || reply.kind == "TA1")
        let reading = try readAll(reply.text)
        #expect(
            reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [], "\(reply.text)")
        #expect(!reading.records.isEmpty)
    }

    @Test func `the 999 of a bad element says where and what`() throws {
        let fault = try #require(Corpus.sets.first { $0.name == "bad code in a component" })
        let text = answer(try readAll(fault.text)).text
        #expect(
            text.contains(
                "AK1*HC*7*005010X222A1~\nAK2*837*0001*005010X222A1~\nIK3*SV1*25*2400*8~\nCTX*CLM01:C1~\nIK4*1:1**7~\n"
            ))
        #expect(text.contains("IK5*R*5~\nAK9*R*1*1*0~\n"))
    }

    @Test func `a file without faults is accepted whole`() throws {
        let text = answer(try readAll(Sample.file837(Sample.body837))).text
        #expect(text.contains("AK2*837*0001*005010X222A1~\nIK5*A~\nAK9*A*1*1*1~\n"))
        #expect(!text.contains("TA1*"))
    }

    @Test func `a group without a set is refused, and answered with a 999 that has none`() throws {
        let reading = try readAll(
            Sample.isa + Sample.gs837 + "GE*0*7~\nIEA*1*000000007~\n")
        #expect(reading.codes == ["X12-127"])
        let text = answer(reading).text
        #expect(text.contains("AK1*HC*7*005010X222A1~\nAK9*R*0*0*0*5~\n"))
        #expect(try readAll(text).codes == [])
    }

    @Test func `the 999 names what made a segment necessary, and the claim`() throws {
        let fault = try #require(Corpus.later.first { $0.name == "replacement without number" })
        let text = answer(try readAll(fault.text)).text
        #expect(
            text.contains(
                "IK3*REF*19*2300*I6~\nCTX*SITUATIONAL TRIGGER*CLM*19*2300*5:3~\nCTX*CLM01:C1~\nIK5*E*I5~\n"
            ), "\(text)")
    }

    @Test func `a missing first name is told as I9 and leaves the set accepted`() throws {
        let fault = try #require(Corpus.later.first { $0.code == "X12-511" })
        let text = answer(try readAll(fault.text)).text
        #expect(text.contains("IK4*4**I9~\n"))
        #expect(text.contains("IK5*E*I5~\nAK9*E*1*1*1~\n"))
    }

    @Test func `a set whose ST01 cannot be quoted is counted and not listed`() throws {
        let fault = try #require(Corpus.sets.first { $0.name == "ST01 malformed" })
        let text = answer(try readAll(fault.text)).text
        #expect(!text.contains("AK2*"))
        #expect(text.contains("AK9*R*1*1*0~\n"))
    }

    @Test func `a segment without an end, a record and a block too large are faults of their own`()
        throws
    {
        let long = String(repeating: "X", count: 3 << 19)
        let endless = try readAll(Sample.isa + Sample.gs837 + "ST*837*0001*" + long)
        #expect(endless.codes.contains("X12-112"))
        let lines = String(
            repeating: "NTE*ADD*" + String(repeating: "X", count: 4000) + "~", count: 4300)
        let block = try readAll(
            Sample.isa + Sample.gs837 + "ST*837*0001*005010X222A1~" + lines
                + Sample.body837.joined(separator: "~")
                + "~SE*4364*0001~GE*1*7~IEA*1*000000007~")
        #expect(block.codes.contains("X12-114"))
        #expect(block.rejectedParts == [1])
    }

    @Test func `a 999 and a TA1 are never answered`() throws {
        #expect(answer(try readAll(Sample.file999(Sample.body999))).text == "")
        #expect(
            answer(try readAll(Sample.isa + "TA1*000000007*261120*0805*A*000~\nIEA*0*000000007~\n"))
                .text == "")
    }

    @Test func `one bad ISA does not stop the file`() throws {
        let good = Sample.file837(Sample.body837)
        let reading = try readAll("ISA*00*garbage~GS*HC~\n" + good)
        #expect(reading.records.count == 3)
        #expect(reading.rejectedParts == [])
        #expect(reading.codes.contains("X12-101"))
    }

    @Test func `delimiters are those of each interchange`() throws {
        let other = Sample.file837(Sample.body837).replacingOccurrences("~\n", "\n")
            .replacingOccurrences("*", "|")
            .replacingOccurrences("000000007", "000000009")
        let reading = try readAll(Sample.file837(Sample.body837) + other)
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [])
        #expect(reading.records.count == 6)
    }

    @Test func `content that is no X12 is one error of the file`() throws {
        #expect(try readAll("MSH|^~\\&|A|B").codes == ["X12-100"])
        #expect(try readAll("").codes == ["X12-100"])
    }

    @Test func `test data in a production feed are held`() throws {
        let reading = try readAll(
            Sample.file837(Sample.body837).replacingOccurrences("*0*P*:", "*0*T*:"),
            production: true)
        guard case .hold = reading.closing.parts[1] else { return #expect(Bool(false), "not held") }
    }
}
