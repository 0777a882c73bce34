import CLibXML2

/// What a writer must know of a schema: for each element, by its local name, the names of its
/// children in the order that the schema wants them, and its attributes in the order declared.
///
/// Elements of one name that are declared in several places are merged.
public struct SchemaOutline: Sendable, Hashable {
    /// The namespace the schema describes; empty when none.
    public private(set) var targetNamespace = ""
    /// Local names of the elements declared globally, in order.
    public private(set) var globals: [String] = []
    /// Element → children in order.
    public private(set) var children: [String: [String]] = [:]
    /// Whether local elements are in the target namespace (`elementFormDefault="qualified"`).
    public private(set) var isQualified = false
    /// What the schema says of itself to Waybill in `xs:appinfo source="urn:waybill"`: `key=value`
    /// words, such as `record={urn:x}response`.
    public private(set) var notes: [String: String] = [:]

    /// Nothing known.
    public init() {}

    /// The place of `child` in `element`; nil when the schema has none.
    public func position(of child: String, in element: String) -> Int? {
        children[element]?.firstIndex(of: child)
    }

    /// Reads a schema document.
    mutating func read(_ root: xmlNodePtr) {
        let schema = unsafe XSDNode(root)
        targetNamespace = schema["targetNamespace"] ?? ""
        isQualified = schema["elementFormDefault"] == "qualified"
        var types: [String: XSDNode] = [:]
        for child in schema.children {
            guard let name = child["name"] else { continue }
            if child.kind == "element" { globals.append(name) }
            if child.kind == "complexType" || child.kind == "group" { types[name] = child }
        }
        schema.walk { node in
            if node.kind == "element", let name = node["name"] {
                var order: [String] = []
                if let type = node["type"].flatMap({ types[XSDNode.local($0)] }) {
                    SchemaOutline.collect(type, types, into: &order, depth: 0)
                }
                SchemaOutline.collect(node, types, into: &order, depth: 0)
                for entry in order where !(children[name] ?? []).contains(entry) {
                    children[name, default: []].append(entry)
                }
            }
            if node.kind == "appinfo", node["source"] == "urn:waybill" {
                for word in node.text.split(whereSeparator: \.isWhitespace) {
                    let parts = word.split(separator: "=", maxSplits: 1)
                    if parts.count == 2 { notes[String(parts[0])] = String(parts[1]) }
                }
            }
        }
    }

    /// The children that `node`'s content model names, in order, through types, groups and
    /// extensions.
    private static func collect(
        _ node: XSDNode, _ types: [String: XSDNode], into order: inout [String], depth: Int
    ) {
        guard depth < 16 else { return }
        for child in node.children {
            switch child.kind {
            case "element":
                if let name = child["name"] ?? child["ref"].map(XSDNode.local) {
                    order.append(name)
                }
            case "extension", "restriction":
                if let base = child["base"].flatMap({ types[XSDNode.local($0)] }) {
                    collect(base, types, into: &order, depth: depth + 1)
                }
                collect(child, types, into: &order, depth: depth + 1)
            case "group":
                if let group = child["ref"].flatMap({ types[XSDNode.local($0)] }) {
                    collect(group, types, into: &order, depth: depth + 1)
                }
            case "complexType", "complexContent", "sequence", "choice", "all":
                collect(child, types, into: &order, depth: depth + 1)
            default: break
            }
        }
    }
}

/// An element of a schema document while it is being compiled; it must not outlive that.
@safe struct XSDNode {
    /// The node itself.
    let pointer: xmlNodePtr

    /// Looks at `pointer`.
    init(_ pointer: xmlNodePtr) { unsafe self.pointer = pointer }

    /// Its local name: `element`, `complexType`.
    var kind: String { unsafe Library.text(pointer.pointee.name) }

    /// The value of attribute `name`.
    subscript(name: String) -> String? {
        guard let value = unsafe xmlGetNoNsProp(pointer, name) else { return nil }
        defer { unsafe waybill_xml_free(value) }
        return unsafe Library.text(value)
    }

    /// Its text.
    var text: String {
        guard let value = unsafe xmlNodeGetContent(pointer) else { return "" }
        defer { unsafe waybill_xml_free(value) }
        return unsafe Library.text(value)
    }

    /// Its child elements.
    var children: [XSDNode] {
        var list: [XSDNode] = []
        var next = unsafe xmlFirstElementChild(pointer)
        while let node = unsafe next {
            list.append(unsafe XSDNode(node))
            unsafe next = xmlNextElementSibling(node)
        }
        return list
    }

    /// Calls `visit` with this node and all below it.
    func walk(_ visit: (XSDNode) -> Void) {
        visit(self)
        for child in children { child.walk(visit) }
    }

    /// The first `xs:element name="…"` below.
    func descendant(declaring name: String) -> XSDNode? {
        for child in children {
            if child.kind == "element", child["name"] == name { return child }
            if let found = child.descendant(declaring: name) { return found }
        }
        return nil
    }

    /// The name behind the colon.
    static func local(_ name: String) -> String {
        name.split(separator: ":").last.map(String.init) ?? name
    }
}
