import Exchange
import Testing
import WaybillTesting

@testable import HL7v2

/// Generated messages of every structure: written again they are the same bytes, and an edit
/// changes what it names and nothing else.
///
/// What an edit must give is worked out apart from the product, by cutting the text at its
/// delimiters.
@Suite struct RoundTripTests {
    private static let structures = GeneratedMessageTests.all.map { "\($0.version) \($0.name)" }
    private static let ends = ["\r", "\n", "\r\n"]

    private struct Sample {
        let schema: Schema
        var segments: [String]
        let end: String
        var text: String { segments.map { $0 + end }.joined() }
    }

    private static func sample(_ name: String, seed: UInt64) throws -> Sample {
        let one = try #require(
            GeneratedMessageTests.all.first { "\($0.version) \($0.name)" == name })
        let schema = try #require(GeneratedMessageTests.schemas[one.version])
        var random = RandomMessage(schema, codes: GeneratedMessageTests.codes, seed: seed)
        let segments = random.segments(one.name, event: one.event)
        return Sample(schema: schema, segments: segments, end: ends[Int(seed % 3)])
    }

    @Test(arguments: structures)
    func `a message at random has no finding above info, and is the same bytes written again`(
        name: String
    ) throws {
        let format = try HL7.format()
        for seed in 0..<20 as Range<UInt64> {
            let sample = try Self.sample(name, seed: seed)
            let reading = try HL7.read(sample.text)
            #expect(reading.faults == [], "seed \(seed)")
            #expect(reading.texts == [sample.text], "seed \(seed)")
            let document = HL7.document(sample.text, as: format)
            let written = try format.edit(document, record: 0, edits: [])
            #expect(String(decoding: written, as: UTF8.self) == sample.text, "seed \(seed)")
        }
    }

    @Test(arguments: structures)
    func `edits change only what they name, and read back what was written`(name: String) throws {
        let format = try HL7.format()
        for seed in 0..<30 as Range<UInt64> {
            let sample = try Self.sample(name, seed: seed)
            let document = HL7.document(sample.text, as: format)
            var chance = Chance(seed: seed ^ 0xED17)
            var expected = sample
            var changes: [Change] = []
            for _ in 0...chance.below(4) {
                guard let change = Change(sample.segments, sample.schema, &chance),
                    !changes.contains(where: { $0.meets(change) })
                else { continue }
                changes.append(change)
                expected.segments[change.line] = change.applied(to: expected.segments[change.line])
            }
            let edits = try changes.map {
                NamedEdit(
                    try format.path($0.notation), within: $0.line..<($0.line + 1), to: $0.value)
            }
            let written = try format.edit(document, record: 0, edits: edits)
            let told = changes.map(\.notation)
            #expect(String(decoding: written, as: UTF8.self) == expected.text, "\(seed) \(told)")
            let again = HL7.document(written, as: format)
            for change in changes {
                let values = format.values(
                    of: try format.path(change.notation), within: change.line..<(change.line + 1),
                    in: again)
                #expect(values.first?.isNull ?? false == (change.value == .null))
                // Where nothing is left, the next repetition is the first that holds something.
                if case .text(let text) = change.value, !text.isEmpty {
                    #expect(values.first?.text == text, "\(seed) \(change.notation)")
                }
            }
        }
    }
}

/// One edit: a field of a segment, or a part of it.
private struct Change {
    let line: Int
    let notation: String
    let value: RenderValue
    private let id: String
    private let field: Int
    private let repetition: Int
    private let component: Int
    private let subcomponent: Int

    /// A change that the schema allows; nil where chance fell on a field that is not for editing.
    init?(_ segments: [String], _ schema: Schema, _ chance: inout Chance) {
        line = chance.below(segments.count)
        id = String(segments[line].prefix(3))
        let place = schema.segment(SegmentID.pack(id))
        guard place >= 0, schema.segments[place].count > 0 else { return nil }
        let segment = schema.segments[place]
        field = 1 + chance.below(segment.count)
        let rule = schema.fields[segment.first + field - 1]
        // MSH-1, 2, 9, 12 and 18 and OBX-2 say how the rest is read.
        guard !(id == "MSH" && [1, 2, 9, 12, 18].contains(field)), !(id == "OBX" && field == 2),
            rule.kind != .open
        else { return nil }
        var notation = "\(id)-\(field)"
        var repetition = 1
        var component = 0
        var subcomponent = 0
        if rule.kind == .composite {
            if rule.repeats, chance.below(2) == 0 {
                repetition = 1 + chance.below(3)
                notation += "[\(repetition)]"
            }
            component = 1 + chance.below(Int(rule.count))
            notation += ".\(component)"
            let inner = schema.fields[Int(rule.first) + component - 1]
            if inner.kind == .composite {
                subcomponent = 1 + chance.below(Int(inner.count))
                notation += ".\(subcomponent)"
            }
        }
        self.notation = notation
        self.repetition = repetition
        self.component = component
        self.subcomponent = subcomponent
        let texts = ["X", "new text", "a|b^c~d\\e&f", "\\T\\", "2", "first\nsecond", ""]
        value = chance.below(6) == 0 ? .null : .text(texts[chance.below(texts.count)])
    }

    /// Whether two changes name parts of the same field.
    func meets(_ other: Change) -> Bool { line == other.line && field == other.field }

    private var bytes: String {
        guard case .text(let text) = value else { return "\"\"" }
        return text.map { character -> String in
            switch character {
            case "|": "\\F\\"
            case "^": "\\S\\"
            case "~": "\\R\\"
            case "\\": "\\E\\"
            case "&": "\\T\\"
            case "\n": "\\.br\\"
            default: String(character)
            }
        }.joined()
    }

    /// The segment's text with the change in it.
    func applied(to segment: String) -> String {
        // MSH-1 is the separator itself.
        let index = id == "MSH" ? field - 1 : field
        var fields = Self.cut(segment, "|")
        let old = index < fields.count ? fields[index] : ""
        let new = component == 0 ? bytes : replaced(old)
        if index >= fields.count, new.isEmpty { return segment }
        while fields.count <= index { fields.append("") }
        fields[index] = new
        return fields.joined(separator: "|")
    }

    private func replaced(_ field: String) -> String {
        Self.replace(field, "~", repetition) { repetition in
            Self.replace(repetition, "^", component) { part in
                subcomponent == 0
                    ? Self.replace(part, "&", 1) { _ in bytes }
                    : Self.replace(part, "&", subcomponent) { _ in bytes }
            }
        }
    }

    private static func replace(
        _ text: String, _ separator: Character, _ number: Int, _ change: (String) -> String
    ) -> String {
        var pieces = cut(text, separator)
        while pieces.count < number { pieces.append("") }
        pieces[number - 1] = change(pieces[number - 1])
        return pieces.joined(separator: String(separator))
    }

    private static func cut(_ text: String, _ separator: Character) -> [String] {
        text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
