import CLibXML2
import Synchronization

/// A regular expression of XML Schema (part 2, appendix F), matched against whole values.
///
/// libxml2's matcher backtracks under a limit of its own. When it reaches it, `match` says so
/// rather than guess: that is the finding PATTERN-LIMIT. Values longer than `lengthLimit` are not
/// tried. Values are safe to share between threads.
public final class Pattern: Sendable {
    /// What matching came to.
    public enum Verdict: Sendable {
        case matches, differs
        /// The matcher gave up: the value is neither right nor wrong.
        case gaveUp
    }

    /// The longest value that is tried, in bytes of UTF-8.
    public static let lengthLimit = 65_536

    /// The expression as it was written.
    public let source: String
    private let compiled: Mutex<Compiled>

    /// Compiles `source`; nil when it is not an expression of XML Schema.
    public init?(_ source: String) {
        Library.start()
        guard !source.utf8.contains(0), source.utf8.count <= 4096 else { return nil }
        guard let pointer = unsafe Library.silently({ unsafe xmlRegexpCompile(source) }) else {
            return nil
        }
        self.source = source
        compiled = Mutex(unsafe Compiled(pointer))
    }

    /// Matches the whole of `text`.
    public func match(_ text: String) -> Verdict {
        guard text.utf8.count <= Pattern.lengthLimit else { return .gaveUp }
        guard !text.utf8.contains(0) else { return .differs }
        let answer = compiled.withLock { compiled in
            Library.silently { unsafe xmlRegexpExec(compiled.pointer, text) }
        }
        return answer == 1 ? .matches : answer == 0 ? .differs : .gaveUp
    }

    /// Owns the compiled form. Only its owner's lock reaches it.
    @safe private struct Compiled: ~Copyable, @unchecked Sendable {
        let pointer: xmlRegexpPtr
        init(_ pointer: xmlRegexpPtr) { unsafe self.pointer = pointer }
        deinit { unsafe xmlRegFreeRegexp(pointer) }
    }
}
