import Exchange
import Markup

/// An element that is being made: by rendering a record, or by an edit that names what is not there.
final class Sprout {
    /// Its name.
    let name: ExpandedName
    /// The prefix it is written with; empty for none.
    let prefix: String
    private var attributes: [(name: String, value: String)] = []
    private var children: [Sprout] = []
    private var text: String?

    /// Makes an element without content.
    init(name: ExpandedName, prefix: String) {
        self.name = name
        self.prefix = prefix
    }

    /// Sets what `steps` lead to, making elements on the way; false when two values meet.
    func set(_ steps: ArraySlice<XMLPath.Step>, to value: String) -> Bool {
        guard let step = steps.first else {
            guard text == nil || text == value else { return false }
            text = value
            return true
        }
        if step.kind == .attribute {
            let written = (step.prefix.isEmpty ? "" : step.prefix + ":") + step.name.local
            return setAttribute(written, value)
        }
        let rest = steps.dropFirst()
        let child = children.last { $0.matches(step) } ?? add(step)
        return child.set(rest, to: value)
    }

    /// Sets an attribute; false when it has another value already.
    func setAttribute(_ name: String, _ value: String) -> Bool {
        if let known = attributes.first(where: { $0.name == name }) { return known.value == value }
        attributes.append((name, value))
        return true
    }

    /// A new element at the end of `steps`, its ancestors shared.
    func grow(_ steps: ArraySlice<XMLPath.Step>) -> Sprout? {
        guard let step = steps.first, step.kind == .element else { return nil }
        if steps.count == 1 { return add(step) }
        let child = children.last { $0.matches(step) } ?? add(step)
        return child.grow(steps.dropFirst())
    }

    private func add(_ step: XMLPath.Step) -> Sprout {
        let child = Sprout(name: step.name, prefix: step.prefix)
        if let condition = step.condition {
            _ = child.setAttribute(condition.attribute, condition.value)
        }
        children.append(child)
        return child
    }

    private func matches(_ step: XMLPath.Step) -> Bool {
        guard name == step.name else { return false }
        guard let condition = step.condition else { return true }
        return attributes.contains { $0.name == condition.attribute && $0.value == condition.value }
    }

    /// Writes the element; children in the schema's order, else in the order they were made.
    func write(
        into bytes: inout [UInt8], outline: SchemaOutline?, declarations: [UInt8] = []
    ) throws(WriteFault) {
        bytes.append(UInt8(ascii: "<"))
        bytes += written.utf8
        bytes += declarations
        for attribute in attributes {
            bytes += " \(attribute.name)=\"".utf8
            bytes += try Sprout.escaped(Escape.attribute(attribute.value), "@\(attribute.name)")
            bytes.append(UInt8(ascii: "\""))
        }
        try writeContent(into: &bytes, outline: outline)
    }

    private func writeContent(into bytes: inout [UInt8], outline: SchemaOutline?) throws(WriteFault)
    {
        if children.isEmpty, (text ?? "").isEmpty {
            bytes += "/>".utf8
            return
        }
        bytes.append(UInt8(ascii: ">"))
        bytes += try Sprout.escaped(Escape.content(text ?? ""), name.local)
        for child in Sprout.ordered(children, in: name.local, outline) {
            try child.write(into: &bytes, outline: outline)
        }
        bytes += "</\(written)>".utf8
    }

    /// Its name with its prefix.
    private var written: String { prefix.isEmpty ? name.local : "\(prefix):\(name.local)" }

    private static func ordered(
        _ children: [Sprout], in parent: String, _ outline: SchemaOutline?
    ) -> [Sprout] {
        guard let outline else { return children }
        // Stable: elements that the schema does not order keep the order they were made in.
        return children.enumerated().map {
            (outline.position(of: $1.name.local, in: parent) ?? .max, $0, $1)
        }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    /// The escaped bytes, or the fault that XML cannot carry a character.
    static func escaped(_ bytes: [UInt8]?, _ path: String) throws(WriteFault) -> [UInt8] {
        guard let bytes else {
            throw WriteFault(Finding(XMLFinding.character, at: Location(path: path)))
        }
        return bytes
    }

    /// What is written for its parent: attributes and children that an edit adds.
    var additions: (attributes: [(name: String, value: String)], children: [Sprout]) {
        (attributes, children)
    }
}
