import CLibXML2
import Synchronization

/// A schema in W3C XML Schema 1.0, compiled once and shared by all threads.
///
/// Schema files come from whoever compiles it and from nowhere else: what an instance says in
/// `xsi:schemaLocation` is never looked at, and `xs:include` and `xs:import` reach only what
/// `read` hands out.
public final class Schema: Sendable {
    /// The name it was compiled under.
    public let name: String
    /// Which elements stand in which, in what order.
    public let outline: SchemaOutline
    private let compiled: Compiled

    /// Compiles the schema at `path`.
    /// - Parameters:
    ///   - path: its place below the schemas folder; `xs:include` is relative to it.
    ///   - hoisting: a local element to be made global, so that it can be validated alone.
    ///   - read: hands out the file at a path; nil when there is none.
    /// - Throws: what libxml2 says is wrong, with the line.
    public static func compile(
        _ path: String, hoisting local: String? = nil,
        read: @escaping @Sendable (String) -> [UInt8]?
    ) throws(SchemaFault) -> Schema {
        Library.start()
        guard let bytes = read(path) else {
            throw SchemaFault(line: 0, reason: "no such schema file")
        }
        return try Library.including(read) { () -> Result<Schema, SchemaFault> in
            Library.silently { made(path, bytes, local) }
        }.get()
    }

    private static func made(
        _ path: String, _ bytes: [UInt8], _ local: String?
    ) -> Result<Schema, SchemaFault> {
        let parsed = unsafe bytes.withUnsafeBytes { raw in
            unsafe xmlReadMemory(
                raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count), path, nil,
                Library.options)
        }
        guard let document = unsafe parsed else {
            let line = unsafe xmlGetLastError().map { unsafe Int($0.pointee.line) } ?? 0
            return .failure(SchemaFault(line: line, reason: "it is not well-formed XML"))
        }
        var outline = SchemaOutline()
        if let root = unsafe xmlDocGetRootElement(document) {
            unsafe outline.read(root)
            if let local, !outline.globals.contains(local) { unsafe hoist(local, root) }
        }
        let faults = FaultList()
        let state = unsafe Unmanaged.passUnretained(faults).toOpaque()
        let parser = unsafe xmlSchemaNewDocParserCtxt(document)
        unsafe xmlSchemaSetParserStructuredErrors(
            parser,
            { state, error in
                guard let state = unsafe state, let error = unsafe error else { return }
                unsafe Unmanaged<FaultList>.fromOpaque(state).takeUnretainedValue().add(
                    error.pointee)
            }, state)
        let pointer = unsafe xmlSchemaParse(parser)
        unsafe xmlSchemaFreeParserCtxt(parser)
        guard let pointer = unsafe pointer else {
            unsafe xmlFreeDoc(document)
            let unknown = SchemaFault(line: 0, reason: "it is not a schema")
            return .failure(faults.list.first ?? unknown)
        }
        let compiled = unsafe Compiled(schema: pointer, document: document)
        return .success(Schema(name: path, outline: outline, compiled: compiled))
    }

    private init(name: String, outline: SchemaOutline, compiled: Compiled) {
        self.name = name
        self.outline = outline
        self.compiled = compiled
    }

    /// Copies the first local declaration of `name` to the top of the schema.
    private static func hoist(_ name: String, _ root: xmlNodePtr) {
        guard let found = unsafe XSDNode(root).descendant(declaring: name),
            let copy = unsafe xmlCopyNode(found.pointer, 1)
        else { return }
        for attribute in ["minOccurs", "maxOccurs", "form"] { unsafe xmlUnsetProp(copy, attribute) }
        unsafe xmlAddChild(root, copy)
    }

    /// Everything that this schema, and XML itself, has against `piece`; at most `limit`.
    public func check(_ piece: Piece, limit: Int = 100) -> [Violation] {
        guard let session = compiled.borrow() else { return [.unchecked] }
        let found = Sweep.run(piece, in: session, limit: limit)
        // What went wrong may have left traces; such a session is not used again.
        if found.isEmpty { compiled.giveBack(session) }
        return found
    }

    /// Owns the compiled form and the document it points into.
    ///
    /// Sendable: libxml2 only reads a compiled schema; every validation has its own context, with
    /// its own dictionary.
    @safe private final class Compiled: @unchecked Sendable {
        let schema: xmlSchemaPtr
        private let document: xmlDocPtr
        private let idle = Mutex<[SweepSession]>([])

        init(schema: xmlSchemaPtr, document: xmlDocPtr) {
            unsafe self.schema = schema
            unsafe self.document = document
        }

        /// A session that nobody uses.
        func borrow() -> SweepSession? {
            unsafe idle.withLock { $0.popLast() } ?? SweepSession(schema)
        }

        /// Keeps a session for the next piece.
        func giveBack(_ session: SweepSession) {
            guard session.isFresh else { return }
            idle.withLock { if $0.count < 16 { $0.append(session) } }
        }

        deinit {
            // Sessions point into the schema: they go first.
            idle.withLock { $0.removeAll() }
            unsafe xmlSchemaFree(schema)
            unsafe xmlFreeDoc(document)
        }
    }

    /// What went wrong while a schema was compiled.
    private final class FaultList {
        var list: [SchemaFault] = []
        func add(_ error: xmlError) {
            guard list.count < 20 else { return }
            let reason = unsafe error.message.map { unsafe String(cString: $0) } ?? ""
            list.append(
                SchemaFault(
                    line: unsafe Int(error.line),
                    reason: reason.split(whereSeparator: \.isNewline).joined(separator: " ")))
        }
    }
}

/// A schema that does not compile.
public struct SchemaFault: Error, Hashable, Sendable {
    /// 1-based; 0 when not known.
    public let line: Int
    /// What libxml2 says; schemas are settings, so names in it are safe to show.
    public let reason: String

    /// Makes a fault.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}

/// Whether a piece is well-formed, without a schema.
public enum WellFormedness {
    /// What XML itself has against `piece`: nothing, or one violation.
    public static func check(_ piece: Piece) -> [Violation] {
        guard let session = unsafe SweepSession(nil) else { return [.unchecked] }
        return Sweep.run(piece, in: session, limit: 1)
    }
}
