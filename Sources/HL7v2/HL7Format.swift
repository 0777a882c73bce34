public import Bytes
public import Exchange

/// HL7 v2 messages and batches in ER7 (delimiters), versions 2.3 to 2.8.
///
/// A record is one message. Each message is read by the schema of its own MSH-12; what there is
/// no schema for is read by the nearest. A class, since its many tables would be retained one by
/// one with every copy.
public final class HL7Format: Format {
    /// A parsed page.
    public typealias Document = HL7Document
    /// A compiled notation.
    public typealias Path = HL7Path

    let schemas: [Schema]
    let settings: HL7Settings
    /// The message types and versions that the feed takes, as keys.
    let wanted: WantedHeaders
    private let events: [[HeaderKey: Int]]

    init(schemas: [Schema], settings: HL7Settings) {
        self.schemas = schemas
        self.settings = settings
        wanted = WantedHeaders(settings)
        events = schemas.map { schema in
            var table: [HeaderKey: Int] = [:]
            for (event, name) in schema.events {
                let parts = event.split(separator: "^")
                guard parts.count == 2, let root = schema.roots[name] else { continue }
                table[
                    HeaderKey(
                        type: Schema.pack(Array(parts[0].utf8)),
                        event: parts[1] == "*" ? 0 : Schema.pack(Array(parts[1].utf8)))] = root
            }
            return table
        }
    }

    /// `hl7v2`.
    public var name: String { "hl7v2" }
    /// The versions it reads, or the one the feed asks for.
    /// A batch that must close and does not is still being written.
    public var waitsForClose: Bool { settings.batch == .expected }
    /// What it reads by, as reports name it.
    public var schemaName: String {
        let versions =
            settings.versions.isEmpty
            ? schemas.map(\.version).joined(separator: ", ")
            : settings.versions.joined(separator: ", ")
        return settings.profile.map { "\(versions) with \($0.name)" } ?? versions
    }

    /// Cuts the content at MSH, FHS, BHS, BTS and FTS.
    public func framer(over source: any ByteSource) -> any Framer {
        HL7Framer(source, settings: settings)
    }

    /// Splits messages into segments and fields and lays them over their structure.
    public func parse(_ page: Page) -> HL7Document {
        let bytes = page.bytes
        var lexer = SegmentLexer(bytes: bytes, offset: page.offset)
        var line = page.line
        var position = 0
        for frame in page.frames {
            let range = frame.range.range.clamped(to: 0..<bytes.count)
            if range.lowerBound > position {
                let breaks = Lines.breaks(in: bytes.span, position..<range.lowerBound)
                line += breaks
            }
            line = lexer.add(range, number: frame.number, line: line)
            position = range.upperBound
        }
        var document = lexer.finish()
        document.isTranscoded = page.context is HL7PageContext
        var placer = Placer(format: self)
        for index in document.records.indices { placer.place(index, in: &document) }
        return document
    }

    /// How a version is read.
    enum Reading: UInt8, Sendable { case own, nearest, unknown }

    /// The schema for an MSH-12.1, and whether it is that version's own.
    func schema(forVersion key: UInt64) -> (index: Int, reading: Reading) {
        for index in schemas.indices where schemas[index].packedVersion == key {
            return (index, .own)
        }
        let newest = schemas.count - 1
        return (newest, Self.laterVersions.contains(key) ? .nearest : .unknown)
    }

    /// Versions that are read by the nearest schema.
    private static let laterVersions = ["2.5", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"]
        .map { Schema.pack(Array($0.utf8)) }

    /// The root node of a message's structure; -1 when `schema` has none for it.
    func root(type: UInt64, event: UInt64, inSchema schema: Int) -> Int {
        events[schema][HeaderKey(type: type, event: event)]
            ?? events[schema][HeaderKey(type: type, event: 0)] ?? -1
    }

    /// Whether version `schema` knows any event of a message type.
    func knows(type: [UInt8], inSchema schema: Int) -> Bool {
        let key = Schema.pack(type)
        return events[schema].keys.contains { $0.type == key }
    }

    /// `ORU^R01`, from MSH-9.1 and 9.2.
    public func recordType(_ document: HL7Document, record index: Int) -> String {
        let record = document.records[index]
        let type = String(decoding: document.header(9, of: record), as: UTF8.self)
        let event = String(decoding: document.header(9, component: 2, of: record), as: UTF8.self)
        return event.isEmpty ? type : "\(type)^\(event)"
    }

    /// The MSH segment as it came: its delimiters, addresses, control id and what it asks for;
    /// empty for an answer, whatever its type, which has MSA behind MSH: answers are not answered.
    public func acknowledgementBasis(_ document: HL7Document, record index: Int) -> [UInt8] {
        let record = document.records[index]
        guard let first = record.segments.first, document.segments[first].id == SegmentID.msh else {
            return []
        }
        let next = record.segments.dropFirst().first { document.segments[$0].id != SegmentID.sft }
        if let next, document.segments[next].id == SegmentID.msa { return [] }
        let segment = document.segments[first]
        return document.bytes.span.copy(Int(segment.start)..<Int(segment.end))
    }
}

/// The message types and versions that a feed takes, as packed values.
struct WantedHeaders: Sendable {
    private let takesAllVersions: Bool
    private let takesAllMessages: Bool
    private let versions: [UInt64]
    /// A nil event is any event.
    private let messages: [(type: UInt64, event: UInt64?)]

    init(_ settings: HL7Settings) {
        takesAllVersions = settings.versions.isEmpty
        takesAllMessages = settings.messages.isEmpty
        versions = settings.versions.map { Schema.pack($0.utf8) }
        messages = settings.messages.compactMap { message in
            let parts = message.split(separator: "^", omittingEmptySubsequences: false)
            guard let type = parts.first.map({ Schema.pack($0.utf8) }) else { return nil }
            if parts.count == 1 || (parts.count == 2 && parts[1] == "*") { return (type, nil) }
            guard parts.count == 2, !parts[1].isEmpty else { return nil }
            return (type, Schema.pack(parts[1].utf8))
        }
    }

    /// Whether the feed takes such messages. False may be wrong, true never is: what is not
    /// taken here is looked at again by `HeaderCheck`, which alone reports.
    func take(version: UInt64, type: UInt64, event: UInt64) -> Bool {
        (takesAllVersions || versions.contains(version))
            && (takesAllMessages
                || messages.contains { $0.type == type && ($0.event == nil || $0.event == event) })
    }
}

/// Message type and event as packed values.
struct HeaderKey: Hashable {
    let type: UInt64
    let event: UInt64
}
