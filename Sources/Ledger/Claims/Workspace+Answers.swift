/// The workspace's tables for answers to claims.
enum AnswerTables {
    /// What was read; the claims that each may be about, those alike in most first; what was chosen;
    /// where the claims stand by it.
    static let ddl = """
        CREATE TABLE ws_answer (id INTEGER PRIMARY KEY, record INTEGER NOT NULL,
          ordinal INTEGER NOT NULL, kind INTEGER NOT NULL, scope INTEGER NOT NULL,
          needed INTEGER NOT NULL, partner TEXT NOT NULL, isa TEXT NOT NULL, gs TEXT NOT NULL,
          st TEXT NOT NULL, bht TEXT NOT NULL, pcn BLOB NOT NULL, d9 TEXT NOT NULL,
          payer_claim TEXT NOT NULL, member TEXT NOT NULL, service TEXT NOT NULL,
          charge INTEGER NOT NULL, npi TEXT NOT NULL, verdict INTEGER NOT NULL,
          status TEXT NOT NULL, paid INTEGER NOT NULL, patient INTEGER NOT NULL,
          dated TEXT NOT NULL, control TEXT NOT NULL, trace TEXT NOT NULL, payer TEXT NOT NULL,
          feed TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE ws_answer_line (answer INTEGER NOT NULL, place INTEGER NOT NULL,
          line TEXT NOT NULL, charge INTEGER NOT NULL, paid INTEGER NOT NULL);
        CREATE TABLE ws_candidate (answer INTEGER NOT NULL, rank INTEGER NOT NULL,
          claim INTEGER NOT NULL, how INTEGER NOT NULL, PRIMARY KEY (answer, rank, claim))
          WITHOUT ROWID;
        CREATE TABLE ws_match (answer INTEGER NOT NULL, claim INTEGER NOT NULL,
          how INTEGER NOT NULL, PRIMARY KEY (answer, claim)) WITHOUT ROWID;
        CREATE TABLE ws_standing_claim (claim INTEGER PRIMARY KEY, pcn BLOB NOT NULL,
          state INTEGER NOT NULL, step INTEGER NOT NULL, paid INTEGER NOT NULL,
          patient INTEGER NOT NULL, status TEXT NOT NULL, changed INTEGER);
        """
}

extension Workspace {
    /// Adds an answer.
    public func add(_ answer: StagedAnswer) throws {
        hasAnswers = true
        answerCount += 1
        let insert = try inserter(into: "ws_answer")
        insert.bind(1, answerCount)
        insert.bind(2, answer.record)
        insert.bind(3, Int64(answer.ordinal))
        insert.bind(4, Int64(answer.kind.rawValue))
        insert.bind(5, Int64(answer.scope.rawValue))
        insert.bind(6, answer.isNeeded ? 1 : 0)
        insert.bind(7, answer.partner)
        insert.bind(8, answer.isa)
        insert.bind(9, answer.gs)
        insert.bind(10, answer.st)
        insert.bind(11, answer.bht)
        insert.bind(12, bytes: answer.pcn)
        insert.bind(13, answer.clearinghouse)
        insert.bind(14, answer.payerClaim)
        insert.bind(15, answer.member)
        insert.bind(16, answer.service)
        insert.bind(17, answer.charge)
        insert.bind(18, answer.npi)
        insert.bind(19, Int64(answer.verdict.rawValue))
        insert.bind(20, answer.status)
        insert.bind(21, answer.paid)
        insert.bind(22, answer.patient)
        insert.bind(23, answer.dated)
        insert.bind(24, answer.control)
        insert.bind(25, answer.trace)
        insert.bind(26, answer.payer)
        insert.bind(27, answer.feed)
        insert.bind(28, answer.at)
        try insert.insert()
        guard !answer.lines.isEmpty else { return }
        let lines = try inserter(into: "ws_answer_line")
        for (index, line) in answer.lines.enumerated() {
            lines.bind(1, answerCount)
            lines.bind(2, Int64(index + 1))
            lines.bind(3, line.identifier)
            lines.bind(4, line.charge)
            lines.bind(5, line.paid)
            try lines.insert()
        }
    }

    /// Matches the answers to the claims of the ledger, in the order of the keys: our own control
    /// numbers, the account number, the clearinghouse's, the payer's, then member, day and charge.
    /// Of several claims the one that agrees in most is taken; between two alike none is. Then says
    /// where each of the claims stands.
    public func matchAnswers(to ledger: Ledger) throws {
        guard hasAnswers else { return }
        try flush()
        try attach(ledger)
        defer { try? database.execute("DETACH led") }
        // Claims lie in the order in which they were sent, and answers come in any: what was read is
        // kept within these bounds.
        try database.execute("PRAGMA led.cache_size = -48000; PRAGMA main.cache_size = -48000")
        defer { try? database.execute("PRAGMA main.cache_size = -\(Self.cache)") }
        try begin()
        try database.execute(AnswerMatching.envelopes)
        try database.execute(AnswerMatching.accounts)
        try database.execute(AnswerMatching.unapplied)
        if try hasUnmatched() {
            try database.execute(AnswerMatching.clearinghouses)
            try database.execute(AnswerMatching.payers)
            try database.execute(AnswerMatching.services)
        }
        try database.execute(
            """
            CREATE INDEX ws_match_claim ON ws_match (claim, answer);
            CREATE INDEX ws_answer_record ON ws_answer (record);
            """)
        try stand()
        try flush()
    }

    private func hasUnmatched() throws -> Bool {
        let query = try database.prepare("SELECT 1 FROM \(AnswerMatching.open) LIMIT 1")
        defer { query.reset() }
        return try query.step()
    }

    /// Folds what the ledger knows of each claim that was answered and what was said tonight.
    private func stand() throws {
        let claims = try database.prepare(
            """
            SELECT c.id, c.pcn, c.expects FROM (SELECT DISTINCT claim FROM ws_match) m
            CROSS JOIN led.claim c ON c.id = m.claim
            """)
        let columns = "kind, verdict, status, charge, patient, dated, control, ordinal"
        let before = try database.prepare(
            "SELECT \(columns), cents, at FROM led.claim_event WHERE claim = ?")
        let tonight = try database.prepare(
            """
            SELECT \(columns), paid, at FROM ws_match m CROSS JOIN ws_answer a ON a.id = m.answer
            WHERE m.claim = ?
            """)
        let insert = try inserter(into: "ws_standing_claim")
        while try claims.step() {
            let claim = claims.int(0)
            let events = try read(before, claim) + read(tonight, claim)
            let standing = ClaimLadder.standing(of: events, expectsAnswer: claims.int(2) == 1)
            insert.bind(1, claim)
            insert.bind(2, bytes: claims.bytes(1))
            insert.bind(3, Int64(standing.state.rawValue))
            insert.bind(4, Int64(standing.step.rawValue))
            insert.bind(5, standing.paid)
            insert.bind(6, standing.patient)
            insert.bind(7, standing.status)
            insert.bind(8, standing.changed)
            try insert.insert()
        }
    }

    private func read(_ query: RawStatement, _ claim: Int64) throws -> [ClaimEvent] {
        query.bind(1, claim)
        defer { query.reset() }
        var events: [ClaimEvent] = []
        while try query.step() {
            let status = query.text(2)
            let kind = ClaimAnswer(rawValue: Int(query.int(0))) ?? .resent
            let verdict = ClaimVerdict(rawValue: Int(query.int(1))) ?? .noted
            events.append(
                ClaimEvent(
                    claim: claim, kind: kind, verdict: verdict.corrected(kind, status),
                    status: status, cents: query.int(8), charge: query.int(3),
                    patient: query.int(4), dated: query.text(5), control: query.text(6),
                    ordinal: Int(query.int(7)), record: 0, feed: "", at: query.int(9)))
        }
        return events
    }

    /// What the answers in these records were matched to, in the order in which they were added.
    public func matches(from first: Int64, through last: Int64) throws -> [MatchedAnswer] {
        let query = try database.cached(
            """
            SELECT a.record, a.ordinal, a.needed, m.claim, s.pcn, s.state,
              CASE WHEN m.claim IS NULL
                THEN (SELECT COUNT(*) FROM ws_candidate k WHERE k.answer = a.id) ELSE 0 END
            FROM ws_answer a LEFT JOIN ws_match m ON m.answer = a.id
            LEFT JOIN ws_standing_claim s ON s.claim = m.claim
            WHERE a.record BETWEEN ? AND ? ORDER BY a.record, a.id, m.claim
            """)
        query.bind(1, first)
        query.bind(2, last)
        defer { query.reset() }
        var found: [MatchedAnswer] = []
        while try query.step() {
            found.append(
                MatchedAnswer(
                    record: query.int(0), ordinal: Int(query.int(1)), isNeeded: query.int(2) == 1,
                    claim: query.isNull(3) ? nil : query.int(3), candidates: Int(query.int(6)),
                    pcn: query.bytes(4),
                    state: ClaimState(rawValue: Int(query.int(5))) ?? .awaiting))
        }
        return found
    }
}
