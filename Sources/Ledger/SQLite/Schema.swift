import GRDB

/// The ledger's tables, by migration. A migration once released is never changed.
enum Schema {
    /// All migrations, in order.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            for part in [batches, acquire, records, legs, held, mirror, claims, proof] {
                try db.execute(sql: part)
            }
        }
        migrator.registerMigration("results") { db in try db.execute(sql: ResultSchema.ddl) }
        migrator.registerMigration("claims") { db in try ClaimSchema.migrate(db) }
        return migrator
    }

    static let batches = """
        CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE settings (digest BLOB PRIMARY KEY NOT NULL, first_used BIGINT NOT NULL);
        CREATE TABLE settings_file (digest BLOB NOT NULL, path TEXT NOT NULL,
          file_digest BLOB NOT NULL, PRIMARY KEY (digest, path)) WITHOUT ROWID;
        CREATE TABLE batch (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
          kind INTEGER NOT NULL, instant BIGINT NOT NULL, settings BLOB NOT NULL,
          state INTEGER NOT NULL, feeds TEXT NOT NULL, closed BIGINT, verdict TEXT,
          exit_code INTEGER, report BLOB, opening_legs BIGINT NOT NULL);
        CREATE INDEX batch_state ON batch (state);
        CREATE TABLE unit (batch BIGINT NOT NULL REFERENCES batch (id), name TEXT NOT NULL,
          state INTEGER NOT NULL, committed BIGINT, released BIGINT, leg_first BIGINT,
          leg_last BIGINT, balanced INTEGER, opening_legs BIGINT NOT NULL,
          PRIMARY KEY (batch, name)) WITHOUT ROWID;
        CREATE TABLE unit_feed (batch BIGINT NOT NULL, feed TEXT NOT NULL, unit TEXT NOT NULL,
          PRIMARY KEY (batch, feed)) WITHOUT ROWID;
        CREATE TABLE equation (batch BIGINT NOT NULL, unit TEXT NOT NULL, law TEXT NOT NULL,
          ordinal INTEGER NOT NULL, feed TEXT NOT NULL, name TEXT NOT NULL, object TEXT NOT NULL,
          left_side BIGINT NOT NULL, right_side BIGINT NOT NULL, gates INTEGER NOT NULL,
          parts TEXT NOT NULL, PRIMARY KEY (batch, unit, ordinal)) WITHOUT ROWID;
        CREATE TABLE batch_total (batch BIGINT NOT NULL, feed TEXT NOT NULL, measure TEXT NOT NULL,
          value BIGINT NOT NULL, PRIMARY KEY (batch, feed, measure)) WITHOUT ROWID;
        CREATE TABLE carry (batch BIGINT NOT NULL, feed TEXT NOT NULL, held BIGINT NOT NULL,
          open_legs BIGINT NOT NULL, PRIMARY KEY (batch, feed)) WITHOUT ROWID;
        """

    static let acquire = """
        CREATE TABLE listing (batch BIGINT NOT NULL, feed TEXT NOT NULL, endpoint TEXT NOT NULL,
          discovered BIGINT NOT NULL, PRIMARY KEY (batch, feed, endpoint)) WITHOUT ROWID;
        CREATE TABLE listed (id INTEGER PRIMARY KEY, batch BIGINT NOT NULL, feed TEXT NOT NULL,
          endpoint TEXT NOT NULL, name BLOB, size BIGINT, modified BIGINT, fate INTEGER NOT NULL,
          code TEXT NOT NULL, count BIGINT NOT NULL);
        CREATE INDEX listed_batch ON listed (batch, feed, endpoint);
        CREATE TABLE seen (endpoint TEXT NOT NULL, name BLOB NOT NULL, size BIGINT NOT NULL,
          modified BIGINT NOT NULL, receipt BIGINT NOT NULL, at BIGINT NOT NULL,
          PRIMARY KEY (endpoint, name, size, modified)) WITHOUT ROWID;
        CREATE TABLE look (endpoint TEXT NOT NULL, name BLOB NOT NULL, size BIGINT NOT NULL,
          modified BIGINT NOT NULL, since BIGINT NOT NULL, last BIGINT NOT NULL,
          PRIMARY KEY (endpoint, name)) WITHOUT ROWID;
        CREATE TABLE receipt (id INTEGER PRIMARY KEY, batch BIGINT NOT NULL REFERENCES batch (id),
          feed TEXT NOT NULL, endpoint TEXT NOT NULL, name BLOB NOT NULL, size BIGINT NOT NULL,
          modified BIGINT NOT NULL, digest BLOB NOT NULL, archive TEXT NOT NULL,
          received BIGINT NOT NULL, outcome INTEGER NOT NULL, code TEXT NOT NULL,
          format TEXT NOT NULL, version TEXT NOT NULL, swept BIGINT, duplicate_of BIGINT);
        CREATE INDEX receipt_batch ON receipt (batch);
        CREATE INDEX receipt_content ON receipt (digest);
        CREATE INDEX receipt_name ON receipt (endpoint, name);
        CREATE TABLE tally (batch BIGINT NOT NULL, receipt BIGINT NOT NULL, feed TEXT NOT NULL,
          outcome INTEGER NOT NULL, records BIGINT NOT NULL, hash_low BIGINT NOT NULL,
          hash_high BIGINT NOT NULL, cents BIGINT NOT NULL, declared BIGINT,
          complete INTEGER NOT NULL, PRIMARY KEY (batch, receipt)) WITHOUT ROWID;
        CREATE INDEX tally_receipt ON tally (receipt, batch);
        CREATE TABLE receipt_count (batch BIGINT NOT NULL, receipt BIGINT NOT NULL,
          ordinal INTEGER NOT NULL, name TEXT NOT NULL, declared BIGINT NOT NULL,
          counted BIGINT NOT NULL, PRIMARY KEY (batch, receipt, ordinal)) WITHOUT ROWID;
        CREATE TABLE money_check (batch BIGINT NOT NULL, receipt BIGINT NOT NULL,
          ordinal INTEGER NOT NULL, name TEXT NOT NULL, left_side BIGINT NOT NULL,
          right_side BIGINT NOT NULL, PRIMARY KEY (batch, receipt, ordinal)) WITHOUT ROWID;
        CREATE TABLE envelope_key (key BLOB NOT NULL, receipt BIGINT NOT NULL,
          PRIMARY KEY (key, receipt)) WITHOUT ROWID;
        """

    static let records = """
        CREATE TABLE record (id INTEGER PRIMARY KEY, batch BIGINT NOT NULL, feed TEXT NOT NULL,
          unit TEXT NOT NULL, part INTEGER NOT NULL, rank INTEGER NOT NULL, type TEXT NOT NULL,
          entity TEXT NOT NULL, event TEXT NOT NULL, key64 BIGINT NOT NULL, key BLOB NOT NULL,
          hash BIGINT NOT NULL, cents BIGINT NOT NULL, outcome INTEGER NOT NULL,
          code TEXT NOT NULL, owner TEXT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL,
          patient BLOB NOT NULL, legs INTEGER NOT NULL);
        CREATE INDEX record_exception ON record (batch, code) WHERE outcome <> 1;
        CREATE TABLE reentry (batch BIGINT NOT NULL, record BIGINT NOT NULL, feed TEXT NOT NULL,
          origin INTEGER NOT NULL, outcome INTEGER NOT NULL, code TEXT NOT NULL,
          owner TEXT NOT NULL, cents BIGINT NOT NULL, hash BIGINT NOT NULL,
          legs INTEGER NOT NULL, PRIMARY KEY (batch, record)) WITHOUT ROWID;
        CREATE INDEX reentry_record ON reentry (record);
        CREATE TABLE replay (batch BIGINT NOT NULL, record BIGINT NOT NULL, feed TEXT NOT NULL,
          PRIMARY KEY (batch, record)) WITHOUT ROWID;
        CREATE TABLE finding (id INTEGER PRIMARY KEY, batch BIGINT NOT NULL,
          receipt BIGINT NOT NULL, record BIGINT, feed TEXT NOT NULL, code TEXT NOT NULL,
          severity TEXT NOT NULL, owner TEXT NOT NULL, byte BIGINT, line BIGINT, number BIGINT,
          path TEXT, message TEXT NOT NULL, fix TEXT NOT NULL);
        CREATE INDEX finding_batch ON finding (batch, code);
        CREATE INDEX finding_receipt ON finding (receipt);
        CREATE TABLE finding_count (batch BIGINT NOT NULL, receipt BIGINT NOT NULL,
          code TEXT NOT NULL, severity TEXT NOT NULL, feed TEXT NOT NULL, owner TEXT NOT NULL,
          count BIGINT NOT NULL, PRIMARY KEY (batch, receipt, code, severity)) WITHOUT ROWID;
        """

    static let legs = """
        CREATE TABLE leg (id INTEGER PRIMARY KEY, batch BIGINT NOT NULL, record BIGINT NOT NULL,
          feed TEXT NOT NULL, destination TEXT NOT NULL, state INTEGER NOT NULL, delivery BIGINT,
          pieces INTEGER NOT NULL, cents BIGINT NOT NULL, hash BIGINT NOT NULL,
          code TEXT NOT NULL, claims INTEGER NOT NULL, carried BIGINT);
        CREATE UNIQUE INDEX leg_record ON leg (record, destination, batch);
        CREATE INDEX leg_queued ON leg (destination, id) WHERE state = 1 AND carried IS NULL;
        CREATE INDEX leg_claims ON leg (id) WHERE claims > 0;
        CREATE TABLE delivery (id INTEGER PRIMARY KEY, batch BIGINT NOT NULL, unit TEXT NOT NULL,
          destination TEXT NOT NULL, temporary TEXT NOT NULL, final TEXT NOT NULL,
          archive TEXT NOT NULL, size BIGINT NOT NULL, digest BLOB NOT NULL,
          records BIGINT NOT NULL, cents BIGINT NOT NULL, read_records BIGINT NOT NULL,
          read_cents BIGINT NOT NULL, read_low BIGINT, read_high BIGINT, state INTEGER NOT NULL,
          acknowledges BIGINT, is_ack INTEGER NOT NULL, legs BIGINT NOT NULL,
          staged BIGINT NOT NULL, released BIGINT, published BIGINT, proof INTEGER,
          collected BIGINT, settled_batch BIGINT);
        CREATE INDEX delivery_batch ON delivery (batch);
        CREATE INDEX delivery_open ON delivery (state) WHERE state < 4;
        CREATE INDEX delivery_settled ON delivery (settled_batch, batch);
        CREATE TABLE delivery_number (delivery BIGINT NOT NULL, name TEXT NOT NULL,
          value TEXT NOT NULL, PRIMARY KEY (delivery, name)) WITHOUT ROWID;
        CREATE TABLE delivery_count (delivery BIGINT NOT NULL, ordinal INTEGER NOT NULL,
          name TEXT NOT NULL, declared BIGINT NOT NULL, counted BIGINT NOT NULL,
          PRIMARY KEY (delivery, ordinal)) WITHOUT ROWID;
        CREATE VIEW leg_now AS
          SELECT l.id, l.batch, l.record, l.feed, l.destination, l.delivery, l.pieces, l.cents,
            l.hash, l.code, l.claims, l.carried, d.state AS delivery_state,
            CASE WHEN l.state = 2 AND d.state IN (3, 4) THEN 3
                 WHEN l.state = 2 AND d.state = 5 THEN 7 ELSE l.state END AS state
          FROM leg l LEFT JOIN delivery d ON d.id = l.delivery;
        CREATE TABLE number_series (series TEXT PRIMARY KEY NOT NULL, last_used BIGINT NOT NULL)
          WITHOUT ROWID;
        CREATE TABLE number_use (series TEXT NOT NULL, number BIGINT NOT NULL,
          batch BIGINT NOT NULL, unit TEXT NOT NULL, at BIGINT NOT NULL,
          PRIMARY KEY (series, number)) WITHOUT ROWID;
        CREATE TABLE number_gap (series TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
          reason TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (series, first)) WITHOUT ROWID;
        """

    static let held = """
        CREATE TABLE held (record BIGINT NOT NULL, destination TEXT NOT NULL,
          batch BIGINT NOT NULL, feed TEXT NOT NULL, since BIGINT NOT NULL, code TEXT NOT NULL,
          owner TEXT NOT NULL, state INTEGER NOT NULL, patient BLOB, waiting_on BLOB,
          canonical BLOB, context BLOB, requested BIGINT, taken_batch BIGINT, changed BIGINT,
          PRIMARY KEY (record, destination));
        CREATE INDEX held_open ON held (feed, since) WHERE state = 1;
        CREATE INDEX held_waiting ON held (waiting_on) WHERE waiting_on IS NOT NULL;
        CREATE INDEX held_taken ON held (taken_batch) WHERE taken_batch IS NOT NULL;
        CREATE TABLE held_event (seq INTEGER PRIMARY KEY, batch BIGINT, record BIGINT NOT NULL,
          destination TEXT NOT NULL, feed TEXT NOT NULL, kind INTEGER NOT NULL,
          at BIGINT NOT NULL);
        CREATE INDEX held_event_batch ON held_event (batch);
        CREATE INDEX held_event_record ON held_event (record);
        CREATE TABLE intake (batch BIGINT NOT NULL, feed TEXT NOT NULL,
          PRIMARY KEY (batch, feed)) WITHOUT ROWID;
        """

    /// A row of `mirror` takes the place of the one before it. That is said here, where no statement
    /// that writes many of them can fail alone: SQLite then copies no page before it changes it.
    static let mirror = """
        CREATE TABLE version (record INTEGER PRIMARY KEY, digest BIGINT NOT NULL,
          vals TEXT NOT NULL);
        CREATE TABLE mirror (entity TEXT NOT NULL ON CONFLICT ROLLBACK,
          key BLOB NOT NULL ON CONFLICT ROLLBACK, system TEXT NOT NULL ON CONFLICT ROLLBACK,
          state INTEGER NOT NULL ON CONFLICT ROLLBACK, record BIGINT NOT NULL ON CONFLICT ROLLBACK,
          batch BIGINT NOT NULL ON CONFLICT ROLLBACK,
          PRIMARY KEY (entity, key, system, state) ON CONFLICT REPLACE) WITHOUT ROWID;
        CREATE TABLE alias (system TEXT NOT NULL, loser BLOB NOT NULL, survivor BLOB NOT NULL,
          record BIGINT NOT NULL, batch BIGINT NOT NULL, PRIMARY KEY (system, loser)) WITHOUT ROWID;
        """

    static let claims = """
        CREATE TABLE claim (id INTEGER PRIMARY KEY, pcn BLOB NOT NULL, record BIGINT NOT NULL,
          batch BIGINT NOT NULL, feed TEXT NOT NULL, destination TEXT NOT NULL,
          delivery BIGINT, isa TEXT NOT NULL, gs TEXT NOT NULL, st TEXT NOT NULL,
          bht TEXT NOT NULL, cents BIGINT NOT NULL, expects INTEGER NOT NULL,
          sent BIGINT NOT NULL, baseline INTEGER NOT NULL);
        CREATE INDEX claim_pcn ON claim (pcn);
        CREATE INDEX claim_envelope ON claim (gs, st);
        CREATE INDEX claim_isa ON claim (isa);
        CREATE INDEX claim_batch ON claim (batch);
        CREATE TABLE claim_event (seq INTEGER PRIMARY KEY, claim BIGINT NOT NULL,
          kind INTEGER NOT NULL, verdict INTEGER NOT NULL, status TEXT NOT NULL,
          cents BIGINT NOT NULL, record BIGINT NOT NULL, feed TEXT NOT NULL,
          batch BIGINT NOT NULL, at BIGINT NOT NULL);
        CREATE INDEX claim_event_claim ON claim_event (claim, at, seq);
        CREATE VIEW claim_now AS
          SELECT c.*, e.kind AS last_kind, e.verdict AS last_verdict, e.status AS last_status,
            e.cents AS last_cents, e.at AS last_at,
            CASE WHEN e.seq IS NULL THEN CASE WHEN c.expects = 1 THEN 1 ELSE 8 END
                 WHEN e.kind = 7 THEN 9
                 WHEN e.verdict = 2 AND e.kind IN (1, 2) THEN 2
                 WHEN e.verdict = 2 THEN 4
                 WHEN e.kind IN (1, 2) THEN 1
                 WHEN e.verdict = 3 THEN 6
                 WHEN e.verdict = 4 THEN 7
                 WHEN e.verdict = 5 THEN 5
                 ELSE 3 END AS state
          FROM claim c LEFT JOIN claim_event e ON e.seq = (
            SELECT x.seq FROM claim_event x WHERE x.claim = c.id
              AND (x.verdict <> 0 OR x.kind = 7)
            ORDER BY CASE WHEN x.kind = 7 THEN 9 WHEN x.kind <= 4 THEN x.kind ELSE 0 END DESC,
              x.at DESC, x.seq DESC LIMIT 1);
        """

    static let proof = """
        CREATE TABLE audit (seq INTEGER PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL,
          action TEXT NOT NULL, object TEXT NOT NULL, outcome TEXT NOT NULL,
          prev_hash BLOB NOT NULL, hash BLOB NOT NULL);
        CREATE INDEX audit_at ON audit (at);
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        CREATE TRIGGER claim_event_no_update BEFORE UPDATE ON claim_event
          BEGIN SELECT RAISE(ABORT, 'claim events are append-only'); END;
        CREATE TABLE failsafe (seq INTEGER PRIMARY KEY, engaged INTEGER NOT NULL,
          reason TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL);
        CREATE TABLE census (batch BIGINT NOT NULL, feed TEXT NOT NULL, field TEXT NOT NULL,
          count BIGINT NOT NULL, mapped INTEGER NOT NULL,
          PRIMARY KEY (batch, feed, field)) WITHOUT ROWID;
        """
}
