import Bytes
import Exchange
import Mapping

/// One destination's way: records to bytes, files around them, and reading back what was written.
protocol Outlet: Sendable {
    var destination: Destination { get }
    /// The destination's bytes for one record.
    /// - Parameter original: the record's own bytes, for edits in place.
    func make(
        _ record: Canonical, original: [UInt8]?, variables: [String: String]
    ) -> (bytes: [UInt8]?, findings: [Finding])
    /// A new file.
    func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly
    /// Reads a written file as a stranger would: law 6.
    func readBack(_ source: any ByteSource) async throws -> ReadBack
}

/// What was found in a file of our own.
struct ReadBack: Sendable {
    var records = 0
    var cents: Int64 = 0
    var counts: [EnvelopeCount] = []
    var findings: [Finding] = []
}

/// An outlet for the destinations of one format.
struct DestinationOutlet<F: Format>: Outlet {
    let destination: Destination
    let format: F
    let map: WritingMap<F>?

    func make(
        _ record: Canonical, original: [UInt8]?, variables: [String: String]
    ) -> (bytes: [UInt8]?, findings: [Finding]) {
        do throws(WriteFault) {
            if destination.making == .inPlace, let original {
                return try edited(record, original)
            }
            guard let map else { return (original, []) }
            let (node, findings) = map.node(for: record, variables: variables)
            guard let node, !findings.contains(where: { $0.severity == .error }) else {
                return (nil, findings)
            }
            return (try format.render(node), findings)
        } catch {
            return (nil, [error.finding])
        }
    }

    private func edited(
        _ record: Canonical, _ original: [UInt8]
    ) throws(WriteFault) -> (bytes: [UInt8]?, findings: [Finding]) {
        guard let map else { return (original, []) }
        let frame = Frame(
            range: ByteRange(0..<original.count), number: 1, hash: RecordHash.hash(original))
        let page = Page(bytes: original, offset: 0, line: 1, frames: [frame])
        let document = format.parse(page)
        let (edits, findings) = map.edits(for: record, in: document, record: 0)
        if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        if edits.isEmpty { return (original, findings) }
        return (try format.edit(document, record: 0, edits: edits), findings)
    }

    func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly {
        try format.assembly(envelope)
    }

    private struct Examined: Sendable {
        var records = 0
        var cents: Int64 = 0
        var findings: [Finding] = []
    }

    func readBack(_ source: any ByteSource) async throws -> ReadBack {
        var framer = format.framer(over: source)
        var result = ReadBack()
        let format = format
        try await Window.run(&framer, work: { page in Self.examine(page, format) }) { examined in
            result.records += examined.records
            result.cents += examined.cents
            result.findings += examined.findings
        }
        let closing = framer.closing
        result.counts = closing.counts
        result.findings += closing.findings.kept.filter { $0.severity == .error }
        return result
    }

    private static func examine(_ page: Page, _ format: F) -> Examined {
        let checked = validate(Parsed(page, as: format), as: format)
        var examined = Examined()
        for (index, frame) in page.frames.enumerated() {
            examined.records += 1
            examined.cents += frame.cents
            examined.findings += checked.findings[index].filter { $0.severity == .error }
        }
        return examined
    }
}
