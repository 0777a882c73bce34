import Exchange
import Foundation
import Ledger

/// Writes the acknowledgement of one received file.
struct AcknowledgementFile {
    private let context: NightContext
    private let workspace: Workspace

    init(_ context: NightContext, _ workspace: Workspace) {
        self.context = context
        self.workspace = workspace
    }

    /// - Returns: whether there was anything to answer.
    func write(
        _ taken: Taken, _ outlet: any Outlet, _ numbers: LedgerNumbers, to path: String
    ) throws -> Bool {
        guard let lane = context.site.lane(taken.feed.name), taken.outcome != .duplicate,
            taken.receipt.size > 0,
            var acknowledger = lane.acknowledger(
                taken.closing, context.envelope(outlet.destination, numbers))
        else { return false }
        var output = try OutputFile(path: path)
        let errorsOnly = taken.feed.answering.what == .errors
        try workspace.work(receipt: taken.receipt.id) { row in
            let answer: Acknowledged.Answer =
                switch row.outcome {
                case .rejected: .rejected
                case .duplicate: .duplicate
                case .accepted, .held, .filtered: .accepted
                }
            if errorsOnly, answer != .rejected { return }
            let number = RecordID.number(row.record)
            try output.write(
                acknowledger.add(
                    Acknowledged(
                        number: number, part: row.part, answer: answer, basis: row.basis,
                        findings: taken.findings[number] ?? [])))
        }
        try output.write(acknowledger.finish())
        try output.close()
        if acknowledger.kind.isEmpty { try FileManager.default.removeItem(atPath: path) }
        return !acknowledger.kind.isEmpty
    }
}
