/// Faults of levels 3 to 5: the set stands.
extension Corpus {
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
            code: "X12-511", path: "2310B/NM104"),
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
            name: "a set made after its group",
            text: with837(
                "BHT*0019*00*REF7*20261120*0805*CH", "BHT*0019*00*REF7*20261121*0805*CH"),
            code: "X12-509", path: "BHT04"),
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
