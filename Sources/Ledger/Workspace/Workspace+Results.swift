import Exchange

/// What one record says under one order number, where it meets another version of it.
public struct ResultMeeting: Sendable, Hashable, CustomStringConvertible {
    /// The record.
    public let record: Int64
    /// Whose number it is.
    public let source: Int64
    /// The sender's order number.
    public let number: [UInt8]
    /// What it says, as Mapping wrote it.
    public let said: [UInt8]

    /// Safe to log: the record's reference, no number.
    public var description: String { RecordID.reference(record) }
}

/// What stands under one order number.
public struct StoredStanding: Sendable, Hashable, CustomStringConvertible {
    /// The record that changed it last.
    public let record: Int64
    /// That record's batch.
    public let batch: Int64
    /// What stands, as Mapping wrote it.
    public let standing: [UInt8]

    /// Safe to log: the record's reference.
    public var description: String { "\(RecordID.reference(record)) in batch \(batch)" }

    /// Describes what stands.
    public init(record: Int64, batch: Int64, standing: [UInt8]) {
        self.record = record
        self.batch = batch
        self.standing = standing
    }
}

/// The workspace's tables for the life cycle of results.
enum ResultTables {
    /// What records say, each row in the order of the ledger's table; the numbers that are looked at
    /// closely, the records that state them, and what stands there; records that do not count.
    static let ddl = """
        CREATE TABLE ws_result (source INTEGER NOT NULL, number BLOB NOT NULL,
          record INTEGER NOT NULL, piece INTEGER NOT NULL, notable INTEGER NOT NULL,
          said BLOB NOT NULL, PRIMARY KEY (source, number, record, piece)) WITHOUT ROWID;
        CREATE TABLE ws_met (source INTEGER NOT NULL, number BLOB NOT NULL,
          PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE TABLE ws_meeting (record INTEGER NOT NULL, piece INTEGER NOT NULL,
          source INTEGER NOT NULL, number BLOB NOT NULL, PRIMARY KEY (record, piece)) WITHOUT ROWID;
        CREATE TABLE ws_standing (source INTEGER NOT NULL, number BLOB NOT NULL,
          record INTEGER NOT NULL, batch INTEGER NOT NULL, standing BLOB NOT NULL,
          changed INTEGER NOT NULL, PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE TABLE ws_fallen (record INTEGER PRIMARY KEY);
        """
}

extension Workspace {
    /// Adds what a record says under an order number.
    /// - Parameters:
    ///   - piece: tells several rows of one record apart.
    ///   - isNotable: whether it is looked at even if nothing stands there.
    public func addResult(
        source: Int64, number: Span<UInt8>, record: Int64, piece: Int, isNotable: Bool,
        said: Span<UInt8>
    ) throws {
        hasResults = true
        let insert = try inserter(into: "ws_result")
        insert.bind(1, source)
        insert.bind(2, bytes: number)
        insert.bind(3, record)
        insert.bind(4, Int64(piece))
        insert.bind(5, isNotable ? 1 : 0)
        insert.bind(6, bytes: said)
        try insert.insert()
    }

    /// Finds the order numbers that come more than once here, stand in the ledger, or are notable,
    /// in one walk in the order of the numbers. Most numbers are none of these, and cost nothing
    /// more. Call it when every page is settled.
    /// - Returns: whether there are any.
    public func findMeetings(in ledger: Ledger) throws -> Bool {
        guard hasResults else { return false }
        try flush()
        try attach(ledger)
        defer { try? database.execute("DETACH led") }
        try begin()
        try database.execute(
            """
            DELETE FROM ws_met; DELETE FROM ws_meeting;
            INSERT INTO ws_met SELECT r.source, r.number FROM ws_result r
              GROUP BY r.source, r.number
              HAVING COUNT(*) > 1 OR MAX(r.notable) = 1 OR EXISTS (SELECT 1 FROM led.result l
                WHERE l.source = r.source AND l.number = r.number);
            INSERT INTO ws_meeting SELECT r.record, r.piece, r.source, r.number FROM ws_met m
              CROSS JOIN ws_result r ON r.source = m.source AND r.number = m.number;
            """ + Self.standings)
        try flush()
        return try !meetingReceipts().isEmpty
    }

    /// Copies what stands in the ledger under the numbers that are looked at closely.
    private static let standings = """
        DELETE FROM ws_standing;
        INSERT INTO ws_standing SELECT l.source, l.number, l.record, l.batch, l.standing, 0
          FROM ws_met m
          CROSS JOIN led.result l ON l.source = m.source AND l.number = m.number;
        """

    /// Brings back what stood before this batch, so that it can be gone through again.
    public func resetStandings(from ledger: Ledger) throws {
        try flush()
        try attach(ledger)
        defer { try? database.execute("DETACH led") }
        try begin()
        try database.execute(Self.standings)
        try flush()
    }

    /// The receipts with records whose numbers are looked at closely.
    public func meetingReceipts() throws -> [Int64] {
        let query = try database.prepare(
            "SELECT DISTINCT record >> 32 FROM ws_meeting ORDER BY 1")
        var receipts: [Int64] = []
        while try query.step() { receipts.append(query.int(0)) }
        return receipts
    }

    /// Hands `body` what one receipt's records say where it is looked at closely, in file order.
    public func meetings(receipt: Int64, _ body: (ResultMeeting) throws -> Void) throws {
        let query = try database.prepare(
            """
            SELECT m.record, m.source, m.number, r.said FROM ws_meeting m
            CROSS JOIN ws_result r ON r.source = m.source AND r.number = m.number
              AND r.record = m.record AND r.piece = m.piece
            WHERE m.record BETWEEN ? AND ? ORDER BY m.record, m.piece
            """)
        let records = RecordID.all(of: receipt)
        query.bind(1, records.lowerBound)
        query.bind(2, records.upperBound)
        while try query.step() {
            try body(
                ResultMeeting(
                    record: query.int(0), source: query.int(1), number: query.bytes(2),
                    said: query.bytes(3)))
        }
    }

    /// What stands under a number that is looked at closely; nil for nothing.
    public func standing(source: Int64, number: [UInt8]) throws -> StoredStanding? {
        let query = try database.cached(
            "SELECT record, batch, standing FROM ws_standing WHERE source = ? AND number = ?")
        query.bind(1, source)
        query.bind(2, bytes: number.span)
        defer { query.reset() }
        guard try query.step() else { return nil }
        return StoredStanding(
            record: query.int(0), batch: query.int(1), standing: query.bytes(2))
    }

    /// Writes what stands under a number from now on.
    public func put(_ standing: StoredStanding, source: Int64, number: [UInt8]) throws {
        try begin()
        let insert = try database.cached(
            "INSERT OR REPLACE INTO ws_standing VALUES (?, ?, ?, ?, ?, 1)")
        insert.bind(1, source)
        insert.bind(2, bytes: number.span)
        insert.bind(3, standing.record)
        insert.bind(4, standing.batch)
        insert.bind(5, bytes: standing.standing.span)
        try insert.run()
    }

    /// Notes that a record's results do not come to stand.
    public func addFallen(_ record: Int64) throws {
        try begin()
        let insert = try database.cached("INSERT OR IGNORE INTO ws_fallen VALUES (?)")
        insert.bind(1, record)
        try insert.run()
    }

    /// Notes the records whose results do not come to stand: those that are not accepted, and those
    /// of which every leg is held. Call it when the legs are made.
    public func findFallen() throws {
        try begin()
        try database.execute(
            """
            INSERT OR IGNORE INTO ws_fallen SELECT record FROM work WHERE outcome <> 1
            """)
        let held = try database.prepare("SELECT 1 FROM ws_held WHERE destination <> '' LIMIT 1")
        guard try held.step() else { return }
        held.reset()
        try database.execute(
            """
            INSERT OR IGNORE INTO ws_fallen
            SELECT record FROM ws_held WHERE destination <> '' AND record NOT IN (
              SELECT l.record FROM ws_leg l WHERE l.state IN (
                  \(LegState.queued.rawValue), \(LegState.staged.rawValue),
                  \(LegState.suppressed.rawValue))
                AND l.record IN (SELECT record FROM ws_held WHERE destination <> ''))
            """)
    }

    /// Whether the record's results do not come to stand.
    public func isFallen(_ record: Int64) throws -> Bool {
        let query = try database.cached("SELECT 1 FROM ws_fallen WHERE record = ?")
        query.bind(1, record)
        defer { query.reset() }
        return try query.step()
    }
}
