import Bytes
import Exchange
import Foundation
import Ledger
import Reports

/// What each feed was expected to bring tonight, and what came.
struct Expectations {
    private let context: NightContext

    init(_ context: NightContext) { self.context = context }

    func arrivals() throws -> [Report.Arrival] {
        let now = context.localClock
        // What came since shortly after the last time it was due belongs to this night, whichever
        // of the night's runs took it in.
        let since = context.batch.instant - 20 * 3_600_000_000
        return try context.lanes.map(\.feed).compactMap { feed in
            let mine = try context.ledger.arrivals(feed: feed.name, since: since)
            guard let expect = feed.expect else { return nil }
            let isDue = Self.isDay(now, expect.days)
            let wanted = expect.files?.lowerBound ?? 1
            let due = expect.by.map { "\(now.description.prefix(10))T\($0)" }
            let isPast = expect.by.map { Self.minutes(now) >= Self.minutes($0) } ?? true
            let state: Report.Arrival.State =
                mine.count >= wanted
                ? .onTime : !isDue || !isPast || wanted == 0 ? .notDue : .missing
            let late =
                state == .missing ? expect.by.map { Self.minutes(now) - Self.minutes($0) } ?? 0 : 0
            let window = expect.days + (expect.by.map { " until \($0)" } ?? "")
            func arrived(_ receipt: Receipt) -> String {
                // A sender's clock may run ahead; nothing arrives after it was taken in.
                let instant = min(receipt.modified / 1000, receipt.received)
                return Timestamp.local(instant, zone: context.site.zone).description
            }
            let last = mine.max { $0.received < $1.received }.map(arrived)
            return Report.Arrival(
                feed: feed.name, window: window, due: isDue ? due : nil, arrived: last,
                files: mine.count, lateMinutes: late, contact: expect.contact, state: state,
                slots: mine.prefix(100).map {
                    Report.Arrival.Slot(at: arrived($0), records: $0.records)
                })
        }
    }

    private static func minutes(_ stamp: Timestamp) -> Int { stamp.hour * 60 + stamp.minute }

    private static func minutes(_ text: String) -> Int {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        return parts.count == 2 ? parts[0] * 60 + parts[1] : 0
    }

    /// Whether `stamp` falls on one of `days`: `daily`, `mon-sat`, `tue`, `mon,wed`.
    static func isDay(_ stamp: Timestamp, _ days: String) -> Bool {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        return includes(names[(stamp.dayNumber + 3) % 7], in: days)
    }

    /// Whether the weekday `name` is one of `days`.
    static func includes(_ name: String, in days: String) -> Bool {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        if days == "daily" { return true }
        guard let today = names.firstIndex(of: name) else { return false }
        for piece in days.split(separator: ",") {
            let ends = piece.split(separator: "-").compactMap {
                names.firstIndex(of: $0.lowercased())
            }
            if ends.count == 1, ends[0] == today { return true }
            if ends.count == 2 {
                let inside =
                    ends[0] <= ends[1]
                    ? (ends[0]...ends[1]).contains(today) : today >= ends[0] || today <= ends[1]
                if inside { return true }
            }
        }
        return false
    }
}
