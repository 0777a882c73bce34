import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// Turns one accepted record into a destination's bytes.
struct LegWriter {
    /// A leg's bytes, or why there are none.
    enum Written {
        case bytes([UInt8], record: Canonical, row: WorkRow)
        /// The destination is known to hold this version already.
        case unchanged(WorkRow)
        case held(WorkRow, Finding)
    }

    let context: NightContext
    let workspace: Workspace
    let routed: Routed
    let mirrors: Mirrors
    /// Entities whose unchanged versions are not sent again; results always are.
    private static let suppressible: Set<String> = ["patient", "appointment"]

    init(_ context: NightContext, _ workspace: Workspace, _ routed: Routed, _ mirrors: Mirrors) {
        self.context = context
        self.workspace = workspace
        self.routed = routed
        self.mirrors = mirrors
    }

    /// The record's canonical form, completed by what routing matched to it.
    func canonical(_ row: WorkRow) throws -> Canonical? {
        guard let spill = routed.rewritten[row.record] ?? row.spill else { return nil }
        return try CanonicalCodec.decode(try workspace.unspill(spill))
    }

    func write(
        _ id: Int64, to destination: Destination, by maker: inout any LegMaker,
        originals: Originals, seq: Int
    ) throws -> Written? {
        guard let row = try workspace.work(id) else { return nil }
        guard let record = try canonical(row) else {
            return .held(row, Finding(RunFindings.notRendered, "the record has no canonical form"))
        }
        if try isKnown(record, row, destination) { return .unchanged(row) }
        var original: Original?
        if destination.making == .inPlace {
            original = try originals.find(id)
            if original == nil {
                return .held(row, Finding(RunFindings.notRendered, "the original cannot be read"))
            }
        }
        let (bytes, findings) = maker.make(
            record, original: original, variables: variables(row, record, seq: seq))
        if let bytes { return .bytes(bytes, record: record, row: row) }
        let first = findings.first { $0.severity == .error }
        return .held(row, first ?? Finding(RunFindings.notRendered))
    }

    private func isKnown(
        _ record: Canonical, _ row: WorkRow, _ destination: Destination
    ) throws -> Bool {
        guard Self.suppressible.contains(record.entity), row.event.isEmpty || row.event == "A08",
            let key = mirrors.key(of: record), let spill = row.spill,
            let known = try context.ledger.mirror(
                system: destination.system, entity: record.entity, key: key)
        else { return false }
        guard known.state == .confirmed else { return false }
        return known.digest == RecordHash.hash(try workspace.unspill(spill))
    }

    private func variables(_ row: WorkRow, _ record: Canonical, seq: Int) -> [String: String] {
        let clock = context.localClock
        return [
            "batch": context.batch.name, "seq": String(seq), "event": row.event,
            "control": "\(context.batch.name.filter { $0.isNumber || $0.isLetter })\(seq)",
            "now": DatePattern("yyyyMMddHHmmss")?.format(clock) ?? "",
            "today": DatePattern("yyyyMMdd")?.format(clock) ?? "", "feed": row.feed,
            "record": RecordID.reference(row.record),
        ]
    }
}
