import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// What the ledger remembers of each system's records: their keys, digests and values.
struct Mirrors {
    private let model: CanonicalModel
    /// Entities besides the record's own that some rule looks up in the mirror.
    private let read: Set<String>

    init(_ model: CanonicalModel, read: Set<String>) {
        self.model = model
        self.read = read
    }

    /// The key by which the mirror knows `record`: its entity's first key that it states.
    func key(of record: Canonical) -> [UInt8]? { key(of: record.entity, in: record) }

    private func key(of entity: String, in record: Canonical) -> [UInt8]? {
        guard let entity = model.entity(entity) else { return nil }
        for name in entity.keys {
            if let value = record.nodes.first?.fields.first(where: { $0.name == name })?.value,
                !value.isEmpty
            {
                return Array(value.utf8)
            }
        }
        return nil
    }

    /// The rows that `record` leaves behind for `system`.
    func rows(
        _ record: Canonical, digest: UInt64, system: String, state: MirrorState, id: Int64,
        feed: String
    ) -> [MirrorRow] {
        var rows: [MirrorRow] = []
        var entities = [record.entity]
        for name in read.sorted() where name != record.entity { entities.append(name) }
        for name in entities {
            guard let key = key(of: name, in: record) else { continue }
            rows.append(
                MirrorRow(
                    system: system, entity: name, key: key, state: state, digest: digest,
                    values: values(of: name, in: record), record: id, feed: feed))
        }
        return rows
    }

    /// The fields of `entity` in the record's own node, as a JSON object with sorted names.
    private func values(of entity: String, in record: Canonical) -> String {
        let prefix = entity + "."
        var object: [String: String] = [:]
        for field in record.nodes.first?.fields ?? [] where field.name.hasPrefix(prefix) {
            if let value = field.value, object[field.name] == nil { object[field.name] = value }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// What `rows` wrote, read again.
    static func values(_ row: MirrorRow) -> [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(row.values.utf8))) ?? [:]
    }
}
