import Bytes
import Exchange
import HL7v2
import Testing
import WaybillTesting

/// What reading a whole file gives.
struct Reading {
    var frames: [Frame] = []
    var texts: [String] = []
    var findings: [Finding] = []
    var bases: [[UInt8]] = []
    var byRecord: [[Finding]] = []
    var closing = Closing()
    /// `HL7-301 PID-3` of every finding above info.
    var faults: [String] {
        findings.filter { $0.severity > .info }.map { "\($0.code) \($0.location.path ?? "")" }
    }
    var errors: [String] {
        findings.filter { $0.severity == .error }.map { "\($0.code) \($0.location.path ?? "")" }
    }
    var fileCodes: [String] { closing.findings.kept.map(\.code) }
}

enum HL7 {
    static let family = HL7v2Family()

    static func node(_ entries: [String: SettingsNode.Content]) -> SettingsNode {
        let mark = Mark(file: "test.yaml", line: 1, column: 1)
        return SettingsNode(
            .map(
                entries.sorted { $0.key < $1.key }.map {
                    SettingsNode.Entry(
                        key: $0.key, mark: mark, value: SettingsNode($0.value, at: mark))
                }), at: mark)
    }

    static func list(_ texts: [String]) -> SettingsNode.Content {
        let mark = Mark(file: "test.yaml", line: 1, column: 1)
        return .list(texts.map { SettingsNode(.scalar($0), at: mark) })
    }

    /// The format without settings, made once: it compiles four versions of the standard.
    private static let plain = try? made([:])

    static func format(_ entries: [String: SettingsNode.Content] = [:]) throws -> HL7Format {
        entries.isEmpty ? try #require(plain) : try made(entries)
    }

    private static func made(_ entries: [String: SettingsNode.Content]) throws -> HL7Format {
        let (format, findings) = family.read(
            node(entries.merging(["type": .scalar("hl7v2")]) { $1 }), schemas: ShippedSchemas())
        #expect(findings.map(\.message) == [])
        return try #require(format as? HL7Format)
    }

    static func read(
        _ text: String, chunk: Int = .max, as format: HL7Format? = nil
    ) throws -> Reading {
        try read(Array(text.utf8), chunk: chunk, as: format)
    }

    static func read(
        _ bytes: [UInt8], chunk: Int = .max, as given: HL7Format? = nil
    ) throws -> Reading {
        let format = try given ?? format()
        var framer = format.framer(over: MemorySource(bytes, chunk: chunk))
        var reading = Reading()
        while let page = try framer.next() {
            let checked = validate(Parsed(page, as: format), as: format)
            for (index, frame) in page.frames.enumerated() {
                reading.frames.append(frame)
                reading.texts.append(
                    String(decoding: page.bytes[frame.range.range], as: UTF8.self))
                reading.findings += checked.findings[index]
                reading.byRecord.append(checked.findings[index])
                reading.bases.append(
                    format.acknowledgementBasis(checked.document, record: index))
            }
        }
        reading.closing = framer.closing
        return reading
    }

    /// One message as a document of its own, as Pipeline opens a record again.
    static func document(_ text: String, as format: HL7Format) -> HL7Document {
        document(Array(text.utf8), as: format)
    }
    static func document(_ bytes: [UInt8], as format: HL7Format) -> HL7Document {
        let frame = Frame(range: ByteRange(0, bytes.count), number: 1, hash: RecordHash.hash(bytes))
        return format.parse(Page(bytes: bytes, offset: 0, line: 1, frames: [frame]))
    }
}
