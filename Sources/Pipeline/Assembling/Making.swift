import Bytes
import Exchange
import Ledger
import Mapping

/// One accepted record with what its destinations' bytes are made of.
struct Material: Sendable {
    let row: WorkRow
    let encoded: [UInt8]
    /// The record as it came, when a destination edits it in place.
    let original: Original?
    /// The destinations it goes to, by their index in the unit, each with its number there.
    let goals: [(destination: Int, seq: Int)]
    /// Whether its legs go together or not at all.
    let together: Bool
}

/// One record's bytes for each of its destinations.
struct Made: Sendable {
    /// What became of one leg.
    enum Leg: Sendable {
        case bytes([UInt8], hash: UInt64, group: String)
        case failed(Finding)
        /// The destination is known to hold this version already.
        case unchanged
    }

    let row: WorkRow
    var record: Canonical?
    var legs: [(destination: Int, leg: Leg)] = []
    /// The mirror rows that the record leaves behind in each destination's system.
    var mirror: [MirrorRow] = []

    /// Whether some leg could not be written.
    var hasFailed: Bool {
        legs.contains { if case .failed = $0.leg { true } else { false } }
    }
}

/// Makes the bytes of a run of records: pure, so runs may be worked on side by side.
struct Making: Sendable {
    let outlets: [any Outlet]
    let mirrors: Mirrors
    let batch: String
    let now: String
    let today: String

    func make(_ materials: [Material]) -> [Made] {
        var makers = outlets.map { $0.maker() }
        return materials.map { make($0, &makers) }
    }

    private func make(_ material: Material, _ makers: inout [any LegMaker]) -> Made {
        guard let record = try? CanonicalCodec.decode(material.encoded) else {
            let finding = Finding(RunFindings.notRendered, "the record has no canonical form")
            return Made(
                row: material.row, record: nil,
                legs: material.goals.map { ($0.destination, .failed(finding)) })
        }
        var made = Made(row: material.row, record: record)
        for goal in material.goals {
            made.legs.append((goal.destination, leg(goal, material, record, &makers)))
        }
        if material.together { keepTogether(&made) }
        let digest = RecordHash.hash(material.encoded)
        var systems: Set<String> = []
        for (destination, leg) in made.legs {
            guard case .bytes = leg else { continue }
            let system = outlets[destination].destination.system
            guard systems.insert(system).inserted else { continue }
            let row = mirrors.row(
                record, digest: digest, system: system, state: .sent, id: material.row.record,
                feed: material.row.feed)
            if let row { made.mirror.append(row) }
        }
        // Only a claim, and a record that is held, are asked for more than their bytes.
        if record.entity != "claim", !made.hasFailed { made.record = nil }
        return made
    }

    private func leg(
        _ goal: (destination: Int, seq: Int), _ material: Material, _ record: Canonical,
        _ makers: inout [any LegMaker]
    ) -> Made.Leg {
        let destination = outlets[goal.destination].destination
        let original = destination.making == .inPlace ? material.original : nil
        if destination.making == .inPlace, original == nil {
            return .failed(Finding(RunFindings.notRendered, "the original cannot be read"))
        }
        let (bytes, findings) = makers[goal.destination].make(
            record, original: original, variables: variables(material.row, goal.seq, destination))
        guard let bytes else {
            return .failed(
                findings.first { $0.severity == .error } ?? Finding(RunFindings.notRendered))
        }
        let group = destination.groupBy.flatMap { record.value($0) } ?? ""
        return .bytes(bytes, hash: RecordHash.hash(bytes), group: group)
    }

    /// One leg that cannot be written keeps the others back.
    private func keepTogether(_ made: inout Made) {
        var reason: Finding?
        for (_, leg) in made.legs {
            if case .failed(let finding) = leg { reason = reason ?? finding }
        }
        guard let reason else { return }
        for index in made.legs.indices { made.legs[index].leg = .failed(reason) }
    }

    /// The batch's name without its marks, in front of every control number.
    private var prefix: String {
        let bytes = batch.utf8.filter { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func variables(
        _ row: WorkRow, _ seq: Int, _ destination: Destination
    ) -> [String: String] {
        [
            "batch": batch, "seq": String(seq), "event": row.event, "now": now, "today": today,
            "control": prefix + String(seq),
            "feed": row.feed, "record": RecordID.reference(row.record),
            "destination": destination.name,
        ]
    }
}
