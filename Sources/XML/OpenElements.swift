import Bytes

/// The elements that are open at one place of a document, and the namespaces in force there.
struct OpenElements: Sendable {
    private var names: [UInt8] = []
    private var starts: [Int] = []
    private var scoped: [(declaration: Declaration, depth: Int, id: Int)] = []
    private var ids = 0
    private var matched = 0

    /// How many elements are open.
    var depth: Int { starts.count }

    /// What tells one set of namespaces in force from another.
    var scope: Int { scoped.last?.id ?? 0 }

    /// The namespaces in force, innermost last, each prefix once.
    var declarations: [Declaration] {
        var seen: Set<String> = []
        var list: [Declaration] = []
        for entry in scoped.reversed() where seen.insert(entry.declaration.prefix).inserted {
            if !entry.declaration.uri.isEmpty { list.append(entry.declaration) }
        }
        return list.reversed()
    }

    /// Opens an element with the attributes that `scanner` just read.
    mutating func push(_ bytes: [UInt8], name: Range<Int>, scanner: Scanner) {
        starts.append(names.count)
        names += bytes[name]
        for (index, attribute) in scanner.names.enumerated() {
            guard let prefix = OpenElements.declared(bytes, attribute.range) else { continue }
            ids += 1
            let uri = OpenElements.text(bytes, scanner.values[index].range)
            scoped.append((Declaration(prefix: prefix, uri: uri), starts.count, ids))
        }
    }

    /// Closes the innermost element; false when `name` is not its name.
    mutating func pop(_ bytes: [UInt8], name: Range<Int>) -> Bool {
        guard let start = starts.last, names.count - start == name.count else { return false }
        var index = name.lowerBound
        for place in start..<names.count {
            if names[place] != bytes[index] { return false }
            index += 1
        }
        drop()
        return true
    }

    /// Closes the innermost element.
    mutating func drop() {
        guard let start = starts.popLast() else { return }
        names.removeSubrange(start..<names.count)
        while let last = scoped.last, last.depth > starts.count { scoped.removeLast() }
        matched = min(matched, starts.count)
    }

    /// Whether the element just opened is a record.
    mutating func isRecord(_ bytes: [UInt8], name: Range<Int>, _ selector: RecordSelector) -> Bool {
        switch selector {
        case .root: return depth == 1
        case .named(let wanted): return matches(bytes, name, wanted)
        case .path(let steps):
            guard matched == depth - 1, depth <= steps.count,
                matches(bytes, name, steps[depth - 1])
            else { return false }
            matched = depth
            return depth == steps.count
        }
    }

    /// Compares the local part first: it is cheap, and mostly settles it.
    private func matches(_ bytes: [UInt8], _ name: Range<Int>, _ wanted: ExpandedName) -> Bool {
        var local = wanted.local
        let isSame = local.withUTF8 { text -> Bool in
            guard text.count <= name.count else { return false }
            let start = name.upperBound - text.count
            for offset in 0..<text.count {
                let expected = unsafe text[offset]
                if bytes[start + offset] != expected { return false }
            }
            return start == name.lowerBound || bytes[start - 1] == UInt8(ascii: ":")
        }
        guard isSame else { return false }
        let prefixEnd = name.upperBound - wanted.local.utf8.count - 1
        let prefix =
            prefixEnd > name.lowerBound ? OpenElements.text(bytes, name.lowerBound..<prefixEnd) : ""
        let uri = scoped.last { $0.declaration.prefix == prefix }?.declaration.uri ?? ""
        return uri == wanted.namespace
    }

    /// The path of names from the root, as written.
    var path: String {
        var text = ""
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : names.count
            text += "/" + OpenElements.text(names, start..<end)
        }
        return text
    }

    /// The prefix that an attribute of this name declares; nil when it declares none.
    static func declared(_ bytes: [UInt8], _ name: Range<Int>) -> String? {
        guard name.count >= 5, bytes.span.starts(at: name.lowerBound, with: "xmlns") else {
            return nil
        }
        if name.count == 5 { return "" }
        guard bytes[name.lowerBound + 5] == UInt8(ascii: ":") else { return nil }
        return text(bytes, (name.lowerBound + 6)..<name.upperBound)
    }

    /// The text of names and addresses, which are short.
    static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
