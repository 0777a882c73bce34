import Bytes
public import Exchange

/// Packs canonical records one behind another into one run of bytes.
///
/// Layout, numbers as LEB128. A record is a node. A node: its entity; its fields, each a name and
/// a value, then 0; the nodes within it, then 0. An entity or a name: its number in
/// `CanonicalNames` plus 2, or 1, a length and UTF-8 for one that has no number. A value: 0 for an
/// explicit null, else its length plus 1 and UTF-8.
public struct CanonicalWriter: Sendable {
    /// All records so far.
    public private(set) var bytes: [UInt8] = []
    private let names: CanonicalNames

    static let end: UInt8 = 0
    static let literal = 1
    static let firstNumber = 2

    /// Packs records with these names.
    public init(_ names: CanonicalNames, reserving count: Int = 0) {
        self.names = names
        bytes.reserveCapacity(count)
    }

    /// Begins a node of the entity with that number.
    @inline(__always)
    mutating func open(_ entity: Int) { bytes.append(number: entity + Self.firstNumber) }

    /// Adds a field whose value is the bytes of `span` in `range`, UTF-8.
    @inline(__always)
    mutating func field(_ name: Int, _ span: Span<UInt8>, _ range: Range<Int>) {
        bytes.append(number: name + Self.firstNumber)
        bytes.append(number: range.count + 1)
        bytes.append(span, range)
    }

    /// Adds a field.
    mutating func field(_ name: Int, _ value: String) {
        bytes.append(number: name + Self.firstNumber)
        append(value)
    }

    /// Adds a field that is explicitly deleted.
    mutating func null(_ name: Int) {
        bytes.append(number: name + Self.firstNumber)
        bytes.append(0)
    }

    /// Ends the node's fields: nodes within it follow.
    @inline(__always)
    mutating func endFields() { bytes.append(Self.end) }

    /// Ends the node.
    @inline(__always)
    mutating func close() { bytes.append(Self.end) }

    /// Adds a whole record.
    ///
    /// Nodes are written below their parents, in their order; one that names no parent before it
    /// is taken to lie in the first.
    public mutating func add(_ record: Canonical) {
        guard !record.nodes.isEmpty else { return }
        var children = [[Int]](repeating: [], count: record.nodes.count)
        for (index, node) in record.nodes.enumerated().dropFirst() {
            let parent = node.parent.flatMap { $0 >= 0 && $0 < index ? $0 : nil } ?? 0
            children[parent].append(index)
        }
        // A stack of its own: records nest as deep as somebody's file says.
        var open: [(node: Int, next: Int)] = []
        begin(record.nodes[0])
        open.append((0, 0))
        while let top = open.last {
            guard top.next < children[top.node].count else {
                close()
                open.removeLast()
                continue
            }
            open[open.count - 1].next += 1
            let child = children[top.node][top.next]
            begin(record.nodes[child])
            open.append((child, 0))
        }
    }

    private mutating func begin(_ node: Canonical.Node) {
        append(name: node.entity)
        for field in node.fields {
            append(name: field.name)
            guard let value = field.value else {
                bytes.append(0)
                continue
            }
            append(value)
        }
        endFields()
    }

    private mutating func append(name: String) {
        if let number = names.number(name) {
            return bytes.append(number: number + Self.firstNumber)
        }
        bytes.append(number: Self.literal)
        bytes.append(number: name.utf8.count)
        bytes.append(contentsOf: name.utf8)
    }

    private mutating func append(_ value: String) {
        bytes.append(number: value.utf8.count + 1)
        bytes.append(contentsOf: value.utf8)
    }
}
