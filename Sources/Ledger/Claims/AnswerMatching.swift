/// How answers find claims, as statements over the workspace with the ledger attached as `led`
/// (formats-x12, d).
enum AnswerMatching {
    /// Control numbers are given out for each receiver, so they say nothing without the partner.
    private static let sender = "c.partner IN ('', a.partner)"

    private static func scope(_ scope: AnswerScope) -> String { "a.scope = \(scope.rawValue)" }

    private static func all(_ key: ClaimKey, _ scope: AnswerScope, _ join: String) -> String {
        """
        INSERT INTO ws_match SELECT a.id, c.id, \(key.rawValue) FROM ws_answer a
          CROSS JOIN led.claim c ON \(join) AND \(sender)
          WHERE \(self.scope(scope))
        """
    }

    /// A set of the same group and file that the 999 lists.
    private static let listed = """
        SELECT 1 FROM ws_answer b WHERE b.scope = \(AnswerScope.set.rawValue)
          AND b.gs = a.gs AND b.partner = a.partner AND b.record >> 32 = a.record >> 32
        """

    /// Answers to envelopes: every claim within.
    static let envelopes =
        [
            """
            CREATE INDEX ws_answer_set ON ws_answer (gs, st)
              WHERE scope = \(AnswerScope.set.rawValue)
            """,
            all(.interchange, .interchange, "c.isa = a.isa"),
            all(.set, .set, "c.gs = a.gs AND c.st = a.st"),
            all(.group, .group, "c.gs = a.gs"),
            all(.group, .unlisted, "c.gs = a.gs") + " AND NOT EXISTS (\(listed) AND b.st = c.st)",
            all(.group, .unlistedPartly, "c.gs = a.gs")
                + " AND NOT EXISTS (\(listed) AND b.st = c.st) AND EXISTS (\(listed)"
                + " AND b.verdict = \(ClaimVerdict.rejected.rawValue))",
            all(.file, .file, "c.bht = a.bht AND c.bht <> ''"),
            all(.file, .provider, "c.bht = a.bht AND c.bht <> '' AND c.npi IN ('', a.npi)"),
        ].joined(separator: ";\n") + ";\n"

    /// In how much a claim agrees with an answer: the file that is quoted weighs most, then who sent
    /// it, the charge, the day and the member.
    private static let rank = """
        (a.bht <> '' AND c.bht = a.bht) * 16 + (c.partner = a.partner) * 8
          + (c.cents = abs(a.charge)) * 4 + (a.service <> '' AND c.service = a.service) * 2
          + (a.member <> '' AND c.member = a.member)
        """

    private static func candidates(_ key: ClaimKey, _ source: String) -> String {
        """
        INSERT OR IGNORE INTO ws_candidate SELECT a.id, \(rank), c.id, \(key.rawValue)
          FROM \(source);

        """
    }

    /// Answers about one claim for which no key has named any yet.
    static let open = """
        ws_answer a WHERE a.scope = \(AnswerScope.account.rawValue)
          AND NOT EXISTS (SELECT 1 FROM ws_candidate k WHERE k.answer = a.id)
        """

    private static let still = "(SELECT * FROM \(open)) a"

    /// CLM01.
    static let accounts =
        candidates(
            .account,
            """
            ws_answer a CROSS JOIN led.claim c ON c.pcn = a.pcn
              WHERE \(scope(.account)) AND length(a.pcn) > 0
            """) + choice(.account)

    /// REF*D9.
    static let clearinghouses =
        candidates(
            .clearinghouse, "\(still) CROSS JOIN led.claim c ON c.d9 = a.d9 AND c.d9 <> ''")
        + choice(.clearinghouse)

    /// Takes up what was paid before for a claim that nobody knew, where tonight an answer whose claim
    /// is known tells the payer's number of it: so a payment that comes first ends like one that comes
    /// last.
    static let unapplied = """
        CREATE INDEX ws_answer_payer ON ws_answer (payer_claim) WHERE payer_claim <> '';
        INSERT INTO ws_answer SELECT
            (SELECT MAX(id) FROM ws_answer) + row_number() OVER (
              ORDER BY p.payer, p.trace, p.ordinal),
            p.record, p.ordinal, \(ClaimAnswer.f835.rawValue), \(AnswerScope.account.rawValue), 0,
            '', '', '', '', '', p.pcn, '', p.payer_claim, '', '', p.charge, '', p.verdict, p.status,
            p.paid, p.patient, p.dated, p.payer || '|' || p.trace, p.trace, p.payer, p.feed,
            (SELECT MAX(at) FROM ws_answer)
          FROM led.posting p WHERE p.claim IS NULL AND p.payer_claim <> ''
            AND EXISTS (SELECT 1 FROM ws_answer b CROSS JOIN ws_match m ON m.answer = b.id
              WHERE b.payer_claim = p.payer_claim AND b.payer_claim <> '');
        """

    /// The payer's number, which a 277CA or an earlier payment told: tonight, or before.
    static let payers =
        candidates(
            .payer,
            """
            \(still) CROSS JOIN led.claim_event e
              ON e.payer_claim = a.payer_claim AND e.payer_claim <> ''
              CROSS JOIN led.claim c ON c.id = e.claim
            """)
        + candidates(
            .payer,
            """
            \(still) CROSS JOIN ws_answer b
              ON b.payer_claim = a.payer_claim AND b.payer_claim <> ''
              CROSS JOIN ws_match m ON m.answer = b.id CROSS JOIN led.claim c ON c.id = m.claim
            """) + choice(.payer)

    /// Where the account number is missing, `0` or cut off: the same member, day and charge, and the
    /// same provider where both are known.
    static let services =
        candidates(
            .service,
            """
            \(still) CROSS JOIN led.claim c
              ON c.member = a.member AND c.service = a.service AND c.member <> ''
              AND c.service <> '' AND c.cents = abs(a.charge)
              AND (c.npi = '' OR a.npi = '' OR c.npi = a.npi)
              AND (a.pcn = x'' OR a.pcn = x'30' OR substr(c.pcn, 1, length(a.pcn)) = a.pcn)
            """) + choice(.service)

    /// The one that agrees in more than every other; never one of two alike.
    private static func choice(_ key: ClaimKey) -> String {
        """
        INSERT INTO ws_match SELECT k.answer, k.claim, k.how FROM ws_candidate k
          WHERE k.how = \(key.rawValue)
            AND k.rank = (SELECT MAX(x.rank) FROM ws_candidate x WHERE x.answer = k.answer)
            AND NOT EXISTS (SELECT 1 FROM ws_candidate y WHERE y.answer = k.answer
              AND y.rank = k.rank AND y.claim <> k.claim);

        """
    }
}
