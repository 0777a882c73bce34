public import Bytes
public import Exchange

/// Reads one file without a site and says everything that is wrong with it: `waybill validate`.
public struct Inspection: Sendable {
    /// What is asked for.
    public struct Options: Sendable {
        /// A schema or profile, by name or path.
        public var schema: String?
        /// How deep, where the standard has levels.
        public var level = 5
        /// A format that overrides the sniffing.
        public var format: String?
        /// Whether the acknowledgements are written.
        public var acknowledges = false
        /// The instant that acknowledgements state.
        public var clock: Timestamp

        /// Asks for the defaults.
        public init(clock: Timestamp) { self.clock = clock }
    }

    /// What became of the file as a whole.
    public struct Summary: Sendable {
        /// The family's name; nil when nothing recognized the content.
        public var format: String?
        /// The version or guide that shows in the content, or that it was read by.
        public var version: String?
        /// Whole records framed.
        public var records = 0
        /// Records that would be taken in.
        public var accepted = 0
        /// All findings, those too many to show included.
        public var findings = 0
        /// The acknowledgements a sender would get, where they were asked for: kind and bytes.
        public var acknowledgement: (kind: String, bytes: [UInt8])?
        /// Whether anything condemned the whole file.
        public var isCondemned = false

        /// Nothing read yet.
        public init() {}

        /// Records that would not be taken in.
        public var rejected: Int { records - accepted }
        /// `accepted`, `rejected` or `partly`.
        public var verdict: String {
            if isCondemned || (records > 0 && accepted == 0) { return "rejected" }
            return accepted == records ? "accepted" : "partly"
        }
    }

    private let registry: Registry
    private let schemas: any SchemaSource
    private let options: Options

    /// Inspects with the formats of `registry`.
    public init(_ registry: Registry, schemas: any SchemaSource, options: Options) {
        self.registry = registry
        self.schemas = schemas
        self.options = options
    }

    /// Reads `source` to its end, telling each finding as it is known, in file order.
    public func run(
        _ source: any ByteSource, tell: (Finding) -> Void
    ) async -> Summary {
        var summary = Summary()
        func condemn(_ finding: Finding) {
            summary.findings += 1
            summary.isCondemned = true
            tell(finding)
        }
        var source = source
        var head: [UInt8] = []
        do {
            while head.count < Identify.headLength,
                try source.read(into: &head, count: Identify.headLength - head.count) > 0
            {}
        } catch {
            condemn(Finding(Identify.unreadable, "\(error)"))
            return summary
        }
        if head.isEmpty {
            condemn(Finding(Identify.empty, at: Location(byte: 0, line: 1)))
            return summary
        }
        let sniffed = Identify.sniff(head, registry)
        guard let name = options.format ?? sniffed?.family else {
            condemn(Finding(Identify.unknownContent, at: Location(byte: 0, line: 1)))
            return summary
        }
        summary.format = name
        summary.version = sniffed?.version
        guard let family = registry.formats.first(where: { $0.name == name }) else {
            condemn(Finding(Identify.noFormat, "`\(name)`"))
            return summary
        }
        let (format, findings) = family.format(
            for: sniffed?.family == name ? sniffed : nil, schema: options.schema,
            level: options.level, schemas: schemas)
        for finding in findings {
            summary.findings += 1
            tell(finding)
        }
        guard let format else {
            summary.isCondemned = true
            if findings.isEmpty { condemn(Finding(Identify.noFormat)) }
            return summary
        }
        if summary.version == nil, !format.schemaName.isEmpty {
            summary.version = format.schemaName
        }
        await read(format, ResumedSource(head: head, rest: source), &summary, tell)
        return summary
    }

    private struct Examined: Sendable {
        var records: [Acknowledged] = []
    }

    private func read<F: Format>(
        _ format: F, _ source: any ByteSource, _ summary: inout Summary, _ tell: (Finding) -> Void
    ) async {
        var framer = format.framer(over: source)
        var standing = Standing()
        var answered: [Acknowledged] = []
        let keeps = options.acknowledges
        var findings = 0
        do {
            try await Window.run(&framer, work: { page in Self.examine(page, format, keeps) }) {
                examined in
                for record in examined.records {
                    standing.add(record)
                    findings += record.findings.count
                    for finding in record.findings { tell(finding) }
                }
                if keeps { answered += examined.records }
            }
        } catch {
            findings += 1
            tell(Finding(Identify.unreadable, "\(error)"))
            summary.isCondemned = true
        }
        let closing = framer.closing
        for finding in closing.findings.kept { tell(finding) }
        summary.findings += findings + closing.findings.total
        standing.close(closing)
        summary.records = standing.records
        summary.isCondemned = summary.isCondemned || standing.isFileRejected
        summary.accepted = summary.isCondemned ? 0 : standing.accepted
        if keeps { acknowledge(format, closing, answered, standing, &summary) }
    }

    private static func examine<F: Format>(_ page: Page, _ format: F, _ keeps: Bool) -> Examined {
        let checked = validate(Parsed(page, as: format), as: format)
        var examined = Examined()
        examined.records.reserveCapacity(page.frames.count)
        for (index, frame) in page.frames.enumerated() {
            let findings = checked.findings[index]
            let isValid = !findings.contains { $0.severity == .error }
            examined.records.append(
                Acknowledged(
                    number: frame.number, part: frame.part, answer: isValid ? .accepted : .rejected,
                    basis: keeps
                        ? format.acknowledgementBasis(checked.document, record: index) : [],
                    findings: findings))
        }
        return examined
    }

    private func acknowledge(
        _ format: some Format, _ closing: Closing, _ records: [Acknowledged], _ standing: Standing,
        _ summary: inout Summary
    ) {
        let envelope = Envelope(
            settings: nil, clock: options.clock, batch: "", numbers: CountingNumbers())
        guard var acknowledger = format.acknowledger(closing, envelope) else { return }
        var bytes: [UInt8] = []
        for record in records {
            let answer: Acknowledged.Answer =
                summary.isCondemned || standing.isRejected(part: record.part)
                ? .rejected : record.answer
            bytes += acknowledger.add(
                Acknowledged(
                    number: record.number, part: record.part, answer: answer, basis: record.basis,
                    findings: record.findings))
        }
        bytes += acknowledger.finish()
        if !acknowledger.kind.isEmpty { summary.acknowledgement = (acknowledger.kind, bytes) }
    }
}

/// Which records stand when the whole file is known: a part falls with any of its records that an
/// error with reach `part` condemns. Memory: one entry for each part, none for a record.
struct Standing {
    private(set) var records = 0
    private(set) var isFileRejected = false
    private var good: [Int: Int] = [:]
    private var fallen: Set<Int> = []

    /// Takes the next record.
    mutating func add(_ record: Acknowledged) {
        records += 1
        if record.answer == .accepted { good[record.part, default: 0] += 1 }
        for finding in record.findings where finding.severity == .error {
            if finding.kind.reach == .file { isFileRejected = true }
            if finding.kind.reach == .part { fallen.insert(record.part) }
        }
    }

    /// Takes what the framer knows at the end.
    mutating func close(_ closing: Closing) {
        for (part, _) in closing.parts { fallen.insert(part) }
        isFileRejected =
            isFileRejected
            || closing.findings.kept.contains { $0.severity == .error && $0.kind.reach == .file }
    }

    /// Whether a part does not stand. Part 0 is no part: its records stand alone.
    func isRejected(part: Int) -> Bool { part != 0 && fallen.contains(part) }

    /// How many records stand.
    var accepted: Int { good.reduce(0) { isRejected(part: $1.key) ? $0 : $0 + $1.value } }
}

/// Control numbers that count from 1 and are forgotten: for showing, never for sending.
final class CountingNumbers: ControlNumbers {
    private let last = Locked<[String: Int64]>([:])

    func next(_ series: String) -> Int64 {
        last.with { numbers in
            numbers[series, default: 0] += 1
            return numbers[series] ?? 1
        }
    }
}
