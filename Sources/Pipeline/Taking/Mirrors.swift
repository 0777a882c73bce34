import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// What the ledger remembers of each system's records: their keys, digests and values.
struct Mirrors {
    private let names: CanonicalNames
    /// The numbers of the fields that identify an entity, by the number of its name.
    private let keys: [[Int]]
    /// For each entity that some rule looks up in the mirror: its name, and its keys' numbers.
    private let read: [(entity: String, keys: [Int])]
    /// What a field is called among an entity's own, for the fields of one entity.
    private let shortNames: [[String?]]
    private let patient: Int?
    private let events: [Int]
    /// For each feed whose records state results that have a life cycle.
    private let results: [String: ResultReader]

    init(_ site: Site, read: Set<String>) {
        let names = site.names
        self.names = names
        var keys = [[Int]](repeating: [], count: names.count)
        var shortNames = [[String?]](repeating: [], count: names.count)
        for entity in site.model.entities {
            guard let number = names.number(entity.name) else { continue }
            keys[number] = entity.keys.compactMap(names.number)
            let prefix = entity.name + "."
            shortNames[number] = (0..<names.count).map { field in
                let name = names.text(field)
                return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
            }
        }
        self.keys = keys
        self.shortNames = shortNames
        self.read = read.sorted().map { entity in
            (entity, names.number(entity).map { keys[$0] } ?? [])
        }
        patient = names.number("patient.identifier.mrn")
        events = Events.names.compactMap(names.number)
        results = site.resultReaders
    }

    /// Whether some rule looks up anything in the mirror.
    var areLookedUp: Bool { !read.isEmpty }

    /// Notes which of the mirror's rows the rules may look up beside this record.
    func touch(_ record: CanonicalView, in workspace: Workspace) throws {
        for entity in read {
            if let key = record.own(entity.keys) {
                try workspace.touch(entity: entity.entity, key: key)
            }
        }
    }

    /// What settling needs of each record of a page.
    func look(at page: inout WorkedPage, feed: String) throws {
        var view = CanonicalView(names)
        let results = results[feed]
        for index in page.records.indices where !page.records[index].packed.isEmpty {
            try view.load(page.packed, page.records[index].packed)
            page.records[index].gist = gist(view, feed: feed)
            results?.read(view, record: page.records[index].frame.number, into: &page.results)
        }
    }

    /// What one record of `feed` says of results; nil for a feed without any that have a life cycle.
    func results(of record: CanonicalView, feed: String, number: Int) -> ResultPage? {
        guard let reader = results[feed] else { return nil }
        var page = ResultPage()
        reader.read(record, record: number, into: &page)
        return page
    }

    /// What settling needs of `record`.
    func gist(_ record: CanonicalView, feed: String) -> Gist {
        let digest = record.digest
        return Gist(
            entity: record.entity, event: events.lazy.map(record.utf8).first { !$0.isEmpty } ?? [],
            patient: patient.map(record.utf8) ?? [], digest: digest,
            version: version(record, digest: digest, feed: feed))
    }

    /// The key by which the mirror knows `record`: its entity's first key that it states.
    func key(of record: CanonicalView) -> [UInt8]? {
        names.number(record.entity).flatMap { record.own(keys[$0]) }
    }

    /// What `record` says of its entity; nil for one without a key. Only the record's own entity has
    /// a version: a result says little about its patient, and must not take the place of what the
    /// patient's registration said.
    private func version(_ record: CanonicalView, digest: UInt64, feed: String) -> VersionRow? {
        guard let entity = names.number(record.entity), let key = record.own(keys[entity]) else {
            return nil
        }
        return VersionRow(
            feed: feed, entity: record.entity, key: key, digest: digest,
            values: values(of: entity, in: record))
    }

    /// The entity's fields in the record's own node, by their names within the entity, as a JSON
    /// object (RFC 8259) in the order in which they are stated.
    private func values(of entity: Int, in record: CanonicalView) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        var seen: [Int] = []
        record.forEachOwnField { number, value in
            guard number < names.count, let name = shortNames[entity][number], let value,
                !seen.contains(number)
            else { return }
            seen.append(number)
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            Self.append(name.utf8, &bytes)
            bytes.append(UInt8(ascii: ":"))
            Self.append(value, &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ text: some Sequence<UInt8>, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
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

    /// What `row` holds, by full canonical name.
    static func values(_ row: MirrorRow) -> [String: String] {
        let object = try? JSONDecoder().decode([String: String].self, from: Data(row.values.utf8))
        return Dictionary(
            (object ?? [:]).map { (row.entity + "." + $0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
    }
}
