import Bytes
public import Exchange

/// The names of the entities and fields that a site's canonical records use, each with a number.
///
/// Numbers hold for one run: they are in the records that pages pack and spill, and never in the
/// ledger. Made once with the site, and shared by its maps.
public final class CanonicalNames: Sendable {
    /// The names, by their numbers.
    let texts: [String]
    /// A hash of each name, the same in every run.
    let hashes: [UInt64]
    private let numbers: [String: Int]

    /// Numbers the names of `model`, and those that dictionaries use besides, a clinic's own fields
    /// among them: these come first, since the lowest numbers take one byte.
    public init(_ model: CanonicalModel, besides used: Set<String> = []) {
        var texts: [String] = []
        var numbers: [String: Int] = [:]
        let declared = model.entities.flatMap { [$0.name] + $0.fields.map(\.name) }
        for name in used.sorted() + declared where numbers[name] == nil {
            numbers[name] = texts.count
            texts.append(name)
        }
        self.texts = texts
        self.numbers = numbers
        hashes = texts.map { RecordHash.hash(Array($0.utf8)) }
    }

    /// How many there are.
    public var count: Int { texts.count }

    /// The number of `name`; nil when no dictionary and no entity of the model uses it.
    public func number(_ name: String) -> Int? { numbers[name] }

    /// The name with that number.
    public func text(_ number: Int) -> String { texts[number] }

    /// The packed bytes of one record; empty for one without nodes.
    public func pack(_ record: Canonical) -> [UInt8] {
        var writer = CanonicalWriter(self)
        writer.add(record)
        return writer.bytes
    }

    /// A view of one packed record.
    public func view(_ packed: [UInt8]) throws(CanonicalFault) -> CanonicalView {
        try CanonicalView(packed, self)
    }
}
