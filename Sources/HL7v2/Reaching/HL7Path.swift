public import Exchange

/// A field, segment or group of a message: `PID-3[2].1`, `OBX[4]-5.1`, `OBX`, `ORDER_OBSERVATION`.
///
/// A component without a sub-component is its first sub-component (`A`, `A&` and `A^` are the
/// same value). A whole field of a composite type is its text with `^`, `&` and `\` in the
/// standard's encoding, both when read and when written.
public struct HL7Path: Sendable, Hashable {
    /// A place in a message, in numbers alone: it is read without the path's text being retained.
    struct Place: Sendable, Hashable {
        /// The segment; 0 for a group.
        var segment: UInt32 = 0
        /// Which occurrence of the segment in the scope, from 1; 0 where not stated.
        var occurrence = 0
        /// The field's number; 0 for a segment or group.
        var field = 0
        /// The repetition, from 1; 0 where not stated: all of them.
        var repetition = 0
        /// The component; 0 for the whole field.
        var component = 0
        /// The sub-component; 0 where not stated.
        var subcomponent = 0
    }

    /// Where it points.
    let place: Place
    /// A group's name; empty for segments and fields.
    let group: String

    var segment: UInt32 { place.segment }
    var occurrence: Int { place.occurrence }
    var field: Int { place.field }
    var repetition: Int { place.repetition }
    var component: Int { place.component }
    var subcomponent: Int { place.subcomponent }

    static func group(_ name: String) -> HL7Path { HL7Path(place: Place(), group: name) }
}

/// Reads the notation `SEG[n]-f[r].c.s`.
struct PathNotation {
    private let text: [UInt8]
    private var position = 0

    init(_ text: some Sequence<UInt8>) { self.text = Array(text) }

    /// The path; nil when the text has another form.
    mutating func read() -> HL7Path? {
        guard text.count >= 3 else { return nil }
        let name = text[0..<3]
        guard name.allSatisfy({ (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }),
            (0x41...0x5A).contains(text[0])
        else { return nil }
        position = 3
        let occurrence = bracket() ?? 0
        var numbers = (field: 0, repetition: 0, component: 0, subcomponent: 0)
        if take(0x2D) {
            guard let field = number() else { return nil }
            numbers.field = field
            numbers.repetition = bracket() ?? 0
            if take(0x2E) {
                guard let component = number() else { return nil }
                numbers.component = component
                if take(0x2E) {
                    guard let subcomponent = number() else { return nil }
                    numbers.subcomponent = subcomponent
                }
            }
        }
        guard position == text.count else { return nil }
        return HL7Path(
            place: HL7Path.Place(
                segment: SegmentID.pack(String(decoding: name, as: UTF8.self)),
                occurrence: occurrence, field: numbers.field, repetition: numbers.repetition,
                component: numbers.component, subcomponent: numbers.subcomponent), group: "")
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func bracket() -> Int? {
        guard position < text.count, text[position] == 0x5B,
            let shut = text[position...].firstIndex(of: 0x5D)
        else { return nil }
        let before = position
        position += 1
        guard let value = number(), position == shut else {
            position = before
            return nil
        }
        position += 1
        return value
    }

    /// A number from 1 to 999.
    private mutating func number() -> Int? {
        var value = 0
        let start = position
        while position < text.count, (0x30...0x39).contains(text[position]), position - start < 3 {
            value = value * 10 + Int(text[position] - 0x30)
            position += 1
        }
        return value > 0 ? value : nil
    }
}

extension HL7Format {
    /// Compiles `PID-3.1`, `OBX[2]-5`, `OBX` or a group's name against the newest schema.
    public func path(_ notation: String) throws(PathFault) -> HL7Path {
        let groups = Set(
            schemas.flatMap { schema in
                schema.nodes.filter { $0.kind == .group }.map { schema.names[Int($0.name)] }
            })
        if groups.contains(notation) { return .group(notation) }
        var reader = PathNotation(notation.utf8)
        guard let path = reader.read() else {
            let near = NearestName.find(notation, among: Array(groups))
            throw PathFault(
                "`\(notation)` is no HL7 field (PID-3.1), segment (OBX) or group"
                    + (near.map { "; did you mean `\($0)`?" } ?? ""))
        }
        if SegmentID.isLocal(path.segment) { return path }
        let rules = schemas.compactMap { schema -> (schema: Schema, rule: SegmentRule)? in
            let index = schema.segment(path.segment)
            return index < 0 ? nil : (schema, schema.segments[index])
        }
        guard let newest = rules.last else {
            let names = schemas.flatMap { $0.segments.map { SegmentID.text($0.id) } }
            let near = NearestName.find(SegmentID.text(path.segment), among: Array(Set(names)))
            throw PathFault(
                "no segment `\(SegmentID.text(path.segment))`"
                    + (near.map { "; did you mean `\($0)`?" } ?? ""))
        }
        guard path.field > 0, !newest.rule.isOpen else { return path }
        guard path.field <= newest.rule.count else {
            throw PathFault(
                "`\(notation)`: \(SegmentID.text(path.segment)) has \(newest.rule.count) fields")
        }
        let rule = newest.schema.fields[newest.rule.first + path.field - 1]
        let type = newest.schema.types[Int(rule.type)]
        if path.component > 0, type.kind == .composite, path.component > type.count {
            throw PathFault("`\(notation)`: \(Schema.text(type.key)) has \(type.count) components")
        }
        return path
    }

    /// Whether a field's whole value is a text for people (FT, TX, and ST as a result): it has no
    /// components.
    func isText(_ path: HL7Path.Place, observation type: [UInt8]?, schema: Schema) -> Bool {
        if path.segment == SegmentID.obx, path.field == 5 {
            return type.map { [Self.ft, Self.tx, Self.st].contains(Schema.pack($0)) } ?? false
        }
        let index = schema.segment(path.segment)
        guard index >= 0, path.field >= 1, path.field <= schema.segments[index].count else {
            return false
        }
        let field = schema.fields[schema.segments[index].first + path.field - 1]
        let key = schema.types[Int(field.type)].key
        return key == Self.ft || key == Self.tx
    }

    private static let ft = Schema.pack(Array("FT".utf8))
    private static let tx = Schema.pack(Array("TX".utf8))
    private static let st = Schema.pack(Array("ST".utf8))

    /// Whether a field's whole value is text with components: its type is a composite.
    func isComposite(_ path: HL7Path.Place, observation type: [UInt8]?, schema: Schema) -> Bool {
        let index = schema.segment(path.segment)
        guard index >= 0 else { return false }
        let segment = schema.segments[index]
        guard path.field >= 1, path.field <= segment.count else { return false }
        if path.segment == SegmentID.obx, path.field == 5 {
            let named = type.map { schema.type(Schema.pack($0)) } ?? -1
            return named >= 0 && schema.types[named].kind == .composite
        }
        return schema.types[Int(schema.fields[segment.first + path.field - 1].type)].kind
            == .composite
    }
}
