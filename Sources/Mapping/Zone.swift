public import Bytes
import Foundation
import Synchronization

/// A time zone's rules as a table: which offset holds at an instant, and at a local time.
///
/// Covers 1900 to 2100; offsets are whole minutes. Made once per name and shared.
public struct Zone: Sendable, Hashable {
    /// The IANA name: `America/Chicago`.
    public let name: String
    /// Seconds since 1970 UTC at which `offsets` begins to hold; the first is the distant past.
    private let starts: [Int64]
    /// Minutes east of UTC.
    private let offsets: [Int]

    private static let made = Mutex<[String: Zone]>([:])

    /// The zone called `name`; nil when there is none.
    public init?(named name: String) {
        if let known = Self.made.withLock({ $0[name] }) {
            self = known
            return
        }
        guard name == "UTC" || name == "GMT" || name.contains("/"),
            let zone = TimeZone(identifier: name)
        else { return nil }
        (starts, offsets) = Self.table(zone)
        self.name = name
        let value = self
        Self.made.withLock { $0[name] = value }
    }

    /// Looks at the zone every fortnight and halves the interval wherever the offset changed.
    private static func table(_ zone: TimeZone) -> ([Int64], [Int]) {
        func offset(_ second: Int64) -> Int {
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))) / 60
        }
        let step: Int64 = 14 * 86_400
        var second: Int64 = -2_208_988_800
        var starts: [Int64] = [.min]
        var offsets = [offset(second)]
        while second < 4_133_980_800 {
            let after = offset(second + step)
            let before = offsets[offsets.count - 1]
            if after != before {
                var low = second
                var high = second + step
                while high - low > 1 {
                    let middle = low + (high - low) / 2
                    if offset(middle) == before { low = middle } else { high = middle }
                }
                starts.append(high)
                offsets.append(after)
            }
            second += step
        }
        return (starts, offsets)
    }

    /// Minutes east of UTC at `second` since 1970 UTC.
    public func offset(at second: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= second { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// The offsets under which the local second `second` (counted as if it were UTC) exists: one,
    /// or none where clocks go forward, or two where they go back.
    public func offsets(atLocal second: Int64) -> [Int] {
        let before = offset(at: second - 86_400)
        let after = offset(at: second + 86_400)
        if before == after { return [before] }
        return [before, after].filter { offset(at: second - Int64($0) * 60) == $0 }
    }

    /// `stamp` with the offset that holds then; nil when the local time does not exist or exists
    /// twice. What states an offset, or no time of day, comes back as it is.
    public func placed(_ stamp: Timestamp) -> Timestamp? {
        guard stamp.offset == nil, stamp.precision >= .hour else { return stamp }
        let second = stamp.microseconds() / 1_000_000
        // Nearly always no clock changes within a day of it.
        let offset = offset(at: second - 86_400)
        if self.offset(at: second + 86_400) == offset { return stamp.with(offset: offset) }
        let offsets = offsets(atLocal: second)
        guard offsets.count == 1 else { return nil }
        return stamp.with(offset: offsets[0])
    }

    /// The wall clock here at the instant `stamp`, with its offset. What states no offset, or no
    /// time of day, comes back as it is.
    public func local(_ stamp: Timestamp) -> Timestamp {
        guard stamp.offset != nil, stamp.precision >= .hour else { return stamp }
        let instant = stamp.microseconds()
        let second = instant >= 0 ? instant / 1_000_000 : (instant - 999_999) / 1_000_000
        let minutes = offset(at: second)
        if minutes == stamp.offset { return stamp }
        let moved = Timestamp(
            microseconds: instant + Int64(minutes) * 60_000_000,
            fractionDigits: stamp.fractionDigits)
        // A whole hour moved into a zone of half hours needs its minutes.
        let precision = max(stamp.precision, minutes % 60 == 0 ? .hour : .minute)
        return moved.cut(to: precision, offset: minutes) ?? stamp
    }
}

extension Timestamp {
    /// The same wall clock with another offset, or none.
    func with(offset: Int?) -> Timestamp { cut(to: precision, offset: offset) ?? self }

    /// The same, stated no finer than `precision`.
    func cut(to precision: Precision, offset: Int?) -> Timestamp? {
        Timestamp(
            year: year, month: precision >= .month ? month : nil,
            day: precision >= .day ? day : nil, hour: precision >= .hour ? hour : nil,
            minute: precision >= .minute ? minute : nil,
            second: precision >= .second ? second : nil,
            nanosecond: precision >= .fraction ? nanosecond : nil,
            fractionDigits: precision >= .fraction ? fractionDigits : 0,
            offset: precision >= .hour ? offset : nil)
    }

    /// The date alone; the same when it states no time of day.
    var date: Timestamp { precision <= .day ? self : cut(to: .day, offset: nil) ?? self }
}
