public import Bytes

/// One record's place in its page, and what the framer tallied of it before anything was parsed.
public struct Frame: Sendable {
    /// Where its bytes lie in the page.
    public let range: ByteRange
    /// The 1-based number of the record in the file.
    public let number: Int
    /// The part of the envelope that it stands and falls with (an X12 transaction set), counted
    /// from 1 through the file; 0 where there is none.
    public let part: Int
    /// `RecordHash` of its bytes: the first witness of law 2.
    public let hash: UInt64
    /// The money it carries, in cents, as its format counts it; 0 where it carries none.
    public let cents: Int64

    /// Describes a record.
    public init(range: ByteRange, number: Int, part: Int = 0, hash: UInt64, cents: Int64 = 0) {
        self.range = range
        self.number = number
        self.part = part
        self.hash = hash
        self.cents = cents
    }
}

/// A run of whole records, cut from a file: about 256 KB, more when one record is larger.
public struct Page: Sendable {
    /// The bytes, owned by the page alone.
    public let bytes: [UInt8]
    /// The offset of `bytes[0]` in the content.
    public let offset: Int
    /// The 1-based line of `bytes[0]`.
    public let line: Int
    /// The records, in file order, not overlapping.
    public let frames: [Frame]
    /// What the format's parser must know from before the page: delimiters, open loops.
    public let context: (any Sendable)?

    /// How many bytes of records a page holds at least, unless the file ends.
    public static let target = 256 * 1024

    /// Makes a page.
    public init(
        bytes: [UInt8], offset: Int, line: Int, frames: [Frame], context: (any Sendable)? = nil
    ) {
        self.bytes = bytes
        self.offset = offset
        self.line = line
        self.frames = frames
        self.context = context
    }

    /// The place of `bytes[index]`: its byte in the content and its line, counted when asked for.
    public func location(at index: Int, record: Int? = nil, path: String? = nil) -> Location {
        let place = min(index, bytes.count)
        let breaks = Lines.breaks(in: bytes.span, 0..<place)
        return Location(byte: offset + index, line: line + breaks, record: record, path: path)
    }
}

/// Cuts a stream into pages of whole records: serial, and the only reader of the envelope.
///
/// Contract, proved by `FormatContract`: every byte of the content lies in at most one frame, in
/// order; the frames do not depend on how the source chops its reads; memory is bounded by the
/// largest record; any bytes at all lead to pages and findings, never to a trap; after `next()`
/// has returned nil it goes on returning nil, and `closing` is final.
public protocol Framer: Sendable {
    /// The next page; nil at the end.
    mutating func next() throws(SystemError) -> Page?
    /// What is known of the file as a whole.
    var closing: Closing { get }
}

/// What the framer knows of a file when it has read the whole of it.
public struct Closing: Sendable {
    /// Whether the envelope closed as its format expects (FTS, IEA, root tag, trailer row).
    public var isComplete = true
    /// Findings about the file and its envelope; an error with reach `file` rejects the file.
    public var findings = FindingLog()
    /// The parts that do not stand, by their number in `Frame.part`.
    public var parts: [Int: PartVerdict] = [:]
    /// What the envelope declares against what was counted (balance equation B8).
    public var counts: [EnvelopeCount] = []
    /// The money that the file declares, in cents, when it does (835 BPR02, a trailer's total).
    public var declaredCents: Int64?
    /// What identifies the envelopes, so that a repeat is known: `ISA|sender|receiver|number`.
    public var envelopeKeys: [[UInt8]] = []
    /// What the acknowledger must know of the envelope; the format's own.
    public var acknowledgement: (any Sendable)?
    /// Whether, when `isComplete` is false, the last record may be cut and is to be held.
    public var holdsLastRecord = false

    /// Nothing known yet.
    public init() {}
}

/// What becomes of a part whose envelope is broken.
public enum PartVerdict: Sendable {
    case reject, hold
}

/// One number in an envelope or trailer, declared and counted.
public struct EnvelopeCount: Sendable, Hashable {
    /// Its place in the standard's notation: `SE01`, `BTS-1`.
    public let name: String
    /// What the file says.
    public let declared: Int
    /// What is there.
    public let counted: Int

    /// Sets a declared number beside a counted one.
    public init(_ name: String, declared: Int, counted: Int) {
        self.name = name
        self.declared = declared
        self.counted = counted
    }
}
