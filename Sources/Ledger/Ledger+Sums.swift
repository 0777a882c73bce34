import Exchange
import GRDB

/// What one feed's records came to, from rows of one kind.
struct RecordSums {
    /// Records by outcome.
    var counts: [Int: Int64] = [:]
    /// Money by outcome, in cents.
    var cents: [Int: Int64] = [:]
    /// The low halves of the hashes.
    var low: Int64 = 0
    /// The high halves of the hashes.
    var high: Int64 = 0
    /// Destinations that Route gave the accepted ones.
    var legs: Int64 = 0
    /// Accepted ones that it gave none.
    var undirected: Int64 = 0

    /// Those held.
    var held: Int64 { counts[Outcome.held.rawValue] ?? 0 }
    /// All of them.
    var total: Int64 { counts.values.reduce(0, +) }
    /// Their money, in cents.
    var money: Int64 { cents.values.reduce(0, +) }

    /// What was received in a batch, or in one unit of it, by the feed that stands in the records:
    /// one walk over their rows, file by file, with nothing sorted.
    static func received(
        _ db: Database, batch: Int64, unit: String? = nil
    ) throws -> [String: RecordSums] {
        let only = unit == nil ? "" : "AND feed IN \(Balance.feeds)"
        let receipts = try Int64.fetchAll(
            db, sql: "SELECT receipt FROM tally WHERE batch = $1 \(only) ORDER BY receipt",
            arguments: unit.map { [batch, $0] } ?? [batch])
        let walk = try RawStatement(
            in: db,
            """
            SELECT feed, outcome, cents, hash, legs FROM record
            WHERE id BETWEEN $1 AND $2 AND batch = $3
            """)
        walk.bind(3, batch)
        var sums: [String: RecordSums] = [:]
        var run = Run()
        for receipt in receipts {
            let records = RecordID.all(of: receipt)
            walk.bind(1, records.lowerBound)
            walk.bind(2, records.upperBound)
            while try walk.step() {
                let feed = walk.text(0)
                let outcome = walk.int(1)
                if feed != run.feed || outcome != run.outcome {
                    run.end(in: &sums)
                    run = Run(feed: feed, outcome: outcome)
                }
                run.add(cents: walk.int(2), hash: walk.int(3), legs: walk.int(4))
            }
            walk.reset()
        }
        run.end(in: &sums)
        return sums
    }

    /// Records one behind another of one feed and outcome.
    private struct Run {
        var feed = ""
        var outcome: Int64 = 0
        private var count: Int64 = 0
        private var cents: Int64 = 0
        private var low: Int64 = 0
        private var high: Int64 = 0
        private var legs: Int64 = 0
        private var undirected: Int64 = 0

        init(feed: String = "", outcome: Int64 = 0) {
            self.feed = feed
            self.outcome = outcome
        }

        @inline(__always)
        mutating func add(cents: Int64, hash: Int64, legs: Int64) {
            count += 1
            self.cents &+= cents
            low += hash & 0xFFFF_FFFF
            high += (hash >> 32) & 0xFFFF_FFFF
            self.legs &+= legs
            undirected += legs == 0 ? 1 : 0
        }

        func end(in sums: inout [String: RecordSums]) {
            guard count > 0 else { return }
            var sum = sums[feed] ?? RecordSums()
            sum.counts[Int(outcome), default: 0] += count
            sum.cents[Int(outcome), default: 0] &+= cents
            sum.low += low
            sum.high += high
            if outcome == Outcome.accepted.rawValue {
                sum.legs &+= legs
                sum.undirected += undirected
            }
            sums[feed] = sum
        }
    }
}

/// What the legs of one state in one file came to.
struct LegSums {
    /// `LegState` as it stands in the row, and the file.
    struct Slot: Hashable {
        let state: Int64
        let delivery: Int64?
    }

    /// How many.
    var count: Int64 = 0
    /// Records of the destination file.
    var pieces: Int64 = 0
    /// Money, in cents.
    var cents: Int64 = 0
    /// The low halves of the hashes.
    var low: Int64 = 0
    /// The high halves of the hashes.
    var high: Int64 = 0
    /// Legs that carry claims.
    var claims: Int64 = 0

    /// The legs of one unit: one walk over their rows.
    static func walk(
        _ db: Database, batch: Int64, unit: String
    ) throws -> (slots: [Slot: LegSums], held: [String: Int64]) {
        let walk = try RawStatement(
            in: db,
            """
            SELECT l.state, l.delivery, l.pieces, l.cents, l.hash, l.claims,
              CASE WHEN l.state = \(held) THEN l.feed END FROM unit u
            JOIN leg l ON l.id BETWEEN u.leg_first AND u.leg_last
            WHERE u.batch = $1 AND u.name = $2
            """)
        walk.bind(1, batch)
        walk.bind(2, unit)
        var slots: [Slot: LegSums] = [:]
        var held: [String: Int64] = [:]
        // Legs of one file mostly lie together: they are looked up once.
        var (slot, sum) = (Slot(state: 0, delivery: nil), LegSums())
        while try walk.step() {
            let state = walk.int(0)
            let hash = walk.int(4)
            let next = Slot(state: state, delivery: walk.isNull(1) ? nil : walk.int(1))
            if next != slot {
                if sum.count > 0 { slots[slot, default: LegSums()].add(sum) }
                (slot, sum) = (next, LegSums())
            }
            sum.add(
                pieces: walk.int(2), cents: walk.int(3), hash: hash, claims: walk.int(5))
            if state == LegSums.held { held[walk.text(6), default: 0] += 1 }
        }
        if sum.count > 0 { slots[slot, default: LegSums()].add(sum) }
        return (slots, held)
    }

    /// What lies in each file, whatever the state.
    static func byDelivery(_ slots: [Slot: LegSums]) -> [Int64: LegSums] {
        var files: [Int64: LegSums] = [:]
        for (slot, sum) in slots {
            guard let delivery = slot.delivery else { continue }
            files[delivery, default: LegSums()].add(sum)
        }
        return files
    }

    private mutating func add(_ other: LegSums) {
        count += other.count
        pieces &+= other.pieces
        cents &+= other.cents
        low += other.low
        high += other.high
        claims += other.claims
    }

    private static let held = Int64(LegState.held.rawValue)

    @inline(__always)
    private mutating func add(pieces: Int64, cents: Int64, hash: Int64, claims: Int64) {
        count += 1
        self.pieces &+= pieces
        self.cents &+= cents
        low += hash & 0xFFFF_FFFF
        high += (hash >> 32) & 0xFFFF_FFFF
        self.claims += claims > 0 ? 1 : 0
    }
}
