public import Exchange

extension Workspace {
    private static let columns = """
        record, origin, part, kind, type, event, key64, key, hash, cents, outcome, code, owner,
        offset, length, spill_offset, spill_length, basis, patient, legs
        """

    private func row(_ found: RawStatement) -> WorkRow {
        let kind = kinds[Int(found.int(3))]
        let owner = found.text(12)
        let spilled = found.int(15)
        return WorkRow(
            record: found.int(0), origin: Origin(rawValue: Int(found.int(1))) ?? .received,
            part: Int(found.int(2)), feed: kind.feed, rank: kind.rank, type: found.text(4),
            entity: kind.entity, event: found.text(5), key64: found.int(6), key: found.bytes(7),
            hash: UInt64(bitPattern: found.int(8)), cents: found.int(9),
            outcome: Outcome(rawValue: Int(found.int(10))) ?? .held, code: found.text(11),
            owner: owner.isEmpty ? nil : Role(rawValue: owner), offset: found.int(13),
            length: Int(found.int(14)),
            spill: spilled < 0 ? nil : SpillRange(offset: spilled, length: Int(found.int(16))),
            basis: found.bytes(17), patient: found.bytes(18), legs: Int(found.int(19)))
    }

    /// An outcome as a condition that the index of exceptions serves.
    private static func condition(_ outcome: Outcome) -> String {
        " AND outcome = \(outcome.rawValue)" + (outcome == .accepted ? "" : " AND outcome <> 1")
    }

    /// Hands `body` every settled record of the feeds, with that outcome where one is given, in
    /// the order of the night: rank, feed, receipt, number.
    public func work(
        feeds: [String], outcome: Outcome? = nil, only filter: WorkFilter? = nil,
        _ body: (WorkRow) throws -> Void
    ) throws {
        let only = (outcome.map(Workspace.condition) ?? "") + (filter?.condition ?? "")
        if outcome != .accepted || filter != nil { try indexExceptions() }
        let order = Set(kinds.filter { feeds.contains($0.feed) }.map { KindOrder($0) }).sorted()
        // One feed after another, so that no rows are sorted.
        for place in order {
            let mine = kindIDs { KindOrder($0) == place && filter?.takes($0) ?? true }
            guard let mine else { continue }
            let query = try database.prepare(
                """
                SELECT \(Workspace.columns) FROM work WHERE kind IN (\(mine))\(only)
                ORDER BY record
                """)
            while try query.step() { try body(row(query)) }
        }
    }

    /// The ids of the settled records of the feeds with that outcome, ascending, but for legs that
    /// were released alone.
    public func records(feeds: [String], outcome: Outcome) throws -> RecordSet {
        guard let mine = kindIDs({ feeds.contains($0.feed) }) else { return RecordSet() }
        let query = try database.prepare(
            """
            SELECT record FROM work WHERE kind IN (\(mine)) AND outcome = \(outcome.rawValue)
            AND origin <> \(Origin.leg.rawValue) ORDER BY record
            """)
        var records = RecordSet()
        while try query.step() { records.append(query.int(0)) }
        query.reset()
        return records
    }

    /// Hands `body` every settled record of one receipt, in file order.
    public func work(receipt: Int64, _ body: (WorkRow) throws -> Void) throws {
        let query = try database.prepare(
            "SELECT \(Workspace.columns) FROM work WHERE record BETWEEN ? AND ? ORDER BY record")
        let records = RecordID.all(of: receipt)
        query.bind(1, records.lowerBound)
        query.bind(2, records.upperBound)
        while try query.step() { try body(row(query)) }
        query.reset()
    }

    /// Settled records whose ids lie between two, ascending.
    public func work(from first: Int64, through last: Int64) throws -> [WorkRow] {
        let query = try database.cached(
            "SELECT \(Workspace.columns) FROM work WHERE record BETWEEN ? AND ? ORDER BY record")
        query.bind(1, first)
        query.bind(2, last)
        defer { query.reset() }
        var rows: [WorkRow] = []
        while try query.step() { rows.append(row(query)) }
        return rows
    }

    /// One settled record.
    public func work(_ record: Int64) throws -> WorkRow? {
        let query = try database.cached("SELECT \(Workspace.columns) FROM work WHERE record = ?")
        query.bind(1, record)
        defer { query.reset() }
        return try query.step() ? row(query) : nil
    }

    /// How many settled records the feeds have, with that outcome where one is given.
    public func count(feeds: [String], outcome: Outcome? = nil) throws -> Int {
        guard let mine = kindIDs({ feeds.contains($0.feed) }) else { return 0 }
        let only = outcome.map(Workspace.condition) ?? ""
        let query = try database.prepare(
            "SELECT COUNT(*) FROM work WHERE kind IN (\(mine))\(only)")
        _ = try query.step()
        return Int(query.int(0))
    }

    /// The findings kept about one record, as an acknowledgement or a screen needs them.
    public func findingCodes(record: Int64) throws -> [String] {
        try begin()
        try database.execute("CREATE INDEX IF NOT EXISTS ws_finding_record ON ws_finding (record)")
        let query = try database.cached(
            "SELECT DISTINCT code FROM ws_finding WHERE record = ? ORDER BY code")
        query.bind(1, record)
        var codes: [String] = []
        while try query.step() { codes.append(query.text(0)) }
        query.reset()
        return codes
    }
}

/// The place of a kind's records in the order of the night.
private struct KindOrder: Hashable, Comparable {
    let rank: Int
    let feed: String

    init(_ kind: WorkKind) {
        rank = kind.rank
        feed = kind.feed
    }

    static func < (left: KindOrder, right: KindOrder) -> Bool {
        (left.rank, left.feed) < (right.rank, right.feed)
    }
}

/// Which settled records are meant, besides feed and outcome.
public enum WorkFilter: Sendable {
    /// Those that did not come in a file of this batch.
    case reentered
    /// Messages that merge two record numbers (ADT A40).
    case merges
    /// Payments, whose parts must add up.
    case payments

    var condition: String {
        switch self {
        case .reentered: " AND origin <> \(Origin.received.rawValue)"
        case .merges: " AND event = 'A40'"
        case .payments: ""
        }
    }

    /// Whether records of this kind may be meant.
    func takes(_ kind: WorkKind) -> Bool {
        self != .payments || kind.entity == "paymentReconciliation"
    }
}
