import Bytes
import Exchange
import Ledger
import Mapping

/// One accepted record with what its destinations' bytes are made of. A class: it is handed on from
/// stage to stage.
final class Material: Sendable {
    let row: WorkRow
    /// Where its canonical form lies among the packed ones of its piece.
    let packed: Range<Int>
    /// The record as it came, when a destination edits it in place.
    let original: Original?
    /// The destinations it goes to, by their index in the unit, each with its number there.
    let goals: [(destination: Int, seq: Int)]
    /// Whether its legs go together or not at all.
    let together: Bool

    init(
        row: WorkRow, packed: Range<Int>, original: Original?,
        goals: [(destination: Int, seq: Int)], together: Bool
    ) {
        self.row = row
        self.packed = packed
        self.original = original
        self.goals = goals
        self.together = together
    }
}

/// A run of records that are made into bytes as one piece of work.
struct Piece: Sendable {
    /// Their canonical forms.
    let packed: [UInt8]
    var materials: [Material] = []
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

    let material: Material
    /// The claim's own number (CLM01), where it is a claim.
    var claim: [UInt8] = []
    /// What else the claim can be recognized by.
    var traits = ClaimTraits()
    /// The claim's lines.
    var lines: [ClaimLine] = []
    /// Its canonical form, packed, when some leg could not be written.
    var packed: [UInt8] = []
    var legs: [(destination: Int, leg: Leg)] = []

    var row: WorkRow { material.row }

    /// Whether some leg could not be written.
    var hasFailed: Bool {
        legs.contains { if case .failed = $0.leg { true } else { false } }
    }
}

/// Makes the bytes of a run of records: pure, so runs may be worked on side by side.
struct Making: Sendable {
    let outlets: [any Outlet]
    let names: CanonicalNames
    let batch: String
    let now: String
    let today: String
    /// The batch's instant in the site's zone.
    let clock: Timestamp

    func make(_ piece: Piece) -> [Made] {
        var makers = outlets.map { $0.maker(at: clock) }
        var view = CanonicalView(names)
        let variables = LegVariables(self)
        return piece.materials.map { make($0, piece.packed, &view, &makers, variables) }
    }

    private func make(
        _ material: Material, _ packed: [UInt8], _ record: inout CanonicalView,
        _ makers: inout [any LegMaker], _ variables: LegVariables
    ) -> Made {
        var made = Made(material: material)
        do throws(CanonicalFault) {
            try record.load(packed, material.packed)
        } catch {
            made.legs = material.goals.map {
                ($0.destination, .failed(Finding(RunFindings.notRendered, error.description)))
            }
            return made
        }
        for goal in material.goals {
            made.legs.append((goal.destination, leg(goal, material, record, &makers, variables)))
        }
        if material.together { keepTogether(&made) }
        if material.row.entity == "claim" {
            made.claim = Array((record.text("claim.identifier") ?? "").utf8)
            made.traits = ClaimTraits(of: record)
            made.lines = ClaimLine.all(of: record)
        }
        if made.hasFailed { made.packed = Array(packed[material.packed]) }
        return made
    }

    private func leg(
        _ goal: (destination: Int, seq: Int), _ material: Material, _ record: CanonicalView,
        _ makers: inout [any LegMaker], _ variables: LegVariables
    ) -> Made.Leg {
        let destination = outlets[goal.destination].destination
        let original = destination.making == .inPlace ? material.original : nil
        if destination.making == .inPlace, original == nil {
            return .failed(Finding(RunFindings.notRendered, "the original cannot be read"))
        }
        variables.turn(to: material.row, goal.seq, destination.name)
        let (bytes, findings) = makers[goal.destination].make(
            record, original: original, variables: variables)
        guard let bytes else {
            return .failed(
                findings.first { $0.severity == .error } ?? Finding(RunFindings.notRendered))
        }
        let group = destination.groupBy.flatMap { record.text($0) } ?? ""
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
}

/// What the templates of one leg may name. A class that turns from leg to leg: most templates name
/// nothing of it.
private final class LegVariables: TemplateVariables {
    private let making: Making
    /// The batch's name without its marks, in front of every control number.
    private let prefix: String
    private var event = ""
    private var feed = ""
    private var record: Int64 = 0
    private var seq = 0
    private var destination = ""

    init(_ making: Making) {
        self.making = making
        let bytes = making.batch.utf8.filter { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        prefix = String(decoding: bytes, as: UTF8.self)
    }

    func turn(to row: WorkRow, _ seq: Int, _ destination: String) {
        event = row.event
        feed = row.feed
        record = row.record
        self.seq = seq
        self.destination = destination
    }

    func value(of name: TemplateVariable) -> String? {
        switch name {
        case .batch: making.batch
        case .seq: String(seq)
        case .control: prefix + String(seq)
        case .now: making.now
        case .today: making.today
        case .event: event
        case .feed: feed
        case .destination: destination
        case .record: RecordID.reference(record)
        case .n: nil
        }
    }
}

extension ClaimTraits {
    /// What a canonical claim says of itself.
    init(of record: CanonicalView) {
        func text(_ names: String...) -> String {
            for name in names { if let text = record.text(name) { return text } }
            return ""
        }
        self.init(
            payer: text("coverage.payor.identifier"), member: text("coverage.subscriberId"),
            service: text("claim.serviced", "claim.item.serviced"),
            npi: text("claim.billing.npi"), frequency: text("claim.frequency"),
            original: text("claim.identifier.payer"),
            clearinghouse: text("claim.identifier.clearinghouse"))
        if frequency.isEmpty { frequency = "1" }
    }
}

extension ClaimLine {
    /// The lines of a canonical claim, in order.
    static func all(of record: CanonicalView) -> [ClaimLine] {
        let items = record.record.nodes.filter { $0.entity == "claim.item" }
        return items.enumerated().map { index, item in
            ClaimLine(
                sequence: Int(item.text("claim.item.sequence")) ?? index + 1,
                identifier: item.text("claim.item.identifier"),
                cents: ExactDecimal(item.text("claim.item.net"))?.cents ?? 0)
        }
    }
}
