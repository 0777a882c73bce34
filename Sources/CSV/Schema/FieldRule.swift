import Bytes

/// One field of a table schema, compiled: a few bytes for the hot path, and the index of the rest.
struct FieldRule: Sendable {
    /// What must be looked at besides the type.
    struct Needs: OptionSet, Sendable {
        let rawValue: UInt16
        static let required = Needs(rawValue: 1)
        static let length = Needs(rawValue: 2)
        static let bounds = Needs(rawValue: 4)
        static let pattern = Needs(rawValue: 8)
        static let options = Needs(rawValue: 16)
        /// `missingValues` is not just the empty string.
        static let missing = Needs(rawValue: 32)
    }

    /// The type with its format.
    var type: FieldType = .string
    /// What else must be looked at.
    var needs: Needs = []
    /// How its numbers are written.
    var number = NumberForm()
    /// The least length, in characters or items.
    var minLength = 0
    /// The greatest length.
    var maxLength = Int.max
    /// Whether any cell that is there is right.
    var isFree: Bool { type == .any || type == .string }
}

/// What is large or rare of a field, and not on the hot path.
struct FieldParts: Sendable {
    /// The name.
    var name: String
    /// The least value, and whether it is excluded.
    var minimum: Measure = .plain
    var excludesMinimum = false
    /// The greatest value, and whether it is excluded.
    var maximum: Measure = .plain
    var excludesMaximum = false
    /// What the whole cell must match.
    var pattern: LinearPattern?
    /// The values allowed, as written.
    var options = ValueSet([])
    /// The values allowed, as measured, where the type has an order.
    var measures: [Measure] = []
    /// What means true, and what false.
    var truths = ValueSet(["true", "True", "TRUE", "1"])
    var falsehoods = ValueSet(["false", "False", "FALSE", "0"])
    /// What means missing.
    var missing = ValueSet([""])
    /// What is written for missing.
    var missingText = ""
    /// How dates and times are written.
    var strptime: StrptimePattern?
    /// The byte between the items of a list.
    var separator = UInt8(ascii: ",")
    /// The type of the items of a list.
    var itemType: FieldType = .string
    /// Whether each value may occur once only.
    var isUnique = false
}

/// The parts of one field, by reference, so that reading one of them copies none.
final class FieldDetail: Sendable {
    /// The parts.
    let parts: FieldParts
    /// The pattern, by reference as well.
    let pattern: PatternBox?

    /// Keeps `parts`.
    init(_ parts: FieldParts) {
        self.parts = parts
        pattern = parts.pattern.map(PatternBox.init)
    }
}
