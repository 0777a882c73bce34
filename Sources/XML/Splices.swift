import Bytes
import Exchange
import Markup

/// Changes to one record's text, gathered and then made in one pass.
struct Splices {
    /// The document that is edited.
    let document: XMLDocument
    private let record: Int
    private let outline: SchemaOutline?
    private var changes: [(range: Range<Int>, bytes: [UInt8], order: Int)] = []
    private var added: [Int: Sprout] = [:]

    /// Starts without changes.
    init(document: XMLDocument, record: Int, outline: SchemaOutline?) {
        self.document = document
        self.record = record
        self.outline = outline
    }

    private mutating func change(_ range: Range<Int>, _ bytes: [UInt8]) {
        changes.removeAll { !range.isEmpty && $0.range == range }
        changes.append((range, bytes, changes.count))
    }

    /// Puts `text` where `match` is; false when that holds elements.
    mutating func replace(
        _ match: XPathMatch, with text: String, path: String
    ) throws(WriteFault) -> Bool {
        let element = document.elements[match.element]
        if case .attribute(let place) = match.kind {
            let own = document.plainAttributes(match.element)
            guard place < own.count else { return false }
            let value = document.attributes[own[place]].value.range
            change(value, try Sprout.escaped(Escape.attribute(text), path))
            return true
        }
        guard !element.hasChildren else { return false }
        let bytes = try Sprout.escaped(Escape.content(text), path)
        if element.isEmptyTag {
            guard !bytes.isEmpty else { return true }
            let end = element.tag.range.upperBound
            let name = document.text[element.name.range]
            change((end - 2)..<end, [UInt8(ascii: ">")] + bytes + "</".utf8 + name + ">".utf8)
        } else {
            change(element.content.range, bytes)
        }
        return true
    }

    /// Adds what `steps` name below element `unit`; false when it cannot be.
    mutating func add(
        _ steps: ArraySlice<XMLPath.Step>, to text: String, from unit: Int
    ) -> Bool {
        var here = unit
        var rest = steps
        while let step = rest.first, step.kind == .element,
            let child = document.children(here).last(where: { matches($0, step) })
        {
            here = child
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { return false }
        let name = ExpandedName(namespace: "", local: "")
        let sprout = added[here] ?? Sprout(name: name, prefix: "")
        added[here] = sprout
        return sprout.set(rest, to: text)
    }

    /// Whether an element that is there is the one a step names, by its local name and condition.
    private func matches(_ unit: Int, _ step: XMLPath.Step) -> Bool {
        guard document.local(document.elements[unit].name).elementsEqual(step.name.local.utf8)
        else {
            return false
        }
        guard let condition = step.condition else { return true }
        return document.plainAttributes(unit).contains { index in
            let entry = document.attributes[index]
            return document.text[entry.name.range].elementsEqual(condition.attribute.utf8)
                && document.text[entry.value.range].elementsEqual(condition.value.utf8)
        }
    }

    /// The record with its changes made.
    mutating func result() throws(WriteFault) -> [UInt8] {
        for (unit, sprout) in added.sorted(by: { $0.key < $1.key }) { try insert(sprout, at: unit) }
        let entry = document.records[record]
        let root = document.elements[entry.elements.lowerBound]
        let nameEnd = root.name.range.upperBound
        change(nameEnd..<nameEnd, XMLDocument.written(entry.declarations))
        var bytes: [UInt8] = []
        var position = entry.range.range.lowerBound
        let ordered = changes.sorted {
            ($0.range.lowerBound, $0.order) < ($1.range.lowerBound, $1.order)
        }
        for change in ordered where change.range.lowerBound >= position {
            bytes += document.text[position..<change.range.lowerBound]
            bytes += change.bytes
            position = change.range.upperBound
        }
        bytes += document.text[position..<entry.range.range.upperBound]
        return bytes
    }

    private mutating func insert(_ sprout: Sprout, at unit: Int) throws(WriteFault) {
        let element = document.elements[unit]
        let (attributes, children) = sprout.additions
        let name = OpenElements.text(document.text, element.name.range)
        var written: [UInt8] = []
        for attribute in attributes {
            written += " \(attribute.name)=\"".utf8
            written += try Sprout.escaped(Escape.attribute(attribute.value), "@\(attribute.name)")
            written.append(UInt8(ascii: "\""))
        }
        let nameEnd = element.name.range.upperBound
        if !written.isEmpty { change(nameEnd..<nameEnd, written) }
        guard !children.isEmpty else { return }
        if element.isEmptyTag {
            var content: [UInt8] = [UInt8(ascii: ">")]
            for child in children { try child.write(into: &content, outline: outline) }
            let end = element.tag.range.upperBound
            change((end - 2)..<end, content + "</\(name)>".utf8)
            return
        }
        for child in children {
            var content: [UInt8] = []
            try child.write(into: &content, outline: outline)
            let place = place(of: child.name.local, in: unit)
            change(place..<place, content)
        }
    }

    /// Where a new child stands: before the first that the schema puts after it.
    private func place(of child: String, in unit: Int) -> Int {
        let parent = String(decoding: document.local(document.elements[unit].name), as: UTF8.self)
        if let outline, let own = outline.position(of: child, in: parent) {
            for other in document.children(unit) {
                let name = document.local(document.elements[other].name)
                let position = outline.position(
                    of: String(decoding: name, as: UTF8.self), in: parent)
                if let position, position > own {
                    return document.elements[other].tag.range.lowerBound
                }
            }
        }
        return document.elements[unit].content.range.upperBound
    }
}
