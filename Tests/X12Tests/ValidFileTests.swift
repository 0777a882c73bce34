import Bytes
import Exchange
import Testing

@testable import X12

@Suite struct ValidFileTests {
    @Test func `every shipped guide compiles`() {
        #expect(library.findings.map(\.detail) == [])
        #expect(
            Set(library.guides.map(\.name)) == [
                "837P", "837I", "837D", "276", "835", "277CA", "999", "277", "270", "271", "TA1",
            ])
    }

    @Test(arguments: SampleFile.names)
    func `a file with the features that its guide allows has no finding`(name: String) throws {
        let reading = try readAll(SampleFile(name).text)
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "") \($0.detail)" } == [])
        #expect(!reading.records.isEmpty)
        let answer = answer(reading).text
        #expect(answer.isEmpty || answer.contains("IK5*A~"))
    }

    @Test func `an HL04 that does not fit what follows is a warning`() throws {
        let wrong = Sample.file837(Sample.body837.map { $0 == "HL*2*1*22*0" ? "HL*2*1*22*1" : $0 })
        let reading = try readAll(wrong)
        #expect(
            reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [
                "X12-143 2000B/HL04"
            ])
        #expect(reading.rejectedParts == [])
    }

    @Test func `an 837P without faults has no finding, and its claims are its records`() throws {
        let reading = try readAll(Sample.file837(Sample.body837))
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "") \($0.detail)" } == [])
        #expect(reading.records.map(\.cents) == [15000, 15000, 15000])
        #expect(reading.records.map(\.type) == ["837P", "837P", "837P"])
        #expect(reading.records.map(\.part) == [1, 1, 1])
        #expect(reading.closing.isComplete)
        #expect(
            reading.closing.envelopeKeys == [Array("ISA|ZZ|CLINIC7|ZZ|CLEARHOUSE|000000007".utf8)])
    }

    @Test func `an 835 without faults has no finding, and is one record of BPR02`() throws {
        let reading = try readAll(Sample.file835(Sample.body835))
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "") \($0.detail)" } == [])
        #expect(reading.records.map(\.cents) == [8000])
        #expect(reading.closing.declaredCents == 8000)
    }

    @Test func `a 277CA without faults has no finding, and its claim statuses are its records`()
        throws
    {
        let reading = try readAll(Sample.file277(Sample.body277))
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "") \($0.detail)" } == [])
        #expect(reading.records.map(\.cents) == [15000, 15000])
    }

    @Test func `a 999 without faults has no finding, and each set response is a record`() throws {
        let reading = try readAll(Sample.file999(Sample.body999))
        #expect(reading.findings.map { "\($0.code) \($0.location.path ?? "") \($0.detail)" } == [])
        #expect(reading.records.count == 2)
    }

    @Test func `a 999 without AK2 is one record`() throws {
        let reading = try readAll(Sample.file999(["AK1*HC*7*005010X222A1", "AK9*A*1*1*1"]))
        #expect(reading.findings.map(\.code) == [])
        #expect(reading.records.count == 1)
    }

    @Test func `several sets, groups and pages in one file have no finding`() throws {
        var claims = Sample.head837 + Sample.provider
        for number in 2...700 { claims += Sample.subscriber(number) + Sample.claim("C\(number)") }
        let sets = (1...3).map {
            Sample.set("837", "000\($0)", "005010X222A1", $0 == 2 ? claims : Sample.body837)
        }
        let second =
            Sample.gs837.replacingOccurrences("*0805*7*", "*0805*8*") + sets[0] + "GE*1*8~\n"
        let reading = try readAll(
            Sample.isa + Sample.gs837 + sets.joined() + "GE*3*7~\n" + second + "IEA*2*000000007~\n")
        #expect(reading.findings.prefix(5).map { "\($0.code) \($0.location.path ?? "")" } == [])
        #expect(reading.records.count == 3 + 699 + 3 + 3)
        #expect(Set(reading.records.map(\.part)) == [1, 2, 3, 4])
    }

    @Test func `a TA1 before a group is a record of its own`() throws {
        let text =
            Sample.isa + "TA1*000000007*261120*0805*A*000~\n" + Sample.gs837
            + Sample.set("837", "0001", "005010X222A1", Sample.body837)
            + "GE*1*7~\nIEA*1*000000007~\n"
        let reading = try readAll(text)
        #expect(reading.findings.map(\.code) == [])
        #expect(reading.records.map(\.type) == ["TA1", "837P", "837P", "837P"])
    }

    @Test(arguments: [1, 2, 3, 7, 64, 105, 106, 107, 1000])
    func `the frames and findings do not depend on how the source is chopped`(chunk: Int) throws {
        var bad = Sample.body837
        bad[20] = bad[20].replacingOccurrences("150", "15x")
        let text =
            Sample.file837(bad) + "\r\n"
            + Sample.file835(Sample.body835).replacingOccurrences("000000007", "000000008")
        let whole = try readAll(text)
        let chopped = try readAll(text, chunk: chunk)
        #expect(whole.records.map(\.bytes) == chopped.records.map(\.bytes))
        #expect(whole.findings.map(\.location) == chopped.findings.map(\.location))
        #expect(whole.codes == chopped.codes)
    }

    @Test func `any prefix of a file gives findings and never a trap`() throws {
        let bytes = Array(Sample.file837(Sample.body837).utf8)
        for count in stride(from: 0, to: bytes.count, by: 3) {
            let reading = try readAll(Array(bytes[..<count]))
            #expect(!reading.findings.isEmpty)
        }
    }

    @Test func `any byte changed gives pages and findings and never a trap`() throws {
        let bytes = Array((Sample.file837(Sample.body837) + Sample.file999(Sample.body999)).utf8)
        for place in stride(from: 0, to: bytes.count, by: 5) {
            for value in [0x00, 0x2A, 0x7E, 0xFF] as [UInt8] {
                var copy = bytes
                copy[place] = value
                _ = try readAll(copy)
            }
        }
    }
}

extension String {
    /// Every `old` made `new`.
    func replacingOccurrences(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
