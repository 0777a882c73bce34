public import Bytes
public import Exchange

/// X12 005010 in health care: reads, checks and writes the transaction sets whose guides lie under
/// `schemas/x12/`.
///
/// A record is a claim in an 837, a payment in an 835 (one ST), a claim status in a 277CA or 277, an
/// AK2 response in a 999, a TA1, a subscriber in a 270 or 271. Findings of levels 1 and 2 reach the
/// part (the ST), those of levels 3 to 5 the record.
public struct X12Format: Format {
    /// A parsed page.
    public typealias Document = X12Document
    /// A compiled notation.
    public typealias Path = X12Path

    let guides: GuideLibrary
    let options: X12Options

    init(guides: GuideLibrary, options: X12Options) {
        self.guides = guides
        self.options = options
    }

    /// The format's name in settings.
    public var name: String { "x12" }
    /// What it reads by, as reports name it.
    public var schemaName: String { options.guides?.joined(separator: "+") ?? "005010" }

    /// An interchange without IEA is still being written.
    public var waitsForClose: Bool { true }
    /// An assembly renumbers the hierarchy and shares parents between claims.
    public var keepsRecordBytes: Bool { false }
    /// CLM02, BPR02 and STC04.
    public var carriesMoney: Bool { true }

    // MARK: Reading

    /// Cuts the content into pages: see `Format`.
    public func framer(over source: any ByteSource) -> any Framer {
        X12Framer(source, guides: guides, options: options)
    }

    /// Splits the records of a page into fields: see `Format`.
    public func parse(_ page: Page) -> X12Document { X12Parser.parse(page, guides: guides) }

    /// Tells everything wrong with one record: see `Format`.
    public func check(_ document: X12Document, record index: Int, into findings: inout [Finding]) {
        guard document.entries.indices.contains(index) else { return }
        Checker(
            document: document, guides: guides, levels: options.levels, overlay: options.overlay
        )
        .check(index, into: &findings)
    }

    // MARK: Reaching in

    /// Compiles a field's or group's notation: see `Format`.
    public func path(_ notation: String) throws(PathFault) -> X12Path {
        try X12Path(notation, guides: guides)
    }

    /// The whole of a record: see `Format`.
    public func scope(ofRecord index: Int, in document: X12Document) -> Range<Int> {
        document.entries.indices.contains(index) ? document.entries[index].units : 0..<0
    }

    /// The occurrences of a group: see `Format`.
    public func occurrences(
        of group: X12Path, within scope: Range<Int>, in document: X12Document
    ) -> [Range<Int>] {
        document.occurrences(group, within: scope, guides[document.guide])
    }

    /// The values of a field: see `Format`.
    public func values(
        of path: X12Path, within scope: Range<Int>, in document: X12Document
    ) -> [FieldValue] {
        if path.isEnvelope { return document.envelopeValues(path) }
        return document.found(path, within: scope, guides[document.guide])
            .flatMap { document.values(path, $0) }
    }

    /// Counts the fields that hold something: see `Format`.
    public func census(_ document: X12Document, record index: Int, into census: inout FieldCensus) {
        guard document.entries.indices.contains(index) else { return }
        let guide = guides[document.guide]
        for unit in document.entries[index].units {
            let slot = Int(document.table.units[unit].slot)
            guard slot >= 0 else { continue }
            for element in 1...max(1, Int(document.table.units[unit].count))
            where !document.range(unit, element).isEmpty {
                census.count(
                    CensusKey.make(
                        document.guide, guide.slots[slot].loop, guide.slots[slot].segmentIndex,
                        element))
            }
        }
    }

    /// A census key's field: see `Format`.
    public func fieldName(ofCensusKey key: UInt64) -> String {
        let parts = CensusKey.parts(key)
        guard guides.guides.indices.contains(parts.guide) else { return "" }
        let guide = guides[parts.guide]
        guard guide.loops.indices.contains(parts.loop),
            guide.segments.indices.contains(parts.segment)
        else { return "" }
        let loop = guide.loops[parts.loop].id
        return (loop.isEmpty ? "" : loop + "/") + segmentName(guide.segments[parts.segment])
            + (parts.element < 10 ? "0" : "") + String(parts.element)
    }

    /// A field's census key: see `Format`.
    public func censusKey(of path: X12Path) -> UInt64? {
        guard path.kind == .field else { return nil }
        for (index, guide) in guides.guides.enumerated() {
            guard let loop = path.loop(in: index), isWanted(guide),
                let segment = guide.segmentIndex(path.segment)
            else { continue }
            return CensusKey.make(index, loop, segment, path.element)
        }
        return nil
    }

    private func isWanted(_ guide: Guide) -> Bool { options.guides?.contains(guide.id) ?? true }

    /// A record's own type: see `Format`.
    public func recordType(_ document: X12Document, record index: Int) -> String {
        guides[document.guide].name
    }

    // MARK: Answering

    /// What an acknowledgement quotes of a record: see `Format`.
    public func acknowledgementBasis(_ document: X12Document, record index: Int) -> [UInt8] {
        let guide = guides[document.guide]
        guard document.entries.indices.contains(index), let name = guide.businessUnit else {
            return []
        }
        // CTX01 of the 999 names the business unit: CLM01 and the patient control number, TRN02 and
        // the trace number.
        let segment = packSegment(String(name.dropLast(2)))
        let element = Int(name.suffix(2)) ?? 1
        for unit in document.entries[index].units {
            let slot = Int(document.table.units[unit].slot)
            if slot >= 0, guide.slots[slot].segment == segment {
                return document.bytes(unit, element)
            }
        }
        return []
    }

    /// Writes acknowledgements: see `Format`.
    public func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)? {
        guard let received = closing.acknowledgement as? ReceivedEnvelope else { return nil }
        return X12Acknowledger(
            received, closing: closing, envelope: envelope, guides: guides,
            newline: options.newline)
    }
}

/// The key of one field in a census: guide, loop, segment and element.
enum CensusKey {
    static func make(_ guide: Int, _ loop: Int, _ segment: Int, _ element: Int) -> UInt64 {
        UInt64(guide) << 40 | UInt64(loop) << 24 | UInt64(segment) << 8 | UInt64(element & 0xFF)
    }
    static func parts(_ key: UInt64) -> (guide: Int, loop: Int, segment: Int, element: Int) {
        (Int(key >> 40), Int(key >> 24 & 0xFFFF), Int(key >> 8 & 0xFFFF), Int(key & 0xFF))
    }
}
