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
        var indices: [String: Int] = [:]
        var names: [String] = []
        func index(_ name: String) -> Int {
            if let known = indices[name] { return known }
            indices[name] = names.count
            names.append(name)
            return names.count - 1
        }
        var body: [UInt8] = []
        body.append(number: record.nodes.count)
        for node in record.nodes {
            body.append(number: index(node.entity))
            body.append(number: (node.parent ?? -1) + 1)
            body.append(number: node.fields.count)
            for field in node.fields {
                body.append(number: index(field.name))
                guard let value = field.value else {
                    body.append(number: 0)
                    continue
                }
                body.append(number: value.utf8.count + 1)
                body.append(contentsOf: value.utf8)
            }
        }
        var bytes = [version]
        bytes.append(number: names.count)
        for name in names {
            bytes.append(number: name.utf8.count)
            bytes.append(contentsOf: name.utf8)
        }
        return bytes + body
    }

    /// The record that the whole of `bytes` holds. Bounds-checked: any bytes give a record or a
    /// fault, in memory proportional to their number.
    public static func decode(_ bytes: [UInt8]) throws(CanonicalFault) -> Canonical {
        var reader = PackedReader(bytes, 0..<bytes.count)
        guard bytes.first == version else { throw reader.fault("version is not 1") }
        _ = try reader.take(1)
        var names: [String] = []
        for _ in 0..<(try reader.count()) { names.append(try reader.text(try reader.count())) }
        var nodes: [Canonical.Node] = []
        for index in 0..<(try reader.count()) {
            let entity = try name(&reader, names)
            let parent = try reader.number() - 1
            guard parent < index, parent >= -1 else {
                throw reader.fault("a parent is not before")
            }
            var node = Canonical.Node(entity: entity, parent: parent < 0 ? nil : parent)
            let fields = try reader.count()
            node.fields.reserveCapacity(fields)
            for _ in 0..<fields {
                let name = try name(&reader, names)
                let length = try reader.number()
                let value = length == 0 ? nil : try reader.text(length - 1)
                node.fields.append(Canonical.Field(name, value))
            }
            nodes.append(node)
        }
        guard reader.isAtEnd else { throw reader.fault("bytes are left") }
        return Canonical(nodes: nodes)
    }

    private static func name(
        _ reader: inout PackedReader, _ names: [String]
    ) throws(CanonicalFault) -> String {
        let index = try reader.number()
        guard index < names.count else { throw reader.fault("a name is not in the table") }
        return names[index]
    }
}

extension [UInt8] {
    /// Appends a number as LEB128.
    @inline(__always)
    mutating func append(number: Int) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
