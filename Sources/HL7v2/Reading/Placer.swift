import Bytes

/// Chooses schema and structure of each record from MSH-12 and MSH-9, and matches it.
///
/// Neighbours in a file are of one kind as a rule, so what was found for the last is kept.
struct Placer {
    private let format: HL7Format
    private var version: UInt64 = .max
    private var type: UInt64 = .max
    private var event: UInt64 = .max
    private var schema = (index: 0, reading: HL7Format.Reading.unknown)
    private var root = -1
    private var matcher: StructureMatcher?

    init(format: HL7Format) { self.format = format }

    /// Fills in record `index` and its segments' places.
    mutating func place(_ index: Int, in document: inout HL7Document) {
        let record = document.records[index]
        choose(
            version: document.headerKey(12, of: record), type: document.headerKey(9, of: record),
            event: document.headerKey(9, component: 2, of: record))
        let groups = document.groups.count
        let faults = document.faults.count
        let rules = format.schemas[schema.index]
        if matcher?.match(rules, record.segments, in: &document) == nil {
            for segment in record.segments {
                let rule = rules.segment(document.segments[segment].id)
                document.segments[segment].rule = rule < 0 ? 0xFF : UInt8(truncatingIfNeeded: rule)
            }
        }
        document.records[index].schema = schema.index
        document.records[index].reading = schema.reading
        document.records[index].root = root
        document.records[index].groups = groups..<document.groups.count
        document.records[index].faults = faults..<document.faults.count
    }

    private mutating func choose(version: UInt64, type: UInt64, event: UInt64) {
        guard version != self.version || type != self.type || event != self.event else { return }
        (self.version, self.type, self.event) = (version, type, event)
        schema = format.schema(forVersion: version)
        root = format.root(type: type, event: event, inSchema: schema.index)
        matcher = root < 0 ? nil : StructureMatcher(format.schemas[schema.index], root: root)
    }
}
