import Bytes
import Exchange
import Mapping

/// One record as it came: its page, and its place there.
struct Original: Sendable {
    let page: Page
    let index: Int
    /// Tells one page of one receipt from every other.
    let pageID: Int
}

/// Makes a destination's bytes, one record after another.
protocol LegMaker {
    /// The destination's bytes for `record`, or why there are none.
    /// - Parameter original: the record as it came, for edits in place.
    mutating func make(
        _ record: CanonicalView, original: Original?, variables: any TemplateVariables
    ) -> (bytes: [UInt8]?, findings: [Finding])
}

/// The maker for the destinations of one format. A page of originals is parsed once.
struct DestinationMaker<F: Format>: LegMaker {
    /// A page of originals, parsed. A class: a document's many parts would be retained one by one
    /// for every record.
    private final class ParsedPage {
        let id: Int
        let document: F.Document

        init(_ original: Original, _ format: F) {
            id = original.pageID
            document = format.parse(original.page)
        }
    }

    private let format: F
    private let map: WritingMap<F>?
    private let clock: Timestamp
    private var parsed: ParsedPage?
    private var values = FieldValues()

    init(outlet: DestinationOutlet<F>, clock: Timestamp) {
        self.clock = clock
        format = outlet.format
        map = outlet.map
    }

    mutating func make(
        _ record: CanonicalView, original: Original?, variables: any TemplateVariables
    ) -> (bytes: [UInt8]?, findings: [Finding]) {
        do throws(WriteFault) {
            if let original { return scrubbed(try edited(record, original, variables)) }
            guard let map else { return (nil, []) }
            let (node, findings) = map.node(for: record, variables: variables)
            guard let node, !findings.contains(where: { $0.severity == .error }) else {
                return (nil, findings)
            }
            return scrubbed((try format.render(node), findings))
        } catch {
            return (nil, [error.finding])
        }
    }

    /// Keeps back what the receiver would refuse: one such record holds its own leg, and not the file.
    private func scrubbed(
        _ made: (bytes: [UInt8]?, findings: [Finding])
    ) -> (bytes: [UInt8]?, findings: [Finding]) {
        guard let bytes = made.bytes,
            let fault = format.inspect(bytes, at: clock).first(where: { $0.severity == .error })
        else { return made }
        let finding = Finding(
            RunFindings.wouldBeRefused, at: Location(path: fault.location.path),
            "\(fault.code) \(fault.message)")
        return (nil, made.findings + [finding])
    }

    /// The original with the mapped fields changed; without a dictionary as it came.
    private mutating func edited(
        _ record: CanonicalView, _ original: Original, _ variables: any TemplateVariables
    ) throws(WriteFault) -> (bytes: [UInt8]?, findings: [Finding]) {
        let page: ParsedPage
        if let parsed, parsed.id == original.pageID {
            page = parsed
        } else {
            page = ParsedPage(original, format)
            parsed = page
        }
        var edits: [FieldEdit] = []
        var findings: [Finding] = []
        if let map {
            (edits, findings) = map.edits(
                for: record, in: page.document, record: original.index, variables: variables,
                reading: &values)
            if findings.contains(where: { $0.severity == .error }) { return (nil, findings) }
        }
        // Even without a change the format is asked: a record may need what stood around it.
        let bytes = try format.edit(
            page.document, record: original.index, edits: edits, among: map?.paths ?? [])
        return (bytes, findings)
    }
}
