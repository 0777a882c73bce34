import Exchange
import Foundation

/// When a feed's files are due, on the site's wall clock.
public struct Schedule: Sendable {
    private let expectation: Feed.Expectation
    private let calendar: Calendar

    /// The schedule of an expectation in `zone`; nil when nothing is due by any time.
    public init?(_ expectation: Feed.Expectation?, zone: String) {
        guard let expectation, expectation.by != nil, let zone = TimeZone(identifier: zone),
            (expectation.files?.lowerBound ?? 1) > 0
        else { return nil }
        self.expectation = expectation
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// The first due time after `instant` (microseconds, UTC); nil when no day ever fits.
    public func next(after instant: Int64) -> Int64? { find(from: instant, step: 1) }

    /// The last due time at or before `instant`.
    public func last(before instant: Int64) -> Int64? { find(from: instant, step: -1) }

    private func find(from instant: Int64, step: Int) -> Int64? {
        let start = Date(timeIntervalSince1970: Double(instant) / 1_000_000)
        // Eight days hold every weekday, and this time of day on either side of it.
        for offset in 0...8 {
            guard let day = calendar.date(byAdding: .day, value: offset * step, to: start),
                let due = due(on: day)
            else { continue }
            let isAfter = due > instant
            if isAfter == (step > 0) { return due }
        }
        return nil
    }

    /// The due time on the day of `date`; nil when nothing is due that day.
    private func due(on date: Date) -> Int64? {
        let parts = (expectation.by ?? "").split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        var day = calendar.dateComponents([.year, .month, .day], from: date)
        day.hour = parts[0]
        day.minute = parts[1]
        guard let due = calendar.date(from: day) else { return nil }
        let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        let name = names[(calendar.component(.weekday, from: date) - 1) % 7]
        guard Expectations.includes(name, in: expectation.days) else { return nil }
        return Int64(due.timeIntervalSince1970) * 1_000_000
    }
}
