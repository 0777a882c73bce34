import Foundation

/// Thousands of small files in a drop folder.
struct SmallFilesWork {
    private let plan: Plan
    private static let files = 5000

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) throws {
        let site = try NightSite(plan.work + "/small")
        defer { site.remove() }
        try site.dropSmall(Self.files, seed: plan.seed)
        let copy = try PlainCopy.folder(site.root + "/inbox/lab", to: site.root + "/copy")
        let spans = try Stages.measure(site, plan)
        let total = spans.reduce(0) { $0 + $1.seconds }
        let acquire = spans.filter { $0.stage == "acquire" }.reduce(0) { $0 + $1.seconds }
        let name = "\(Scorecard.text(Double(Self.files))) small files"
        scores.add(
            name + ", the whole night", .atLeast(2000), Double(Self.files) / total, " files/s",
            note: spans.map { "\($0.stage) \(Scorecard.text($0.seconds)) s" }.joined(
                separator: ", "))
        scores.add(
            name + ", acquired, against a plain copy with the same syncs", .atLeast(0.5),
            copy / acquire, " ×",
            note: "\(Scorecard.text(acquire)) s to \(Scorecard.text(copy)) s")
    }
}
