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
        Sample.file835(
            Sample.body835.map { $0 == old ? new : $0 }.flatMap {
                $0.split(separator: "~").map(String.init)
            })
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
}
