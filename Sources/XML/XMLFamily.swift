import Bytes
public import Exchange
import Markup

/// XML, as the list of formats in the executable holds it.
///
/// Settings of a feed or destination:
/// ```yaml
/// format:
///   type: xml
///   schema: portal/questionnaire        # schemas/xml/portal/questionnaire.xsd; none: well-formed
///   record: "{urn:x}response"           # or prefix:name, /path/of/names; none: the whole document
///   namespaces: {q: "urn:x"}            # prefixes for paths and for writing
///   money: "q:total"                    # an XPath whose values add up to the record's cents
///   count: count                        # the root's attribute that declares the number of records
///   charset: ISO-8859-1                 # of files that declare none; else UTF-8
///   record_limit: 67108864              # bytes
/// ```
/// A schema may state the defaults of `record` and `count` for Waybill, in
/// `<xs:appinfo source="urn:waybill">record={urn:x}response count=count</xs:appinfo>`.
public struct XMLFamily: FormatFamily {
    /// The format's name in settings.
    public let name = "xml"
    /// Its part of the finding catalogue.
    public let findingKinds = XMLFinding.kinds

    /// Makes the family.
    public init() {}

    /// Recognizes `<?xml`, or `<` with a name, comment or DOCTYPE behind it, in any encoding; the
    /// transaction is `{namespace}name` of the root.
    public func sniff(_ head: [UInt8]) -> Sniffed? {
        let encoding = Encoding(head, default: nil)
        var bytes: [UInt8] = []
        if Wide.isWide(encoding.charset) {
            Wide.extend(&bytes, head, encoding.charset)
            bytes.removeFirst(min(bytes.count, encoding.mark / 2))
        } else {
            bytes = Array(head.dropFirst(encoding.mark))
        }
        var position = bytes.firstIndex { !Scanner.isSpace($0) } ?? bytes.count
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "<") else { return nil }
        let next = bytes[position + 1]
        guard
            next == UInt8(ascii: "?") || next == UInt8(ascii: "!") || next >= 0x80
                || next == UInt8(ascii: "_") || (next | 0x20 >= 0x61 && next | 0x20 <= 0x7A)
        else { return nil }
        let isDeclared = bytes.span.starts(at: position, with: "<?xml")
        var scanner = Scanner()
        while true {
            switch scanner.token(bytes, at: position, end: bytes.count) {
            case .aside(let end), .text(let end): position = end
            case .start(let name, _, _):
                var open = OpenElements()
                open.push(bytes, name: name, scanner: scanner)
                let root = XMLFamily.expanded(OpenElements.text(bytes, name), open.declarations)
                return Sniffed(family: self.name, transaction: root, isCertain: true)
            default: return Sniffed(family: name, isCertain: isDeclared)
            }
        }
    }

    private static func expanded(_ name: String, _ declarations: [Declaration]) -> String {
        let parts = name.split(separator: ":")
        let prefix = parts.count == 2 ? String(parts[0]) : ""
        let uri = declarations.last { $0.prefix == prefix }?.uri ?? ""
        let local = parts.last.map(String.init) ?? name
        return uri.isEmpty ? local : "{\(uri)}\(local)"
    }

    /// Reads settings or bytes: see the protocol.
    public func read(
        _ node: SettingsNode, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        var reader = SettingsReader(node)
        _ = reader.node("type")
        let namespaces = XMLFamily.namespaces(&reader)
        let recordText = reader.string("record")
        let moneyText = reader.string("money")
        let countText = reader.string("count")
        let charset = reader.string("charset").flatMap { name in
            XMLFamily.charset(name, node["charset"]?.mark ?? node.mark, &reader)
        }
        let limit = reader.int("record_limit", in: 1024...(1 << 30)) ?? 64 << 20
        let schemaText = reader.string("schema")
        let mark = node["schema"]?.mark ?? node.mark
        var parts = FormatParts(namespaces: namespaces, charset: charset, recordLimit: limit)
        parts.record = recordText
        parts.money = moneyText
        parts.count = countText
        let made = parts.make(schemaText, schemas)
        for fault in made.faults {
            reader.report(fault.kind, node[fault.key]?.mark ?? mark, fault.detail)
        }
        return (made.format, reader.finish())
    }

    /// Makes the format for content without settings: see `FormatFamily`.
    public func format(
        for sniffed: Sniffed?, schema: String?, level: Int, schemas: any SchemaSource
    ) -> (format: (any Format)?, findings: [Finding]) {
        let parts = FormatParts(namespaces: [:], charset: nil, recordLimit: 64 << 20)
        let chosen = schema ?? sniffed?.transaction.flatMap { XMLFamily.schema(for: $0, schemas) }
        let made = parts.make(chosen, schemas)
        return (made.format, made.faults.map { Finding($0.kind, $0.detail) })
    }

    /// The shipped or local schema that declares `root` as a global element.
    private static func schema(for root: String, _ schemas: any SchemaSource) -> String? {
        guard let name = ExpandedName(root, namespaces: [:]), !name.namespace.isEmpty else {
            return nil
        }
        let files = schemas.list("xml").filter { $0.hasSuffix(".xsd") }.sorted()
        for file in files {
            let path = file.hasPrefix("xml/") ? file : "xml/\(file)"
            guard let bytes = schemas.file(path), bytes.count < 4 << 20 else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            if text.contains("targetNamespace=\"\(name.namespace)\""),
                text.contains("element name=\"\(name.local)\"")
            {
                return String(path.dropFirst(4).dropLast(4))
            }
        }
        return nil
    }

    private static func namespaces(_ reader: inout SettingsReader) -> [String: String] {
        guard let node = reader.node("namespaces") else { return [:] }
        guard let entries = node.map else {
            reader.report(SettingsReader.malformed, node.mark, "`namespaces` wants prefix: address")
            return [:]
        }
        var found: [String: String] = [:]
        for entry in entries {
            guard Escape.isName(entry.key), !entry.key.lowercased().hasPrefix("xml"),
                let uri = entry.value.text, !uri.isEmpty
            else {
                reader.report(
                    SettingsReader.malformed, entry.mark, "`namespaces` wants prefix: address")
                continue
            }
            found[entry.key] = uri
        }
        return found
    }

    private static func charset(
        _ name: String, _ mark: Mark, _ reader: inout SettingsReader
    ) -> Charset? {
        if let charset = Charset(name: name) { return charset }
        reader.report(SettingsReader.malformed, mark, "`charset` is not known")
        return nil
    }
}

/// What a format is made of, before its schema is compiled and its paths are.
struct FormatParts {
    /// What is wrong with one key.
    struct Fault {
        /// The kind of finding.
        let kind: FindingKind
        /// The key.
        let key: String
        /// Particulars.
        let detail: String
    }

    let namespaces: [String: String]
    let charset: Charset?
    let recordLimit: Int
    var record: String?
    var money: String?
    var count: String?

    /// Starts with what needs no compiling.
    init(namespaces: [String: String], charset: Charset?, recordLimit: Int) {
        self.namespaces = namespaces
        self.charset = charset
        self.recordLimit = recordLimit
    }

    /// Compiles schema and paths; no format when one of them is wrong.
    func make(
        _ schema: String?, _ schemas: any SchemaSource
    ) -> (format: XMLFormat?, faults: [Fault]) {
        var faults: [Fault] = []
        var selector = RecordSelector.root
        if let record {
            if let made = RecordSelector(record, namespaces: namespaces) {
                selector = made
            } else {
                let detail = "`record` wants {namespace}name, prefix:name, or a path of names"
                faults.append(Fault(kind: SettingsReader.malformed, key: "record", detail: detail))
            }
        }
        var compiled: Schema?
        if let schema {
            switch compile(schema, selector, schemas) {
            case .success(let made): compiled = made
            case .failure(let fault):
                let line = fault.line > 0 ? " line \(fault.line):" : ""
                faults.append(
                    Fault(
                        kind: XMLFinding.schema, key: "schema",
                        detail: "`\(schema)`:\(line) \(fault.reason)"))
            }
        }
        if record == nil, let noted = compiled?.outline.notes["record"],
            let made = RecordSelector(noted, namespaces: namespaces)
        {
            selector = made
        }
        var path: XMLPath?
        if let money {
            do {
                path = try XMLPath(money, namespaces: namespaces)
            } catch {
                let detail = "`money`: \(error.reason)"
                faults.append(Fault(kind: SettingsReader.malformed, key: "money", detail: detail))
            }
        }
        guard faults.isEmpty else { return (nil, faults) }
        let counted = count ?? compiled?.outline.notes["count"]
        let format = XMLFormat(
            schemaName: schema ?? "well-formed", selector: selector, schema: compiled,
            namespaces: namespaces, money: path,
            countAttribute: counted.map { $0.hasPrefix("@") ? String($0.dropFirst()) : $0 },
            charset: charset, recordLimit: recordLimit)
        return (format, [])
    }

    /// Compiles the schema `name`: `schemas/xml/NAME.xsd`, or a path below a schemas folder.
    private func compile(
        _ name: String, _ selector: RecordSelector, _ schemas: any SchemaSource
    ) -> Result<Schema, SchemaFault> {
        let path = name.hasSuffix(".xsd") ? name : "xml/\(name).xsd"
        let read: @Sendable (String) -> [UInt8]? = { schemas.file($0) }
        do {
            return .success(try Schema.compile(path, hoisting: selector.name?.local, read: read))
        } catch {
            return .failure(error)
        }
    }
}
