import Exchange

/// The clinic's vocabulary: entities, their fields, keys, and the columns that rules see.
///
/// It is data (`schemas/canonical.yaml`); nothing in the code knows an entity by name. A field's
/// full name is its entity's and its own: `claim.item.net` is the field `net` of `claim.item`. A
/// clinic's own fields, `<entity>.custom.<name>`, need no declaration.
public struct CanonicalModel: Sendable {
    /// One kind of thing.
    public struct Entity: Sendable {
        /// Its name: `diagnosticReport`, `claim.item`.
        public let name: String
        /// Its table in the batch workspace: `diagnostic_report`.
        public let table: String
        /// The entity it is a part of; nil for one that stands alone.
        public let within: String?
        /// The full names of the fields that identify it, the most telling first.
        public let keys: [String]
        /// Its fields, as declared.
        public let fields: [Field]
        /// Columns that take their value from a field of the record around it, in order.
        public let references: [(column: String, field: String)]
        /// What it is, for documents.
        public let note: String?
    }

    /// One field of an entity.
    public struct Field: Sendable, Hashable {
        /// The full canonical name: `patient.birthDate`.
        public let name: String
        /// The entity it belongs to.
        public let entity: String
        /// What its values are.
        public let type: ValueType
        /// Whether it may have several values.
        public let isMany: Bool
        /// Whether a value can identify or describe a patient.
        public let phi: Bool
        /// Its column in the entity's table: `birth_date`.
        public let column: String
        /// What it means, for documents.
        public let note: String?
    }

    /// All entities, as declared.
    public let entities: [Entity]
    /// How versions of one result follow each other; nil where nothing is said of it.
    public let results: ResultModel?
    private let entityIndex: [String: Int]
    private let fieldIndex: [String: Field]

    init(_ entities: [Entity], results: ResultModel? = nil) {
        self.entities = entities
        self.results = results
        entityIndex = Dictionary(
            entities.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        fieldIndex = Dictionary(
            entities.flatMap(\.fields).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The entity called `name`.
    public func entity(_ name: String) -> Entity? { entityIndex[name].map { entities[$0] } }

    /// The field called `name`, declared or a clinic's own; nil when there is no such field.
    public func field(_ name: String) -> Field? {
        if let field = fieldIndex[name] { return field }
        guard let entity = entity(ofField: name) else { return nil }
        let own = name.utf8.dropFirst(entity.name.utf8.count + 1)
        guard own.starts(with: "custom.".utf8), own.count > 7, Self.isName(own.dropFirst(7)) else {
            return nil
        }
        return Field(
            name: name, entity: entity.name, type: .string, isMany: false, phi: true,
            column: Self.snake(String(own) ?? ""), note: nil)
    }

    /// Whether `name` is a clinic's own field, `<entity>.custom.<name>`.
    public func isCustom(_ name: String) -> Bool {
        guard fieldIndex[name] == nil, let entity = entity(ofField: name) else { return false }
        return name.hasPrefix(entity.name + ".custom.")
    }

    /// The entity that the field `name` belongs to, by the longest entity name that it begins with.
    public func entity(ofField name: String) -> Entity? {
        var prefix = Substring(name)
        while let dot = prefix.lastIndex(of: ".") {
            prefix = prefix[..<dot]
            if let entity = entity(String(prefix)) { return entity }
        }
        return nil
    }

    /// The declared name that `name` was probably meant to be.
    public func nearestField(_ name: String) -> String? {
        NearestName.find(name, among: Array(fieldIndex.keys))
    }

    /// The entity that `name` was probably meant to be.
    public func nearestEntity(_ name: String) -> String? {
        NearestName.find(name, among: entities.map(\.name))
    }

    /// `period.start`, `birthDate` → `period_start`, `birth_date`.
    static func snake(_ name: String) -> String {
        var text = ""
        for character in name {
            if character == "." {
                text.append("_")
            } else if character.isUppercase {
                text += "_" + character.lowercased()
            } else {
                text.append(character)
            }
        }
        return text
    }

    /// Whether `text` is made of letters, digits and dots, and begins with a letter.
    static func isName(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, isLetter(first) else { return false }
        return text.allSatisfy { isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
    }
}
