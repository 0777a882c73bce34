/// The workspace's own tables; every one is filled by `BulkInsert` and copied by INSERT … SELECT.
enum WorkspaceSchema {
    /// The statements that make them.
    static let ddl = """
        CREATE TABLE ws_kind (id INTEGER PRIMARY KEY, feed TEXT NOT NULL, rank INTEGER NOT NULL,
          entity TEXT NOT NULL);
        CREATE TABLE work (record INTEGER PRIMARY KEY, origin INTEGER NOT NULL,
          part INTEGER NOT NULL, kind INTEGER NOT NULL, type TEXT NOT NULL, event TEXT NOT NULL,
          key64 INTEGER NOT NULL, key BLOB NOT NULL, hash INTEGER NOT NULL,
          cents INTEGER NOT NULL, outcome INTEGER NOT NULL,
          code TEXT NOT NULL, owner TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
          spill_offset INTEGER NOT NULL, spill_length INTEGER NOT NULL, basis BLOB NOT NULL,
          patient BLOB NOT NULL, legs INTEGER NOT NULL);
        CREATE TABLE ws_goal (first INTEGER PRIMARY KEY, last INTEGER NOT NULL,
          legs INTEGER NOT NULL);
        CREATE TABLE ws_finding (receipt INTEGER NOT NULL, record INTEGER, code TEXT NOT NULL,
          severity TEXT NOT NULL, owner TEXT NOT NULL, byte INTEGER, line INTEGER, number INTEGER,
          path TEXT, message TEXT NOT NULL, fix TEXT NOT NULL);
        CREATE TABLE ws_finding_count (receipt INTEGER NOT NULL, code TEXT NOT NULL,
          severity TEXT NOT NULL, owner TEXT NOT NULL, count INTEGER NOT NULL,
          PRIMARY KEY (receipt, code, severity)) WITHOUT ROWID;
        CREATE TABLE ws_leg (record INTEGER NOT NULL, feed TEXT NOT NULL, destination TEXT NOT NULL,
          state INTEGER NOT NULL, delivery INTEGER, pieces INTEGER NOT NULL, cents INTEGER NOT NULL,
          hash INTEGER NOT NULL, code TEXT NOT NULL, claims INTEGER NOT NULL);
        CREATE TABLE ws_held (record INTEGER NOT NULL, feed TEXT NOT NULL, destination TEXT NOT NULL,
          code TEXT NOT NULL, owner TEXT NOT NULL, patient BLOB, waiting_on BLOB, canonical BLOB,
          context BLOB);
        CREATE TABLE ws_version (record INTEGER PRIMARY KEY, seq INTEGER NOT NULL,
          kind INTEGER NOT NULL, entity TEXT NOT NULL, key BLOB NOT NULL, digest INTEGER NOT NULL,
          vals TEXT NOT NULL);
        CREATE TABLE ws_claim (record INTEGER NOT NULL, feed TEXT NOT NULL, pcn BLOB NOT NULL,
          destination TEXT NOT NULL, isa TEXT NOT NULL, gs TEXT NOT NULL, st TEXT NOT NULL,
          bht TEXT NOT NULL, cents INTEGER NOT NULL, expects INTEGER NOT NULL,
          delivery INTEGER NOT NULL, partner TEXT NOT NULL, payer TEXT NOT NULL,
          member TEXT NOT NULL, service TEXT NOT NULL, npi TEXT NOT NULL,
          frequency TEXT NOT NULL, original TEXT NOT NULL, d9 TEXT NOT NULL);
        CREATE TABLE ws_claim_line (record INTEGER NOT NULL, feed TEXT NOT NULL,
          destination TEXT NOT NULL, sequence INTEGER NOT NULL, line TEXT NOT NULL,
          cents INTEGER NOT NULL);
        CREATE TABLE ws_alias (system TEXT NOT NULL, loser BLOB NOT NULL, survivor BLOB NOT NULL,
          record INTEGER NOT NULL, feed TEXT NOT NULL);
        CREATE TABLE ws_touch (entity TEXT NOT NULL, key BLOB NOT NULL,
          PRIMARY KEY (entity, key)) WITHOUT ROWID;
        """

    /// Indexes of the few rows that are not accepted, not new, or merges: made when they are first asked for,
    /// since every row that is added would have to be held against them.
    static let exceptions = """
        CREATE INDEX work_exception ON work (record) WHERE outcome <> 1;
        CREATE INDEX work_reentered ON work (record) WHERE origin <> 0;
        CREATE INDEX work_merge ON work (record) WHERE event = 'A40';
        """

    /// The tables that Assemble fills for one unit, and that assembling anew empties.
    static let perUnit = [
        "ws_leg", "ws_held", "ws_claim", "ws_claim_line", "ws_alias",
    ]

    /// How many columns each insert has.
    static let widths = [
        "work": 20, "ws_finding": 11, "ws_leg": 10, "ws_held": 9, "ws_version": 7, "ws_claim": 19,
        "ws_answer": 28,
        "ws_standing_claim": 8, "ws_claim_line": 6, "ws_answer_line": 5, "ws_alias": 5,
        "ws_touch": 2, "ws_result": 6,
    ]
}
