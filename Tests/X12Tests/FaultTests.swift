import Bytes
import Exchange
import Testing

@testable import X12

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
