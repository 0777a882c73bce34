import Bytes
import Exchange

@testable import X12

/// Faults of levels 3 to 5: one segment of a valid file made another.
enum LaterCases {
    /// One change: what is wrong, the segment, what it becomes (`~` divides several), what is found.
    typealias Change = (kind: String, old: String, new: String, code: String, path: String)

    private static func cases(_ name: String, _ file: String, _ changes: [Change]) -> [TableCase] {
        let sample = SampleFile(file)
        return changes.map { change in
            TableCase(
                kind: change.kind, transaction: name, text: sample.with(change.old, change.new),
                code: change.code, path: change.path)
        }
    }

    static var all: [TableCase] {
        professional + institutional + dental + payment + acknowledged + status + eligibility
            + ahead
    }

    private static var professional: [TableCase] {
        Corpus.later.filter { $0.text.contains("005010X222A1") }.map {
            TableCase(
                kind: $0.name, transaction: "837P", text: $0.text, code: $0.code, path: $0.path)
        }
    }

    /// What every claim to a second payer may have wrong.
    private static func claim(_ clm: String, frequency: String, charge: String) -> [Change] {
        let demographics = "DMG*D8*19800229*F"
        return [
            ("charges", clm, charge, "X12-401", "2300/CLM02"),
            ("another payer's claim", "AMT*D*", "AMT*D*9", "X12-403", "2320/SBR"),
            ("replacement without number", clm, frequency, "X12-504", "2300/REF"),
            (
                "two primary payers", "SBR*S*18*GRP1******", "SBR*P*18*GRP1******", "X12-510",
                "2000B/SBR01"
            ),
            (
                "subscriber not the patient", "SBR*S*18*GRP1******", "SBR*S**GRP1******", "X12-502",
                "2000B/SBR02"
            ),
            (
                "subscriber with a patient loop", clm,
                "HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*KID~N3*2 OAK ST~N4*SPRINGFIELD*IL*62701~\(demographics)~\(clm)",
                "X12-501", "2000B/SBR02"
            ),
            ("no birth date", "DMG*", "", "X12-503", "2010BA/DMG"),
            ("no address", "N3*2 OAK ST", "", "X12-503", "2010BA/N3"),
            ("born in the future", "DMG*", "DMG*D8*20270101*F", "X12-509", "2010BA/DMG02"),
            (
                "state", "N4*SPRINGFIELD*IL*62701", "N4*SPRINGFIELD*XX*62701", "X12-607",
                "2010BA/N402"
            ),
            (
                "a set made after its group", "BHT*0019*", "BHT*0019*00*REF7*20261121*0805*CH",
                "X12-509", "BHT04"
            ),
            (
                "billing ZIP", "N4*SPRINGFIELD*IL*627010001", "N4*SPRINGFIELD*IL*62701", "X12-604",
                "2010AA/N403"
            ),
            ("NPI", "NM1*85*", "NM1*85*2*ANY*****XX*1234567890", "X12-601", "2010AA/NM109"),
            ("taxonomy", "PRV*BI*", "PRV*BI*PXC*207Q0000X", "X12-606", "2000A/PRV03"),
        ]
    }

    private static var institutional: [TableCase] {
        cases(
            "837I", "837I-second-payer",
            widened(
                "837I-second-payer",
                claim(
                    "CLM*I2*300***13:A:1**A*Y*Y", frequency: "CLM*I2*300***13:A:7**A*Y*Y",
                    charge: "CLM*I2*301***13:A:1**A*Y*Y"
                )
                // The guide itself wants nine digits: a fault of level 2 here.
                .filter { $0.kind != "billing ZIP" } + [
                    (
                        "another payer's line", "SVD*P1*80*", "SVD*P1*81*HC:80053*0300*1",
                        "X12-402",
                        "2430/SVD02"
                    ),
                    ("future", "DTP*472*", "DTP*472*D8*20261121", "X12-509", "2400/DTP03"),
                    (
                        "a statement that ends in the future", "DTP*434*",
                        "DTP*434*RD8*20261101-20261121", "X12-509", "2300/DTP03"
                    ),
                    (
                        "a range of dates the wrong way round", "DTP*434*",
                        "DTP*434*RD8*20261105-20261101", "X12-513", "2300/DTP03"
                    ),
                    (
                        "a person without a first name", "NM1*71*",
                        "NM1*71*1*ATT*****XX*1245319599",
                        "X12-511", "2310A/NM104"
                    ),
                    ("diagnosis", "HI*ABK*", "HI*ABK:J18.9:::::::Y", "X12-602", "2300/HI01-2"),
                    (
                        "procedure", "SV2*0300*", "SV2*0300*HC:8005*100*UN*1", "X12-603",
                        "2400/SV202-2"
                    ),
                    (
                        "modifier", "SV2*0320*", "SV2*0320*HC:71046:T-*200*UN*1", "X12-609",
                        "2400/SV202-3"
                    ),
                    (
                        "procedure of another payer", "SVD*P1*80*", "SVD*P1*80*HC:8005*0300*1",
                        "X12-603", "2430/SVD03-2"
                    ),
                    (
                        "drug code", "SVD*P1*80*",
                        "LIN**N4*0123456789~CTP****2*UN~SVD*P1*80*HC:80053*0300*1", "X12-605",
                        "2410/LIN03"
                    ),
                ]))
    }

    private static var dental: [TableCase] {
        let clm = "CLM*D1*250***11:B:1*Y*A*Y*Y**OA"
        return cases(
            "837D", "837D-second-payer",
            widened(
                "837D-second-payer",
                claim(
                    clm, frequency: "CLM*D1*250***11:B:8*Y*A*Y*Y**OA",
                    charge: "CLM*D1*251***11:B:1*Y*A*Y*Y**OA") + [
                        (
                            "another payer's line", "SVD*P1*100*", "SVD*P1*101*AD:D2150**1",
                            "X12-402",
                            "2430/SVD02"
                        ),
                        ("accident without date", "DTP*439*", "", "X12-505", "2300/DTP"),
                        (
                            "car accident without state", clm, "CLM*D1*250***11:B:1*Y*A*Y*Y**AA",
                            "X12-506",
                            "2300/CLM11-4"
                        ),
                        (
                            "place of service", clm, "CLM*D1*250***98:B:1*Y*A*Y*Y**OA", "X12-607",
                            "2300/CLM05-1"
                        ),
                        (
                            "pointer", "SV3*AD:D2150*", "SV3*AD:D2150*150**10:20**1*****1:3",
                            "X12-508",
                            "2400/SV311-2"
                        ),
                        ("future", "DTP*472*", "DTP*472*D8*20261121", "X12-509", "2300/DTP03"),
                        (
                            "a range of dates the wrong way round", "DTP*472*",
                            "DTP*472*RD8*20261110-20261109", "X12-513", "2300/DTP03"
                        ),
                        (
                            "a person without a first name", "NM1*DN*",
                            "NM1*DN*1*REF*****XX*1245319599",
                            "X12-511", "2310A/NM104"
                        ),
                        (
                            "diagnosis", "HI*ABK*", "HI*ABK:K02.60*ABF:K0252", "X12-602",
                            "2300/HI01-2"
                        ),
                        (
                            "procedure", "SV3*AD:D0120*", "SV3*AD:00120*100***I*1", "X12-603",
                            "2400/SV301-2"
                        ),
                        (
                            "modifier", "SV3*AD:D0120*", "SV3*AD:D0120:2a*100***I*1", "X12-609",
                            "2400/SV301-3"
                        ),
                        (
                            "procedure of another payer", "SVD*P1*50*", "SVD*P1*50*AD:D012**1",
                            "X12-603",
                            "2430/SVD03-2"
                        ),
                    ]))
    }

    /// Changes whose old text is the beginning of a segment, made whole: the first that begins so.
    private static func widened(_ file: String, _ changes: [Change]) -> [Change] {
        let body = SampleFile(file).body
        return changes.map { change in
            let prefix = change.old.hasSuffix("*") ? String(change.old.dropLast()) : change.old
            guard
                let old = body.first(where: { $0 == change.old })
                    ?? body.first(where: { $0.hasPrefix(change.old) })
                    ?? body.first(where: { $0.hasPrefix(prefix) })
            else { return change }
            let isGrown =
                change.new.count == change.old.count + 1 && change.new.hasPrefix(change.old)
            let isRest = change.new.hasSuffix("******") && change.old.hasSuffix("******")
            let new =
                isGrown || isRest
                ? change.new + old.dropFirst(change.old.count) : change.new
            return (change.kind, old, new, change.code, change.path)
        }
    }

    private static func changed(
        _ name: String, _ text: @escaping ([String]) -> String, _ body: [String],
        _ changes: [Change]
    ) -> [TableCase] {
        changes.map { change in
            TableCase(
                kind: change.kind, transaction: name,
                text: text(
                    body.map { $0 == change.old ? change.new : $0 }.flatMap {
                        $0.split(separator: "~").map(String.init)
                    }), code: change.code, path: change.path)
        }
    }

    private static var payment: [TableCase] {
        let clp = "CLP*C1*1*150*90*20*12*ICN1*11*1"
        return changed(
            "835", Sample.file835, Sample.body835,
            [
                (
                    "service payment", "SVC*HC:99213*100*60**1", "SVC*HC:99213*100*61**1",
                    "X12-411",
                    "2110/SVC03"
                ),
                ("claim payment", clp, "CLP*C1*1*150*95*20*12*ICN1*11*1", "X12-412", "2100/CLP04"),
                (
                    "lines of a payment", "SVC*HC:99213*100*60**1", "SVC*HC:99213*100*61**1",
                    "X12-413",
                    "2100/CLP04"
                ),
                (
                    "deposit", "BPR*I*80*C*CHK************20261120",
                    "BPR*I*81*C*CHK************20261120", "X12-414", "BPR02"
                ),
                (
                    "provider's adjustment with the wrong sign", "PLB*1234567893*20261231*FB:X*10",
                    "PLB*1234567893*20261231*FB:X*-10", "X12-414", "BPR02"
                ),
                (
                    "an adjustment for the claim and again for its lines", clp,
                    clp + "~CAS*PR*3*20",
                    "X12-415", "2100/CAS"
                ),
                (
                    "NPI", "N1*PE*CLINIC*XX*1234567893", "N1*PE*CLINIC*XX*1234567890", "X12-601",
                    "1000B/N104"
                ),
                (
                    "NPI of PLB01", "PLB*1234567893*20261231*FB:X*10",
                    "PLB*1234567890*20261231*FB:X*10",
                    "X12-601", "PLB01"
                ),
                (
                    "NPI of TS301", "LX*1", "LX*1~TS3*1234567890*11*20261231*1*150", "X12-601",
                    "2000/TS301"
                ),
                (
                    "NPI of REF*HPI", "CAS*PR*3*20", "CAS*PR*3*20~REF*HPI*1234567890",
                    "X12-601", "2110/REF02"
                ),
                (
                    "procedure", "SVC*HC:99213*100*60**1", "SVC*HC:9921*100*60**1", "X12-603",
                    "2110/SVC01-2"
                ),
                (
                    "ZIP", "N4*SPRINGFIELD*IL*62701", "N4*SPRINGFIELD*IL*6270", "X12-604",
                    "1000A/N403"
                ),
                (
                    "state", "N4*SPRINGFIELD*IL*62701", "N4*SPRINGFIELD*XX*62701", "X12-607",
                    "1000A/N402"
                ),
            ])
    }

    private static var acknowledged: [TableCase] {
        changed(
            "277CA", Sample.file277, Sample.body277,
            [
                (
                    "a set made after its group", "BHT*0085*08*REF9*20261120*0805*TH",
                    "BHT*0085*08*REF9*20261121*0805*TH", "X12-509", "BHT04"
                ),
                (
                    "total charge", "STC*A1:19:PR*20261120*WQ*300", "STC*A1:19:PR*20261120*WQ*310",
                    "X12-150", "2200B/STC04"
                ),
                ("number of claims accepted", "QTY*90*1", "QTY*90*2", "X12-150", "2200B/QTY02"),
                ("number of claims refused", "QTY*AA*1", "QTY*AA*2", "X12-150", "2200B/QTY02"),
                ("charge of claims accepted", "AMT*YU*150", "AMT*YU*151", "X12-150", "2200B/AMT02"),
                ("charge of claims refused", "AMT*YY*150", "AMT*YY*151", "X12-150", "2200B/AMT02"),
                (
                    "a provider's total charge", "NM1*85*2*CLINIC*****XX*1234567893",
                    "NM1*85*2*CLINIC*****XX*1234567893~TRN*1*P1~STC*A1:19:85**WQ*301", "X12-150",
                    "2200C/STC04"
                ),
                (
                    "a provider's claims accepted", "NM1*85*2*CLINIC*****XX*1234567893",
                    "NM1*85*2*CLINIC*****XX*1234567893~TRN*1*P1~STC*A1:19:85**WQ*300~QTY*QA*2",
                    "X12-150", "2200C/QTY02"
                ),
                (
                    "a provider's claims refused", "NM1*85*2*CLINIC*****XX*1234567893",
                    "NM1*85*2*CLINIC*****XX*1234567893~TRN*1*P1~STC*A1:19:85**WQ*300~QTY*QC*2",
                    "X12-150", "2200C/QTY02"
                ),
                (
                    "NPI", "NM1*85*2*CLINIC*****XX*1234567893", "NM1*85*2*CLINIC*****XX*1234567890",
                    "X12-601", "2100C/NM109"
                ),
                (
                    "claim status category", "STC*A2:20:PR*20261120*WQ*150",
                    "STC*Z2:20:PR*20261120*WQ*150", "X12-608", "2200D/STC01-1"
                ),
            ])
    }

    private static var status: [TableCase] {
        let provider = "NM1*1P*2*CLINIC*****XX*1234567893"
        let wrong = "NM1*1P*2*CLINIC*****XX*1234567890"
        return cases(
            "277", "277-status",
            [
                ("NPI", provider, wrong, "X12-601", "2100C/NM109"),
                (
                    "procedure", "SVC*HC:99213*150*90****1", "SVC*HC:9921*150*90****1", "X12-603",
                    "2220D/SVC01-2"
                ),
            ])
            + cases(
                "276", "276-two",
                [
                    ("NPI", provider, wrong, "X12-601", "2100C/NM109"),
                    (
                        "procedure", "SVC*HC:99213*150*****1", "SVC*HC:9921*150*****1", "X12-603",
                        "2210D/SVC01-2"
                    ),
                ])
    }

    private static var ahead: [TableCase] {
        [
            ("270", "270-two", "BHT*0022*13*REF1*20261120*0805"),
            ("271", "271-active", "BHT*0022*11*REF1*20261120*0805"),
            ("276", "276-two", "BHT*0010*13*REF1*20261120*0805"),
            ("277", "277-status", "BHT*0010*08*REF1*20261120*0805*DG"),
        ].flatMap { name, file, bht in
            cases(
                name, file,
                [
                    (
                        "a set made after its group", bht,
                        bht.replacingOccurrences("20261120", "20261121"), "X12-509", "BHT04"
                    )
                ])
        }
    }

    private static var eligibility: [TableCase] {
        let provider = "NM1*1P*2*CLINIC*****XX*1234567893"
        let wrong = "NM1*1P*2*CLINIC*****XX*1234567890"
        return cases(
            "270", "270-two",
            [
                ("NPI", provider, wrong, "X12-601", "2100B/NM109"),
                (
                    "ZIP", "NM1*IL*1*DOE*JANE****MI*M1",
                    "NM1*IL*1*DOE*JANE****MI*M1~N4*SPRINGFIELD*IL*6270", "X12-604", "2100C/N403"
                ),
            ])
            + cases(
                "271", "271-active",
                [
                    ("NPI", provider, wrong, "X12-601", "2100B/NM109"),
                    (
                        "ZIP", "N4*SPRINGFIELD*IL*62701", "N4*SPRINGFIELD*IL*6270", "X12-604",
                        "2100C/N403"
                    ),
                ])
    }
}
