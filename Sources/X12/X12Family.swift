import Bytes
public import Exchange

/// The X12 family: recognizes an ISA and makes the format that reads it.
public struct X12Family: FormatFamily {
    /// A guide that settings or a command name and that is not there is reported as X12-002.
    public init() {}

    /// The format's name in settings.
    public var name: String { "x12" }

    /// Its part of the finding catalogue.
    public var findingKinds: [FindingKind] {
        GuideLibrary.kinds + [Overlay.unreadable] + PartnerFindings.kinds + EnvelopeFindings.kinds
            + SegmentFindings.kinds + BalanceFindings.kinds
            + SituationFindings.kinds + CodeFindings.kinds + WriteFindings.kinds
    }

    /// Recognizes content by its first bytes: see `FormatFamily`.
    public func sniff(_ head: [UInt8]) -> Sniffed? {
        var start = 0
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
        while start < head.count, head[start] <= 0x20 { start += 1 }
        let span = head.span
        guard span.starts(at: start, with: "ISA"), start + 4 < head.count,
            !head[start + 3].isLetterOrDigit
        else { return nil }
        let separator = head[start + 3]
        var version: String?
        var transaction: String?
        for segment in Self.segments(head, start) {
            let fields = segment.split(separator: separator, omittingEmptySubsequences: false)
            if fields.first?.elementsEqual("GS".utf8) == true, fields.count > 8, version == nil {
                version = String(decoding: fields[8], as: UTF8.self)
            }
            if fields.first?.elementsEqual("ST".utf8) == true, fields.count > 1 {
                transaction = String(decoding: fields[1], as: UTF8.self)
                break
            }
            if fields.first?.elementsEqual("TA1".utf8) == true { transaction = "TA1" }
        }
        return Sniffed(family: name, version: version, transaction: transaction, isCertain: true)
    }

    /// The first segments, by the terminator of the ISA.
    private static func segments(_ head: [UInt8], _ start: Int) -> [ArraySlice<UInt8>] {
        guard let header = ISAHeader(head.span, start) else { return [] }
        return head[start...].split(separator: header.delimiters.segment, maxSplits: 12)
            .map { $0.drop { $0.isBreak || $0 == 0x20 } }
    }

    /// Reads settings or bytes: see the protocol.
    public func read(
        _ node: SettingsNode, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        let library = GuideLibrary(schemas)
        let (options, findings) = X12Options.read(node, library, schemas)
        return make(library, options, findings)
    }

    /// Makes the format for content without settings: see `FormatFamily`.
    public func format(
        for sniffed: Sniffed?, schema: String?, level: Int, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        let library = GuideLibrary(schemas)
        var findings: [Finding] = []
        var options = X12Options()
        options.levels = X12Levels(to: level)
        if let schema {
            if library.guides.contains(where: { $0.id == schema }) {
                options.guides = [schema]
            } else {
                let near = NearestName.find(schema, among: library.guides.map(\.id))
                findings.append(
                    Finding(GuideLibrary.unknown, near.map { "did you mean \($0)?" } ?? ""))
            }
        }
        return make(library, options, findings)
    }

    private func make(
        _ library: GuideLibrary, _ options: X12Options, _ findings: [Finding]
    ) -> (format: (any Format)?, findings: [Finding]) {
        let all = library.findings + findings
        guard library.isUsable, !all.contains(where: { $0.severity == .error }) else {
            return (nil, all)
        }
        return (X12Format(guides: library, options: options), all)
    }
}
