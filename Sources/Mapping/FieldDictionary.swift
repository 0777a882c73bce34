public import Exchange

/// One system's fields beside the canonical ones, for one kind of file; read both ways.
///
/// It names the format's fields by their notation and knows no format: `ReadingMap` and
/// `WritingMap` compile it against one.
public struct FieldDictionary: Sendable {
    /// Which way a line is used.
    public enum Direction: String, Sendable, CaseIterable { case read, write, both }
    /// Which of a field's repetitions is read when the canonical field takes one.
    public enum Take: String, Sendable, CaseIterable {
        /// The first that states something, or the last.
        case first, last
        /// There may be no more than one.
        case one
    }

    /// One line: a system's field and its canonical counterpart.
    public struct Entry: Sendable {
        /// The system's field, in the format's notation.
        public let from: String
        /// The full canonical name.
        public let target: String
        /// What the value is, in the system.
        public let type: ValueType
        /// How the system writes it.
        public let form: ValueForm
        /// Which way the line is used.
        public let direction: Direction
        /// The table between the system's codes and canonical ones.
        public let crosswalk: Crosswalk?
        /// What becomes of a code that the table lacks.
        public let miss: MissPolicy
        /// Whether a record without it is refused (reading), or waits (writing).
        public let required: Bool
        /// The system that owns the field.
        public let owner: String?
        /// Whether it can identify or describe a patient.
        public let phi: Bool
        /// What people should know.
        public let note: String?
        /// Which repetition is taken; nil when nothing is said: the first, with a remark.
        public let take: Take?
        /// Whether the canonical field takes all repetitions.
        public let isMany: Bool
        /// The words for true and for false; the first of each is written.
        public let truths: [String]
        /// The words for false.
        public let falsehoods: [String]
        /// Where the line stands.
        public let mark: Mark

        /// Whether the line is used for reading.
        public var reads: Bool { direction != .write }
        /// Whether the line is used for writing.
        public var writes: Bool { direction != .read }
    }

    /// A field that is written and never read.
    public struct Constant: Sendable {
        /// The system's field.
        public let to: String
        /// What is written.
        public let value: Template
        /// Written only where this canonical field is stated.
        public let when: String?
        /// Where the line stands.
        public let mark: Mark
    }

    /// The record, or a group within it that repeats.
    public struct Group: Sendable {
        /// The group in the format's notation; nil for the record itself.
        public let from: String?
        /// The canonical entity that an occurrence is.
        public let entity: String
        /// Its lines.
        public let fields: [Entry]
        /// What is written besides.
        public let constants: [Constant]
        /// The groups within it.
        public let each: [Group]
        /// Where it stands.
        public let mark: Mark
    }

    /// The dictionary's name.
    public let name: String
    /// The system whose fields it names.
    public let system: String
    /// The format's name: `csv`, `hl7v2`, `x12`, `xml`.
    public let format: String
    /// The zone that times without an offset are in, when it differs from the feed's.
    public let zone: String?
    /// The record.
    public let root: Group
    /// Where it stands.
    public let mark: Mark

    /// The canonical entity of the record.
    public var entity: String { root.entity }

    /// Every group, the record first, outer groups before inner ones.
    public var groups: [Group] {
        var all: [Group] = []
        func visit(_ group: Group) {
            all.append(group)
            for inner in group.each { visit(inner) }
        }
        visit(root)
        return all
    }
}
