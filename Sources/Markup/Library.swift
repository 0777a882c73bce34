import CLibXML2
import Glibc
import Synchronization

/// libxml2 itself: made ready once, kept silent, and kept from fetching anything.
///
/// libxml2 may be used from many threads at once as long as each parse has a context of its own;
/// every function of this target makes its own.
enum Library {
    /// Parser switches: never the network; the other two only keep it from printing. Entities are
    /// not replaced, no DTD is loaded, the built-in limits stay, XInclude is never run.
    static let options =
        Int32(XML_PARSE_NONET.rawValue) | Int32(XML_PARSE_NOERROR.rawValue)
        | Int32(XML_PARSE_NOWARNING.rawValue)

    /// What a schema that is being compiled may include, and by which thread.
    private struct Inclusions: Sendable {
        let thread: pthread_t
        let read: @Sendable (String) -> [UInt8]?
    }

    /// The one compilation under way; nil refuses everything. (A task-local value would say this
    /// best, but crashes outside of tasks in optimized builds of Swift 6.3.)
    private static let inclusions = Mutex<Inclusions?>(nil)
    private static let turn = Mutex<Void>(())

    /// Runs `body` while this thread alone may include what `read` hands out; one at a time.
    static func including<T>(
        _ read: @escaping @Sendable (String) -> [UInt8]?, _ body: () -> T
    ) -> T {
        turn.withLock { _ -> ResultBox<T> in
            inclusions.withLock { $0 = Inclusions(thread: pthread_self(), read: read) }
            defer { inclusions.withLock { $0 = nil } }
            return ResultBox(value: body())
        }.value
    }

    /// Carries a result out of a lock.
    private struct ResultBox<T>: @unchecked Sendable { let value: T }

    /// The file at `address`, when this thread may include it.
    private static func included(_ address: String) -> [UInt8]? {
        guard let allowed = inclusions.withLock({ $0 }),
            pthread_equal(allowed.thread, pthread_self()) != 0
        else { return nil }
        return allowed.read(address)
    }

    /// Makes the library ready; every entry of this target calls it first. Idempotent.
    static func start() { _ = started }

    private static let started: Bool = {
        xmlInitParser()
        unsafe xmlSetExternalEntityLoader { address, _, context in
            guard let address = unsafe address, let context = unsafe context,
                let bytes = unsafe Library.included(String(cString: address))
            else { return nil }
            return unsafe Library.input(bytes, address: address, context: context)
        }
        xmlSchemaInitTypes()
        return true
    }()

    private static func input(
        _ bytes: [UInt8], address: UnsafePointer<CChar>, context: xmlParserCtxtPtr
    ) -> xmlParserInputPtr? {
        let buffer = unsafe bytes.withUnsafeBytes { raw in
            unsafe xmlParserInputBufferCreateMem(
                raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count),
                XML_CHAR_ENCODING_NONE)
        }
        guard let buffer = unsafe buffer,
            let input = unsafe xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE)
        else { return nil }
        unsafe input.pointee.filename = UnsafePointer(waybill_xml_copy(address))
        return unsafe input
    }

    /// Runs `body` while whatever libxml2 would print about errors is dropped.
    static func silently<T>(_ body: () -> T) -> T {
        unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer { xmlSetStructuredErrorFunc(nil, nil) }
        return body()
    }

    /// The text of a string that libxml2 owns.
    static func text(_ string: UnsafePointer<xmlChar>?) -> String {
        guard let string = unsafe string else { return "" }
        return unsafe String(cString: string)
    }
}
