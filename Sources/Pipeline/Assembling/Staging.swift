import Bytes
import Exchange
import Foundation
import Ledger

/// A file that is written, with what was meant to be in it.
struct WrittenFile {
    let outlet: any Outlet
    let path: String
    /// The feed of its first record.
    let feed: String
    /// Its number within the unit's commit.
    let local: Int64
    /// The records staged; nil takes what is read back (acknowledgements).
    var records: Int?
    var cents: Int64 = 0
    var controlNumbers: [String: String] = [:]
    /// The receipt that it answers.
    var receipt: Int64?
    /// The digest of what was written; a file with another one counts as not read.
    let digest: ContentDigest
    /// What reading it back finds: that goes on while the next file is written.
    let reading: Task<Reading, any Error>

    /// What was found in the file.
    struct Reading: Sendable {
        let found: ReadBack
        let size: Int64
        let digest: ContentDigest
    }
}

/// Reads written files back, archives them, and stands them in their outboxes under temporary
/// names.
struct Staging {
    private let context: NightContext

    init(_ context: NightContext) { self.context = context }

    /// Begins to read the file at `path` back, when another is read: two at a time, so that memory
    /// does not grow with the number of files.
    /// - Parameter previous: the last but one that was begun before.
    func read(
        _ outlet: any Outlet, _ path: String, feed: String, after previous: WrittenFile? = nil
    ) throws -> Task<WrittenFile.Reading, any Error> {
        if context.checkpoints.strikes(.corruptFile, feed) { try OutputFile.damage(path) }
        return Task { @concurrent in
            _ = try? await previous?.reading.value
            let source = WitnessedSource(try FileSource(path: path))
            let found = try await outlet.readBack(source)
            let (size, digest) = try source.finish()
            return WrittenFile.Reading(found: found, size: size, digest: digest)
        }
    }

    /// Stages the files in their order: one sync of the archive serves them all.
    func stage(_ files: [WrittenFile]) async throws -> [StagedDelivery] {
        var readings: [WrittenFile.Reading] = []
        for file in files { readings.append(try await file.reading.value) }
        let places = readings.map {
            context.archive.place($0.digest, instant: context.batch.instant)
        }
        try context.archive.keep(zip(files, places).map { ($0.path, $1) })
        var staged: [StagedDelivery] = []
        for (index, file) in files.enumerated() {
            staged.append(try await stage(file, readings[index], places[index]))
        }
        return staged
    }

    private func stage(
        _ file: WrittenFile, _ reading: WrittenFile.Reading, _ place: String
    ) async throws -> StagedDelivery {
        let destination = file.outlet.destination
        let (read, size, digest) = (reading.found, reading.size, reading.digest)
        // A record of ours that our own reader refuses counts as not read.
        var faulty = Set(read.findings.map { $0.location.record ?? 0 }).count
        for finding in read.findings.prefix(20) {
            report(
                file, finding.location,
                "\(destination.name): \(finding.code) \(finding.message)")
        }
        if file.digest != digest {
            faulty = read.records
            report(
                file, Location(),
                "\(destination.name): the file does not hold the bytes that were written")
        }
        let final = fileName(destination, feed: file.feed)
        let temporary = ".\(final).waybill"
        try await destination.transport.stage(context.archive.path(place), as: temporary)
        guard try await destination.transport.presence(of: temporary) == .present(size: size) else {
            throw TransportError(
                .broken, operation: "stage", isTemporary: true,
                detail: "\(destination.name): the staged file has another size")
        }
        context.checkpoints.pass("assemble.file")
        return StagedDelivery(
            local: file.local, destination: destination.name, temporary: temporary, final: final,
            archive: place, size: size, digest: digest, records: file.records ?? read.records,
            cents: file.cents, readRecords: read.records - faulty,
            readCents: file.records == nil ? 0 : read.cents,
            readHashLow: destination.format.keepsRecordBytes ? read.hashLow : nil,
            readHashHigh: destination.format.keepsRecordBytes ? read.hashHigh : nil,
            counts: read.counts,
            controlNumbers: file.controlNumbers, acknowledges: file.receipt,
            isAcknowledgement: file.receipt != nil)
    }

    private func report(_ file: WrittenFile, _ location: Location, _ detail: String) {
        context.troubles.append(
            (file.feed, Finding(RunFindings.readBackDiffers, at: location, detail)))
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
