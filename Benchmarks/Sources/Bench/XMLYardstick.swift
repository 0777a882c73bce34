import CLibXML2
import Glibc
import Pipeline

/// The least that reading XML with a schema costs: libxml2's reader, node after node, in a loop,
/// as `xmllint --stream --schema` does.
enum XMLYardstick {
    /// The seconds for `bytes`; the schema is compiled before the clock starts.
    static func seconds(_ bytes: [UInt8], schema: String) throws -> Double {
        // From memory: Markup lets libxml2 open no file of itself.
        guard let text = SchemaStore.standard(site: nil).file(schema),
            let source = unsafe text.withUnsafeBytes({ raw in
                unsafe xmlSchemaNewMemParserCtxt(
                    raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
            })
        else { throw BenchFault("no schema at \(schema)") }
        defer { unsafe xmlSchemaFreeParserCtxt(source) }
        guard let compiled = unsafe xmlSchemaParse(source) else {
            throw BenchFault("\(schema) is no schema")
        }
        defer { unsafe xmlSchemaFree(compiled) }
        var result: Int32 = -1
        var isValid = false
        let seconds = Stopwatch.seconds { () -> Void in
            unsafe bytes.withUnsafeBytes { raw in
                let start = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self)
                guard let reader = unsafe xmlReaderForMemory(start, Int32(raw.count), nil, nil, 0)
                else { return }
                defer { unsafe xmlFreeTextReader(reader) }
                guard unsafe xmlTextReaderSetSchema(reader, compiled) == 0 else { return }
                repeat { result = unsafe xmlTextReaderRead(reader) } while result == 1
                isValid = unsafe xmlTextReaderIsValid(reader) == 1
            }
        }
        guard result == 0, isValid else { throw BenchFault("libxml2 finds the answers invalid") }
        return seconds
    }
}
