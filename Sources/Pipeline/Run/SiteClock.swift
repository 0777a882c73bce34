public import Bytes
import Foundation

/// The two clocks of a run: the wall, for what is written down, and waiting, which is monotonic.
public struct SiteClock: Sendable {
    /// Microseconds since 1970, UTC.
    public let now: @Sendable () -> Int64
    /// Waits for so many seconds of monotonic time.
    public let wait: @Sendable (Double) async throws -> Void

    /// Makes a clock of its two halves.
    public init(
        now: @escaping @Sendable () -> Int64,
        wait: @escaping @Sendable (Double) async throws -> Void
    ) {
        self.now = now
        self.wait = wait
    }

    /// The machine's own.
    public static let system = SiteClock(
        now: { Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()) },
        wait: { try await Task.sleep(for: .seconds($0), clock: .continuous) })
}

extension Timestamp {
    /// The wall-clock time in `zone` at `microseconds`, to the second, with its offset.
    public static func local(_ microseconds: Int64, zone: String) -> Timestamp {
        let utc = Timestamp(microseconds: microseconds)
        guard let timeZone = TimeZone(identifier: zone) else { return utc }
        let date = Date(timeIntervalSince1970: Double(microseconds / 1_000_000))
        let minutes = timeZone.secondsFromGMT(for: date) / 60
        let shifted = Timestamp(microseconds: microseconds + Int64(minutes) * 60_000_000)
        return Timestamp(
            year: shifted.year, month: shifted.month, day: shifted.day, hour: shifted.hour,
            minute: shifted.minute, second: shifted.second, offset: minutes) ?? utc
    }
}
