/// A record's id is its receipt and its number in the file, so that a resumed batch makes the
/// same ids again: `receipt << 32 | number`.
///
/// Number 0 stands for the file itself where a file is held.
public enum RecordID {
    /// The id of record `number` of `receipt`.
    public static func make(receipt: Int64, number: Int) -> Int64 {
        (receipt << 32) | (Int64(truncatingIfNeeded: number) & 0xFFFF_FFFF)
    }

    /// The ids that the file and the records of `receipt` can have.
    static func all(of receipt: Int64) -> ClosedRange<Int64> {
        (receipt << 32)...(receipt << 32 | 0xFFFF_FFFF)
    }

    /// The receipt that a record came in.
    public static func receipt(_ id: Int64) -> Int64 { id >> 32 }

    /// The 1-based number of a record in its file.
    public static func number(_ id: Int64) -> Int { Int(id & 0xFFFF_FFFF) }

    /// What people see: `R-<receipt>-<number>`.
    public static func reference(_ id: Int64) -> String { "R-\(receipt(id))-\(number(id))" }

    /// The id that a reference stands for; nil when it is none.
    public static func parse(_ reference: String) -> Int64? {
        let parts = reference.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "R" || parts[0] == "r", let receipt = Int64(parts[1]),
            let number = Int64(parts[2]), receipt > 0, receipt < 1 << 31, number >= 0,
            number < 1 << 32
        else { return nil }
        return receipt << 32 | number
    }
}
