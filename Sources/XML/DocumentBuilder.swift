import Bytes
import Exchange

/// Fills the tables of a page, record by record.
struct DocumentBuilder {
    let page: Page
    let charset: Charset
    private(set) var text: [UInt8] = []
    private(set) var elements: [XMLDocument.Element] = []
    private(set) var attributes: [XMLDocument.Attribute] = []
    private(set) var records: [XMLDocument.Record] = []
    private let format: XMLFormat
    private let context: XMLContext?
    private var scanner = Scanner()

    /// Reads all records of `page`.
    init(_ page: Page, format: XMLFormat) {
        self.page = page
        self.format = format
        context = page.context as? XMLContext
        charset = context?.charset ?? DocumentBuilder.sniff(page, default: format.charset)
        let isPlain = charset == .utf8
        if isPlain {
            text = page.bytes
            elements.reserveCapacity(page.bytes.count / 24)
        }
        records.reserveCapacity(page.frames.count)
        for frame in page.frames {
            let range = frame.range.range.clamped(to: 0..<page.bytes.count)
            if isPlain { read(range, original: range.lowerBound) } else { transcode(range) }
        }
    }

    /// A record that comes without its document: UTF-16 shows, the rest is as the settings say.
    private static func sniff(_ page: Page, default standard: Charset?) -> Charset {
        guard let first = page.frames.first?.range.range.lowerBound, first + 1 < page.bytes.count
        else {
            return .utf8
        }
        if page.bytes[first] == 0x3C, page.bytes[first + 1] == 0 { return .utf16LittleEndian }
        if page.bytes[first] == 0, page.bytes[first + 1] == 0x3C { return .utf16BigEndian }
        return standard ?? .utf8
    }

    private mutating func transcode(_ range: Range<Int>) {
        let start = text.count
        switch charset.decode(page.bytes.span, range) {
        case .success(let decoded):
            text += decoded.utf8
            read(start..<text.count, original: range.lowerBound)
        case .failure(let fault):
            records.append(
                .init(
                    range: ByteRange(start, start), original: range.lowerBound,
                    elements: elements.count..<elements.count, undecodable: fault.offset,
                    declarations: []))
        }
    }

    /// Reads the record that lies in `range` of `text`.
    private mutating func read(_ range: Range<Int>, original: Int) {
        let first = elements.count
        var fault: (ScanFault, Int)?
        var open: [Int] = []
        var position = range.lowerBound
        scan: while position < range.upperBound {
            let token = scanner.token(text, at: position, end: range.upperBound)
            switch token {
            case .start(let name, let isEmpty, let end):
                if open.isEmpty, elements.count > first { fault = (.outside, position) }
                if open.count >= ScanLimit.depth { fault = (.tooDeep, position) }
                if fault != nil { break scan }
                add(name, tag: position..<end, isEmpty: isEmpty, parent: open.last)
                if !isEmpty { open.append(elements.count - 1) }
                position = end
            case .end(let name, let end):
                guard let unit = open.popLast(), text[elements[unit].name.range] == text[name]
                else {
                    fault = (.mismatch, position)
                    break scan
                }
                elements[unit].content.end = UInt32(truncatingIfNeeded: position)
                elements[unit].subtreeEnd = Int32(truncatingIfNeeded: elements.count)
                position = end
            case .text(let end), .cdata(let end), .aside(let end): position = end
            case .incomplete:
                fault = (.truncated, position)
                break scan
            case .fault(let kind, let at):
                fault = (kind, at)
                break scan
            }
        }
        if fault == nil, !open.isEmpty || elements.count == first { fault = (.truncated, position) }
        for unit in open { elements[unit].subtreeEnd = Int32(truncatingIfNeeded: elements.count) }
        records.append(
            .init(
                range: ByteRange(range), original: original, elements: first..<elements.count,
                fault: fault.map { (fault: $0.0, at: $0.1) },
                declarations: fault == nil ? declarations(first) : []))
    }

    private mutating func add(_ name: Range<Int>, tag: Range<Int>, isEmpty: Bool, parent: Int?) {
        let first = Int32(truncatingIfNeeded: attributes.count)
        for (index, attribute) in scanner.names.enumerated() {
            attributes.append(
                .init(
                    name: attribute, value: scanner.values[index],
                    isDeclaration: text.span.starts(at: Int(attribute.start), with: "xmlns")
                        && (attribute.count == 5 || text[Int(attribute.start) + 5] == 0x3A)))
        }
        if let parent { elements[parent].hasChildren = true }
        elements.append(
            .init(
                name: ByteRange(name), tag: ByteRange(tag),
                content: ByteRange(tag.upperBound, tag.upperBound),
                parent: Int32(truncatingIfNeeded: parent ?? -1),
                subtreeEnd: Int32(truncatingIfNeeded: elements.count + 1),
                attributes: first..<Int32(truncatingIfNeeded: attributes.count),
                hasChildren: false, isEmptyTag: isEmpty))
    }

    /// What the record's element lacks to stand alone: what was in force around it, or, when it
    /// comes without its document, what the settings say of its name and prefixes.
    private func declarations(_ unit: Int) -> [Declaration] {
        let root = elements[unit]
        var own: Set<String> = []
        for index in root.attributes where attributes[Int(index)].isDeclaration {
            let name = attributes[Int(index)].name.range
            own.insert(OpenElements.declared(text, name) ?? "")
        }
        let around = context?.declarations ?? assumed(root.name.range)
        return around.filter { !own.contains($0.prefix) }
    }

    private func assumed(_ name: Range<Int>) -> [Declaration] {
        let written = OpenElements.text(text, name)
        let prefix = written.split(separator: ":").count == 2 ? written.prefix { $0 != ":" } : ""
        var list: [Declaration] = []
        if let space = format.selector.name?.namespace, !space.isEmpty {
            list.append(Declaration(prefix: String(prefix), uri: space))
        }
        var others = format.namespaces
        others["xsi"] = "http://www.w3.org/2001/XMLSchema-instance"
        for (key, uri) in others.sorted(by: { $0.key < $1.key }) where key != String(prefix) {
            list.append(Declaration(prefix: key, uri: uri))
        }
        return list
    }
}
