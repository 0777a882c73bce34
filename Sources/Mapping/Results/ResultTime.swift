import Bytes

/// A point in time as precise as it was stated, in one number: seconds since 1970 shifted left by
/// four, whether a zone was stated, and the precision. Small enough for a row of the ledger.
public struct ResultTime: Hashable, Sendable {
    /// The number.
    public let code: UInt64

    /// Takes a number that `code` gave.
    public init(code: UInt64) { self.code = code }

    /// A time stamp, to the second; before 1970 it counts as 1970.
    init(_ stamp: Timestamp) {
        let seconds = UInt64(max(0, stamp.microseconds()) / 1_000_000)
        let precision = min(stamp.precision, .second).rawValue
        code = seconds << 4 | (stamp.offset == nil ? 0 : 8) | UInt64(precision)
    }

    /// ISO 8601 extended, as canonical records state times; nil for anything else.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard let stamp = TimeText.iso(bytes, range) else { return nil }
        self.init(stamp)
    }

    /// How two times stand to each other.
    public enum Order: Hashable, Sendable { case older, newer, unknown }

    /// Whether this is certainly older or newer than `other`: a day is neither older nor newer than
    /// an hour in it, and without a zone a time may be up to 14 hours off from one that has it.
    public func order(to other: ResultTime) -> Order {
        let slack: UInt64 = (code ^ other.code) & 8 == 0 ? 0 : 14 * 3600
        if end + slack <= other.start { return .older }
        if other.end + slack <= start { return .newer }
        return .unknown
    }

    private var start: UInt64 { code >> 4 }

    /// The first second after it, at the latest.
    private var end: UInt64 {
        let length: UInt64 =
            switch Timestamp.Precision(rawValue: UInt8(code & 7)) {
            case .year: 366 * 86_400
            case .month: 31 * 86_400
            case .day: 86_400
            case .hour: 3600
            case .minute: 60
            default: 1
            }
        return start &+ length
    }
}

extension ResultTime? {
    /// The order of two times; unknown when one is not stated.
    func order(to other: ResultTime?) -> ResultTime.Order {
        guard let self, let other else { return .unknown }
        return self.order(to: other)
    }
}
