import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// What the ledger remembers of each system's records: their keys, digests and values.
struct Mirrors {
    private let model: CanonicalModel
    /// Entities that some rule looks up in the mirror.
    private let read: Set<String>

    init(_ model: CanonicalModel, read: Set<String>) {
        self.model = model
        self.read = read
    }

    /// Whether some rule looks up anything in the mirror.
    var areLookedUp: Bool { !read.isEmpty }

    /// Notes which of the mirror's rows the rules may look up beside this record.
    func touch(_ record: Canonical, in workspace: Workspace) throws {
        for entity in read {
            if let key = key(of: entity, in: record) {
                try workspace.touch(entity: entity, key: key)
            }
        }
    }

    /// What settling needs of `record`, which came from `system` and was encoded as `encoded`.
    func gist(_ record: Canonical, encoded: [UInt8], system: String, feed: String) -> Gist {
        Gist(
            entity: record.entity, event: Events.stated(in: record) ?? "",
            patient: record.value("patient.identifier.mrn").map { Array($0.utf8) } ?? [],
            mirror: row(
                record, digest: RecordHash.hash(encoded), system: system, state: .confirmed, id: 0,
                feed: feed))
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

    /// The row that `record` leaves behind for `system`; nil for one without a key. Only the
    /// record's own entity has a row: a result says little about its patient, and must not take
    /// the place of what the patient's registration said.
    func row(
        _ record: Canonical, digest: UInt64, system: String, state: MirrorState, id: Int64,
        feed: String
    ) -> MirrorRow? {
        guard let key = key(of: record) else { return nil }
        return MirrorRow(
            system: system, entity: record.entity, key: key, state: state, digest: digest,
            values: values(of: record.entity, in: record), record: id, feed: feed)
    }

    /// The fields of `entity` in the record's own node, as a JSON object with sorted names.
    private func values(of entity: String, in record: Canonical) -> String {
        let prefix = entity + "."
        var object: [String: String] = [:]
        for field in record.nodes.first?.fields ?? [] where field.name.hasPrefix(prefix) {
            if let value = field.value, object[field.name] == nil { object[field.name] = value }
        }
        return Self.json(object)
    }

    /// A JSON object of texts, with sorted names (RFC 8259).
    private static func json(_ object: [String: String]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, item) in object.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(item.key, &bytes)
            bytes.append(UInt8(ascii: ":"))
            append(item.value, &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ text: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes += [UInt8(ascii: "\\"), byte]
            } else if byte < 0x20 {
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// What `rows` wrote, read again.
    static func values(_ row: MirrorRow) -> [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(row.values.utf8))) ?? [:]
    }
}
