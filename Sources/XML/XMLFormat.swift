public import Bytes
public import Exchange
import Markup
import Synchronization

/// XML documents of one kind: which elements are records, what they are checked against, how
/// fields are named.
///
/// **Where the schema applies.** A record is checked alone, against the declaration of its element,
/// in parallel; what stands around the records is checked when the document closes, with the
/// records represented by empty elements (`Skeleton`). So that a record can be checked alone, its
/// element must be declared globally or is made so (`Schema.compile(_:hoisting:)`). With the root
/// as the record, that is plain validation of the whole document. Keys (xs:key) hold within a
/// record, not across records.
public struct XMLFormat: Format {
    /// A parsed page.
    public typealias Document = XMLDocument
    /// A compiled notation.
    public typealias Path = XMLPath

    /// The format's name in settings.
    public let name = "xml"
    /// What it reads by, as reports name it.
    public let schemaName: String
    /// Whether frames carry money: see `Format`.
    public var carriesMoney: Bool { money != nil }
    /// Whether content that does not close is waited for: see `Format`.
    public let waitsForClose = true

    /// Which elements are records.
    let selector: RecordSelector
    /// What records are checked against; nil checks that they are well-formed.
    let schema: Schema?
    /// Prefix → namespace, for paths and for writing.
    let namespaces: [String: String]
    /// Where a record's money stands.
    let money: XMLPath?
    /// The root's attribute that declares the number of records.
    let countAttribute: String?
    /// The encoding of files that declare none.
    let charset: Charset?
    /// The most bytes of a record.
    let recordLimit: Int
    private let seenNames = NameTable()

    /// Makes a format of settings that were read.
    init(
        schemaName: String, selector: RecordSelector, schema: Schema? = nil,
        namespaces: [String: String] = [:], money: XMLPath? = nil, countAttribute: String? = nil,
        charset: Charset? = nil, recordLimit: Int = 64 << 20
    ) {
        self.schemaName = schemaName
        self.selector = selector
        self.schema = schema
        self.namespaces = namespaces
        self.money = money
        self.countAttribute = countAttribute
        self.charset = charset
        self.recordLimit = recordLimit
    }

    // MARK: Reading

    /// Cuts the content into pages: see `Format`.
    public func framer(over source: any ByteSource) -> any Framer {
        XMLFramer(source, format: self)
    }

    /// Splits the records of a page into fields: see `Format`.
    public func parse(_ page: Page) -> XMLDocument {
        XMLDocument(DocumentBuilder(page, format: self), namespaces: namespaces)
    }

    /// Tells everything wrong with one record: see `Format`.
    public func check(_ document: XMLDocument, record index: Int, into findings: inout [Finding]) {
        RecordCheck(format: self, document: document, index: index).run(into: &findings)
    }

    /// `page` with the cents of each record: the framer's tally.
    func counted(_ page: Page) -> Page {
        let document = parse(page)
        let frames = page.frames.enumerated().map { index, frame in
            Frame(
                range: frame.range, number: frame.number, part: frame.part, hash: frame.hash,
                cents: cents(document, record: index) ?? 0)
        }
        return Page(
            bytes: page.bytes, offset: page.offset, line: page.line, frames: frames,
            context: page.context)
    }

    /// The money of a record, over all places that the path finds; nil when one is no amount.
    func cents(_ document: XMLDocument, record index: Int) -> Int64? {
        guard let money else { return 0 }
        let scope = scope(ofRecord: index, in: document)
        var sum: Int64 = 0
        for value in values(of: money, within: scope, in: document) {
            guard let cents = ExactDecimal(value.text)?.cents else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(cents)
            if overflow { return nil }
            sum = total
        }
        return sum
    }

    // MARK: Reaching in

    /// Compiles a field's or group's notation: see `Format`.
    public func path(_ notation: String) throws(PathFault) -> XMLPath {
        do {
            return try XMLPath(notation, namespaces: namespaces)
        } catch {
            throw PathFault(error.reason)
        }
    }

    /// The whole of a record: see `Format`.
    public func scope(ofRecord index: Int, in document: XMLDocument) -> Range<Int> {
        guard document.records.indices.contains(index) else { return 0..<0 }
        return document.records[index].elements
    }

    /// The occurrences of a group: see `Format`.
    public func occurrences(
        of group: XMLPath, within scope: Range<Int>, in document: XMLDocument
    ) -> [Range<Int>] {
        found(group, scope, document).compactMap { match in
            guard match.kind == .element else { return nil }
            return match.element..<Int(document.elements[match.element].subtreeEnd)
        }
    }

    /// The values of a field: see `Format`.
    public func values(
        of path: XMLPath, within scope: Range<Int>, in document: XMLDocument
    ) -> [FieldValue] {
        guard !scope.isEmpty, let record = document.record(ofUnit: scope.lowerBound) else {
            return []
        }
        let base = document.records[record].elements.lowerBound
        switch document.tree(record)?.evaluate(path.expression, at: scope.lowerBound - base) {
        case .text(let text):
            let start = Int(document.elements[scope.lowerBound].tag.start)
            return text.isEmpty
                ? [] : [FieldValue(text, at: document.original(start, record: record))]
        case .nodes(let matches):
            return matches.compactMap { match in
                guard !match.text.isEmpty else { return nil }
                let unit = base + match.element
                guard unit < document.elements.count else { return nil }
                let start = Int(document.elements[unit].content.start)
                return FieldValue(match.text, at: document.original(start, record: record))
            }
        case nil: return []
        }
    }

    /// The nodes that `path` finds, their elements counted through the page.
    func found(_ path: XMLPath, _ scope: Range<Int>, _ document: XMLDocument) -> [XPathMatch] {
        guard !scope.isEmpty, let record = document.record(ofUnit: scope.lowerBound) else {
            return []
        }
        let base = document.records[record].elements.lowerBound
        guard
            case .nodes(let matches)? = document.tree(record)?.evaluate(
                path.expression, at: scope.lowerBound - base)
        else { return [] }
        return matches.compactMap { match in
            guard base + match.element < document.elements.count else { return nil }
            return XPathMatch(kind: match.kind, element: base + match.element, text: match.text)
        }
    }

    /// Counts the fields that hold something: see `Format`.
    public func census(_ document: XMLDocument, record index: Int, into census: inout FieldCensus) {
        let units = scope(ofRecord: index, in: document)
        guard let first = units.first else { return }
        var keys = [UInt64](repeating: NameTable.seed, count: units.count)
        for unit in units {
            let element = document.elements[unit]
            if element.parent >= 0 {
                keys[unit - first] = NameTable.extend(
                    keys[Int(element.parent) - first], document.local(element.name))
            }
            let key = keys[unit - first]
            if !element.hasChildren,
                !document.text[element.content.range].allSatisfy(Scanner.isSpace)
            {
                if census.counts[key] == nil {
                    seenNames.add(key) { document.localPath(unit, nil) }
                }
                census.count(key)
            }
            for attribute in document.plainAttributes(unit)
            where !document.attributes[attribute].value.isEmpty {
                let name = document.attributes[attribute].name
                let own = NameTable.extend(key, [UInt8(ascii: "@")] + document.local(name))
                if census.counts[own] == nil {
                    seenNames.add(own) { document.localPath(unit, name) }
                }
                census.count(own)
            }
        }
    }

    /// A census key's field: see `Format`.
    public func fieldName(ofCensusKey key: UInt64) -> String { seenNames.name(key) }

    /// A field's census key: see `Format`.
    public func censusKey(of path: XMLPath) -> UInt64? {
        guard let steps = path.steps else { return nil }
        var key = NameTable.seed
        for step in steps {
            key = NameTable.extend(key, (step.kind == .attribute ? "@" : "") + step.name.local)
        }
        return key
    }

    /// A record's own type: see `Format`.
    public func recordType(_ document: XMLDocument, record index: Int) -> String {
        guard let unit = scope(ofRecord: index, in: document).first else { return "" }
        return String(decoding: document.local(document.elements[unit].name), as: UTF8.self)
    }

    // MARK: Answering

    /// What an acknowledgement quotes of a record: see `Format`.
    public func acknowledgementBasis(_ document: XMLDocument, record index: Int) -> [UInt8] { [] }

    /// Writes acknowledgements: see `Format`.
    public func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)? {
        nil
    }
}

/// The names behind census keys, as they were seen: bounded, since they come from the data.
private final class NameTable: Sendable {
    /// The key of the record's own element.
    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
    private let names = Mutex<[UInt64: String]>([:])

    /// The key of `step` below `key` (FNV-1a).
    static func extend(_ key: UInt64, _ step: some Sequence<UInt8>) -> UInt64 {
        var hash = (key ^ UInt64(UInt8(ascii: "/"))) &* 0x100_0000_01B3
        for byte in step { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// The key of `step` below `key`.
    static func extend(_ key: UInt64, _ step: String) -> UInt64 { extend(key, step.utf8) }

    func add(_ key: UInt64, _ name: () -> String) {
        names.withLock { if $0[key] == nil, $0.count < 10_000 { $0[key] = name() } }
    }

    func name(_ key: UInt64) -> String {
        key == NameTable.seed ? "." : names.withLock { $0[key] } ?? String(key, radix: 16)
    }
}

extension XMLDocument {
    /// The path of an element or its attribute in local names, from the record: `item/@linkId`.
    func localPath(_ unit: Int, _ attribute: ByteRange?) -> String {
        var steps: [String] = []
        var next = unit
        while next >= 0, elements[next].parent >= 0 {
            steps.append(String(decoding: local(elements[next].name), as: UTF8.self))
            next = Int(elements[next].parent)
        }
        steps.reverse()
        if let attribute { steps.append("@" + String(decoding: local(attribute), as: UTF8.self)) }
        return steps.joined(separator: "/")
    }
}
