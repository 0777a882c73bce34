import Bytes
import Exchange
import Ledger
import Mapping

/// The life cycle of results: what is preliminary or older never takes the place of what was
/// delivered, whichever comes first; what was withdrawn comes back only with something newer.
///
/// Each sender's order number has a row in the ledger that says where its observations stand. Only
/// the records are looked at whose numbers stand there already, come twice in this batch, or correct
/// or withdraw something; they are gone through in the order in which they are delivered.
struct LifeCycle {
    private let context: NightContext
    private let workspace: Workspace

    init(_ context: NightContext, _ workspace: Workspace) {
        self.context = context
        self.workspace = workspace
    }

    /// What one record says, and what it meets.
    private struct Meeting {
        let record: Int64
        var said: [(source: Int64, number: [UInt8], said: ResultStanding)] = []
        var verdict = ResultVersion.Verdict.goes
        /// The newest batch of the versions that it may not take the place of.
        var newest: Int64 = 0
        var isCorrection = false
        var isWithdrawal = false
        /// Whether it corrects something of which nothing stands.
        var isUnknown = false
    }

    /// Holds what may not take the place of what stands, and tells of corrections of nothing and of
    /// withdrawals.
    /// - Returns: records whose legs were to be released alone, and are not.
    func judge(_ reentered: Reentered) throws -> RecordSet {
        guard try workspace.findMeetings(in: context.ledger) else { return RecordSet() }
        var refused = RecordSet()
        try walk { row, meeting in
            if meeting.isWithdrawal, row.origin != .leg {
                try note(RunFindings.withdrawn, row.record)
            }
            let past = reentered.past[row.record]
            guard let kind = reason(row, meeting, past) else {
                if meeting.isUnknown, row.origin != .leg {
                    try note(RunFindings.unknownCorrected, row.record)
                }
                return true
            }
            try note(kind, row.record)
            if row.origin == .leg {
                refused = refused.union([row.record])
                try hold(row, reentered, kind)
            } else {
                try workspace.settle([row.record], as: .held, code: kind.code, owner: kind.owner)
            }
            return false
        }
        return refused
    }

    /// The first night: nothing is held; what may not take the place of another does not count.
    func sortOut() throws {
        guard try workspace.findMeetings(in: context.ledger) else { return }
        try walk { row, meeting in
            if meeting.verdict == .goes { return true }
            try workspace.addFallen(row.record)
            return false
        }
    }

    /// Makes what stands after this batch, when it is known which records are on their way.
    func stand() throws {
        guard workspace.hasResults else { return }
        try workspace.findFallen()
        try workspace.resetStandings(from: context.ledger)
        try walk { row, _ in try !workspace.isFallen(row.record) }
    }

    // MARK: Going through

    /// Hands `body` each accepted record that meets another, in the order of delivery; what it says
    /// stands from then on when `body` answers true.
    private func walk(_ body: (WorkRow, Meeting) throws -> Bool) throws {
        let ranks = context.rankOfReceipt
        let receipts = try workspace.meetingReceipts().sorted {
            (ranks[$0] ?? .max, $0) < (ranks[$1] ?? .max, $1)
        }
        for receipt in receipts {
            var open: Meeting?
            try workspace.meetings(receipt: receipt) { row in
                if let done = open, done.record != row.record {
                    try settle(done, body)
                    open = nil
                }
                var meeting = open ?? Meeting(record: row.record)
                meeting.said.append((row.source, row.number, try ResultStanding(row.said)))
                open = meeting
            }
            if let open { try settle(open, body) }
        }
    }

    private func settle(_ found: Meeting, _ body: (WorkRow, Meeting) throws -> Bool) throws {
        guard let row = try workspace.work(found.record), row.outcome == .accepted else { return }
        var meeting = found
        for piece in found.said {
            let stored = try workspace.standing(source: piece.source, number: piece.number)
            try compare(piece.said, try standing(stored), row, &meeting)
        }
        guard try body(row, meeting) else { return }
        for piece in found.said {
            let stored = try workspace.standing(source: piece.source, number: piece.number)
            var after = try standing(stored)
            after.take(piece.said, record: row.record, batch: context.batch.id)
            try workspace.put(
                StoredStanding(
                    record: row.record, batch: context.batch.id, standing: after.bytes),
                source: piece.source, number: piece.number)
        }
    }

    private func standing(_ stored: StoredStanding?) throws -> ResultStanding {
        guard let stored else { return ResultStanding() }
        return try ResultStanding(stored.standing, record: stored.record, batch: stored.batch)
    }

    private func compare(
        _ said: ResultStanding, _ standing: ResultStanding, _ row: WorkRow,
        _ meeting: inout Meeting
    ) throws {
        // What comes out of quarantine was there before what came meanwhile.
        let tie = row.origin == .received ? ResultVersion.Tie.replaces : .yields
        for entry in said.entries {
            let known = standing.entry(entry.name)
            if entry.version.status == .withdrawn { meeting.isWithdrawal = true }
            guard let known else {
                if entry.version.status == .correction { meeting.isUnknown = true }
                continue
            }
            // Another leg of the same record is no other version.
            if known.record == row.record { continue }
            let verdict = entry.version.over(known.version, tie: tie)
            guard verdict != .goes else { continue }
            if meeting.verdict != .withdrawnBefore { meeting.verdict = verdict }
            meeting.newest = max(meeting.newest, known.batch)
        }
    }

    // MARK: Holding

    /// Why the record is held; nil when it goes.
    private func reason(_ row: WorkRow, _ meeting: Meeting, _ past: Held?) -> FindingKind? {
        let kind: FindingKind
        switch meeting.verdict {
        case .goes: return nil
        case .stale: kind = RunFindings.superseded
        case .withdrawnBefore: kind = RunFindings.withdrawnBefore
        }
        guard let past else { return kind }
        switch past.code {
        case RunFindings.superseded.code, RunFindings.withdrawnBefore.code:
            // A person has decided about what stood when it was held, and not about what came since.
            return meeting.newest > past.batch ? RunFindings.overtaken : nil
        case RunFindings.overtaken.code:
            return RunFindings.overtaken
        default:
            return meeting.newest >= past.arrived ? RunFindings.overtaken : kind
        }
    }

    private func note(_ kind: FindingKind, _ record: Int64) throws {
        try workspace.add(
            Finding(kind, at: Location(record: RecordID.number(record))),
            receipt: RecordID.receipt(record), record: record)
    }

    /// Legs that were to be released go back into quarantine.
    private func hold(_ row: WorkRow, _ reentered: Reentered, _ kind: FindingKind) throws {
        for (name, records) in reentered.legs.sorted(by: { $0.key < $1.key })
        where records.contains(row.record) {
            try workspace.add(
                StagedLeg(
                    record: row.record, feed: row.feed, destination: name, state: .held,
                    code: kind.code))
            try workspace.add(
                StagedHold(
                    record: row.record, feed: row.feed, destination: name, code: kind.code,
                    owner: kind.owner, patient: row.patient.isEmpty ? nil : row.patient))
        }
    }
}

extension Feed {
    /// Whose order numbers its results bear: those of one partner are one series.
    var resultSource: Int64 {
        Int64(RecordHash.hash(Array(partner.utf8)) & 0x7FFF_FFFF)
    }
}

extension Site {
    /// What reads the results of each feed whose dictionary gives them a life cycle.
    var resultReaders: [String: ResultReader] {
        guard let results = model.results, let reader = ResultReader(results, names) else {
            return [:]
        }
        return Dictionary(
            uniqueKeysWithValues: feeds.compactMap { feed in
                dictionaries[feed.dictionary].flatMap {
                    results.applies(to: $0) ? (feed.name, reader) : nil
                }
            })
    }
}

extension Workspace {
    /// Adds what one record says of results.
    func add(
        _ rows: ArraySlice<ResultPage.Row>, of page: ResultPage, record: Int64, source: Int64
    ) throws {
        let bytes = page.bytes.span
        for (piece, row) in rows.enumerated() {
            try addResult(
                source: source, number: bytes.extracting(row.number), record: record,
                piece: piece, isNotable: row.isNotable, said: bytes.extracting(row.standing))
        }
    }
}
