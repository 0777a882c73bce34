import CLibXML2
import Synchronization

/// A piece as a tree, to evaluate XPath on.
///
/// Sendable: the tree is never changed after it was built, and evaluations, which write into
/// libxml2's context, take turns.
public final class Tree: Sendable {
    private let state: Mutex<State>

    /// Builds the tree of `piece`; nil when it is not well-formed.
    /// - Parameter namespaces: what the prefixes of expressions stand for.
    public init?(_ piece: Piece, namespaces: [String: String] = [:]) {
        Library.start()
        let made = unsafe piece.withSelfContained { bytes, count in
            Library.silently { unsafe State(bytes, count, namespaces) }
        }
        guard let made else { return nil }
        state = Mutex(made)
    }

    /// Evaluates `path` with element number `element` as the context; no nodes when it does not
    /// exist or the expression fails.
    public func evaluate(_ path: XPath, at element: Int) -> XPathValue {
        path.borrow { compiled in
            state.withLock { state in
                Library.silently { unsafe state.evaluate(compiled.pointer, at: element) }
            }
        } ?? .nodes([])
    }

    /// Owns the document, its elements in order, and the context.
    @safe private final class State: @unchecked Sendable {
        private let document: xmlDocPtr
        private let context: xmlXPathContextPtr
        private var elements: [xmlNodePtr] = unsafe []

        /// At most this many steps for one evaluation.
        private static let operations: UInt = 50_000_000

        init?(_ bytes: UnsafePointer<CChar>, _ count: Int32, _ namespaces: [String: String]) {
            guard let document = unsafe xmlReadMemory(bytes, count, nil, "UTF-8", Library.options)
            else { return nil }
            guard let context = unsafe xmlXPathNewContext(document) else {
                unsafe xmlFreeDoc(document)
                return nil
            }
            unsafe self.document = document
            unsafe self.context = context
            unsafe context.pointee.opLimit = State.operations
            for (prefix, name) in namespaces { unsafe xmlXPathRegisterNs(context, prefix, name) }
            number()
        }

        deinit {
            unsafe xmlXPathFreeContext(context)
            unsafe xmlFreeDoc(document)
        }

        /// Numbers the elements in document order; `_private` holds number + 1.
        private func number() {
            var next = unsafe xmlDocGetRootElement(document)
            while let node = unsafe next {
                unsafe elements.append(node)
                unsafe node.pointee._private = UnsafeMutableRawPointer(bitPattern: elements.count)
                if let child = unsafe xmlFirstElementChild(node) {
                    unsafe next = child
                    continue
                }
                var climber: xmlNodePtr? = unsafe node
                unsafe next = nil
                while let here = unsafe climber, unsafe here.pointee.type == XML_ELEMENT_NODE {
                    if let sibling = unsafe xmlNextElementSibling(here) {
                        unsafe next = sibling
                        break
                    }
                    unsafe climber = here.pointee.parent
                }
            }
        }

        func evaluate(_ path: xmlXPathCompExprPtr, at element: Int) -> XPathValue {
            guard element >= 0, unsafe element < elements.count else { return .nodes([]) }
            unsafe context.pointee.node = elements[element]
            unsafe context.pointee.opCount = 0
            guard let object = unsafe xmlXPathCompiledEval(path, context) else { return .nodes([]) }
            defer { unsafe xmlXPathFreeObject(object) }
            guard unsafe object.pointee.type == XPATH_NODESET else {
                return .text(unsafe owned(xmlXPathCastToString(object)))
            }
            guard let set = unsafe object.pointee.nodesetval else { return .nodes([]) }
            unsafe xmlXPathNodeSetSort(set)
            var matches: [XPathMatch] = []
            for index in unsafe 0..<Int(set.pointee.nodeNr) {
                guard let node = unsafe set.pointee.nodeTab[index] else { continue }
                if let match = unsafe match(node) { matches.append(match) }
            }
            return .nodes(matches)
        }

        private func match(_ node: xmlNodePtr) -> XPathMatch? {
            switch unsafe node.pointee.type {
            case XML_ELEMENT_NODE:
                return unsafe XPathMatch(
                    kind: .element, element: ordinal(node),
                    text: owned(xmlXPathCastNodeToString(node)))
            case XML_ATTRIBUTE_NODE:
                guard let owner = unsafe node.pointee.parent else { return nil }
                var place = 0
                var before = unsafe node.pointee.prev
                while let other = unsafe before {
                    place += 1
                    unsafe before = other.pointee.prev
                }
                return unsafe XPathMatch(
                    kind: .attribute(place), element: ordinal(owner),
                    text: owned(xmlXPathCastNodeToString(node)))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                guard let owner = unsafe node.pointee.parent else { return nil }
                return unsafe XPathMatch(
                    kind: .text, element: ordinal(owner),
                    text: owned(xmlXPathCastNodeToString(node)))
            default: return nil
            }
        }

        private func ordinal(_ node: xmlNodePtr) -> Int {
            Int(bitPattern: unsafe node.pointee._private) - 1
        }

        /// Takes over a string that libxml2 allocated.
        private func owned(_ string: UnsafeMutablePointer<xmlChar>?) -> String {
            guard let string = unsafe string else { return "" }
            defer { unsafe waybill_xml_free(string) }
            return unsafe Library.text(string)
        }
    }
}
