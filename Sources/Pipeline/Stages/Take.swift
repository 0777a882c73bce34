import Bytes
import Exchange
import Foundation
import Ledger
import Mapping

/// Stages 2 to 5 for one receipt after another: identify, then parse, validate and map its pages
/// side by side, and settle them in file order into the workspace.
struct Take {
    private let context: NightContext
    private let workspace: Workspace
    private let stager: RowStager
    private let mirrors: Mirrors
    private let merges: Merges
    /// Content that this batch took in before, by place.
    private var known: [String: Int64] = [:]
    private var knownEnvelopes: [[UInt8]: Int64] = [:]
    /// Fields that held something, by feed and notation.
    private(set) var census: [String: FieldCensus] = [:]

    init(
        _ context: NightContext, _ workspace: Workspace, _ stager: RowStager, _ mirrors: Mirrors,
        _ merges: Merges
    ) {
        self.merges = merges
        self.context = context
        self.workspace = workspace
        self.stager = stager
        self.mirrors = mirrors
    }

    mutating func run(_ receipts: [Receipt]) async throws -> [Taken] {
        var all: [Taken] = []
        var knowsMerges = false
        for lane in context.lanes {
            if lane.feed.rank != .identity, !knowsMerges {
                try Merging(context, workspace, merges).run()
                knowsMerges = true
            }
            for receipt in Take.order(receipts, of: lane.feed) {
                all.append(try await take(receipt, lane))
            }
        }
        if !knowsMerges { try Merging(context, workspace, merges).run() }
        return all
    }

    /// A feed's receipts in the order that its settings name: they are read and delivered so.
    static func order(_ receipts: [Receipt], of feed: Feed) -> [Receipt] {
        receipts.filter { $0.feed == feed.name }.sorted { left, right in
            switch feed.order {
            case .name:
                left.name == right.name
                    ? left.id < right.id : left.name.lexicographicallyPrecedes(right.name)
            case .time:
                (left.modified, left.id) < (right.modified, right.id)
            }
        }
    }

    private mutating func take(_ receipt: Receipt, _ lane: any Lane) async throws -> Taken {
        var taken = Taken(receipt: receipt, feed: lane.feed)
        if let earlier = try earlierCopy(of: receipt) {
            taken.outcome = .duplicate
            taken.code = RunFindings.sameBytes.code
            taken.duplicateOf = earlier
            try note(Finding(RunFindings.sameBytes), &taken)
            return taken
        }
        if try context.ledger.sameName(
            endpoint: receipt.endpoint, name: receipt.name, before: receipt.id) != nil
        {
            try note(Finding(RunFindings.sameName), &taken)
        }
        var source = try FileSource(path: context.archive.path(receipt.archive))
        var head: [UInt8] = []
        while head.count < Identify.headLength,
            try source.read(into: &head, count: Identify.headLength - head.count) > 0
        {}
        if head.isEmpty {
            // Some labs send an empty file every night to say that they are alive.
            try note(
                Finding(Identify.empty, at: Location(byte: 0, line: 1), severity: .info), &taken)
            return taken
        }
        if let finding = misfit(head, lane, &taken) {
            taken.outcome = .rejected
            taken.code = finding.code
            try note(finding, &taken)
            return taken
        }
        try await read(ResumedSource(head: head, rest: source), lane, &taken)
        if taken.outcome == .processed {
            known["\(receipt.endpoint)|\(receipt.digest)"] = receipt.id
            for key in taken.closing.envelopeKeys { knownEnvelopes[key] = receipt.id }
        }
        context.progress("\(lane.feed.name): \(taken.tally.records) records")
        return taken
    }

    private func earlierCopy(of receipt: Receipt) throws -> Int64? {
        // An empty file that a lab sends every night is no repeat.
        guard receipt.size > 0 else { return nil }
        if let id = known["\(receipt.endpoint)|\(receipt.digest)"] { return id }
        guard
            let earlier = try context.ledger.earlier(
                endpoint: receipt.endpoint, digest: receipt.digest, before: receipt.id)
        else { return nil }
        // A full file that is the last one again says that nothing changed; an older one would
        // bring old values back.
        if context.site.feed(receipt.feed)?.contents == .snapshot,
            try context.ledger.arrivals(feed: receipt.feed, since: 0)
                .filter({ $0.id < receipt.id && $0.outcome == .processed }).map(\.id).max()
                == earlier.id
        {
            return nil
        }
        return earlier.id
    }

    /// Why the content cannot be of the feed's format; nil when it can.
    private func misfit(_ head: [UInt8], _ lane: any Lane, _ taken: inout Taken) -> Finding? {
        taken.format = lane.feed.format.name
        let sniffed = Identify.sniff(head, context.site.registry)
        taken.version = sniffed?.version ?? lane.feed.format.schemaName
        guard let sniffed, sniffed.isCertain, sniffed.family != lane.feed.format.name else {
            return nil
        }
        return Finding(
            Identify.otherFormat, at: Location(byte: 0, line: 1),
            "expected \(lane.feed.format.name), found \(sniffed.family)")
    }

    private mutating func read(
        _ source: any ByteSource, _ lane: any Lane, _ taken: inout Taken
    ) async throws {
        var framer: any Framer = TallyingFramer(lane.framer(over: source))
        var census = census[lane.feed.name] ?? FieldCensus()
        var local = taken
        let snapshots = try snapshots(lane.feed)
        let settler = Settler(
            workspace, stager, lane.feed, local.receipt, snapshots, mirrors, merges,
            context.site.names)
        let (checkpoints, feed) = (context.checkpoints, lane.feed.name)
        try await Window.run(
            &framer,
            work: { [mirrors] page in
                var worked = lane.work(
                    checkpoints.strikes(.loseFramed, feed) ? page.withoutFirst : page)
                do { try mirrors.look(at: &worked, feed: feed) } catch {
                    return .failure(error)
                }
                return .success(worked)
            },
            settle: { (result: Result<WorkedPage, any Error>) in
                var worked = try result.get()
                if !worked.records.isEmpty, checkpoints.strikes(.loseMapped, feed) {
                    worked.records.removeFirst()
                }
                census.add(worked.census)
                try settler.settle(worked, &local)
            })
        self.census[lane.feed.name] = census
        local.closing = framer.closing
        if let tallying = framer as? TallyingFramer { local.tally = tallying.tally }
        for finding in local.closing.findings.kept { try note(finding, &local) }
        try close(&local)
        if let snapshots, local.outcome == .processed {
            try compare(snapshots, &local)
            if local.outcome == .processed { local.overtaken = snapshots.overtaken }
        }
        taken = local
    }

    /// What a full file's rows are compared with; nil for a feed of changes.
    private func snapshots(_ feed: Feed) throws -> Snapshots? {
        guard feed.contents == .snapshot, let settings = feed.snapshot else { return nil }
        return try Snapshots(
            context.ledger, context.site.names, mirrors, feed: feed.name,
            system: context.site.system(of: feed), settings: settings)
    }

    /// Rows that used to be there: flagged, never deleted; too many hold the file.
    private func compare(_ snapshots: Snapshots, _ taken: inout Taken) throws {
        let (missing, known) = try snapshots.absent()
        guard missing > 0 else { return }
        let holds = snapshots.holds(missing: missing, known: known)
        let kind = holds ? RunFindings.rowsDropped : RunFindings.absent
        try note(Finding(kind, "\(missing) of \(known)"), &taken)
        guard holds, taken.tally.records > 0 else { return }
        taken.outcome = .held
        taken.code = kind.code
        try settle(1...taken.tally.records, taken, .held, kind)
    }

    /// What the file as a whole says about its records.
    private func close(_ taken: inout Taken) throws {
        let closing = taken.closing
        let fileError = closing.findings.kept.first {
            $0.severity == .error && $0.kind.reach == .file
        }
        if let fileError {
            taken.outcome = .rejected
            taken.code = fileError.code
            try settleAll(&taken, .rejected, fileError.kind)
            return
        }
        let repeated = try repeatedEnvelopes(taken)
        if let first = repeated.first {
            taken.outcome = .rejected
            taken.code = RunFindings.sameEnvelope.code
            taken.duplicateOf = first.receipt
            taken.repeated = repeated.map(\.key)
            try note(RunFindings.repeatedEnvelope, &taken)
            try settleAll(&taken, .rejected, RunFindings.sameEnvelope)
            return
        }
        var verdicts = closing.parts
        for (part, _) in taken.parts where part != 0 && verdicts[part] == nil {
            if fallen(part, taken) { verdicts[part] = .reject }
        }
        for (part, verdict) in verdicts.sorted(by: { $0.key < $1.key }) {
            guard let range = taken.parts[part] else { continue }
            if part == 0 { taken.outcome = verdict == .hold ? .held : .rejected }
            let kind = verdict == .reject ? RunFindings.partFell : RunFindings.fileHeld
            try settle(range, taken, verdict == .reject ? .rejected : .held, kind)
        }
        if !closing.isComplete, closing.holdsLastRecord, taken.tally.records > 0 {
            try settle(
                taken.tally.records...taken.tally.records, taken, .held, RunFindings.maybeCut)
        }
    }

    private func fallen(_ part: Int, _ taken: Taken) -> Bool {
        guard let range = taken.parts[part] else { return false }
        return taken.findings.contains { number, findings in
            range.contains(number)
                && findings.contains { $0.severity == .error && $0.kind.reach == .part }
        }
    }

    /// The file's envelopes that were taken in before, each with the receipt that brought it.
    private func repeatedEnvelopes(_ taken: Taken) throws -> [(key: [UInt8], receipt: Int64)] {
        try taken.closing.envelopeKeys.compactMap { key in
            let earlier =
                try knownEnvelopes[key]
                ?? context.ledger.earlier(
                    envelope: key, endpoint: taken.receipt.endpoint, before: taken.receipt.id)
            return earlier.map { (key, $0) }
        }
    }

    private func settleAll(_ taken: inout Taken, _ outcome: Outcome, _ kind: FindingKind) throws {
        guard taken.tally.records > 0 else { return }
        try settle(1...taken.tally.records, taken, outcome, kind)
    }

    /// Records that already stand worse keep their own reason.
    private func settle(
        _ numbers: ClosedRange<Int>, _ taken: Taken, _ outcome: Outcome, _ kind: FindingKind
    ) throws {
        var records: [Int64] = []
        for number in numbers {
            let id = RecordID.make(receipt: taken.receipt.id, number: number)
            guard let row = try workspace.work(id) else { continue }
            if row.outcome == .rejected || (row.outcome == .held && outcome == .held) { continue }
            records.append(id)
        }
        try workspace.settle(records, as: outcome, code: kind.code, owner: kind.owner)
    }

    private func note(_ finding: Finding, _ taken: inout Taken) throws {
        try workspace.add(finding, receipt: taken.receipt.id, record: nil)
        taken.findings[0, default: []].append(finding)
    }
}

extension Page {
    /// The page as it would be had its first record been lost.
    fileprivate var withoutFirst: Page {
        Page(
            bytes: bytes, offset: offset, line: line, frames: Array(frames.dropFirst()),
            context: context)
    }
}
