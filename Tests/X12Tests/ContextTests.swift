import Bytes
import Exchange
import Testing
import WaybillTesting

@testable import X12

@Suite struct ContextTests {
    private func page(_ text: String) throws -> (X12Format, Page) {
        let format = x12()
        var framer = format.framer(over: MemorySource(Array(text.utf8)))
        return (format, try #require(try framer.next()))
    }

    /// The record at `index` opened again from its bytes and what was saved of its context.
    private func reopened(_ format: X12Format, _ page: Page, _ index: Int) throws -> X12Document {
        let frame = page.frames[index]
        let context = try #require(page.context as? X12Context)
        let saved = try #require(context.narrowed(toRecord: frame.number)).saved
        let bytes = Array(page.bytes[frame.range.range])
        let own = Frame(
            range: ByteRange(0, bytes.count), number: frame.number, part: frame.part,
            hash: frame.hash, cents: frame.cents)
        return format.parse(
            Page(
                bytes: bytes, offset: page.offset + Int(frame.range.start), line: page.line,
                frames: [own], context: format.context(saved: saved)))
    }

    @Test(arguments: [
        Sample.file837(Sample.body837), Sample.file835(Sample.body835),
        Sample.file277(Sample.body277), Sample.file999(Sample.body999),
    ])
    func `a record opened again from its bytes and its saved context is the same`(text: String)
        throws
    {
        let (format, page) = try page(text)
        let whole = format.parse(page)
        for index in page.frames.indices {
            let alone = try reopened(format, page, index)
            #expect(
                try format.edit(alone, record: 0, edits: [])
                    == format.edit(whole, record: index, edits: []))
            #expect(
                format.recordType(alone, record: 0) == format.recordType(whole, record: index))
            var before: [Finding] = []
            var after: [Finding] = []
            format.check(whole, record: index, into: &before)
            format.check(alone, record: 0, into: &after)
            #expect(after.map(\.code) == before.map(\.code))
        }
    }

    @Test func `an edit in place of a claim opened again keeps the loops around it`() throws {
        let (format, page) = try page(Sample.file837(Sample.body837))
        let document = try reopened(format, page, 2)
        let path = try format.path("2300/REF[D9]/02")
        let edit = NamedEdit(
            path, within: format.scope(ofRecord: 0, in: document), to: .text("NEW"))
        let text = String(
            decoding: try format.edit(document, record: 0, edits: [edit]), as: UTF8.self)
        #expect(text.contains("NM1*85*2*CLINIC*****XX*1234567893~"))
        #expect(text.contains("NM1*IL*1*POE*JANE****MI*M12345~"))
        #expect(text.contains("REF*D9*NEW~"))
        #expect(!text.contains("DOE"))
    }

    @Test func `what is not whole, or of a guide that is gone, restores nothing`() throws {
        let (format, page) = try page(Sample.file837(Sample.body837))
        let saved = try #require(page.context as? X12Context).saved
        #expect(format.context(saved: saved) != nil)
        for count in 0..<saved.count {
            #expect(format.context(saved: Array(saved[..<count])) == nil)
        }
        for place in 0..<saved.count {
            var copy = saved
            copy[place] ^= 0xFF
            _ = format.context(saved: copy)
        }
        #expect(X12Context(saved: saved, guide: { _ in nil }) == nil)
    }
}
