import CLibXML2

/// One pass of libxml2's push-free SAX2 parser over a piece, with or without a schema: the streaming
/// check. No tree is built; memory is that of the parser.
///
/// Elements are counted as they start, so that what is reported can be found in the caller's own
/// tables: libxml2 tells lines, never bytes.
final class Sweep {
    /// What was found, up to `limit`.
    private(set) var violations: [Violation] = []
    private var started = -1
    private var open: [Int] = []
    private var closesNext = false
    private let limit: Int

    private init(limit: Int) { self.limit = limit }

    /// Checks `piece` in `session`; the violations in document order, at most `limit`.
    static func run(_ piece: Piece, in session: SweepSession, limit: Int) -> [Violation] {
        let sweep = Sweep(limit: limit)
        let isDone = unsafe piece.withSelfContained { bytes, count in
            unsafe sweep.parse(bytes, count, session)
        }
        return isDone == true ? sweep.violations : [.unchecked]
    }

    private func parse(_ bytes: UnsafePointer<CChar>, _ count: Int32, _ session: SweepSession)
        -> Bool
    {
        let context = unsafe session.parser
        guard unsafe session.feed(bytes, count) else { return false }
        var handler = unsafe Sweep.handler
        let own = unsafe context.pointee.sax
        let data = unsafe context.pointee.userData
        let state = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe withUnsafeMutablePointer(to: &handler) { handler in
            unsafe context.pointee.sax = handler
            unsafe context.pointee.userData = state
            unsafe validated(context, by: session.validator, state: state) {
                unsafe xmlParseDocument(context)
            }
            unsafe context.pointee.sax = own
            unsafe context.pointee.userData = data
        }
        if unsafe context.pointee.wellFormed == 0 || context.pointee.nsWellFormed == 0 {
            unsafe note(context.pointee.lastError)
        }
        return true
    }

    private func validated(
        _ context: xmlParserCtxtPtr, by validator: xmlSchemaValidCtxtPtr?,
        state: UnsafeMutableRawPointer, _ parse: () -> Int32
    ) {
        guard let validator = unsafe validator else {
            _ = parse()
            return
        }
        unsafe xmlSchemaSetValidStructuredErrors(
            validator,
            { state, error in
                guard let state = unsafe state, let error = unsafe error else { return }
                let sweep = unsafe Unmanaged<Sweep>.fromOpaque(state).takeUnretainedValue()
                unsafe sweep.note(error.pointee)
            }, state)
        // The line of an error comes from the parser.
        unsafe xmlSchemaValidateSetLocator(
            validator,
            { context, file, line in
                // libxml2 reads both answers whatever this returns, from variables it never set.
                unsafe file?.pointee = nil
                unsafe line?.pointee = 0
                guard let context = unsafe context, let line = unsafe line else { return -1 }
                let parser = unsafe context.assumingMemoryBound(to: xmlParserCtxt.self)
                guard let input = unsafe parser.pointee.input else { return -1 }
                unsafe line.pointee = UInt(max(0, input.pointee.line))
                return 0
            }, context)
        let plug = unsafe waybill_xml_plug(validator, context)
        _ = parse()
        if let plug = unsafe plug { unsafe xmlSchemaSAXUnplug(plug) }
    }

    /// Keeps one violation, at the element that is open or just ending.
    private func note(_ error: xmlError) {
        guard violations.count < limit else { return }
        violations.append(unsafe Violation(error, element: open.last ?? max(0, started)))
    }

    /// An element starts. The schema's own handler runs after this one.
    fileprivate func start() {
        settle()
        started += 1
        open.append(started)
    }

    /// An element ends; the schema speaks about it after this, so it leaves with the next event.
    fileprivate func end() {
        settle()
        closesNext = true
    }

    private func settle() {
        if closesNext { _ = open.popLast() }
        closesNext = false
    }

    private static var handler: xmlSAXHandler {
        var handler = unsafe xmlSAXHandler()
        unsafe handler.initialized = UInt32(XML_SAX2_MAGIC)
        unsafe handler.startElementNs = { state, _, _, _, _, _, _, _, _ in
            guard let state = unsafe state else { return }
            unsafe Unmanaged<Sweep>.fromOpaque(state).takeUnretainedValue().start()
        }
        unsafe handler.endElementNs = { state, _, _, _ in
            guard let state = unsafe state else { return }
            unsafe Unmanaged<Sweep>.fromOpaque(state).takeUnretainedValue().end()
        }
        return unsafe handler
    }
}
