import Bytes
public import Exchange

/// Canonical records as bytes that carry their own names, for the ledger, where they outlast the
/// settings of a run; the same record always gives the same bytes. Within a run records are packed
/// by `CanonicalWriter`.
///
/// Layout, all numbers as LEB128: the version (1); the count of distinct names, each with its
/// length in front, in order of appearance; the count of nodes; for each node the name of its
/// entity, its parent plus one (0 for none), the count of its fields; for each field its name, and
/// its value as length plus one and UTF-8 (0 for an explicit null).
public enum CanonicalCodec {
    private static let version: UInt8 = 1

    /// The bytes of `record`.
    public static func encode(_ record: Canonical) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(record, into: &bytes)
        return bytes
    }

    /// Appends the bytes of `record`.
    public static func encode(_ record: Canonical, into bytes: inout [UInt8]) {
        var indices: [String: Int] = [:]
        var names: [String] = []
        indices.reserveCapacity(64)
        names.reserveCapacity(64)
        var next = 0
        func index(_ name: String) -> Int {
            // Nodes of one entity state their fields in one order, so the name after the last one
            // is mostly the one that is wanted.
            if next < names.count, names[next] == name {
                next += 1
                return next - 1
            }
            let index = indices[name] ?? names.count
            if index == names.count {
                indices[name] = index
                names.append(name)
            }
            next = index + 1
            return index
        }
        var body: [UInt8] = []
        body.reserveCapacity(record.nodes.count * 128)
        append(record.nodes.count, to: &body)
        for place in record.nodes.indices {
            let fields = record.nodes[place].fields
            append(index(record.nodes[place].entity), to: &body)
            append((record.nodes[place].parent ?? -1) + 1, to: &body)
            append(fields.count, to: &body)
            for field in fields.indices {
                append(index(fields[field].name), to: &body)
                guard let value = fields[field].value else {
                    append(0, to: &body)
                    continue
                }
                append(value.utf8.count + 1, to: &body)
                body.append(contentsOf: value.utf8)
            }
        }
        bytes.reserveCapacity(bytes.count + body.count + names.count * 32 + 8)
        bytes.append(version)
        append(names.count, to: &bytes)
        for name in names {
            append(name.utf8.count, to: &bytes)
            bytes.append(contentsOf: name.utf8)
        }
        bytes.append(contentsOf: body)
    }

    /// The record that `bytes` hold. Bounds-checked: any bytes give a record or a fault, in memory
    /// proportional to their number.
    public static func decode(_ bytes: [UInt8]) throws(CanonicalFault) -> Canonical {
        try decode(bytes.span)
    }

    /// The record that the whole of `bytes` holds.
    public static func decode(_ bytes: Span<UInt8>) throws(CanonicalFault) -> Canonical {
        var cursor = Cursor(0..<bytes.count)
        guard cursor.next(in: bytes) == version else { throw fault(cursor, "version is not 1") }
        var names: [String] = []
        for _ in 0..<(try count(&cursor, bytes)) {
            let length = try count(&cursor, bytes)
            names.append(try text(&cursor, bytes, length))
        }
        var nodes: [Canonical.Node] = []
        for index in 0..<(try count(&cursor, bytes)) {
            let entity = try name(&cursor, bytes, names)
            let parent = try number(&cursor, bytes) - 1
            guard parent < index, parent >= -1 else {
                throw fault(cursor, "a parent is not before")
            }
            var node = Canonical.Node(entity: entity, parent: parent < 0 ? nil : parent)
            let fields = try count(&cursor, bytes)
            node.fields.reserveCapacity(fields)
            for _ in 0..<fields {
                let name = try name(&cursor, bytes, names)
                let length = try number(&cursor, bytes)
                let value = length == 0 ? nil : try text(&cursor, bytes, length - 1)
                node.fields.append(Canonical.Field(name, value))
            }
            nodes.append(node)
        }
        guard cursor.isAtEnd else { throw fault(cursor, "\(cursor.remaining) bytes too many") }
        return Canonical(nodes: nodes)
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func fault(_ cursor: Cursor, _ reason: String) -> CanonicalFault {
        CanonicalFault(offset: cursor.position, reason: reason)
    }

    private static func number(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(CanonicalFault)
        -> Int
    {
        var value = 0
        var shift = 0
        while let byte = cursor.next(in: bytes) {
            guard shift < 56 else { throw fault(cursor, "a number is too long") }
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 {
                // One spelling for each number, so that equal records have equal bytes.
                guard byte != 0 || shift == 0 else { throw fault(cursor, "a number is padded") }
                return value
            }
            shift += 7
        }
        throw fault(cursor, "it ends within a number")
    }

    /// A number of things that take at least a byte each: never more than there are bytes left.
    private static func count(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(CanonicalFault)
        -> Int
    {
        let value = try number(&cursor, bytes)
        guard value <= cursor.remaining else { throw fault(cursor, "a count passes the end") }
        return value
    }

    private static func name(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, _ names: [String]
    ) throws(CanonicalFault) -> String {
        let index = try number(&cursor, bytes)
        guard index < names.count else { throw fault(cursor, "a name is not in the table") }
        return names[index]
    }

    private static func text(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, _ length: Int
    ) throws(CanonicalFault) -> String {
        guard length <= cursor.remaining else { throw fault(cursor, "a text passes the end") }
        let range = cursor.take(count: length)
        guard let valid = try? UTF8Span(validating: bytes.extracting(range)) else {
            throw fault(cursor, "a text is not UTF-8")
        }
        return String(copying: valid)
    }
}
