import Bytes
import Exchange
import Foundation
import Glibc
import Ledger
import Mapping

/// Builds the files of one release unit: writes, reads back, archives, and stages them in their
/// outboxes under temporary names that the commit's manifests will list.
struct FileBuilder {
    private let context: NightContext
    private let workspace: Workspace
    private let writer: LegWriter
    private let numbers: LedgerNumbers
    private let firstLocal: Int64
    private(set) var deliveries: [StagedDelivery] = []

    init(
        _ context: NightContext, _ workspace: Workspace, _ writer: LegWriter,
        _ numbers: LedgerNumbers, firstLocal: Int64
    ) {
        self.context = context
        self.workspace = workspace
        self.writer = writer
        self.numbers = numbers
        self.firstLocal = firstLocal
    }

    private var nextLocal: Int64 { firstLocal + Int64(deliveries.count) + 1 }

    /// Builds all files for one destination.
    mutating func build(_ name: String, records: [Int64]) async throws {
        guard let outlet = context.site.outlets[name], !records.isEmpty else { return }
        for group in try groups(records, outlet.destination) {
            var start = 0
            while start < group.count {
                let end = min(group.count, start + outlet.destination.most)
                try await file(outlet, Array(group[start..<end]))
                start = end
            }
        }
    }

    /// The records in the night's order, parted by the destination's grouping field.
    private func groups(_ records: [Int64], _ destination: Destination) throws -> [[Int64]] {
        let ranks = context.rankOfReceipt
        let ordered = records.sorted {
            let left = ranks[RecordID.receipt($0)] ?? .max
            let right = ranks[RecordID.receipt($1)] ?? .max
            return left == right ? $0 < $1 : left < right
        }
        guard let field = destination.groupBy else { return [ordered] }
        var groups: [(value: String, records: [Int64])] = []
        var places: [String: Int] = [:]
        for record in ordered {
            let row = try workspace.work(record)
            let value = try row.flatMap { try writer.canonical($0)?.value(field) } ?? ""
            if let place = places[value] {
                groups[place].records.append(record)
            } else {
                places[value] = groups.count
                groups.append((value, [record]))
            }
        }
        return groups.map(\.records)
    }

    // MARK: One file

    private mutating func file(_ outlet: any Outlet, _ records: [Int64]) async throws {
        let destination = outlet.destination
        let local = nextLocal
        let path = context.workFolder + "/out-\(context.nextSequence(of: "out"))"
        var output = try OutputFile(path: path)
        var assembly = try outlet.assembly(envelope(destination))
        var maker = outlet.maker()
        let originals = Originals(context)
        var count = 0
        var cents: Int64 = 0
        var feed = ""
        var hasBegun = false
        for record in records {
            let sequence = context.nextSequence(of: destination.name)
            switch try writer.write(
                record, to: destination, by: &maker, originals: originals, seq: sequence)
            {
            case .bytes(let bytes, let canonical, let row):
                if !hasBegun { try output.write(try assembly.begin()) }
                hasBegun = true
                try output.write(try assembly.add(bytes))
                count += 1
                if destination.format.carriesMoney { cents += row.cents }
                if feed.isEmpty { feed = row.feed }
                try leg(row, canonical, bytes, destination, local, assembly.controlNumbers)
            case .unchanged(let row):
                try workspace.add(
                    StagedLeg(
                        record: record, feed: row.feed, destination: destination.name,
                        state: .suppressed, cents: row.cents, code: RunFindings.unchanged.code))
            case .held(let row, let finding):
                try hold(row, finding, destination)
            case nil: break
            }
        }
        guard hasBegun else {
            try output.close()
            try? FileManager.default.removeItem(atPath: path)
            return
        }
        try output.write(try assembly.finish())
        try output.close()
        try await stage(
            outlet, path, feed: feed, records: count, cents: cents,
            controlNumbers: assembly.controlNumbers, receipt: nil)
    }

    private func envelope(_ destination: Destination) -> Envelope {
        Envelope(
            settings: destination.envelope, clock: context.localClock, batch: context.batch.name,
            numbers: numbers)
    }

    private func leg(
        _ row: WorkRow, _ record: Canonical, _ bytes: [UInt8], _ destination: Destination,
        _ local: Int64, _ controls: [String: String]
    ) throws {
        let isClaim = record.entity == "claim" && controls["ISA13"] != nil
        try workspace.add(
            StagedLeg(
                record: row.record, feed: row.feed, destination: destination.name, state: .staged,
                delivery: local, cents: destination.format.carriesMoney ? row.cents : 0,
                hash: RecordHash.hash(bytes),
                claims: isClaim ? 1 : 0))
        if isClaim {
            try workspace.add(
                StagedClaim(
                    record: row.record, feed: row.feed,
                    pcn: Array((record.value("claim.identifier") ?? "").utf8),
                    destination: destination.name, isa: controls["ISA13"] ?? "",
                    gs: controls["GS06"] ?? "", st: controls["ST02"] ?? "",
                    bht: controls["BHT03"] ?? "", cents: row.cents, delivery: local))
        }
        let digest = RecordHash.hash(CanonicalCodec.encode(record))
        for mirror in writer.mirrors.rows(
            record, digest: digest, system: destination.system, state: .sent, id: row.record,
            feed: row.feed)
        {
            try workspace.add(mirror)
        }
    }

    private func hold(_ row: WorkRow, _ finding: Finding, _ destination: Destination) throws {
        var placed = finding
        placed.location.record = RecordID.number(row.record)
        try workspace.add(placed, receipt: RecordID.receipt(row.record), record: row.record)
        try workspace.add(
            StagedLeg(
                record: row.record, feed: row.feed, destination: destination.name, state: .held,
                cents: row.cents, code: finding.code))
        try workspace.add(
            StagedHold(
                record: row.record, feed: row.feed, destination: destination.name,
                code: finding.code, owner: finding.kind.owner,
                patient: row.patient.isEmpty ? nil : row.patient,
                canonical: try row.spill.map { try workspace.unspill($0) }))
    }

    // MARK: Acknowledgements

    /// Answers the sender of one file: custody, whatever happens to the data afterwards.
    mutating func acknowledge(_ taken: Taken) async throws {
        guard let outlet = context.site.outlets[taken.feed.answering.to],
            let lane = context.site.lane(taken.feed.name), taken.outcome != .duplicate,
            taken.tally.records > 0,
            var acknowledger = lane.acknowledger(taken.closing, envelope(outlet.destination))
        else { return }
        let path = context.workFolder + "/out-\(context.nextSequence(of: "out"))"
        var output = try OutputFile(path: path)
        let errorsOnly = taken.feed.answering.what == .errors
        for number in 1...taken.tally.records {
            let id = RecordID.make(receipt: taken.receipt.id, number: number)
            guard let row = try workspace.work(id) else { continue }
            let answer: Acknowledged.Answer =
                switch row.outcome {
                case .rejected: .rejected
                case .duplicate: .duplicate
                case .accepted, .held, .filtered: .accepted
                }
            if errorsOnly, answer != .rejected { continue }
            try output.write(
                acknowledger.add(
                    Acknowledged(
                        number: number, part: row.part, answer: answer, basis: row.basis,
                        findings: taken.findings[number] ?? [])))
        }
        try output.write(acknowledger.finish())
        try output.close()
        guard !acknowledger.kind.isEmpty else {
            try? FileManager.default.removeItem(atPath: path)
            return
        }
        try await stage(
            outlet, path, feed: taken.feed.name, records: nil, cents: 0, controlNumbers: [:],
            receipt: taken.receipt.id)
    }

    // MARK: Reading back and staging

    private mutating func stage(
        _ outlet: any Outlet, _ path: String, feed: String, records: Int?, cents: Int64,
        controlNumbers: [String: String], receipt: Int64?
    ) async throws {
        let destination = outlet.destination
        let read = try await outlet.readBack(try FileSource(path: path))
        // A record of ours that our own reader refuses counts as not read.
        let faulty = Set(read.findings.map { $0.location.record ?? 0 }).count
        for finding in read.findings.prefix(20) {
            context.troubles.append(
                (feed, Finding(RunFindings.readBackDiffers, at: finding.location, "\(destination.name): \(finding.code) \(finding.message)")))
        }
        let (size, digest) = try Archive.digest(path)
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
        deliveries.append(
            StagedDelivery(
                local: nextLocal, destination: destination.name, temporary: temporary,
                final: final, archive: place, size: size, digest: digest,
                records: records ?? read.records, cents: cents,
                readRecords: read.records - faulty, readCents: records == nil ? 0 : read.cents,
                counts: read.counts, controlNumbers: controlNumbers, acknowledges: receipt,
                isAcknowledgement: receipt != nil))
    }

    private func fileName(_ destination: Destination, feed: String) -> String {
        let sequence = context.nextSequence(of: "file " + destination.name)
        let values = [
            "feed": feed, "batch": context.batch.name, "destination": destination.name,
            "seq": String(repeating: "0", count: max(0, 4 - String(sequence).count)) + String(sequence),
            "date": String(context.batch.name.prefix(8)),
        ]
        var name = destination.fileName
        for (key, value) in values { name = name.replacingOccurrences(of: "{\(key)}", with: value) }
        // Nothing but letters, digits and a few marks reaches a path.
        return String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
    }
}

/// A file being written, buffered.
struct OutputFile {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(path: String) throws(SystemError) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open") }
        buffer.reserveCapacity(1 << 20)
    }

    mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        buffer += bytes
        if buffer.count >= 1 << 20 { try flush() }
    }

    mutating func flush() throws(SystemError) {
        var done = 0
        while done < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { raw in
                unsafe Glibc.write(descriptor, raw.baseAddress.map { unsafe $0 + done }, raw.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write") }
            done += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func close() throws(SystemError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw .last("fsync") }
        Glibc.close(descriptor)
    }
}
