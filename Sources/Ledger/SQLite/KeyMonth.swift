import Bytes

/// A month, as the tables of record keys are named: `record_key_202611`.
struct KeyMonth: Hashable, Comparable {
    let year: Int
    let month: Int

    /// The month, in UTC, of an instant.
    init(containing instant: Int64) {
        let stamp = Timestamp(microseconds: max(0, instant))
        year = stamp.year
        month = stamp.month
    }

    /// The table's name.
    var table: String {
        let digits = String(year * 100 + month)
        return "record_key_" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    static func < (left: KeyMonth, right: KeyMonth) -> Bool { left.table < right.table }
}
