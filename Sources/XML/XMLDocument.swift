import Bytes
import Exchange
import Markup
import Synchronization

/// A parsed page: flat tables of elements and attributes over one buffer of UTF-8, and trees for
/// XPath, built when one is first asked for.
///
/// Its units, for scopes, are elements in the order of their start tags through the whole page.
public struct XMLDocument: Sendable {
    /// One element. Its subtree is the run of elements from itself up to `subtreeEnd`.
    struct Element: Sendable {
        /// Its name as written, with its prefix.
        var name: ByteRange
        /// Its start tag, from `<` to past `>`.
        var tag: ByteRange
        /// What stands between its tags; empty for an empty-element tag.
        var content: ByteRange
        /// The element around it; -1 for the record itself.
        var parent: Int32
        /// One past the last element within.
        var subtreeEnd: Int32
        /// Its attributes in the table.
        var attributes: Range<Int32>
        /// Whether it holds elements.
        var hasChildren: Bool
        /// Whether it is written `<name/>`.
        var isEmptyTag: Bool
    }

    /// One attribute.
    struct Attribute: Sendable {
        /// Its name as written.
        var name: ByteRange
        /// Its value as written, without quotes.
        var value: ByteRange
        /// Whether it declares a namespace.
        var isDeclaration: Bool
    }

    /// One record.
    struct Record: Sendable {
        /// Where it lies in `text`.
        var range: ByteRange
        /// Where it begins in the page's bytes.
        var original: Int
        /// Its elements.
        var elements: Range<Int>
        /// What the scanner refused, and where in `text`.
        var fault: (fault: ScanFault, at: Int)?
        /// The first byte of the page that the encoding lacks.
        var undecodable: Int?
        /// The declarations it needs to stand alone.
        var declarations: [Declaration]
    }

    /// The page it was made from.
    let page: Page
    /// The encoding of the page's bytes.
    let charset: Charset
    /// The records in UTF-8; the page's own bytes when those are UTF-8.
    let text: [UInt8]
    /// All elements.
    let elements: [Element]
    /// All attributes.
    let attributes: [Attribute]
    /// The records, in the order of the page's frames.
    let records: [Record]
    /// What the prefixes of paths stand for.
    let namespaces: [String: String]
    private let trees = Trees()

    /// Takes over finished tables.
    init(_ builder: DocumentBuilder, namespaces: [String: String]) {
        page = builder.page
        charset = builder.charset
        text = builder.text
        elements = builder.elements
        attributes = builder.attributes
        records = builder.records
        self.namespaces = namespaces
    }

    /// The record that element `unit` lies in.
    func record(ofUnit unit: Int) -> Int? {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].elements.upperBound <= unit {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < records.count && records[low].elements.contains(unit) ? low : nil
    }

    /// Record `index`, ready to be parsed by libxml2.
    func piece(_ index: Int) -> Piece {
        let record = records[index]
        let name = record.elements.isEmpty ? 0 : elements[record.elements.lowerBound].name.count
        return Piece(
            bytes: text, range: record.range.range, nameLength: name,
            declarations: XMLDocument.written(record.declarations))
    }

    /// Declarations as they stand in a start tag, each with a blank before it.
    static func written(_ declarations: [Declaration]) -> [UInt8] {
        var bytes: [UInt8] = []
        for declaration in declarations {
            bytes +=
                declaration.prefix.isEmpty
                ? " xmlns=\"".utf8 : " xmlns:\(declaration.prefix)=\"".utf8
            bytes += Escape.attribute(declaration.uri) ?? []
            bytes.append(UInt8(ascii: "\""))
        }
        return bytes
    }

    /// The tree of record `index`; nil when it is not well-formed.
    func tree(_ index: Int) -> Tree? {
        trees.tree(index) { Tree(piece(index), namespaces: namespaces) }
    }

    /// The place of `text[index]`, which lies in record `record`, in the page's own bytes.
    func original(_ index: Int, record: Int) -> Int {
        let entry = records[record]
        let start = entry.range.range.lowerBound
        guard charset != .utf8, index > start else { return entry.original + max(0, index - start) }
        var units = 0
        let isWide = Wide.isWide(charset)
        for byte in text[start..<min(index, text.count)] where byte & 0xC0 != 0x80 {
            units += isWide ? (byte >= 0xF0 ? 4 : 2) : 1
        }
        return entry.original + units
    }

    /// The place of `text[index]` in the file.
    func location(_ index: Int, record: Int, path: String?) -> Location {
        let place = original(index, record: record)
        let number = record < page.frames.count ? page.frames[record].number : nil
        guard Wide.isWide(charset) else {
            return page.location(at: place, record: number, path: path)
        }
        var shadow: [UInt8] = []
        let before = Array(page.bytes[0..<min(place, page.bytes.count)])
        Wide.extend(&shadow, before, charset)
        let count = shadow.count
        let breaks = Lines.breaks(in: shadow.span, 0..<count)
        return Location(
            byte: page.offset + place, line: page.line + breaks, record: number, path: path)
    }

    /// The path of an element from its record: `/response/item[2]/answer`.
    func path(ofUnit unit: Int, attribute: String? = nil) -> String {
        var steps: [String] = []
        var next = unit
        while next >= 0, next < elements.count {
            steps.append(name(next) + position(next))
            next = Int(elements[next].parent)
        }
        return "/" + steps.reversed().joined(separator: "/") + (attribute.map { "/@\($0)" } ?? "")
    }

    /// The name of an element as written.
    func name(_ unit: Int) -> String { OpenElements.text(text, elements[unit].name.range) }

    /// `[n]` where an element has siblings of its name, else nothing.
    private func position(_ unit: Int) -> String {
        let parent = Int(elements[unit].parent)
        guard parent >= 0 else { return "" }
        let name = elements[unit].name.range
        var place = 0
        var count = 0
        for child in children(parent) where text[elements[child].name.range] == text[name] {
            count += 1
            if child == unit { place = count }
        }
        return count > 1 ? "[\(place)]" : ""
    }

    /// The elements directly within `unit`.
    func children(_ unit: Int) -> [Int] {
        var list: [Int] = []
        var next = unit + 1
        let end = Int(elements[unit].subtreeEnd)
        while next < end {
            list.append(next)
            next = max(next + 1, Int(elements[next].subtreeEnd))
        }
        return list
    }

    /// The attributes of `unit` that are not declarations, as indices of the table.
    func plainAttributes(_ unit: Int) -> [Int] {
        elements[unit].attributes.map(Int.init).filter { !attributes[$0].isDeclaration }
    }

    /// The name behind the colon, as bytes.
    func local(_ name: ByteRange) -> ArraySlice<UInt8> {
        let whole = text[name.range]
        guard let colon = whole.firstIndex(of: UInt8(ascii: ":")) else { return whole }
        return whole[(colon + 1)...]
    }
}

/// The trees of a page's records, each built once.
private final class Trees: Sendable {
    private let built = Mutex<[Int: Tree?]>([:])

    func tree(_ index: Int, make: () -> Tree?) -> Tree? {
        if let known = built.withLock({ $0[index] }) { return known }
        let tree = make()
        built.withLock { $0[index] = .some(tree) }
        return tree
    }
}
