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

    /// - Returns: the digest of what was written; nil when there was nothing to answer.
    func write(
        _ taken: Taken, _ outlet: any Outlet, _ numbers: LedgerNumbers, to path: String
    ) throws -> ContentDigest? {
        guard let lane = context.site.lane(taken.feed.name), taken.outcome != .duplicate,
            taken.receipt.size > 0,
            var acknowledger = lane.acknowledger(
                taken.closing, context.envelope(outlet.destination, numbers))
        else { return nil }
        var output = try OutputFile(path: path)
        for key in taken.repeated {
            try output.write(
                acknowledger.add(
                    Acknowledged(
                        number: 0, part: 0, answer: .rejected, basis: key,
                        findings: [RunFindings.repeatedEnvelope])))
        }
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
        let digest = try output.close()
        guard acknowledger.kind.isEmpty else { return digest }
        try FileManager.default.removeItem(atPath: path)
        return nil
    }
}
