import Foundation

/// Peak memory, which must not grow with the file.
struct MemoryWork {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    /// One night for each size, from 10 MB on: 250 MB at most, 5 GB with FULL, 10 GB when asked.
    func run(_ scores: inout Scorecard) throws {
        var sizes = [10, 250]
        if plan.isFull { sizes += [2000, 5000] }
        if plan.hasHuge { sizes.append(10_000) }
        var peaks: [(size: Int, peak: Double)] = []
        for size in sizes { peaks.append((size, try night(size, &scores))) }
        guard let first = peaks.first, let last = peaks.last else { return }
        scores.add(
            "peak memory of a night with \(Self.name(last.size)), against one with "
                + Self.name(first.size),
            .atMost(2), last.peak / first.peak, " ×", bar: 1,
            note: peaks.map { "\(Self.name($0.size)): \(Scorecard.text($0.peak)) MB" }
                .joined(separator: ", "))
    }

    private static func name(_ size: Int) -> String {
        size < 1000 ? "\(size) MB" : "\(size / 1000) GB"
    }

    /// - Parameter size: in megabytes; a message has about 1,230 bytes.
    private func night(_ size: Int, _ scores: inout Scorecard) throws -> Double {
        let messages = size * 1_000_000 / 1230
        let file = try plan.results(messages)
        let site = try NightSite(plan.work + "/memory")
        defer { site.remove() }
        try site.drop(file)
        let launch = try NightWork.night(site, plan)
        let peak = Double(launch.peak >> 20)
        scores.add(
            "peak memory of a night with one HL7 file of \(Self.name(size))", .atMost(256), peak,
            " MB", bar: 1,
            note: "\(Scorecard.text(launch.seconds)) s, "
                + "\(Scorecard.text(Double(messages) / launch.seconds)) messages/s")
        return peak
    }
}
