import GRDB

/// The ledger's tables for the life of claims.
enum ClaimSchema {
    /// Makes them, and says of each claim that is known where it stands.
    static func migrate(_ db: Database) throws {
        try db.execute(sql: ddl)
        try db.execute(
            sql: """
                UPDATE unit SET claims = (SELECT COUNT(*) FROM leg l
                  WHERE l.id BETWEEN unit.leg_first AND unit.leg_last AND l.claims > 0
                    AND l.state = 2)
                """)
        try standAnew(db)
    }

    /// A claim's columns that say where it stands are `ClaimLadder`'s, written with its events.
    /// `claim_tally` follows them, so that no night counts all claims there ever were. `posting` is
    /// every CLP of every payment, once; one without a claim is unapplied. `posting_line` is every SVC of
    /// it, which names the claim's line by REF*6R.
    private static let ddl = """
        DROP VIEW claim_now;
        ALTER TABLE claim ADD COLUMN partner TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN payer TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN member TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN service TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN npi TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN frequency TEXT NOT NULL DEFAULT '1';
        ALTER TABLE claim ADD COLUMN original TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN d9 TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN state INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE claim ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE claim ADD COLUMN paid BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE claim ADD COLUMN patient BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE claim ADD COLUMN status TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim ADD COLUMN changed BIGINT;
        CREATE INDEX claim_bht ON claim (bht) WHERE bht <> '';
        CREATE INDEX claim_d9 ON claim (d9) WHERE d9 <> '';
        CREATE INDEX claim_member ON claim (member, service) WHERE member <> '';
        CREATE INDEX claim_state ON claim (state, step, sent);
        CREATE INDEX claim_record ON claim (record);
        CREATE INDEX claim_delivery ON claim (delivery);
        ALTER TABLE claim_event ADD COLUMN charge BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE claim_event ADD COLUMN patient BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE claim_event ADD COLUMN dated TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim_event ADD COLUMN control TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim_event ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE claim_event ADD COLUMN payer_claim TEXT NOT NULL DEFAULT '';
        ALTER TABLE claim_event ADD COLUMN how INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX claim_event_payer ON claim_event (payer_claim) WHERE payer_claim <> '';
        CREATE TABLE posting (payer TEXT NOT NULL, trace TEXT NOT NULL, ordinal INTEGER NOT NULL,
          claim BIGINT, pcn BLOB NOT NULL, payer_claim TEXT NOT NULL, status TEXT NOT NULL,
          verdict INTEGER NOT NULL, charge BIGINT NOT NULL, paid BIGINT NOT NULL, patient BIGINT NOT NULL,
          dated TEXT NOT NULL, record BIGINT NOT NULL, feed TEXT NOT NULL, batch BIGINT NOT NULL,
          PRIMARY KEY (payer, trace, ordinal)) WITHOUT ROWID;
        CREATE INDEX posting_unapplied ON posting (batch) WHERE claim IS NULL;
        CREATE TABLE claim_line (claim BIGINT NOT NULL, sequence INTEGER NOT NULL,
          line TEXT NOT NULL, cents BIGINT NOT NULL, PRIMARY KEY (claim, sequence)) WITHOUT ROWID;
        CREATE TABLE posting_line (payer TEXT NOT NULL, trace TEXT NOT NULL,
          ordinal INTEGER NOT NULL, place INTEGER NOT NULL, line TEXT NOT NULL,
          charge BIGINT NOT NULL, paid BIGINT NOT NULL, batch BIGINT NOT NULL,
          PRIMARY KEY (payer, trace, ordinal, place)) WITHOUT ROWID;
        CREATE INDEX posting_claim ON posting (claim) WHERE claim IS NOT NULL;
        CREATE TABLE claim_tally (state INTEGER NOT NULL, step INTEGER NOT NULL,
          claims BIGINT NOT NULL, cents BIGINT NOT NULL, paid BIGINT NOT NULL,
          PRIMARY KEY (state, step)) WITHOUT ROWID;
        INSERT INTO claim_tally SELECT state, step, COUNT(*), SUM(cents), SUM(paid) FROM claim
          GROUP BY state, step;
        CREATE TRIGGER claim_in AFTER INSERT ON claim BEGIN
          INSERT INTO claim_tally VALUES (NEW.state, NEW.step, 1, NEW.cents, NEW.paid)
            ON CONFLICT (state, step) DO UPDATE SET claims = claims + 1,
              cents = cents + excluded.cents, paid = paid + excluded.paid;
        END;
        CREATE TRIGGER claim_out AFTER DELETE ON claim BEGIN
          UPDATE claim_tally SET claims = claims - 1, cents = cents - OLD.cents,
            paid = paid - OLD.paid WHERE state = OLD.state AND step = OLD.step;
        END;
        CREATE TRIGGER claim_moved AFTER UPDATE OF state, step, cents, paid ON claim BEGIN
          UPDATE claim_tally SET claims = claims - 1, cents = cents - OLD.cents,
            paid = paid - OLD.paid WHERE state = OLD.state AND step = OLD.step;
          INSERT INTO claim_tally VALUES (NEW.state, NEW.step, 1, NEW.cents, NEW.paid)
            ON CONFLICT (state, step) DO UPDATE SET claims = claims + 1,
              cents = cents + excluded.cents, paid = paid + excluded.paid;
        END;
        ALTER TABLE unit ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE money_check ADD COLUMN payer TEXT NOT NULL DEFAULT '';
        ALTER TABLE money_check ADD COLUMN dated TEXT NOT NULL DEFAULT '';
        ALTER TABLE money_check ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE money_check ADD COLUMN adjustments BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE money_check ADD COLUMN claim_count BIGINT NOT NULL DEFAULT 0;
        """

    /// Folds the events of every claim.
    private static func standAnew(_ db: Database) throws {
        let claims = try Row.fetchAll(db, sql: "SELECT id, expects FROM claim ORDER BY id")
        for claim in claims {
            let events = try Row.fetchAll(
                db, sql: "SELECT * FROM claim_event WHERE claim = $1",
                arguments: [claim.int64("id")]
            ).map(ClaimEvent.init)
            let standing = ClaimLadder.standing(
                of: events, expectsAnswer: claim.int("expects") == 1)
            try db.execute(
                sql: """
                    UPDATE claim SET state = $1, step = $2, paid = $3, patient = $4, status = $5,
                      changed = $6 WHERE id = $7
                    """,
                arguments: [
                    standing.state.rawValue, standing.step.rawValue, standing.paid,
                    standing.patient, standing.status, standing.changed, claim.int64("id"),
                ])
        }
    }
}
