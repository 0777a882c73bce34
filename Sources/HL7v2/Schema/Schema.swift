import Bytes

/// What a simple value must look like.
enum ValueKind: UInt8, Sendable {
    case text, number, integer, date, time, timestamp, coded, userCoded, varies, open, composite
}

/// The rule of one field or component.
struct FieldRule: Sendable {
    /// Index in `Schema.types`.
    var type: UInt16
    /// Must be valued.
    var isRequired = false
    /// Required in the tables only, conditional or out of use in fact: its absence is a warning.
    var isSoft = false
    /// Its form is checked softly: a fault in it is a warning.
    var isLenient = false
    /// May repeat.
    var repeats = false
    /// Index in `Schema.tables`, or -1.
    var table: Int16 = -1
    /// What follows is its type's, copied here by `Schema.init` so that one look is enough.
    var kind = ValueKind.open
    /// How many components the type has.
    var count: UInt8 = 0
    /// Where they begin in `Schema.fields`.
    var first: UInt16 = 0
    /// The normal length in characters; the greatest number where there is no limit.
    var length: UInt32 = .max
    /// The components that must be valued, as bits.
    var required: UInt32 = 0
    /// The components of which one must be valued, as bits: a coded value's codes and texts.
    var anyOf: UInt32 = 0
    /// Whether its table ignores case.
    var ignoresCase = false
    /// Components that are looked at closely when they are all valued, as bits: a code, which
    /// needs its system, or a number with its check digit.
    var with: UInt32 = 0
    /// Of which this one must be valued then, as a bit.
    var without: UInt32 = 0
    /// Whether its text may hold formatting commands (FT).
    var isFormatted = false
    /// Whether its code must name its system.
    var needsSystem = false
}

/// The rule of one data type.
struct TypeRule: Sendable {
    /// Its name as a packed value: no reference, so that copies cost nothing.
    let key: UInt64
    let kind: ValueKind
    /// Where its components begin in `Schema.fields`.
    var first = 0
    /// How many components it has; 0 for a simple type.
    var count = 0
    /// The normal length of a simple type in characters; longer is a warning. 0: no limit.
    var length = 0
    /// Whether a component after the first is required.
    var needsMore = false
}

/// The rule of one segment.
struct SegmentRule: Sendable {
    let id: UInt32
    let first: Int
    let count: Int
    /// The highest number of a field that is required, softly or not.
    let lastRequired: Int
    /// Known, but its fields are not described.
    let isOpen: Bool
    /// The fields up to the 64th that are required, softly or not, as bits; made by `Schema.init`.
    var required: UInt64 = 0
}

/// A table of codes.
struct CodeTable: Sendable {
    /// Its number, such as 103 for table 0103.
    let number: Int
    let isClosed: Bool
    let ignoresCase: Bool
    let first: Int
    let count: Int

    /// The number with its zeros: `0103`.
    var name: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}

/// One node of a message structure, in document order; its children follow it.
struct StructureNode: Sendable {
    enum Kind: UInt8, Sendable { case group, segment }
    var kind: Kind
    /// A group's name, or the segment's id, as index in `Schema.names`.
    var name: UInt16
    var isRequired: Bool
    var repeats: Bool
    /// A group whose members come in any order (`NAME*(`).
    var isUnordered = false
    /// A group that begins only where all that it requires follows (`NAME?(`).
    var looksAhead = false
    /// Index of the parent node; a root is its own parent.
    var parent: Int
    /// One past the last node of the subtree.
    var end: Int
    /// The segments (bits by index) that can begin it.
    var first: UInt64 = 0
    /// The segments anywhere in it.
    var contains: UInt64 = 0
    /// Whether it can be present without any segment.
    var isNullable = false
}

/// One version of the standard, compiled from its schema file into flat tables.
final class Schema: Sendable {
    let version: String
    let types: [TypeRule]
    /// Fields of segments, components of types, and values of OBX-5.
    let fields: [FieldRule]
    let segments: [SegmentRule]
    let tables: [CodeTable]
    /// The packed values of all tables.
    let codes: CodeSet
    /// Where in `fields` the rules of OBX-5's values begin, one for each type.
    let firstValue: Int
    let nodes: [StructureNode]
    /// Names of groups and segments.
    let names: [String]
    /// Root node by structure name.
    let roots: [String: Int]
    /// Structure name by `TYPE^EVENT`, or `TYPE^*`.
    let events: [String: String]
    /// For each group node: (segment id, node, depth) of every segment in its subtree, nearest first.
    let reach: [[(id: UInt32, node: UInt16, depth: UInt16)]]
    /// The names of structures as packed values, by root node; 0 for every other node.
    private let rootKeys: [UInt64]
    private let reportRoots: [Int]
    /// The version as a packed value.
    let packedVersion: UInt64
    private let slots: [UInt8]
    /// Type index + 1 by packed name.
    private let typeSlots: [UInt16]

    init(
        version: String, types: [TypeRule], fields: [FieldRule], segments: [SegmentRule],
        tables: [CodeTable], codes: [UInt64], nodes: [StructureNode], names: [String],
        roots: [String: Int], events: [String: String]
    ) {
        self.version = version
        packedVersion = Schema.pack(Array(version.utf8))
        self.types = types
        let rules = fields.map { Schema.compiled($0, types, fields, tables) }
        firstValue = rules.count
        self.fields =
            rules
            + types.indices.map { type in
                var rule = FieldRule(type: UInt16(type))
                rule.repeats = true
                return Schema.compiled(rule, types, fields, tables)
            }
        self.segments = segments.map { segment in
            var segment = segment
            for number in 0..<min(64, segment.count) {
                let rule = rules[segment.first + number]
                if rule.isRequired || rule.isSoft { segment.required |= 1 << UInt64(number) }
            }
            return segment
        }
        self.tables = tables
        self.codes = CodeSet(tables, codes)
        self.nodes = nodes
        self.names = names
        self.roots = roots
        reportRoots = ["ORU_R01", "ORU_R30"].compactMap { roots[$0] }
        var rootKeys = [UInt64](repeating: 0, count: nodes.count)
        for (name, root) in roots { rootKeys[root] = Schema.pack(name.utf8) }
        self.rootKeys = rootKeys
        self.events = events
        var typeSlots = [UInt16](repeating: 0, count: 512)
        for (index, type) in types.enumerated() {
            var slot = Schema.typeSlot(type.key)
            while typeSlots[slot] != 0 { slot = (slot + 1) & 511 }
            typeSlots[slot] = UInt16(index + 1)
        }
        self.typeSlots = typeSlots
        var slots = [UInt8](repeating: 0xFF, count: 1024)
        for (index, segment) in segments.enumerated() {
            var slot = Schema.slot(segment.id)
            while slots[slot] != 0xFF { slot = (slot + 1) & 1023 }
            slots[slot] = UInt8(index)
        }
        self.slots = slots
        reach = Schema.reaches(nodes, names)
    }

    /// A rule with what its type says of it.
    private static func compiled(
        _ rule: FieldRule, _ types: [TypeRule], _ fields: [FieldRule], _ tables: [CodeTable]
    ) -> FieldRule {
        let type = types[Int(rule.type)]
        var rule = rule
        rule.kind = type.kind
        rule.count = UInt8(min(type.count, 32))
        rule.first = UInt16(type.first)
        rule.length = type.length == 0 ? .max : UInt32(type.length)
        for number in 0..<Int(rule.count) where fields[type.first + number].isRequired {
            rule.required |= 1 << UInt32(number)
        }
        // HL7 v2 ch. 2A, CE, CWE and CNE: a code or a text, of either system, or the original text.
        if codedTypes.contains(type.key) { rule.anyOf = 0b1_0001_1011 }
        // CWE and CNE, and the fields that the schema marks: a code is one of a system.
        rule.needsSystem = rule.needsSystem || systemTypes.contains(type.key)
        if rule.needsSystem { (rule.with, rule.without) = (0b1, 0b100) }
        // CX: a check digit (2) of a scheme (3).
        if type.key == identifierType { rule.with = 0b110 }
        rule.isFormatted = type.key == formattedType
        rule.ignoresCase = rule.table >= 0 && tables[Int(rule.table)].ignoresCase
        return rule
    }

    private static let codedTypes = ["CE", "CWE", "CNE"].map { pack(Array($0.utf8)) }
    private static let systemTypes = ["CWE", "CNE"].map { pack(Array($0.utf8)) }
    /// `CX`, packed.
    static let identifierType = pack(Array("CX".utf8))
    private static let formattedType = pack(Array("FT".utf8))

    @inline(__always)
    private static func typeSlot(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 55)
    }

    /// The name of the structure with this root as a packed value.
    @inline(__always)
    func rootKey(_ root: Int) -> UInt64 { rootKeys[root] }

    /// Whether the structure with this root reports results.
    func isReport(root: Int) -> Bool { reportRoots.contains(root) }

    private static func reaches(
        _ nodes: [StructureNode], _ names: [String]
    ) -> [[(id: UInt32, node: UInt16, depth: UInt16)]] {
        nodes.indices.map { group in
            guard nodes[group].kind == .group else { return [] }
            var found: [(id: UInt32, node: UInt16, depth: UInt16)] = []
            for child in (group + 1)..<max(group + 1, nodes[group].end)
            where nodes[child].kind == .segment {
                var depth = 0
                var above = child
                while above != group {
                    above = nodes[above].parent
                    depth += 1
                }
                for name in names[Int(nodes[child].name)].split(separator: "|") {
                    found.append(
                        (SegmentID.pack(String(name)), UInt16(child), UInt16(depth)))
                }
            }
            return found.sorted { ($0.depth, $0.node) < ($1.depth, $1.node) }
        }
    }

    @inline(__always)
    private static func slot(_ id: UInt32) -> Int { Int((id &* 0x9E37_79B1) >> 22) }

    /// The index of a segment's rule; -1 when the version has no such segment.
    @inline(__always)
    func segment(_ id: UInt32) -> Int {
        var slot = Schema.slot(id)
        while slots[slot] != 0xFF {
            let index = Int(slots[slot])
            if segments[index].id == id { return index }
            slot = (slot + 1) & 1023
        }
        return -1
    }

    /// The index of a data type by its packed name; -1 when there is none.
    func type(_ key: UInt64) -> Int {
        var slot = Schema.typeSlot(key)
        while typeSlots[slot] != 0 {
            let index = Int(typeSlots[slot]) - 1
            if types[index].key == key { return index }
            slot = (slot + 1) & 511
        }
        return -1
    }

    /// Whether table `index` holds the value with this key.
    @inline(__always)
    func table(_ index: Int, holds key: UInt64) -> Bool {
        codes.table(index, holds: key)
    }

    /// Whether table `index`, which ignores case, holds a value of at most eight bytes.
    func holdsUppercase(_ index: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var key: UInt64 = 0
        for offset in range {
            let byte = bytes[offset]
            key = key << 8 | UInt64((0x61...0x7A).contains(byte) ? byte - 32 : byte)
        }
        return codes.table(index, holds: key)
    }

    /// The structure of a message by type and event; nil when the version has none described.
    func structure(type: String, event: String) -> String? {
        events["\(type)^\(event)"] ?? events["\(type)^*"]
    }

    /// The text of a packed value of at most eight bytes.
    static func text(_ key: UInt64) -> String {
        let bytes = stride(from: 56, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: key >> $0)
        }
        return String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
    }

    /// The same of a part of a page.
    @inline(__always)
    static func pack(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        if range.count <= 8 { return short(bytes, range.lowerBound, range.count) }
        var key: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { key = (key ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return key
    }

    /// The same of at most eight bytes.
    @inline(__always)
    static func short(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        let word = bytes.word(at: start, count: count).byteSwapped
        // In two steps, because a shift by 64 is none that the machine knows.
        let unwanted = UInt64(truncatingIfNeeded: 8 &- count) &* 4
        return (word &>> unwanted) &>> unwanted
    }

    /// A value as a key: up to eight bytes as they are, longer ones hashed (FNV-1a).
    static func pack(_ bytes: some Collection<UInt8>) -> UInt64 {
        if bytes.count <= 8 { return bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

/// A segment's three letters in one number, so that they compare at once; literals, which need no
/// look at whether they were made yet.
enum SegmentID {
    static let msh: UInt32 = 0x4D_53_48
    static let obx: UInt32 = 0x4F_42_58
    static let nte: UInt32 = 0x4E_54_45
    static let obr: UInt32 = 0x4F_42_52
    static let orc: UInt32 = 0x4F_52_43
    static let pid: UInt32 = 0x50_49_44
    static let sch: UInt32 = 0x53_43_48
    static let spm: UInt32 = 0x53_50_4D
    static let msa: UInt32 = 0x4D_53_41
    static let sft: UInt32 = 0x53_46_54
    static let evn: UInt32 = 0x45_56_4E
    static let ais: UInt32 = 0x41_49_53
    static let aig: UInt32 = 0x41_49_47
    static let ail: UInt32 = 0x41_49_4C
    static let aip: UInt32 = 0x41_49_50
    static let tq1: UInt32 = 0x54_51_31

    static func pack(_ text: String) -> UInt32 {
        text.utf8.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func text(_ id: UInt32) -> String {
        String(
            decoding: [UInt8(id >> 16 & 255), UInt8(id >> 8 & 255), UInt8(id & 255)], as: UTF8.self)
    }

    /// Whether it begins with Z: a segment by agreement, allowed anywhere.
    @inline(__always)
    static func isLocal(_ id: UInt32) -> Bool { id >> 16 == 0x5A }
}
