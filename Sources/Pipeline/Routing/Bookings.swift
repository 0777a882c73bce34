import Exchange
import Ledger
import Mapping

/// Looks whether what happened to an appointment goes with what its system is known to have: told to
/// the front desk, and delivered all the same. A full file's triggers come from the mirror already.
struct Bookings {
    private let context: NightContext
    private let workspace: Workspace
    private let mirrors: Mirrors
    /// The last event of each appointment in this batch.
    private var tonight: [[UInt8]: String] = [:]

    /// How many appointments are looked up at once.
    private static let pieceSize = 500

    init(_ context: NightContext, _ workspace: Workspace, _ mirrors: Mirrors) {
        self.context = context
        self.workspace = workspace
        self.mirrors = mirrors
    }

    /// Goes through the appointment messages of a batch.
    /// - Parameter taken: the night's files, in the order in which they were read.
    mutating func check(_ taken: [Taken]) throws {
        for file in taken where file.feed.rank == .appointments && file.feed.contents == .changes {
            var piece: [(record: Int64, event: String, key: [UInt8])] = []
            var rows: [WorkRow] = []
            try workspace.work(receipt: file.receipt.id) { row in
                if row.outcome == .accepted, Events.bookings.contains(row.event) {
                    rows.append(row)
                }
            }
            for row in rows {
                guard let spill = row.spill,
                    let key = mirrors.key(
                        of: try context.site.names.view(try workspace.unspill(spill)))
                else { continue }
                piece.append((row.record, row.event, key))
                if piece.count == Self.pieceSize {
                    try check(piece, file.feed)
                    piece = []
                }
            }
            try check(piece, file.feed)
        }
    }

    private mutating func check(
        _ piece: [(record: Int64, event: String, key: [UInt8])], _ feed: Feed
    ) throws {
        guard !piece.isEmpty else { return }
        let known = try context.ledger.mirror(
            system: context.site.system(of: feed), entity: "appointment", keys: piece.map(\.key))
        let events = try context.ledger.events(of: known.values.map(\.record))
        for (record, event, key) in piece {
            let before = tonight[key] ?? known[key].map { events[$0.record] ?? "" }
            if let kind = Self.misfit(event, after: before) {
                try workspace.add(
                    Finding(kind, at: Location(record: RecordID.number(record)), event),
                    receipt: RecordID.receipt(record), record: record)
            }
            tonight[key] = event
        }
    }

    /// What is wrong with an event after another; nil before: the appointment is not known.
    private static func misfit(_ event: String, after before: String?) -> FindingKind? {
        guard let before else {
            return Events.ofKnown.contains(event) ? RunFindings.unknownBooking : nil
        }
        return before == Events.cancellation && !Events.afterCancellation.contains(event)
            ? RunFindings.cancelledBooking : nil
    }
}
