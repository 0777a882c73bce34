import CLibXML2

/// An element of a document that is small enough to be read whole, such as somebody's
/// specification; files of data are streamed instead (`Schema`, `Tree`).
///
/// Comments and processing instructions are left out. A document with a DTD is refused, so that
/// no entity can grow. Reading touches no network and no other file.
public struct Element: Sendable {
    /// The name without its prefix.
    public let name: String
    /// The attributes by name without prefix; namespace declarations are none.
    public let attributes: [String: String]
    /// The elements inside, in order.
    public let children: [Element]
    /// The text directly inside, without what stands around it.
    public let text: String
    /// The line of its start tag, from 1.
    public let line: Int

    /// The root of the document in `bytes`; nil when it is not well-formed or has a DTD.
    public static func read(_ bytes: [UInt8]) -> Element? {
        Library.start()
        guard !bytes.isEmpty, bytes.count < Int(Int32.max) else { return nil }
        let made = unsafe Library.silently {
            unsafe bytes.withUnsafeBytes { raw -> xmlDocPtr? in
                unsafe xmlReadMemory(
                    raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count), nil,
                    nil, Library.options)
            }
        }
        guard let document = unsafe made else { return nil }
        defer { unsafe xmlFreeDoc(document) }
        guard unsafe document.pointee.intSubset == nil,
            let root = unsafe xmlDocGetRootElement(document)
        else { return nil }
        return unsafe element(root, document)
    }

    /// The first child of that name.
    public func child(_ name: String) -> Element? { children.first { $0.name == name } }

    /// An attribute that is there and not empty.
    public subscript(attribute: String) -> String? {
        attributes[attribute].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func element(_ node: xmlNodePtr, _ document: xmlDocPtr) -> Element {
        var attributes: [String: String] = [:]
        var attribute = unsafe node.pointee.properties
        while let here = unsafe attribute {
            let value = unsafe xmlNodeListGetString(document, here.pointee.children, 1)
            unsafe attributes[Library.text(here.pointee.name)] = unsafe Library.text(value)
            if let value = unsafe value { unsafe waybill_xml_free(value) }
            unsafe attribute = here.pointee.next
        }
        var children: [Element] = []
        var text = ""
        var child = unsafe node.pointee.children
        while let here = unsafe child {
            switch unsafe here.pointee.type {
            case XML_ELEMENT_NODE: children.append(unsafe element(here, document))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                text += unsafe Library.text(here.pointee.content)
            default: break
            }
            unsafe child = here.pointee.next
        }
        return unsafe Element(
            name: Library.text(node.pointee.name), attributes: attributes, children: children,
            text: text.split(whereSeparator: \.isWhitespace).joined(separator: " "),
            line: Int(clamping: xmlGetLineNo(node)))
    }
}
