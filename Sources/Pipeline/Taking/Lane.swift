import Bytes
import Exchange
import Ledger
import Mapping

/// One feed's way through parse, validate and map, with its format's types closed over.
protocol Lane: Sendable {
    var feed: Feed { get }
    func framer(over source: any ByteSource) -> any Framer
    /// Parses, validates and maps a page: pure, so pages may be worked on side by side.
    func work(_ page: Page) -> WorkedPage
    /// The acknowledger for a file read this way; nil where the format has none.
    func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)?
    /// A census in the standard's notation, with whether any mapping uses each field.
    func fields(_ census: FieldCensus) -> [(field: String, count: Int, isMapped: Bool)]
}

/// What work on one page came to.
struct WorkedPage: Sendable {
    var records: [WorkedRecord] = []
    /// The canonical forms of the records, packed one behind another.
    var packed: [UInt8] = []
    /// What they say of results, where results have a life cycle.
    var results = ResultPage()
    var census = FieldCensus()
}

/// One record after parse, validate and map.
struct WorkedRecord: Sendable {
    let frame: Frame
    /// Where its bytes lie in the content.
    let offset: Int64
    let length: Int
    /// The second witness of law 2: taken from the bytes again, not from the frame.
    let hash: UInt64
    let type: String
    let outcome: Outcome
    let code: String
    let owner: Role?
    var findings: [Finding]
    let key: [UInt8]
    /// Where its canonical form lies in the page's `packed`; empty for none.
    let packed: Range<Int>
    let basis: [UInt8]
    /// What settling needs of the canonical form; nil where there is none.
    var gist: Gist?
}

/// What settling needs of a canonical record: looked up where pages are worked on side by side.
struct Gist: Sendable {
    /// The record's entity.
    let entity: String
    /// The trigger that the record states; empty: none.
    let event: [UInt8]
    /// The key of its patient; empty: none.
    let patient: [UInt8]
    /// A hash of what it says, the same in every night.
    let digest: UInt64
    /// What the record says of its entity, but for its id; nil for one without a key.
    let version: VersionRow?
}

/// A lane for the feeds of one format.
struct FeedLane<F: Format>: Lane {
    let feed: Feed
    let format: F
    let map: ReadingMap<F>
    let keyPaths: [F.Path]
    let answers: Bool

    func framer(over source: any ByteSource) -> any Framer { format.framer(over: source) }

    func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)? {
        format.acknowledger(closing, envelope)
    }

    func work(_ page: Page) -> WorkedPage {
        let checked = validate(Parsed(page, as: format), as: format)
        var reader = map.reader(of: page)
        var values = FieldValues()
        var worked = WorkedPage()
        worked.records.reserveCapacity(page.frames.count)
        for index in page.frames.indices {
            worked.records.append(record(index, checked, &reader, &values))
            format.census(checked.document, record: index, into: &worked.census)
        }
        worked.packed = reader.packed
        return worked
    }

    private func record(
        _ index: Int, _ checked: Checked<F>, _ reader: inout ReadingMap<F>.Reader,
        _ values: inout FieldValues
    ) -> WorkedRecord {
        let page = checked.page
        let frame = page.frames[index]
        var findings = checked.findings[index]
        var packed = 0..<0
        if let valid = checked.valid(index) {
            let mapped = reader.read(valid)
            packed = mapped.range
            findings += mapped.findings
        }
        let verdict = verdict(findings)
        let hash = RecordHash.hash(page.bytes.span, frame.range.range)
        return WorkedRecord(
            frame: frame, offset: Int64(page.offset + frame.range.range.lowerBound),
            length: frame.range.count, hash: hash,
            type: format.recordType(checked.document, record: index), outcome: verdict.outcome,
            code: verdict.code, owner: verdict.owner, findings: findings,
            key: key(of: index, in: checked.document, &values), packed: packed,
            basis: answers ? format.acknowledgementBasis(checked.document, record: index) : [])
    }

    /// Rejected by any error that does not merely hold; held by those that do.
    private func verdict(_ findings: [Finding]) -> (outcome: Outcome, code: String, owner: Role?) {
        let errors = findings.filter { $0.severity == .error }
        guard let first = errors.first else { return (.accepted, "", nil) }
        if let worst = errors.first(where: { !MappingFindings.holding.contains($0.code) }) {
            return (.rejected, worst.code, worst.kind.owner)
        }
        return (.held, first.code, first.kind.owner)
    }

    /// The duplicate key: its fields' texts with 0x1F between; empty when every one is absent.
    private func key(
        of index: Int, in document: F.Document, _ values: inout FieldValues
    ) -> [UInt8] {
        let scope = format.scope(ofRecord: index, in: document)
        format.read(keyPaths, within: scope, in: document, into: &values)
        var key: [UInt8] = []
        var isStated = false
        for position in keyPaths.indices {
            if position > 0 { key.append(0x1F) }
            if let place = values.places(ofField: position).first {
                let value = values[place]
                isStated = isStated || value.count > 0
                key.append(values.bytes(of: value).span, value.range)
            }
        }
        return isStated ? key : []
    }

    func fields(_ census: FieldCensus) -> [(field: String, count: Int, isMapped: Bool)] {
        census.counts.map { key, count in
            (format.fieldName(ofCensusKey: key), count, map.coveredKeys.contains(key))
        }
    }
}
