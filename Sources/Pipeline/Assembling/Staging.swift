import Bytes
import Exchange
import Foundation
import Ledger

/// Reads a written file back, archives it, and stands it in its outbox under a temporary name.
struct Staging {
    private let context: NightContext

    init(_ context: NightContext) { self.context = context }

    /// - Parameters:
    ///   - records: the records staged; nil takes what is read back (acknowledgements).
    ///   - written: the digest of what was written; a file with another one counts as not read.
    func stage(
        _ outlet: any Outlet, _ path: String, feed: String, local: Int64, records: Int?,
        cents: Int64, controlNumbers: [String: String], receipt: Int64?,
        written: ContentDigest? = nil
    ) async throws -> StagedDelivery {
        let destination = outlet.destination
        if context.checkpoints.strikes(.corruptFile, feed) { try OutputFile.damage(path) }
        let read = try await outlet.readBack(try FileSource(path: path))
        // A record of ours that our own reader refuses counts as not read.
        var faulty = Set(read.findings.map { $0.location.record ?? 0 }).count
        for finding in read.findings.prefix(20) {
            context.troubles.append(
                (
                    feed,
                    Finding(
                        RunFindings.readBackDiffers, at: finding.location,
                        "\(destination.name): \(finding.code) \(finding.message)")
                ))
        }
        let (size, digest) = try Archive.digest(path)
        if let written, written != digest {
            faulty = read.records
            context.troubles.append(
                (
                    feed,
                    Finding(
                        RunFindings.readBackDiffers,
                        "\(destination.name): the file does not hold the bytes that were written")
                ))
        }
        let final = fileName(destination, feed: feed)
        let place = context.archive.place(digest, instant: context.batch.instant)
        try context.archive.keep([(path, place)])
        let temporary = ".\(final).waybill"
        try await destination.transport.stage(context.archive.path(place), as: temporary)
        guard try await destination.transport.presence(of: temporary) == .present(size: size) else {
            throw TransportError(
                .broken, operation: "stage", isTemporary: true,
                detail: "\(destination.name): the staged file has another size")
        }
        context.checkpoints.pass("assemble.file")
        return StagedDelivery(
            local: local, destination: destination.name, temporary: temporary, final: final,
            archive: place, size: size, digest: digest, records: records ?? read.records,
            cents: cents, readRecords: read.records - faulty,
            readCents: records == nil ? 0 : read.cents,
            readHashLow: destination.format.keepsRecordBytes ? read.hashLow : nil,
            readHashHigh: destination.format.keepsRecordBytes ? read.hashHigh : nil,
            counts: read.counts,
            controlNumbers: controlNumbers, acknowledges: receipt,
            isAcknowledgement: receipt != nil)
    }

    private func fileName(_ destination: Destination, feed: String) -> String {
        let sequence = String(context.nextSequence(of: "file " + destination.name))
        let values = [
            "feed": feed, "batch": context.batch.name, "destination": destination.name,
            "seq": String(repeating: "0", count: max(0, 4 - sequence.count)) + sequence,
            "date": String(context.batch.name.prefix(8)),
        ]
        var name = destination.fileName
        for (key, value) in values { name = name.replacingOccurrences(of: "{\(key)}", with: value) }
        // Nothing but letters, digits and a few marks reaches a path.
        return String(
            name.map {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_"
            })
    }
}
