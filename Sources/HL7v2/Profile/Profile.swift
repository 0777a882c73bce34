/// A partner's overlay on the schemas: what its implementation guide asks beyond the standard.
///
/// It is written by hand or imported, read from `schemas/hl7v2/NAME.yaml` (`ProfileReader`), and
/// compiled into flat tables (`ProfileCompiler`) before a message is seen. Words are those of HL7's
/// conformance methodology: usage, cardinality, length, value set binding, conformance statement,
/// condition predicate. A segment or a data type may occur in several flavors, each with an id.
struct Profile: Sendable {
    var name = ""
    /// Where it comes from, for people.
    var about = ""
    /// The versions it is for; empty: all.
    var versions: [String] = []
    /// The messages it is for; empty: all.
    var messages: [MessageProfile] = []
    var segments: [SegmentProfile] = []
    var types: [TypeProfile] = []
    var valueSets: [ValueSet] = []
    /// Conformance statements.
    var statements: [Statement] = []
    /// Condition predicates.
    var conditions: [Condition] = []
    /// What an import could not translate.
    var leftOut: [String] = []
}

/// HL7 v2 conformance methodology, "Usage".
enum Usage: String, Sendable, CaseIterable {
    case required = "R"
    case requiredOrEmpty = "RE"
    case optional = "O"
    case conditional = "C"
    case unsupported = "X"
    case withdrawn = "W"
    case backward = "B"
}

/// How often something may occur.
struct Cardinality: Sendable, Hashable {
    var minimum = 0
    /// nil: any number.
    var maximum: Int?

    /// `0..1`, `1..*`.
    var text: String { "\(minimum)..\(maximum.map(String.init) ?? "*")" }

    /// Reads `1..*`, or `3` for exactly so many.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: true)
        guard let first = parts.first, let minimum = Int(first), minimum >= 0, parts.count <= 2
        else { return nil }
        self.minimum = minimum
        maximum = minimum
        guard parts.count == 2 else { return }
        maximum = parts[1] == "*" ? nil : Int(parts[1])
        if parts[1] != "*", maximum == nil || maximum ?? 0 < minimum { return nil }
    }

    init(minimum: Int, maximum: Int?) {
        self.minimum = minimum
        self.maximum = maximum
    }
}

/// One message of a profile and the usage of its segments and groups.
struct MessageProfile: Sendable {
    /// `ORU^R01`.
    var type = ""
    var id = ""
    /// Empty: segments are found by their names, wherever they stand.
    var members: [Member] = []
}

/// A segment or group in a message.
struct Member: Sendable {
    /// A segment's flavor, or a group's name.
    var name = ""
    /// A group's id; empty for a segment.
    var id = ""
    var isGroup = false
    var usage = Usage.optional
    var cardinality = Cardinality(minimum: 0, maximum: nil)
    var members: [Member] = []
}

/// A flavor of a segment.
struct SegmentProfile: Sendable {
    var id = ""
    /// `PID`.
    var name = ""
    /// Whether all its fields are described, so that others are too many.
    var isClosed = false
    var fields: [PartProfile] = []
    /// What the type of a field depends on.
    var mappings: [Mapping] = []
}

/// The type of one field by the values of others (OBX-5 by OBX-2).
struct Mapping: Sendable {
    var field = 0
    /// The field, or field and component, that decides.
    var reference = ""
    /// A second one; empty where there is none.
    var second = ""
    var cases: [(value: String, second: String, type: String)] = []
}

/// A flavor of a data type.
struct TypeProfile: Sendable {
    var id = ""
    /// `CX`.
    var name = ""
    var isClosed = false
    /// Its components; none: a primitive type.
    var parts: [PartProfile] = []
}

/// A field or component.
struct PartProfile: Sendable {
    var number = 0
    /// What people call it.
    var name = ""
    var usage = Usage.optional
    var cardinality: Cardinality?
    var length: Cardinality?
    /// The flavor of its type; empty: not described.
    var type = ""
    /// The only value it may have.
    var constant: String?
    var bindings: [Binding] = []
}

/// Which codes a value may have, and where they stand in it.
struct Binding: Sendable {
    /// How binding a value set is.
    enum Strength: String, Sendable, CaseIterable {
        case required = "R"
        case suggested = "S"
        case undetermined = "U"
    }

    /// The component of a code, and that of its system; 0: the value itself, no system.
    struct Place: Sendable, Hashable {
        var code = 0
        var system = 0
    }

    /// The value sets of which one must hold the code.
    var sets: [String] = []
    var strength = Strength.required
    /// Where a code may stand; empty: the value itself.
    var places: [Place] = []
    /// Whether only one of the places may hold a code of the sets.
    var isExclusive = false
}

/// A set of codes.
struct ValueSet: Sendable {
    /// HL7 v2 conformance methodology, "code usage".
    enum CodeUsage: String, Sendable, CaseIterable {
        case required = "R"
        case permitted = "P"
        case excluded = "E"
    }

    /// Codes of one system and usage.
    struct Codes: Sendable {
        var system = ""
        var usage = CodeUsage.required
        var codes: [String] = []
    }

    var id = ""
    /// Whether more codes may be agreed.
    var isOpen = false
    var codes: [Codes] = []
}

/// What a statement or a predicate is about.
struct Context: Sendable, Hashable {
    /// By the flavor's id, or by the name of all flavors.
    enum Kind: String, Sendable, CaseIterable {
        case message, group, segment, type
        case everyMessage = "every_message"
        case everyGroup = "every_group"
        case everySegment = "every_segment"
        case everyType = "every_type"

        /// The same, by id.
        var byID: Kind {
            switch self {
            case .message, .everyMessage: .message
            case .group, .everyGroup: .group
            case .segment, .everySegment: .segment
            case .type, .everyType: .type
            }
        }
        /// Whether paths below it begin with segments and groups.
        var isStructural: Bool { byID == .message || byID == .group }
    }

    var kind = Kind.segment
    var name = ""
}

/// A conformance statement.
struct Statement: Sendable {
    var id = ""
    var context = Context()
    /// What it says, in the guide's words.
    var text = ""
    /// SHOULD instead of SHALL.
    var isWeak = false
    /// Whether it stands for a value set binding: its clause is `coded`.
    var isBinding = false
    var clause = Clause.all([])
}

/// A condition predicate: the usage of a target by a condition, `C(R/X)`.
struct Condition: Sendable {
    var id = ""
    var context = Context()
    var text = ""
    var target = ""
    var clause = Clause.all([])
    var whenTrue = Usage.optional
    var whenFalse = Usage.optional
}
