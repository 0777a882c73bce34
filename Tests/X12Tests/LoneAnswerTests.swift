import Bytes
import Exchange
import Testing

@testable import X12

/// Answers that stand above the claim: of a whole file, or of a provider.
@Suite struct LoneAnswerTests {
    private static let head277CA = [
        "BHT*0085*08*REF9*20261120*0805*TH", "HL*1**20*1", "NM1*AY*2*CLEARHOUSE*****46*R1",
        "TRN*1*T1", "DTP*050*D8*20261120", "DTP*009*D8*20261120",
    ]
    private static func receiver(_ children: String, _ rest: [String]) -> [String] {
        ["HL*2*1*21*\(children)", "NM1*41*2*CLINIC*****46*S1", "TRN*2*REF7"] + rest
    }
    private static let provider = [
        "HL*3*2*19*1", "NM1*85*2*CLINIC*****XX*1234567893", "TRN*1*P1",
        "STC*A3:21:85**U*300", "QTY*QC*2", "AMT*YY*300",
    ]
    private static let claims = [
        "HL*4*2*19*1", "NM1*85*2*CLINIC*****XX*1245319599", "HL*5*4*PT",
        "NM1*QC*1*DOE*JANE****MI*M12345", "TRN*2*C1", "STC*A2:20:PR*20261120*WQ*150",
        "DTP*472*D8*20261119",
    ]

    private func words(_ reading: Reading) -> [String] {
        reading.findings.map { "\($0.code) \($0.location.path ?? "")" }
    }

    private func value(_ reading: Reading, _ text: String, _ path: String) throws -> [String] {
        let format = x12()
        var framer = format.framer(over: MemorySource(Array(text.utf8)))
        let page = try #require(try framer.next())
        let document = format.parse(page)
        return format.values(
            of: try format.path(path), within: format.scope(ofRecord: 0, in: document),
            in: document
        ).map(\.text)
    }

    @Test func `a 277CA that refuses the whole file is one record without a claim`() throws {
        let text = Sample.file277(
            Self.head277CA + Self.receiver("0", ["STC*A3:21:40*20261120*U*300", "QTY*AA*2"]))
        let reading = try readAll(text)
        #expect(words(reading) == [])
        #expect(reading.records.map(\.type) == ["277CA"])
        #expect(reading.records.map(\.cents) == [30000])
        #expect(try value(reading, text, "2200B/STC01-1") == ["A3"])
        #expect(try value(reading, text, "2200B/TRN02") == ["REF7"])
        #expect(try value(reading, text, "2200D/TRN02") == [])
        #expect(answer(reading).text.contains("IK5*A~"))
    }

    @Test func `a provider that is refused is a record beside the claims of another`() throws {
        let text = Sample.file277(
            Self.head277CA
                + Self.receiver("1", ["STC*A1:19:40*20261120*WQ*450", "QTY*90*1", "QTY*AA*2"])
                + Self.provider + Self.claims)
        let reading = try readAll(text)
        #expect(words(reading) == [])
        #expect(reading.records.map(\.cents) == [30000, 15000])
        #expect(try value(reading, text, "2200C/STC01-1") == ["A3"])
        #expect(try value(reading, text, "2200B/TRN02") == ["REF7"])
    }

    @Test func `what the answer above the claim lacks is found`() throws {
        let reading = try readAll(
            Sample.file277(Self.head277CA + Self.receiver("0", ["QTY*AA*2"])))
        #expect(words(reading) == ["X12-203 2200B/STC"])
        let none = try readAll(
            Sample.file277(
                Self.head277CA + ["HL*2*1*21*1", "NM1*41*2*CLINIC*****46*S1"]
                    + Self.claims.map {
                        $0.replacingOccurrences("HL*4*2*", "HL*3*2*")
                            .replacingOccurrences("HL*5*4*", "HL*4*3*")
                    }))
        #expect(words(none) == ["X12-203 2200B/TRN"])
    }

    @Test func `a 277 that refuses the receiver or the provider is one record`() throws {
        let head = [
            "BHT*0010*08*REF1*20261120*0805*DG", "HL*1**20*1", "NM1*PR*2*PAYER*****PI*P1",
        ]
        func file(_ body: [String]) throws -> Reading {
            try readAll(
                Sample.file277(head + body).replacingOccurrences("005010X214", "005010X212"))
        }
        let receiver = try file([
            "HL*2*1*21*0", "NM1*41*2*CLEARHOUSE*****46*R1", "TRN*2*T1", "STC*E0:24:41*20261120",
        ])
        #expect(words(receiver) == [])
        #expect(receiver.records.map(\.type) == ["277"])
        let provider = try file([
            "HL*2*1*21*1", "NM1*41*2*CLEARHOUSE*****46*R1", "HL*3*2*19*0",
            "NM1*1P*2*CLINIC*****XX*1234567893", "TRN*1*T1", "STC*E0:24:1P*20261120",
        ])
        #expect(words(provider) == [])
        #expect(provider.records.count == 1)
    }

    @Test func `a dependent's claim status is a record of its own loop`() throws {
        let reading = try readAll(
            Sample.file277([
                "BHT*0010*08*REF1*20261120*0805*DG", "HL*1**20*1", "NM1*PR*2*PAYER*****PI*P1",
                "HL*2*1*21*1", "NM1*41*2*CLEARHOUSE*****46*R1", "HL*3*2*19*1",
                "NM1*1P*2*CLINIC*****XX*1234567893", "HL*4*3*22*1", "NM1*IL*1*DOE*JANE****MI*M1",
                "HL*5*4*23", "NM1*QC*1*DOE*KID", "TRN*2*T1",
                "STC*F1:65*20261115**150*90*20261114**20261115*TRN1", "TRN*2*T2",
                "STC*F2:65*20261115**150*0*20261114",
            ]).replacingOccurrences("005010X214", "005010X212"))
        #expect(words(reading) == [])
        #expect(reading.records.count == 2)
        let lacking = try readAll(
            Sample.file277([
                "BHT*0010*08*REF1*20261120*0805*DG", "HL*1**20*1", "NM1*PR*2*PAYER*****PI*P1",
                "HL*2*1*21*1", "NM1*41*2*CLEARHOUSE*****46*R1", "HL*3*2*19*1",
                "NM1*1P*2*CLINIC*****XX*1234567893", "HL*4*3*22*1", "NM1*IL*1*DOE*JANE****MI*M1",
                "HL*5*4*23", "NM1*QC*1*DOE*KID",
            ]).replacingOccurrences("005010X214", "005010X212"))
        #expect(words(lacking).contains("X12-144 2000E/2200E"))
    }

    @Test func `a 271 that refuses the payer or the provider is one record`() throws {
        func file(_ body: [String]) throws -> Reading {
            try readAll(
                Sample.isa + "GS*HB*CLINIC7*CLEARHOUSE*20261120*0805*7*X*005010X279A1~\n"
                    + Sample.set(
                        "271", "0001", "005010X279A1",
                        ["BHT*0022*11*REF1*20261120*0805"] + body) + "GE*1*7~\nIEA*1*000000007~\n")
        }
        let payer = try file(["HL*1**20*0", "NM1*PR*2*PAYER*****PI*P1", "AAA*Y**42*R"])
        #expect(words(payer) == [])
        #expect(payer.records.map(\.type) == ["271"])
        let provider = try file([
            "HL*1**20*1", "NM1*PR*2*PAYER*****PI*P1", "HL*2*1*21*0",
            "NM1*1P*2*CLINIC*****XX*1234567893", "AAA*N**51*C",
        ])
        #expect(words(provider) == [])
        #expect(provider.records.count == 1)
        let both = try file([
            "HL*1**20*1", "NM1*PR*2*PAYER*****PI*P1", "HL*2*1*21*0",
            "NM1*1P*2*CLINIC*****XX*1234567893", "AAA*N**51*C", "HL*3*1*21*1",
            "NM1*1P*2*OTHER*****XX*1245319599", "HL*4*3*22*0", "TRN*2*T1*9CLINIC001",
            "NM1*IL*1*DOE*JANE****MI*M1", "EB*1**30",
        ])
        #expect(words(both) == [])
        #expect(both.records.count == 2)
    }

    @Test func `the totals of a 277CA are compared at the receiver and at the provider`() throws {
        for (old, new, path) in [
            ("WQ*300", "WQ*310", "2200B/STC04"), ("QTY*90*1", "QTY*90*2", "2200B/QTY02"),
            ("QTY*AA*1", "QTY*AA*2", "2200B/QTY02"), ("AMT*YU*150", "AMT*YU*151", "2200B/AMT02"),
            ("AMT*YY*150", "AMT*YY*149", "2200B/AMT02"),
        ] {
            let text = Sample.file277(Sample.body277).replacingOccurrences(old, new)
            #expect(words(try readAll(text)) == ["X12-150 " + path])
        }
        let good = [
            "NM1*85*2*CLINIC*****XX*1234567893", "TRN*1*P1", "STC*A1:19:85**WQ*300", "QTY*QA*1",
            "QTY*QC*1", "AMT*YU*150", "AMT*YY*150",
        ]
        func file(_ provider: [String]) -> String {
            Sample.file277(
                Sample.body277.flatMap { $0.hasPrefix("NM1*85") ? provider : [$0] })
        }
        #expect(words(try readAll(file(good))) == [])
        for (index, path) in [(2, "STC04"), (3, "QTY02"), (4, "QTY02"), (5, "AMT02"), (6, "AMT02")]
        {
            var wrong = good
            wrong[index] = index == 2 ? "STC*A1:19:85**WQ*299" : wrong[index] + "7"
            #expect(words(try readAll(file(wrong))) == ["X12-150 2200C/" + path])
        }
    }
}
