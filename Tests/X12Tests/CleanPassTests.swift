import Bytes
import Exchange
import Synthetic
import Testing

@testable import X12

/// What first sight passes over must be what a close look finds nothing in.
@Suite struct CleanPassTests {
    static func findings(_ bytes: [UInt8], passesClean: Bool) throws -> [String] {
        let format = x12()
        var framer = format.framer(over: MemorySource(bytes))
        var all: [Finding] = []
        while let page = try framer.next() {
            let document = format.parse(page)
            var checker = Checker(document: document, guides: library, levels: X12Levels(to: 5))
            checker.passesClean = passesClean
            for index in page.frames.indices { checker.check(index, into: &all) }
        }
        return all.map { "\($0.code) \($0.location.path ?? "") \($0.location.byte ?? -1)" }
    }

    @Test(arguments: [
        Sample.file837(Sample.body837), Sample.file835(Sample.body835),
        Sample.file277(Sample.body277), Sample.file999(Sample.body999),
    ])
    func `any byte changed is seen the same way at first sight and by a close look`(text: String)
        throws
    {
        let bytes = Array(text.utf8)
        for place in stride(from: 180, to: bytes.count, by: 7) {
            for value in [
                0x00, 0x0A, 0x20, 0x2A, 0x2D, 0x2E, 0x30, 0x39, 0x3A, 0x41, 0x5E, 0x7E, 0xC3,
            ]
                as [UInt8]
            {
                var copy = bytes
                copy[place] = value
                let fast = try Self.findings(copy, passesClean: true)
                let close = try Self.findings(copy, passesClean: false)
                #expect(fast == close, "byte \(place) made \(value)")
            }
        }
    }

    @Test func `synthetic claims and payments have no finding`() throws {
        #expect(try readAll(ProfessionalClaims(claims: 2500, seed: 11).bytes()).codes == [])
        #expect(
            try readAll(Remittances(payments: 60, claimsPerPayment: 40, seed: 11).bytes()).codes
                == [])
    }
}
