import Bytes
public import Exchange
import Markup

extension XMLFormat {
    /// A document around records: `envelope: {root: "{namespace}name", attributes: {…}, count: …}`.
    ///
    /// `attributes:` are written on the root; in their values `{batch}` and `{now}` (ISO 8601) stand
    /// for the batch's id and instant. `count:` names the attribute that gets the number of records;
    /// since it stands before them, such a document is held until it is finished (its size is that
    /// of one delivery). Without a root the one record is the document.
    public func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly {
        var frame = DocumentAssembly()
        guard let settings = envelope.settings else { return try whole(frame) }
        var reader = SettingsReader(settings)
        let root = reader.string("root")
        let attributes = reader.node("attributes")?.map ?? []
        frame.countAttribute = reader.string("count")
        guard reader.finish().isEmpty else { throw fault("a key is unknown or malformed") }
        guard let root else { return try whole(frame) }
        guard let name = ExpandedName(root, namespaces: namespaces), Escape.isName(name.local)
        else {
            throw fault("`root`")
        }
        let known = namespaces.filter { $0.value == name.namespace }.keys.min() ?? ""
        var declarations = namespaces.sorted { $0.key < $1.key }
            .map { Declaration(prefix: $0.key, uri: $0.value) }
        if !name.namespace.isEmpty, known.isEmpty {
            declarations.append(Declaration(prefix: "", uri: name.namespace))
        }
        let prefix = name.namespace.isEmpty ? "" : known
        frame.root = prefix.isEmpty ? name.local : "\(prefix):\(name.local)"
        frame.attributes = XMLDocument.written(declarations)
        for entry in attributes {
            guard Escape.isName(entry.key), let value = entry.value.text else {
                throw fault("`attributes.\(entry.key)`")
            }
            let text = value.replacing("{batch}", with: envelope.batch)
                .replacing("{now}", with: envelope.clock.description)
            frame.attributes += " \(entry.key)=\"".utf8
            frame.attributes += try Sprout.escaped(Escape.attribute(text), "@\(entry.key)")
            frame.attributes.append(UInt8(ascii: "\""))
        }
        if let count = frame.countAttribute, !Escape.isName(count) { throw fault("`count`") }
        return frame
    }

    private func whole(_ frame: DocumentAssembly) throws(WriteFault) -> any Assembly {
        guard selector == .root || selector.name != nil else { throw fault("`root` is missing") }
        return frame
    }

    private func fault(_ detail: String) -> WriteFault {
        WriteFault(Finding(XMLFinding.envelope, detail))
    }
}

/// Writes one document.
struct DocumentAssembly: Assembly {
    /// The root's name as written; nil when the record is the document.
    var root: String?
    /// What stands in its start tag.
    var attributes: [UInt8] = []
    /// The attribute that gets the count.
    var countAttribute: String?
    private var held: [UInt8] = []
    private var count = 0

    let controlNumbers: [String: String] = [:]

    /// Starts without records.
    init() {}

    private static let declaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)

    mutating func begin() throws(WriteFault) -> [UInt8] {
        guard root != nil else { return DocumentAssembly.declaration }
        return countAttribute == nil ? DocumentAssembly.declaration + startTag : []
    }

    mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8] {
        count += 1
        guard root != nil else {
            guard count == 1 else {
                throw WriteFault(
                    Finding(
                        XMLFinding.envelope, "without `root` a file holds one record: use `most: 1`"
                    ))
            }
            return record + "\n".utf8
        }
        let line = record + "\n".utf8
        guard countAttribute != nil else { return line }
        held += line
        return []
    }

    mutating func finish() throws(WriteFault) -> [UInt8] {
        guard let root else { return [] }
        let close = Array("</\(root)>\n".utf8)
        guard countAttribute != nil else { return close }
        defer { held = [] }
        return DocumentAssembly.declaration + startTag + held + close
    }

    private var startTag: [UInt8] {
        var tag = Array("<\(root ?? "")".utf8) + attributes
        if let countAttribute { tag += " \(countAttribute)=\"\(count)\"".utf8 }
        return tag + ">\n".utf8
    }
}
