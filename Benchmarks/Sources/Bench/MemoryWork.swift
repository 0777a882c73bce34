import Foundation

/// Peak memory, which must not grow with the file.
struct MemoryWork {
    private let plan: Plan
    /// About 1,230 bytes a message.
    private static let messagesOfTwoGigabytes = 1_750_000

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) throws {
        if plan.isFull {
            try night(Self.messagesOfTwoGigabytes, "2 GB", &scores)
        } else {
            try night(plan.messages * 2, "250 MB", &scores)
        }
        if plan.hasHuge { try night(Self.messagesOfTwoGigabytes * 5, "10 GB", &scores) }
    }

    private func night(_ messages: Int, _ size: String, _ scores: inout Scorecard) throws {
        let file = try plan.results(messages)
        let site = try NightSite(plan.work + "/memory")
        defer { site.remove() }
        try site.drop(file)
        let launch = try NightWork.night(site, plan)
        scores.add(
            "peak memory of a night with one HL7 file of \(size)", .atMost(256),
            Double(launch.peak >> 20), " MB", bar: 1,
            note: "\(Scorecard.text(launch.seconds)) s, "
                + "\(Scorecard.text(Double(messages) / launch.seconds)) messages/s")
    }
}
