import Exchange
import Ledger
import Mapping

/// Record numbers that were merged into others (ADT A40), from the ledger and from this batch.
final class Merges {
    private var survivors: [[UInt8]: [UInt8]] = [:]

    /// The merges that `systems` told of so far.
    init(_ ledger: Ledger, systems: Set<String>) throws {
        for system in systems.sorted() {
            survivors.merge(try ledger.survivors(system: system)) { first, _ in first }
        }
    }

    /// Whether nobody was merged.
    var isEmpty: Bool { survivors.isEmpty }

    /// Takes in a merge of this batch.
    func add(loser: [UInt8], survivor: [UInt8]) {
        survivors[loser] = survivor
    }

    /// The number that a merge takes away, and the one it lives on as; nil for no such two.
    static func pair(in record: CanonicalView) -> (loser: [UInt8], survivor: [UInt8])? {
        guard let survivor = record.text(recordNumber),
            let loser = record.text("patient.identifier.prior"), loser != survivor
        else { return nil }
        return (Array(loser.utf8), Array(survivor.utf8))
    }

    /// Whether a merge names one number twice.
    static func isOfItself(_ record: CanonicalView) -> Bool {
        guard let survivor = record.text(recordNumber) else { return false }
        return record.text("patient.identifier.prior") == survivor
    }

    /// The number that `number` lives on as, through chains of merges; nil when it was not merged.
    func survivor(of number: [UInt8]) -> [UInt8]? {
        var seen: Set<[UInt8]> = [number]
        var current = number
        while let next = survivors[current], seen.insert(next).inserted { current = next }
        return current == number ? nil : current
    }

    /// The record under the surviving number; nil when its number was not merged away.
    func survived(_ view: CanonicalView) -> Canonical? {
        guard !isEmpty, let number = view.text(Self.recordNumber),
            let survivor = survivor(of: Array(number.utf8))
        else { return nil }
        var record = view.record
        for node in record.nodes.indices {
            for field in record.nodes[node].fields.indices
            where record.nodes[node].fields[field].name == Self.recordNumber {
                record.nodes[node].fields[field].value = String(decoding: survivor, as: UTF8.self)
            }
        }
        return record
    }

    private static let recordNumber = "patient.identifier.mrn"
}
