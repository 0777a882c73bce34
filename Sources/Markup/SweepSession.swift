import CLibXML2

/// A parser and a validator that are used for one piece after another: making them costs as much
/// as checking a small record. One sweep at a time uses a session.
@safe final class SweepSession: @unchecked Sendable {
    /// The parser.
    let parser: xmlParserCtxtPtr
    /// The validator; nil when only grammar is checked.
    let validator: xmlSchemaValidCtxtPtr?
    private var uses = 0

    /// How many pieces one session checks: its parser remembers every name it sees.
    private static let most = 1000

    /// Makes a session for `schema`; nil when memory is out.
    init?(_ schema: xmlSchemaPtr?) {
        Library.start()
        guard let parser = unsafe xmlNewParserCtxt() else { return nil }
        unsafe self.parser = parser
        guard let schema = unsafe schema else {
            unsafe validator = nil
            return
        }
        guard let made = unsafe xmlSchemaNewValidCtxt(schema) else {
            unsafe xmlFreeParserCtxt(parser)
            return nil
        }
        unsafe validator = made
    }

    deinit {
        if let validator = unsafe validator { unsafe xmlSchemaFreeValidCtxt(validator) }
        unsafe xmlFreeParserCtxt(parser)
    }

    /// Whether the session may be used again.
    var isFresh: Bool { uses < SweepSession.most }

    /// Puts bytes before the parser, as a new document; false when memory is out.
    func feed(_ bytes: UnsafePointer<CChar>, _ count: Int32) -> Bool {
        uses += 1
        unsafe xmlCtxtReset(parser)
        unsafe xmlCtxtUseOptions(parser, Library.options)
        guard
            let buffer = unsafe xmlParserInputBufferCreateMem(bytes, count, XML_CHAR_ENCODING_NONE),
            let input = unsafe xmlNewIOInputStream(parser, buffer, XML_CHAR_ENCODING_NONE)
        else { return false }
        unsafe inputPush(parser, input)
        return true
    }
}
