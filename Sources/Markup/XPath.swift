import CLibXML2
import Synchronization

/// An expression of XPath 1.0, compiled once, with the namespaces its prefixes stand for.
///
/// Evaluating changes a compiled expression inside (libxml2 caches functions in it), so each
/// evaluation borrows one of its own and gives it back.
public final class XPath: Sendable {
    /// The expression as it was written.
    public let notation: String
    /// Prefix → namespace.
    public let namespaces: [String: String]
    private let idle = Mutex<[Compiled]>([])

    /// Compiles `notation`.
    /// - Throws: what is wrong with it.
    public init(_ notation: String, namespaces: [String: String] = [:]) throws(XPathFault) {
        Library.start()
        self.notation = notation
        self.namespaces = namespaces
        guard !notation.isEmpty, notation.utf8.count <= 4096, let first = Compiled(notation) else {
            throw XPathFault(reason: "it is not an expression of XPath 1.0")
        }
        for prefix in XPath.prefixes(in: notation) where namespaces[prefix] == nil {
            throw XPathFault(reason: "the prefix `\(prefix)` has no namespace in the settings")
        }
        idle.withLock { $0.append(first) }
    }

    /// Lends a compiled form to `body`.
    func borrow<T>(_ body: (Compiled) -> T) -> T? {
        guard let compiled = idle.withLock({ $0.popLast() }) ?? Compiled(notation) else {
            return nil
        }
        defer { idle.withLock { if $0.count < 16 { $0.append(compiled) } } }
        return body(compiled)
    }

    /// The prefixes that an expression uses outside its literals.
    private static func prefixes(in notation: String) -> Set<String> {
        var found: Set<String> = []
        var name = ""
        var quote: Character?
        let letters = Array(notation)
        for (index, letter) in letters.enumerated() {
            if let open = quote {
                if letter == open { quote = nil }
                continue
            }
            if letter == "'" || letter == "\"" {
                quote = letter
                name = ""
            } else if letter == ":" {
                let next = index + 1 < letters.count ? letters[index + 1] : " "
                let before = index > 0 ? letters[index - 1] : " "
                if next != ":", before != ":", !name.isEmpty { found.insert(name) }
                name = ""
            } else if Escape.isName(name + String(letter)) {
                name.append(letter)
            } else {
                name = ""
            }
        }
        return found
    }

    /// Owns one compiled form; only one evaluation at a time holds it.
    @safe final class Compiled: @unchecked Sendable {
        /// libxml2's form.
        let pointer: xmlXPathCompExprPtr

        /// Compiles `notation`; nil when it is no expression.
        init?(_ notation: String) {
            let made = unsafe Library.silently { unsafe xmlXPathCompile(notation) }
            guard let made = unsafe made else { return nil }
            unsafe pointer = made
        }

        deinit { unsafe xmlXPathFreeCompExpr(pointer) }
    }
}

/// An expression that cannot be used.
public struct XPathFault: Error, Hashable, Sendable {
    /// What is wrong with it.
    public let reason: String
}

/// What an expression came to.
public enum XPathValue: Sendable, Hashable {
    /// Nodes, in document order.
    case nodes([XPathMatch])
    /// A string, number or boolean, as `string()` writes it.
    case text(String)
}

/// One node that an expression found.
public struct XPathMatch: Sendable, Hashable {
    /// What kind of node.
    public enum Kind: Sendable, Hashable {
        case element
        /// An attribute, as the how manieth of its element, namespace declarations not counted.
        case attribute(Int)
        /// A run of text.
        case text
    }

    /// What kind of node.
    public let kind: Kind
    /// The element, or the one it belongs to, counted from 0 in the order of start tags.
    public let element: Int
    /// Its string value.
    public let text: String

    /// Makes a match.
    public init(kind: Kind, element: Int, text: String) {
        self.kind = kind
        self.element = element
        self.text = text
    }
}
