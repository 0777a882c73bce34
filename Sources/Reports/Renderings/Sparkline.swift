/// The reject line of one feed in plain ASCII, one character for each day or for a few days.
enum Sparkline {
    /// The days in at most `width` characters, oldest first; of days put together the worst counts.
    ///
    /// A blank: nothing came. `.` nothing rejected, `:` under 5 % rejected, `|` 5 % or more.
    static func text(_ days: [Report.Feed.Day], width: Int) -> String {
        guard width > 0, !days.isEmpty else { return "" }
        let last = Array(days.suffix(30))
        let count = min(width, last.count)
        return (0..<count).map { index in
            let from = index * last.count / count
            let to = max(from + 1, (index + 1) * last.count / count)
            return mark(for: last[from..<to])
        }.joined()
    }

    private static func mark(for days: ArraySlice<Report.Feed.Day>) -> String {
        let came = days.filter { $0.received > 0 }
        guard !came.isEmpty else { return " " }
        if came.contains(where: {
            $0.rejected.multipliedReportingOverflow(by: 20).partialValue >= $0.received
        }) {
            return "|"
        }
        return came.contains { $0.rejected > 0 } ? ":" : "."
    }
}
