import Bytes
import Exchange
import Mapping

/// One destination's way: records to bytes, files around them, and reading back what was written.
protocol Outlet: Sendable {
    var destination: Destination { get }
    /// What makes the destination's bytes, one record after another, for files made at `clock`.
    func maker(at clock: Timestamp) -> any LegMaker
    /// A new file.
    func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly
    /// Reads a written file as a stranger would: law 6.
    func readBack(_ source: any ByteSource) async throws -> ReadBack
}

/// What was found in a file of our own.
struct ReadBack: Sendable {
    var records = 0
    var cents: Int64 = 0
    /// The sums of the two halves of the records' hashes.
    var hashLow: Int64 = 0
    var hashHigh: Int64 = 0
    var counts: [EnvelopeCount] = []
    var findings: [Finding] = []
}

/// An outlet for the destinations of one format.
struct DestinationOutlet<F: Format>: Outlet {
    let destination: Destination
    let format: F
    let map: WritingMap<F>?

    func maker(at clock: Timestamp) -> any LegMaker {
        DestinationMaker(outlet: self, clock: clock)
    }

    func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly {
        try format.assembly(envelope)
    }

    private struct Examined: Sendable {
        var records = 0
        var cents: Int64 = 0
        var hashLow: Int64 = 0
        var hashHigh: Int64 = 0
        var findings: [Finding] = []
    }

    func readBack(_ source: any ByteSource) async throws -> ReadBack {
        var framer = format.framer(over: source)
        var result = ReadBack()
        let format = format
        try await Window.run(&framer, work: { page in Self.examine(page, format) }) { examined in
            result.records += examined.records
            result.cents += examined.cents
            result.hashLow &+= examined.hashLow
            result.hashHigh &+= examined.hashHigh
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
            examined.hashLow &+= Int64(frame.hash & 0xFFFF_FFFF)
            examined.hashHigh &+= Int64(frame.hash >> 32)
            examined.findings += checked.findings[index].filter { $0.severity == .error }
        }
        return examined
    }
}
