/// What one night did, as a value: everything that the reconciliation report shows.
///
/// Pipeline fills it from queries over the ledger; every rendering (`report.json`, HTML, CSV, the
/// terminal summary) is made from it and from nothing else. Nothing in it is patient data: record
/// references, control numbers, codes, counts and dollars only (law 7, PHI level 0). Money is in
/// whole cents. Times are ISO 8601 text in the site's zone, with the offset
/// (`2026-11-20T05:12:00-06:00`); they are shown as they are stated and never converted.
public struct Report: Codable, Sendable, Hashable {
    /// The version of `schemas/report.schema.json` that the JSON form follows.
    public static let schemaVersion = 1

    /// Which batch, or which day, this is about.
    public var batch: Batch
    /// Section 1: what was found, and what became of it, in files.
    public var files: Files
    /// Section 1: the balance equations B1 to B10, one for each thing that they are about.
    public var equations: [Equation]
    /// Section 1: the release units, and whether each was let out.
    public var units: [ReleaseUnit]
    /// Section 2: what was expected, and when it came.
    public var arrivals: [Arrival]
    /// Section 3: what came in and what became of it, by feed, in the order of the night.
    public var feeds: [Feed]
    /// Section 4: the money.
    public var money: Money
    /// Section 5: the files for the destinations, each with its proof.
    public var deliveries: [Delivery]
    /// Section 6: findings by code, with who deals with them and how.
    public var exceptions: [Exception]
    /// Section 7: what is held, by feed and reason, by age.
    public var held: [Held]
    /// Section 8: what was delivered but wants a look.
    public var flags: [Flag]
    /// Section 9: overrides, releases, changed settings.
    public var overrides: [Override]
    /// Section 10: fields that were read and that no mapping uses.
    public var unmapped: [UnmappedField]
    /// Whether the fail-safe is engaged, and why.
    public var failSafe: FailSafe
    /// Section 11: where these figures come from.
    public var provenance: Provenance

    /// Makes a report from its parts.
    public init(
        batch: Batch, files: Files = Files(), equations: [Equation] = [],
        units: [ReleaseUnit] = [], arrivals: [Arrival] = [], feeds: [Feed] = [],
        money: Money = Money(), deliveries: [Delivery] = [], exceptions: [Exception] = [],
        held: [Held] = [], flags: [Flag] = [], overrides: [Override] = [],
        unmapped: [UnmappedField] = [], failSafe: FailSafe = FailSafe(), provenance: Provenance
    ) {
        self.batch = batch
        self.files = files
        self.equations = equations
        self.units = units
        self.arrivals = arrivals
        self.feeds = feeds
        self.money = money
        self.deliveries = deliveries
        self.exceptions = exceptions
        self.held = held
        self.flags = flags
        self.overrides = overrides
        self.unmapped = unmapped
        self.failSafe = failSafe
        self.provenance = provenance
    }
}
