public import Bytes

/// One kind of file: how it is cut, read, checked, reached into and written. Extension point.
///
/// Contract, proved by `FormatContract` in `WaybillTesting`: a value is settled when it is made
/// (schema compiled, settings read) and all functions but the framer's `next` are pure, so pages
/// may be worked on side by side. Nothing here throws for what data say: data problems are
/// findings. Nothing here ever puts a value from the data into a finding.
public protocol Format: Sendable {
    /// A parsed page: its bytes and flat tables of ranges.
    associatedtype Document: Sendable
    /// A field or group, compiled from the standard's notation against the schema.
    associatedtype Path: Sendable, Hashable

    /// The format's name in settings: `hl7v2`, `x12`, `csv`, `xml`.
    var name: String { get }
    /// The schema or guide and version it reads by, for reports: `005010X222A1`, `2.5.1`.
    var schemaName: String { get }
    /// Whether content that does not close is to be waited for until the feed's grace ends: X12
    /// without IEA, XML without its root's end. False unless a format says otherwise.
    var waitsForClose: Bool { get }
    /// Whether an assembly puts records into its file byte for byte as they were added, so that
    /// read-back can compare their hashes. True unless a format says otherwise: X12 renumbers
    /// what its envelope counts.
    var keepsRecordBytes: Bool { get }
    /// Whether frames carry money: a destination whose format cannot say so is not asked to add up.
    var carriesMoney: Bool { get }

    // MARK: Reading

    /// Cuts the content into pages. The content is unwrapped and starts at its first byte.
    func framer(over source: any ByteSource) -> any Framer
    /// Splits a page's records into fields. Pure.
    func parse(_ page: Page) -> Document
    /// Appends every finding about record `index` (counted from 0 in the page). Pure.
    func check(_ document: Document, record index: Int, into findings: inout [Finding])

    // MARK: Reaching in

    /// Compiles a field's or group's notation: `PID-3.1`, `OBX`, `2300/CLM01`, a column, an XPath.
    func path(_ notation: String) throws(PathFault) -> Path
    /// The whole of record `index`, as a range of the document's units (segments, rows, nodes).
    func scope(ofRecord index: Int, in document: Document) -> Range<Int>
    /// Each occurrence of a repeating group within `scope`, in order, as scopes of their own.
    func occurrences(of group: Path, within scope: Range<Int>, in document: Document) -> [Range<
        Int
    >]
    /// The values of a field in `scope`, one for each repetition; empty when not stated.
    func values(of path: Path, within scope: Range<Int>, in document: Document) -> [FieldValue]
    /// The values of each of `paths`, as `values(of:within:in:)` gives them, for callers that read
    /// many fields of one scope. What `values` held before is gone.
    func read(
        _ paths: [Path], within scope: Range<Int>, in document: Document,
        into values: inout FieldValues)
    /// Counts which fields of record `index` hold something (report section 10).
    func census(_ document: Document, record index: Int, into census: inout FieldCensus)
    /// The name of a census key in the standard's notation.
    func fieldName(ofCensusKey key: UInt64) -> String
    /// The census key that a path covers, when it names a single field.
    func censusKey(of path: Path) -> UInt64?
    /// A record's own type, for `messages:` and routes: `ORU^R01`, `837P`; empty where none is.
    func recordType(_ document: Document, record index: Int) -> String

    // MARK: Writing

    /// The record's original bytes with only the named fields changed; the edits name them by their
    /// places among `paths`.
    func edit(
        _ document: Document, record index: Int, edits: [FieldEdit], among paths: [Path]
    ) throws(WriteFault) -> [UInt8]
    /// One record written afresh from the fields named.
    func render(_ record: RenderNode<Path>) throws(WriteFault) -> [UInt8]
    /// Everything that the receiver of a rendered or edited record would find wrong with it, without
    /// values, in a file that is made at `clock`. Pure; nothing unless a format says otherwise.
    func inspect(_ rendered: [UInt8], at clock: Timestamp) -> [Finding]
    /// Builds a destination file around rendered records.
    func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly

    // MARK: Answering

    /// What the acknowledgement of record `index` must quote; empty where the format has none.
    func acknowledgementBasis(_ document: Document, record index: Int) -> [UInt8]
    /// Writes the acknowledgements for a file; nil where the format has none.
    func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)?
}

extension Format {
    /// Reads field by field, where a format has no shorter way.
    public func read(
        _ paths: [Path], within scope: Range<Int>, in document: Document,
        into values: inout FieldValues
    ) {
        values.removeAll()
        for path in paths {
            for value in self.values(of: path, within: scope, in: document) { values.append(value) }
            values.endField()
        }
    }
}

/// A notation that names nothing in the schema.
public struct PathFault: Error, Hashable {
    /// What is wrong with it, with the nearest name where there is one.
    public let reason: String
    /// Makes a fault.
    public init(_ reason: String) { self.reason = reason }
}

/// A value that cannot be written. It holds the leg, and is a finding there.
public struct WriteFault: Error, Hashable {
    /// What is wrong and where, without values.
    public let finding: Finding
    /// Makes a fault of a finding.
    public init(_ finding: Finding) { self.finding = finding }
}

/// One value of a field, as text in Unicode, unescaped.
public struct FieldValue: Sendable, Hashable, CustomStringConvertible {
    /// The text; empty when `isNull`.
    public let text: String
    /// HL7's `""`: delete what you have. Not the same as not stated.
    public let isNull: Bool
    /// Where it begins in the page's bytes.
    public let index: Int

    /// Makes a value.
    public init(_ text: String, isNull: Bool = false, at index: Int = 0) {
        self.text = text
        self.isNull = isNull
        self.index = index
    }

    /// A text that is safe to log.
    public var description: String { "<\(text.utf8.count) bytes withheld>" }
}

/// How often each field held something; keys are the format's own.
public struct FieldCensus: Sendable {
    private var settled: [UInt64: Int] = [:]
    /// The keys counted last, each at the place its hash gives it: every record has the same few
    /// hundred fields, and a dictionary is slow for so many.
    private var recent: [(key: UInt64, count: Int)] = []
    private static let places = 512

    /// An empty census.
    public init() {}

    /// Occurrences by key.
    public var counts: [UInt64: Int] {
        var counts = settled
        for entry in recent where entry.count > 0 { counts[entry.key, default: 0] += entry.count }
        return counts
    }

    /// Counts one.
    public mutating func count(_ key: UInt64) {
        if recent.isEmpty { recent = Array(repeating: (0, 0), count: Self.places) }
        let place = Int((key &* 0x9E37_79B9_7F4A_7C15) >> 55)
        if recent[place].key != key {
            if recent[place].count > 0 {
                settled[recent[place].key, default: 0] += recent[place].count
            }
            recent[place] = (key, 0)
        }
        recent[place].count += 1
    }

    /// Adds another page's census.
    public mutating func add(_ other: FieldCensus) {
        settled.merge(other.counts, uniquingKeysWith: +)
    }
}

/// One field to change in a record, in place. It names its field by a place among paths that are
/// known: a night makes millions of these.
public struct FieldEdit: Sendable {
    /// The field's place among the paths.
    public let path: Int
    /// Which occurrence of its group, as `occurrences` gave it; the record's scope for the rest.
    public let scope: Range<Int>
    /// The new value.
    public let value: RenderValue

    /// Names a change.
    public init(_ path: Int, within scope: Range<Int>, to value: RenderValue) {
        self.path = path
        self.scope = scope
        self.value = value
    }
}

/// A value to be written.
public enum RenderValue: Sendable, Hashable {
    /// Text in Unicode; the format escapes and encodes it.
    case text(String)
    /// An explicit deletion (HL7 `""`); an empty value where the format has no such thing.
    case null
    /// One value for each repetition.
    case repetitions([String])
}

/// The fields of one record to be written, with its repeating groups inside.
public struct RenderNode<Path: Sendable & Hashable>: Sendable {
    /// The group this is an occurrence of; nil for the record itself.
    public var group: Path?
    /// Fields and their values, in any order: the format knows the order of its own.
    public var fields: [(path: Path, value: RenderValue)]
    /// Occurrences of groups, in the order they are to be written.
    public var children: [RenderNode<Path>]

    /// Makes a node.
    public init(
        group: Path? = nil, fields: [(path: Path, value: RenderValue)] = [],
        children: [RenderNode<Path>] = []
    ) {
        self.group = group
        self.fields = fields
        self.children = children
    }
}

/// What the frame around a destination file is made of.
public struct Envelope: Sendable {
    /// The destination's or partner's `envelope:` settings; the format reads its own part.
    public let settings: SettingsNode?
    /// The batch's instant in the site's zone: the only clock that output knows (law 4).
    public let clock: Timestamp
    /// The batch's id.
    public let batch: String
    /// Control numbers, from the ledger.
    public let numbers: any ControlNumbers
    /// What the destination's trailer may state besides.
    public let production: Bool

    /// Describes a frame.
    public init(
        settings: SettingsNode?, clock: Timestamp, batch: String, numbers: any ControlNumbers,
        production: Bool = true
    ) {
        self.settings = settings
        self.clock = clock
        self.batch = batch
        self.numbers = numbers
        self.production = production
    }
}

/// Gives out control numbers, each once for ever, in order within its series.
public protocol ControlNumbers: AnyObject, Sendable {
    /// The next number of `series` (`ISA13|sender|receiver`), starting with 1.
    func next(_ series: String) -> Int64
}

/// Builds one destination file, piece by piece; the caller writes what it is handed.
public protocol Assembly {
    /// What stands before the first record.
    mutating func begin() throws(WriteFault) -> [UInt8]
    /// One rendered or edited record, with whatever must stand between it and the last.
    mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8]
    /// What stands after the last record: trailers with true counts.
    mutating func finish() throws(WriteFault) -> [UInt8]
    /// Control numbers that were used, by their name in the standard: `["ISA13": "000000007"]`.
    var controlNumbers: [String: String] { get }
}

/// What the sender is told about one record.
public struct Acknowledged: Sendable {
    /// How custody stands: accepted (held and filtered too), rejected, or seen before.
    public enum Answer: Sendable { case accepted, rejected, duplicate }
    /// The record's number in the file; 0 for a finding about the envelope.
    public let number: Int
    /// The part it belongs to.
    public let part: Int
    /// The answer.
    public let answer: Answer
    /// What `acknowledgementBasis` gave for it; for an envelope its key in `Closing.envelopeKeys`.
    public let basis: [UInt8]
    /// Its findings.
    public let findings: [Finding]

    /// Describes what is answered.
    public init(number: Int, part: Int, answer: Answer, basis: [UInt8], findings: [Finding]) {
        self.number = number
        self.part = part
        self.answer = answer
        self.basis = basis
        self.findings = findings
    }
}

/// Writes the acknowledgements for one received file, as a stream.
public protocol Acknowledger {
    /// Takes the next record, in file order, and returns what may be written now.
    mutating func add(_ record: Acknowledged) -> [UInt8]
    /// Returns the rest; `kind` is then final.
    mutating func finish() -> [UInt8]
    /// What it is, for file names: `ACK`, `999`, `TA1`. Empty when there is nothing to answer.
    var kind: String { get }
}

extension Format {
    /// Whether content that does not close is waited for: see `Format`.
    public var waitsForClose: Bool { false }
    /// Whether a record keeps its bytes in a file: see `Format`.
    public var keepsRecordBytes: Bool { true }
    /// No money, unless a format says otherwise.
    public var carriesMoney: Bool { false }
    /// Nothing, unless a format says otherwise.
    public func inspect(_ rendered: [UInt8], at clock: Timestamp) -> [Finding] { [] }
}
