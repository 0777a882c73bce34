import Bytes
import Exchange
import HL7v2
import Testing

/// The same messages in every framing, read whole, in pieces and by several tasks at once.
@Suite struct SameRecordsTests {
    /// Messages of every kind and version, clean and with defects; every byte is ASCII, so that
    /// UTF-16 holds them all, and none hangs on its line ends.
    private static let messages: [[UInt8]] = {
        var texts = Corpus.clean().map(\.text)
        for defect in Defect.all {
            let text = defect.base.replacing(defect.from, with: defect.to, maxReplacements: 1)
            let hasLineFeed = text.utf8.contains(0x0A)
            if !hasLineFeed, text.utf8.allSatisfy({ $0 < 0x80 }) { texts.append(text) }
        }
        return texts.map { Array($0.utf8) }
    }()

    /// What reading gives, whatever the bytes around the messages: the messages with CR, and the
    /// findings by record, place and code.
    private struct Outcome: Equatable {
        var records: [[UInt8]] = []
        var findings: [[String]] = []

        mutating func add(_ bytes: some Collection<UInt8>, _ findings: [Finding]) {
            var record: [UInt8] = []
            for byte in bytes {
                if byte == 0x0A, record.last == 0x0D { continue }
                record.append(byte == 0x0A ? 0x0D : byte)
            }
            while record.last == 0x0D { record.removeLast() }
            records.append(record)
            self.findings.append(
                findings.map {
                    "\($0.code) \($0.severity) \($0.location.record ?? 0) "
                        + "\($0.location.path ?? "") \($0.detail) \($0.ack["ERR-3"] ?? "")"
                })
        }

        init(_ pages: [(Page, [[Finding]])]) {
            for (page, findings) in pages {
                for (index, frame) in page.frames.enumerated() {
                    add(page.bytes[frame.range.range], findings[index])
                }
            }
        }
    }

    private static func serial(
        _ source: any ByteSource, _ format: HL7Format
    ) throws -> (outcome: Outcome, closing: Closing) {
        var framer = format.framer(over: source)
        var pages: [(Page, [[Finding]])] = []
        while let page = try framer.next() {
            pages.append((page, validate(Parsed(page, as: format), as: format).findings))
        }
        return (Outcome(pages), framer.closing)
    }

    private static let whole = try? serial(
        MemorySource(Framing.plain.file(messages)), try HL7.format()
    ).outcome

    private static func line(_ closing: Closing) -> String {
        let kept = closing.findings.kept.map { "\($0.code) \($0.location) \($0.detail)" }
        let counts = closing.counts.map { "\($0.name) \($0.declared) \($0.counted)" }
        return "\(closing.isComplete) \(closing.holdsLastRecord) \(kept) \(counts)"
            + " \(closing.envelopeKeys) \(closing.parts.count)"
    }

    @Test(arguments: Framing.allCases)
    func `every framing gives the same records and the same findings`(framing: Framing) throws {
        let expected = try #require(Self.whole)
        #expect(expected.records.count == Self.messages.count)
        #expect(expected.findings.joined().count >= 30)
        let file = framing.file(Self.messages)
        let (outcome, closing) = try Self.serial(MemorySource(file), try HL7.format())
        #expect(outcome == expected)
        #expect(closing.isComplete)
        #expect(closing.findings.kept.allSatisfy { $0.severity == .info })
    }

    @Test(arguments: Framing.allCases)
    func `pieces from one byte to 64 KB give what the whole gives`(framing: Framing) throws {
        let format = try HL7.format()
        let file = framing.file(Self.messages)
        let (whole, closing) = try Self.serial(MemorySource(file), format)
        for size in [1, 2, 3, 7, 13, 19, 20, 21, 63, 64, 65, 4096, 65_535, 65_536] {
            let (pieces, end) = try Self.serial(MemorySource(file, chunk: size), format)
            #expect(pieces == whole, "pieces of \(size)")
            #expect(Self.line(end) == Self.line(closing), "pieces of \(size)")
        }
    }

    @Test(arguments: [Framing.plain, .mixed, .mllp, .wideLittle, .batches])
    func `pages that are read by several tasks at once give what one task gives`(
        framing: Framing
    ) async throws {
        let format = try HL7.format()
        let size = Self.messages.joined().count
        let many = Array(repeating: Self.messages, count: 4 * Page.target / size + 1)
            .flatMap { $0 }
        let file = framing.file(many)
        let (whole, _) = try Self.serial(MemorySource(file), format)
        var framer = format.framer(over: MemorySource(file, chunk: 10_000))
        var pages: [Page] = []
        while let page = try framer.next() { pages.append(page) }
        #expect(pages.count > 2)
        let checked = await withTaskGroup(of: (Int, [[Finding]]).self) { group in
            for (index, page) in pages.enumerated() {
                group.addTask {
                    (index, validate(Parsed(page, as: format), as: format).findings)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let outcome = Outcome(pages.enumerated().map { ($1, checked[$0] ?? []) })
        #expect(outcome == whole)
    }
}
