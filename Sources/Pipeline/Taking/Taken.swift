import Bytes
import Exchange
import Ledger

/// One receipt after stages 2 to 5: what the framer tallied, and what the file is as a whole.
struct Taken {
    let receipt: Receipt
    let feed: Feed
    var outcome = FileOutcome.processed
    var code = ""
    var format = ""
    var version = ""
    var tally = Tally()
    var closing = Closing()
    var duplicateOf: Int64?
    /// The keys of its envelopes that were taken in before.
    var repeated: [[UInt8]] = []
    /// Findings by record number, for the acknowledgement; 0 is the file's own.
    var findings: [Int: [Finding]] = [:]
    /// The record numbers of each part, which are consecutive.
    var parts: [Int: ClosedRange<Int>] = [:]

    /// Held rows of a full file that came again tonight, and say something else.
    var overtaken: [Int64] = []

    /// The receipt's line in the commit.
    var result: ReceiptResult {
        ReceiptResult(
            receipt: receipt.id, outcome: outcome, code: code, format: format, version: version,
            records: tally.records, hashLow: tally.hashLow, hashHigh: tally.hashHigh,
            cents: tally.cents, declaredCents: closing.declaredCents,
            isComplete: closing.isComplete, counts: closing.counts,
            envelopeKeys: closing.envelopeKeys, duplicateOf: duplicateOf)
    }
}

/// What was framed, before anything was parsed: the first witness of law 2.
struct Tally: Sendable {
    private(set) var records = 0
    private(set) var hashLow: Int64 = 0
    private(set) var hashHigh: Int64 = 0
    private(set) var cents: Int64 = 0

    /// Adds a page's frames.
    mutating func add(_ page: Page) {
        for frame in page.frames {
            records += 1
            hashLow &+= Int64(frame.hash & 0xFFFF_FFFF)
            hashHigh &+= Int64(frame.hash >> 32)
            cents &+= frame.cents
        }
    }
}

/// A framer that tallies what passes through it.
struct TallyingFramer: Framer {
    private var inner: any Framer
    private(set) var tally = Tally()

    init(_ inner: any Framer) { self.inner = inner }

    mutating func next() throws(SystemError) -> Page? {
        guard let page = try inner.next() else { return nil }
        tally.add(page)
        return page
    }

    var closing: Closing { inner.closing }
}
