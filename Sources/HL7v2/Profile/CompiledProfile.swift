import Markup

/// A profile in flat tables, made once (`ProfileCompiler`) and never changed. An index of -1 means
/// that there is none.
final class CompiledProfile: Sendable {
    let name: String
    /// The packed versions that it is for; none: all.
    let versions: [UInt64]
    let plans: [Plan]
    let nodes: [NodeRule]
    let segments: [SegmentPlan]
    let parts: [PartRule]
    let types: [TypePlan]
    let mappings: [MappingRule]
    let bindings: [BindingRule]
    let places: [Binding.Place]
    let sets: [SetRule]
    let codes: CodeIndex
    let checks: [CheckRule]
    let clauses: [ClauseRule]
    /// Members of `all` and `any`, as indices of clauses; value sets of a binding, as indices of sets.
    let lists: [Int32]
    let paths: [PathRule]
    let steps: [Step]
    let texts: [[UInt8]]
    let numbers: [Double]
    let patterns: [Pattern]
    let names: [String]

    /// Takes the compiler's tables.
    init(_ tables: ProfileTables) {
        name = tables.name
        versions = tables.versions
        plans = tables.plans
        nodes = tables.nodes
        segments = tables.segments
        parts = tables.parts
        types = tables.types
        mappings = tables.mappings
        bindings = tables.bindings
        places = tables.places
        sets = tables.sets
        codes = CodeIndex(tables.codes)
        checks = tables.checks
        clauses = tables.clauses
        lists = tables.lists
        paths = tables.paths
        steps = tables.steps
        texts = tables.texts
        numbers = tables.numbers
        patterns = tables.patterns
        names = tables.names
    }

    /// Whether it is for messages of that MSH-12.
    func isFor(version: UInt64) -> Bool { versions.isEmpty || versions.contains(version) }

    /// The plan for a message; -1 when the profile is not for it.
    func plan(schema: Int, root: Int, type: UInt64, event: UInt64) -> Int {
        plans.firstIndex {
            $0.schema == schema && $0.root == root
                && ($0.type == 0 || ($0.type == type && $0.event == event))
        } ?? -1
    }
}

/// The tables while they are made.
struct ProfileTables {
    var name = ""
    var versions: [UInt64] = []
    var plans: [Plan] = []
    var nodes: [NodeRule] = []
    var segments: [SegmentPlan] = []
    var parts: [PartRule] = []
    var types: [TypePlan] = []
    var mappings: [MappingRule] = []
    var bindings: [BindingRule] = []
    var places: [Binding.Place] = []
    var sets: [SetRule] = []
    var codes: [[CodeIndex.Entry]] = []
    var checks: [CheckRule] = []
    var clauses: [ClauseRule] = []
    var lists: [Int32] = []
    var paths: [PathRule] = []
    var steps: [Step] = []
    var texts: [[UInt8]] = []
    var numbers: [Double] = []
    var patterns: [Pattern] = []
    var names: [String] = []
}

/// A run of entries in another table.
struct Run: Sendable {
    var first: Int32 = 0
    var count: Int32 = 0
    var range: Range<Int> { Int(first)..<Int(first + count) }
}

/// One message of the profile, laid over one structure of one schema.
struct Plan: Sendable {
    var schema = 0
    /// The root of the schema's structure.
    var root = 0
    /// Packed type and event; 0: every message of that structure.
    var type: UInt64 = 0
    var event: UInt64 = 0
    /// The profile's root node.
    var node = 0
    /// The profile's node for each node of the schema's structure, counted from its root.
    var nodeOf: [Int32] = []
    /// Nodes of Z segments, for which the schema has none.
    var locals: [Int32] = []
}

/// A segment or group of a message; its members follow it.
struct NodeRule: Sendable {
    /// 0 for a group.
    var segment: UInt32 = 0
    var name: Int32 = -1
    var usage = Usage.optional
    var minimum: Int32 = 0
    /// -1: any number.
    var maximum: Int32 = -1
    /// The segment's flavor.
    var flavor: Int32 = -1
    var parent: Int32 = -1
    /// Which member of its parent it is, from 0.
    var ordinal: Int32 = 0
    /// How many members it has.
    var members: Int32 = 0
    /// One past the last node of its subtree.
    var end: Int32 = 0
    /// Another node for the same place of the structure.
    var next: Int32 = -1
    var checks = Run()
}

/// A flavor of a segment.
struct SegmentPlan: Sendable {
    var id: UInt32 = 0
    /// Its fields, by number.
    var parts = Run()
    var isClosed = false
    var mappings = Run()
    var checks = Run()
}

/// A flavor of a data type.
struct TypePlan: Sendable {
    /// Its components, by number; none: primitive.
    var parts = Run()
    var isClosed = false
    var checks = Run()
}

/// A field or component.
struct PartRule: Sendable {
    var isDescribed = false
    var usage = Usage.optional
    /// -1: not stated.
    var minimum: Int32 = -1
    var maximum: Int32 = -1
    var minimumLength: Int32 = -1
    var maximumLength: Int32 = -1
    var type: Int32 = -1
    var constant: Int32 = -1
    var bindings = Run()
    var name: Int32 = -1
}

/// One case of a field whose type depends on other values.
struct MappingRule: Sendable {
    var field: Int32 = 0
    var reference: (field: Int32, component: Int32) = (0, 0)
    /// Field 0: there is no second one.
    var second: (field: Int32, component: Int32) = (0, 0)
    var value: UInt64 = 0
    var secondValue: UInt64 = 0
    var type: Int32 = -1
}

/// A value set binding.
struct BindingRule: Sendable {
    /// In `lists`.
    var sets = Run()
    var places = Run()
    var strength = Binding.Strength.required
    var isExclusive = false
}

/// A value set.
struct SetRule: Sendable {
    var name: Int32 = -1
    var isOpen = false
    /// HL7 table 0396: also holds HL7nnnn and 99zzz.
    var namesSystems = false
}

/// A statement or condition in its context.
struct CheckRule: Sendable {
    var clause: Int32 = 0
    /// What the finding says of it.
    var name: Int32 = -1
    var isWeak = false
    /// A value set binding: its clause is `coded`.
    var isBinding = false
    /// The target of a condition: where its parent lies, and its step below that; -1: a statement.
    var parent: Int32 = -1
    var step: Int32 = -1
    var target: Int32 = -1
    var whenTrue = Usage.optional
    var whenFalse = Usage.optional
}

/// One node of a condition on values.
struct ClauseRule: Sendable {
    enum Operation: UInt8, Sendable {
        case present, equals, matches, oneOf, oneOfNumbers, compareText, compareNumber
        case comparePaths, coded, setID, all, any, not, exactlyOne, implies
    }

    var operation = Operation.all
    /// Paths, or operands.
    var left: Int32 = -1
    var right: Int32 = -1
    /// Texts, numbers, patterns, a binding, or members in `lists`.
    var items = Run()
    var isAny = false
    var ignoresCase = false
    var absence = Clause.Absence.pass
    var comparison = Clause.Comparison.equal
}

/// A path: its steps.
struct PathRule: Sendable { var steps = Run() }

/// One step down: into the member, field, component or sub-component of that number.
struct Step: Sendable {
    /// From 1.
    var position: Int32
    /// From 1; 0: all.
    var instance: Int32
}

/// The codes of all value sets in small hash tables, one after another in flat arrays.
struct CodeIndex: Sendable {
    /// A code with what goes with it.
    struct Entry: Sendable {
        /// The packed code.
        var key: UInt64
        /// The packed system; 0: none.
        var system: UInt64
        var usage: ValueSet.CodeUsage
    }

    private var ranges: [(first: Int, mask: Int)] = []
    private var slots: [Entry] = []

    /// Files the codes of each set.
    init(_ sets: [[Entry]]) {
        for set in sets {
            var size = 4
            while size < set.count * 2 { size *= 2 }
            let first = slots.count
            ranges.append((first, size - 1))
            slots += [Entry](
                repeating: Entry(key: 0, system: 0, usage: .required), count: size)
            for entry in set where entry.key != 0 {
                var slot = Self.slot(entry.key, size - 1)
                while slots[first + slot].key != 0 { slot = (slot + 1) & (size - 1) }
                slots[first + slot] = entry
            }
        }
    }

    private static func slot(_ key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) & mask
    }

    /// The entry of a code in set `index`, one with that system if there is one.
    func entry(_ key: UInt64, system: UInt64, in index: Int) -> Entry? {
        guard key != 0 else { return nil }
        let range = ranges[index]
        var slot = Self.slot(key, range.mask)
        var found: Entry?
        while slots[range.first + slot].key != 0 {
            let entry = slots[range.first + slot]
            if entry.key == key {
                if entry.system == system { return entry }
                found = found ?? entry
            }
            slot = (slot + 1) & range.mask
        }
        return found
    }
}
