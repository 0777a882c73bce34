import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// Writes the files of one release unit: goes through its records once, in the night's order, and
/// appends each to the open file of each of its destinations.
final class UnitAssembler {
    private let context: NightContext
    private let workspace: Workspace
    private let routed: Routed
    private let mirrors: Mirrors
    private let plan: UnitPlan
    private let numbers: LedgerNumbers
    private let outlets: [any Outlet]
    /// The records of each outlet.
    private let goalsOf: [RecordSet]
    private let originals: Originals
    private var files: [String: FileInProgress] = [:]
    private var sequences: [Int]
    private var opened: Int64 = 0
    private(set) var deliveries: [StagedDelivery] = []
    private var written: [WrittenFile] = []
    private var fetched: ArraySlice<WorkRow> = []
    /// Destinations that nothing can be written for tonight, and why.
    private var unusable: [String: Finding] = [:]

    /// How many records are made into bytes as one piece of work: a few pages, each of which is
    /// parsed once for it.
    private static let pieceSize = 1024
    /// How many bytes of originals a piece holds before it takes no more.
    private static let pieceBytes = 1 << 21
    /// Entities whose unchanged versions are not sent again; results always are.
    private static let suppressible: Set<String> = ["patient", "appointment"]

    init(
        _ context: NightContext, _ workspace: Workspace, _ routed: Routed, _ mirrors: Mirrors,
        _ plan: UnitPlan, _ numbers: LedgerNumbers
    ) {
        self.context = context
        self.workspace = workspace
        self.routed = routed
        self.mirrors = mirrors
        self.plan = plan
        self.numbers = numbers
        outlets = plan.destinations.compactMap { context.site.outlets[$0] }
        goalsOf = outlets.map { routed.legs[$0.destination.name] ?? [] }
        originals = Originals(context)
        sequences = outlets.map { _ in 0 }
    }

    func run() async throws {
        try await look()
        let making = Making(
            outlets: outlets, names: context.site.names,
            batch: context.batch.name,
            now: DatePattern("yyyyMMddHHmmss")?.format(context.localClock) ?? "",
            today: DatePattern("yyyyMMdd")?.format(context.localClock) ?? "",
            clock: context.localClock)
        var order = RecordOrder(context, goalsOf)
        do {
            try await Window.run(
                next: { try self.piece(&order) }, work: { making.make($0) },
                settle: { made in
                    for record in made { try self.settle(record) }
                })
            for file in files.values.sorted(by: { $0.local < $1.local }) { try close(file) }
            deliveries = try await Staging(context).stage(written).sorted { $0.local < $1.local }
        } catch {
            // Nobody reads in the work folder when the run takes it down.
            for file in written { _ = try? await file.reading.value }
            throw error
        }
    }

    /// Tries each place before anything is built for it: one that cannot be used holds its own legs
    /// and leaves the other destinations alone.
    private func look() async throws {
        for (index, outlet) in outlets.enumerated()
        where !goalsOf[index].isEmpty {
            let transport = outlet.destination.transport
            let empty = context.workFolder + "/probe"
            try Data().write(to: URL(fileURLWithPath: empty))
            do {
                try await transport.stage(empty, as: ".probe.waybill")
                try await transport.withdraw(".probe.waybill")
            } catch {
                let finding = RunFindings.unusable(error, at: outlet.destination.name)
                // A full disk is nobody's destination: the run ends, and completes when there is room.
                if error.kind == .noSpace { throw error }
                unusable[outlet.destination.name] = finding
                context.troubles.append(("", finding))
            }
        }
    }

    // MARK: Gathering

    private func piece(_ order: inout RecordOrder) throws -> Piece? {
        var rows: [WorkRow] = []
        var size = 0
        while rows.count < Self.pieceSize, size < Self.pieceBytes, let row = try next(&order) {
            size += row.length
            rows.append(row)
        }
        guard !rows.isEmpty else { return nil }
        rows.removeAll { context.checkpoints.strikes(.loseRouted, $0.feed) }
        let spills = rows.map(\.spill)
        let (packed, places) = try workspace.unspill(
            spills.map { $0 ?? SpillRange(offset: 0, length: 0) })
        var piece = Piece(packed: packed)
        piece.materials.reserveCapacity(rows.count)
        for (row, place) in zip(rows, places) {
            piece.materials.append(try material(row, packed, place))
        }
        return piece
    }

    /// The next row in the night's order: rows are fetched many at a time.
    private func next(_ order: inout RecordOrder) throws -> WorkRow? {
        while fetched.isEmpty {
            guard let run = order.take(Self.pieceSize) else { return nil }
            fetched = try workspace.work(from: run.lowerBound, through: run.upperBound)[...]
        }
        return fetched.removeFirst()
    }

    private func material(
        _ row: WorkRow, _ packed: [UInt8], _ place: Range<Int>
    ) throws -> Material {
        var goals: [(destination: Int, seq: Int)] = []
        var wantsOriginal = false
        for index in outlets.indices where goalsOf[index].contains(row.record) {
            let destination = outlets[index].destination
            if try isKnown(row, packed, place, destination) {
                try workspace.add(
                    StagedLeg(
                        record: row.record, feed: row.feed, destination: destination.name,
                        state: .suppressed, code: RunFindings.unchanged.code))
                continue
            }
            sequences[index] += 1
            goals.append((index, sequences[index]))
            wantsOriginal = wantsOriginal || destination.making == .inPlace
        }
        return Material(
            row: row, packed: place,
            original: wantsOriginal ? try originals.find(row.record) : nil, goals: goals,
            together: routed.together.contains(row.record))
    }

    /// Whether the destination confirmed that it holds this very version.
    private func isKnown(
        _ row: WorkRow, _ packed: [UInt8], _ place: Range<Int>, _ destination: Destination
    ) throws -> Bool {
        guard Self.suppressible.contains(row.entity), row.event.isEmpty || row.event == "A08",
            let record = try? context.site.names.view(Array(packed[place])),
            let key = mirrors.key(of: record),
            let known = try context.ledger.mirror(
                system: destination.system, entity: record.entity, key: key)
        else { return false }
        return known.state == .confirmed && known.digest == record.digest
    }

    // MARK: Settling

    private func settle(_ made: Made) throws {
        for (index, leg) in made.legs {
            let destination = outlets[index].destination
            switch leg {
            case .bytes(let bytes, let hash, let group):
                try append(made, bytes, hash, group, outlets[index])
            case .failed(let finding):
                try hold(made, finding, destination)
            case .unchanged:
                break
            }
        }
    }

    private func append(
        _ made: Made, _ bytes: [UInt8], _ hash: UInt64, _ group: String, _ outlet: any Outlet
    ) throws {
        let destination = outlet.destination
        let key = destination.name + "\u{1F}" + group
        if let reason = unusable[destination.name] { return try hold(made, reason, destination) }
        var file: FileInProgress
        do { file = try files[key] ?? open(outlet, feed: made.row.feed) } catch let fault
            as WriteFault
        {
            unusable[destination.name] = fault.finding
            return try hold(made, fault.finding, destination)
        }
        // Moved out while it is written to, so that its buffers are not copied.
        files[key] = nil
        let cents = destination.format.carriesMoney ? made.row.cents : 0
        let (checkpoints, feed) = (context.checkpoints, made.row.feed)
        if !checkpoints.strikes(.loseWritten, feed) {
            try file.add(bytes, cents: cents, isCut: checkpoints.strikes(.loseCounted, feed))
        }
        if checkpoints.strikes(.writeTwice, feed) { try file.add(bytes, cents: cents) }
        if !checkpoints.strikes(.loseLeg, feed) { try leg(made, hash, destination, file) }
        if file.records == destination.most {
            try close(file)
        } else {
            files[key] = file
        }
    }

    private func open(_ outlet: any Outlet, feed: String) throws -> FileInProgress {
        opened += 1
        let path = context.workFolder + "/out-\(context.nextSequence(of: "out"))"
        return try FileInProgress(
            outlet, envelope: context.envelope(outlet.destination, numbers), path: path,
            local: opened, feed: feed)
    }

    private func leg(
        _ made: Made, _ hash: UInt64, _ destination: Destination, _ file: FileInProgress
    ) throws {
        let controls = file.controlNumbers
        let isClaim = made.row.entity == "claim" && controls["ISA13"] != nil
        try workspace.add(
            StagedLeg(
                record: made.row.record, feed: made.row.feed, destination: destination.name,
                state: .staged, delivery: file.local,
                cents: destination.format.carriesMoney ? made.row.cents : 0, hash: hash,
                claims: isClaim ? 1 : 0))
        guard isClaim, !context.checkpoints.strikes(.loseClaim, made.row.feed) else { return }
        func last(_ name: String) -> String {
            controls[name]?.split(separator: ",").last.map(String.init) ?? ""
        }
        try workspace.add(
            StagedClaim(
                record: made.row.record, feed: made.row.feed,
                pcn: made.claim,
                destination: destination.name, isa: last("ISA13"), gs: last("GS06"),
                st: last("ST02"), bht: last("BHT03"), partner: destination.partner ?? "",
                traits: made.traits, lines: made.lines, cents: made.row.cents, delivery: file.local)
        )
    }

    private func hold(_ made: Made, _ finding: Finding, _ destination: Destination) throws {
        let row = made.row
        var placed = finding
        placed.location.record = RecordID.number(row.record)
        try workspace.add(placed, receipt: RecordID.receipt(row.record), record: row.record)
        try workspace.add(
            StagedLeg(
                record: row.record, feed: row.feed, destination: destination.name, state: .held,
                code: finding.code))
        try workspace.add(
            StagedHold(
                record: row.record, feed: row.feed, destination: destination.name,
                code: finding.code, owner: finding.kind.owner,
                patient: row.patient.isEmpty ? nil : row.patient,
                canonical: made.packed.isEmpty
                    ? nil : CanonicalCodec.encode(try context.site.names.view(made.packed).record)))
    }

    // MARK: Closing

    private func close(_ file: FileInProgress) throws {
        var file = file
        let digest = try file.finish()
        written.append(
            WrittenFile(
                outlet: file.outlet, path: file.path, feed: file.feed, local: file.local,
                records: file.records, cents: file.cents, controlNumbers: file.controlNumbers,
                digest: digest,
                reading: try Staging(context).read(
                    file.outlet, file.path, feed: file.feed, after: written.dropLast().last)))
    }

    /// Answers the sender of one file: custody, whatever happens to the data afterwards.
    func acknowledge(_ taken: Taken) async throws {
        guard let outlet = context.site.outlets[taken.feed.answering.to] else { return }
        let path = context.workFolder + "/out-\(context.nextSequence(of: "out"))"
        guard
            let digest = try AcknowledgementFile(context, workspace).write(
                taken, outlet, numbers, to: path)
        else { return }
        opened += 1
        let staging = Staging(context)
        deliveries += try await staging.stage([
            WrittenFile(
                outlet: outlet, path: path, feed: taken.feed.name, local: opened,
                receipt: taken.receipt.id, digest: digest,
                reading: try staging.read(outlet, path, feed: taken.feed.name))
        ])
    }
}
