import Bytes
import Exchange
import Testing

@testable import X12

/// What an answer quotes of a file must be able to stand in an answer.
@Suite struct QuotingTests {
    private func check(_ text: String) throws -> String {
        let reply = answer(try readAll(text))
        let reading = try readAll(reply.text)
        #expect(
            reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [], "\(reply.text)")
        return reply.text
    }

    @Test func `a set that 999 cannot name is counted and not listed`() throws {
        let text = try check(Corpus.raw837("ST*837*0001", "ST*850*0001"))
        #expect(!text.contains("AK2*"))
        #expect(text.contains("AK9*R*1*1*0~\n"))
    }

    @Test func `a group that 999 cannot name is told by a TA1 with errors`() throws {
        let text = try check(Corpus.raw837("GS*HC*", "GS*PO*"))
        #expect(text.contains("TA1*000000007*261120*0805*E*024~\n"))
        #expect(!text.contains("AK1*"))
        let two =
            Sample.isa + Corpus.group
            + Corpus.group.replacingOccurrences("GS*HC*", "GS*PO*")
            .replacingOccurrences("*0805*7*", "*0805*8*").replacingOccurrences("GE*1*7", "GE*1*8")
            + "IEA*2*000000007~\n"
        let both = try check(two)
        #expect(both.contains("*E*024~\n") && both.contains("AK9*A*1*1*1~\n"))
    }

    @Test(arguments: [
        ("*ZZ*CLINIC7        *ZZ*", "*99*CLINIC7        *ZZ*"),
        ("*ZZ*CLINIC7        *ZZ*", "*ZZ*               *ZZ*"),
        ("*ZZ*CLEARHOUSE     *", "*ZZ*               *"),
        ("*ZZ*CLINIC7        *ZZ*", "*ZZ*CLINIC\u{1}7       *ZZ*"),
        ("*0*P*:~", "*0*X*:~"),
    ])
    func `an ISA that cannot be quoted is answered with one that can be read`(
        old: String, new: String
    ) throws {
        #expect(try check(Corpus.raw837(old, new)).contains("*R*"))
    }

    @Test func `separators of ours in the data of other separators are not quoted`() throws {
        let other = Sample.file837(
            Sample.body837.map { $0.replacingOccurrences("CLM*C1*", "CLM*C~1*") }
        )
        .replacingOccurrences("~\n", "\n").replacingOccurrences("*", "|")
        .replacingOccurrences("HC|CLINIC7|", "HC|CLI*IC7|")
        .replacingOccurrences("|MI|M12345", "|XX|M12345")
        let text = try check(other)
        #expect(text.contains("*CLI-IC7*"))
    }

    @Test func `a segment id of one letter and elements beyond the ninety-ninth are told`() throws {
        _ = try check(Corpus.with837("LX*2", "Q*1~LX*2"))
        _ = try check(Corpus.with837("LX*2", "LX*2" + String(repeating: "*", count: 110) + "X"))
    }

    @Test func `a count of more than six digits is told as the most that AK9 holds`() throws {
        #expect(try check(Corpus.raw837("GE*1*7", "GE*1000001*7")).contains("AK9*R*999999*1*0*5~"))
    }

    @Test func `a fault in the provider's loop names no claim, and one in a claim does`() throws {
        let provider = try check(
            Corpus.with837("N4*SPRINGFIELD*IL*627010001", "N4*SPRINGFIELD*IL*627010001****AB"))
        #expect(provider.contains("IK3*N4*10*2010*8~\nIK4*7**10~\n"), "\(provider)")
        let missing = try check(Corpus.without837("NM1*PR*2*PAYER ONE*****PI*P1"))
        #expect(missing.contains("IK3*NM1*18*2010*3~\nIK3*"), "\(missing)")
        let claim = try check(Corpus.with837("LX*2", "LX*3"))
        #expect(claim.contains("IK3*LX*28*2400*8~\nCTX*CLM01:C1~\n"), "\(claim)")
        let payment = try check(Corpus.with835("CAS*PR*3*20", "CAS*XX*3*20"))
        #expect(payment.contains("CTX*TRN02:CHK1~\n"), "\(payment)")
    }

    @Test func `a fault beyond the log's limit is told as itself`() throws {
        var sets = ""
        for number in 1...1100 {
            sets += Sample.set(
                "837", String(1000 + number), "005010X222A1",
                Sample.body837.map { $0 == "HL*3*1*22*0" ? "HL*3*9*22*0" : $0 })
        }
        let reading = try readAll(
            Sample.isa + Sample.gs837 + sets + "GE*1100*7~\nIEA*1*000000007~\n")
        #expect(reading.closing.findings.counts["X12-141"] == 1100)
        let text = answer(reading).text
        let told = text.split(separator: "\n").filter { $0.hasPrefix("IK3*") }
        #expect(told.count == 1100)
        #expect(Set(told) == ["IK3*HL*45*2000*8~"])
    }

    @Test func `a set of an unknown version is not judged by another guide`() throws {
        let reading = try readAll(
            Sample.file837(Sample.body837.filter { !$0.hasPrefix("HI*") })
                .replacingOccurrences("005010X222A1", "005010X222"))
        #expect(reading.codes == ["X12-121"])
        #expect(reading.rejectedParts == [1])
        #expect(
            answer(reading).text.contains("AK2*837*0001*005010X222~\nIK5*R~\nAK9*R*1*1*0*2~\n"))
    }

    @Test func `a person with one name leaves the set accepted without errors`() throws {
        let text = try check(
            Corpus.with837(
                "NM1*82*1*ROE*RICHARD****XX*1245319599", "NM1*82*1*ROE*****XX*1245319599"))
        #expect(text.contains("AK2*837*0001*005010X222A1~\nIK5*A~\nAK9*A*1*1*1~\n"))
    }
}
