public import Exchange

extension Workspace {
    private static let columns = """
        record, origin, part, feed, rank, type, entity, event, key64, key, hash, cents, outcome,
        code, owner, offset, length, spill_offset, spill_length, basis, patient, legs
        """

    private static func row(_ found: RawStatement) -> WorkRow {
        let spilled = found.int(17)
        return WorkRow(
            record: found.int(0), origin: Origin(rawValue: Int(found.int(1))) ?? .received,
            part: Int(found.int(2)), feed: found.text(3), rank: Int(found.int(4)),
            type: found.text(5), entity: found.text(6), event: found.text(7), key64: found.int(8),
            key: found.bytes(9), hash: UInt64(bitPattern: found.int(10)), cents: found.int(11),
            outcome: Outcome(rawValue: Int(found.int(12))) ?? .held, code: found.text(13),
            owner: Role(rawValue: found.text(14)), offset: found.int(15),
            length: Int(found.int(16)),
            spill: spilled < 0 ? nil : SpillRange(offset: spilled, length: Int(found.int(18))),
            basis: found.bytes(19), patient: found.bytes(20), legs: Int(found.int(21)))
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
        guard !feeds.isEmpty else { return }
        let marks = feeds.map { _ in "?" }.joined(separator: ",")
        let only =
            (outcome.map(Workspace.condition) ?? "") + (filter?.condition ?? "")
        let query = try database.prepare(
            """
            SELECT \(Workspace.columns) FROM work WHERE feed IN (\(marks))\(only)
            ORDER BY rank, feed, record
            """)
        for (index, feed) in feeds.enumerated() { query.bind(index + 1, feed) }
        while try query.step() { try body(Workspace.row(query)) }
        query.reset()
    }

    /// The ids of the settled records of the feeds with that outcome, ascending, but for legs that
    /// were released alone.
    public func records(feeds: [String], outcome: Outcome) throws -> RecordSet {
        guard !feeds.isEmpty else { return RecordSet() }
        let marks = feeds.map { _ in "?" }.joined(separator: ",")
        let query = try database.prepare(
            """
            SELECT record FROM work WHERE feed IN (\(marks)) AND outcome = \(outcome.rawValue)
            AND origin <> \(Origin.leg.rawValue) ORDER BY record
            """)
        for (index, feed) in feeds.enumerated() { query.bind(index + 1, feed) }
        var records = RecordSet()
        while try query.step() { records.append(query.int(0)) }
        query.reset()
        return records
    }

    /// Hands `body` every settled record of one receipt, in file order.
    public func work(receipt: Int64, _ body: (WorkRow) throws -> Void) throws {
        let query = try database.prepare(
            "SELECT \(Workspace.columns) FROM work WHERE record BETWEEN ? AND ? ORDER BY record")
        query.bind(1, receipt << 32)
        query.bind(2, receipt << 32 | 0xFFFF_FFFF)
        while try query.step() { try body(Workspace.row(query)) }
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
        while try query.step() { rows.append(Workspace.row(query)) }
        return rows
    }

    /// One settled record.
    public func work(_ record: Int64) throws -> WorkRow? {
        let query = try database.cached("SELECT \(Workspace.columns) FROM work WHERE record = ?")
        query.bind(1, record)
        defer { query.reset() }
        return try query.step() ? Workspace.row(query) : nil
    }

    /// How many settled records the feeds have, with that outcome where one is given.
    public func count(feeds: [String], outcome: Outcome? = nil) throws -> Int {
        guard !feeds.isEmpty else { return 0 }
        let marks = feeds.map { _ in "?" }.joined(separator: ",")
        let only = outcome.map(Workspace.condition) ?? ""
        let query = try database.prepare(
            "SELECT COUNT(*) FROM work WHERE feed IN (\(marks))\(only)")
        for (index, feed) in feeds.enumerated() { query.bind(index + 1, feed) }
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
        case .payments: " AND entity = 'paymentReconciliation'"
        }
    }
}
