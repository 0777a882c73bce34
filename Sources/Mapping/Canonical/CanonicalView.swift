import Bytes
public import Exchange

/// Looks into a packed canonical record without unpacking it: flat tables over its bytes.
///
/// One view serves one record after another, and keeps the memory of its tables.
public struct CanonicalView: Sendable {
    /// One entity's occurrence; its fields and the nodes within it are consecutive.
    struct Node: Sendable {
        var entity: Int32
        var parent: Int32
        var fields: Range<Int32>
        /// One past the last node within it.
        var end: Int32
    }

    /// One value; `count` is -1 for an explicit null.
    struct Field: Sendable {
        var name: Int32
        var start: Int32
        var count: Int32
    }

    /// The names by whose numbers it reads.
    public let names: CanonicalNames
    /// What it looks into.
    public private(set) var bytes: [UInt8] = []
    private(set) var nodes: [Node] = []
    private(set) var fields: [Field] = []
    /// Names without a number; theirs begin behind the last of `names`.
    private var others: [String] = []

    /// A view of nothing.
    public init(_ names: CanonicalNames) { self.names = names }

    /// A view of one record.
    public init(_ bytes: [UInt8], _ names: CanonicalNames) throws(CanonicalFault) {
        self.names = names
        try load(bytes, 0..<bytes.count)
    }

    /// Turns to the record that the whole of `range` in `bytes` holds.
    ///
    /// Bounds-checked: any bytes give a record or a fault, in memory proportional to their number.
    public mutating func load(_ bytes: [UInt8], _ range: Range<Int>) throws(CanonicalFault) {
        self.bytes = bytes
        nodes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        others.removeAll(keepingCapacity: true)
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw CanonicalFault(offset: 0, reason: "it passes the end")
        }
        guard !range.isEmpty else { return }
        var reader = PackedReader(bytes, range)
        let known = names.count
        var open: Int32 = -1
        repeat {
            guard let entity = try name(&reader, known) else {
                guard open >= 0 else { throw reader.fault("there is no record") }
                nodes[Int(open)].end = Int32(nodes.count)
                open = nodes[Int(open)].parent
                continue
            }
            let first = Int32(fields.count)
            while let name = try name(&reader, known) { fields.append(try reader.value(of: name)) }
            nodes.append(
                Node(
                    entity: entity, parent: open, fields: first..<Int32(fields.count), end: 0))
            open = Int32(nodes.count - 1)
        } while open >= 0
        guard reader.isAtEnd else { throw reader.fault("bytes are left") }
    }

    /// The next name's number; nil at the end of a list.
    @inline(__always)
    private mutating func name(
        _ reader: inout PackedReader, _ known: Int
    ) throws(CanonicalFault) -> Int32? {
        let code = try reader.number()
        if code >= CanonicalWriter.firstNumber {
            guard code - CanonicalWriter.firstNumber < known else {
                throw reader.fault("a name is not in the table")
            }
            return Int32(truncatingIfNeeded: code - CanonicalWriter.firstNumber)
        }
        return code == CanonicalWriter.literal ? try ownName(&reader) : nil
    }

    private mutating func ownName(_ reader: inout PackedReader) throws(CanonicalFault) -> Int32 {
        let text = try reader.text(try reader.number())
        if let known = names.number(text) { return Int32(known) }
        if let place = others.firstIndex(of: text) { return Int32(names.count + place) }
        others.append(text)
        return Int32(names.count + others.count - 1)
    }

    // MARK: Asking

    /// The entity of the record; empty for none.
    public var entity: String { nodes.first.map { name(Int($0.entity)) } ?? "" }

    /// The number that stands for `name` in this record; nil when it does not occur.
    public func number(_ name: String) -> Int? {
        names.number(name) ?? others.firstIndex(of: name).map { names.count + $0 }
    }

    func name(_ number: Int) -> String {
        number < names.count ? names.texts[number] : others[number - names.count]
    }

    /// The first value of the field, in the record's own node, then in any other; nil when it is
    /// not stated or explicitly null.
    public func text(_ name: String) -> String? {
        number(name).flatMap(first).flatMap(text(at:))
    }

    /// The bytes of the first value of the field with that number; empty when it has none.
    public func utf8(_ number: Int) -> [UInt8] {
        first(number).flatMap(range).map { Array(bytes[$0]) } ?? []
    }

    /// The bytes of the first of the fields with these numbers that the record's own node states;
    /// nil when it states none.
    public func own(_ numbers: [Int]) -> [UInt8]? {
        guard let node = nodes.first else { return nil }
        for number in numbers {
            let wanted = Int32(truncatingIfNeeded: number)
            if let place = node.fields.first(where: { fields[Int($0)].name == wanted }),
                let range = range(Int(place)), !range.isEmpty
            {
                return Array(bytes[range])
            }
        }
        return nil
    }

    /// Hands `body` each field of the record's own node: its name's number, and its bytes, nil for
    /// an explicit null.
    public func forEachOwnField(_ body: (Int, ArraySlice<UInt8>?) -> Void) {
        for place in nodes.first?.fields ?? 0..<0 {
            body(Int(fields[Int(place)].name), range(Int(place)).map { bytes[$0] })
        }
    }

    /// The field's first place among `fields`.
    public func first(_ number: Int) -> Int? {
        let wanted = Int32(truncatingIfNeeded: number)
        return fields.firstIndex { $0.name == wanted }
    }

    /// The text of the value at `place`; nil for an explicit null.
    func text(at place: Int) -> String? {
        range(place).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// Where the value at `place` lies; nil for an explicit null.
    @inline(__always)
    func range(_ place: Int) -> Range<Int>? {
        let field = fields[place]
        guard field.count >= 0 else { return nil }
        return Int(field.start)..<Int(field.start + field.count)
    }

    /// Whether two values are the same.
    func equal(_ left: Int, _ right: Int) -> Bool {
        guard let first = range(left), let second = range(right) else {
            return range(left) == nil && range(right) == nil
        }
        return bytes[first].elementsEqual(bytes[second])
    }

    /// A hash of the record's content, the same in every run and for every numbering of the names.
    public var digest: UInt64 {
        let span = bytes.span
        var state: UInt64 = 0x51_7C_C1_B7_27_22_0A_95
        for node in nodes {
            state = RecordHash.mix(state, hash(Int(node.entity)))
            state = RecordHash.mix(state, UInt64(bitPattern: Int64(node.parent)))
            for place in node.fields {
                let field = fields[Int(place)]
                state = RecordHash.mix(state, hash(Int(field.name)))
                if field.count < 0 {
                    state = RecordHash.mix(state, .max)
                } else {
                    let start = Int(field.start)
                    state = RecordHash.mix(
                        state, RecordHash.hash(span, start..<(start + Int(field.count))))
                }
            }
        }
        return state
    }

    private func hash(_ number: Int) -> UInt64 {
        number < names.count
            ? names.hashes[number] : RecordHash.hash(Array(others[number - names.count].utf8))
    }

    /// The record as a tree, to be looked at closely or changed.
    public var record: Canonical {
        Canonical(
            nodes: nodes.map { node in
                Canonical.Node(
                    entity: name(Int(node.entity)),
                    parent: node.parent < 0 ? nil : Int(node.parent),
                    fields: node.fields.map { place in
                        Canonical.Field(name(Int(fields[Int(place)].name)), text(at: Int(place)))
                    })
            })
    }
}

/// Bytes that are no canonical record: the spill file or the ledger is damaged.
public struct CanonicalFault: Error, Hashable, CustomStringConvertible {
    /// Where reading stopped.
    public let offset: Int
    /// Why.
    public let reason: String

    /// Reason and place, without values.
    public var description: String { "canonical record: \(reason) at byte \(offset)" }
}
