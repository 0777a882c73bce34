/// Whether time grows with the number of records and no faster.
struct LinearWork {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) throws {
        var rates: [(Int, Double)] = []
        for messages in [10_000, 30_000, 100_000] {
            let file = try plan.results(messages)
            let site = try NightSite(plan.work + "/linear")
            defer { site.remove() }
            try site.drop(file)
            let seconds = try NightWork.night(site, plan).seconds
            rates.append((messages, seconds / Double(messages) * 1e6))
        }
        guard let first = rates.first, let last = rates.last else { return }
        scores.add(
            "time of one record in a night of 100,000, against one of 10,000", .atMost(1.2),
            last.1 / first.1, " ×", bar: 1,
            note: rates.map { "\($0.0): \(Scorecard.text($0.1)) µs" }.joined(separator: ", "))
    }
}
