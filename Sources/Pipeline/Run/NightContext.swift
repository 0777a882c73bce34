import Bytes
import Exchange
import Ledger

/// What every stage of one run is given.
final class NightContext {
    let site: Site
    let ledger: Ledger
    let clock: SiteClock
    let checkpoints: Checkpoints
    let archive: Archive
    let batch: Batch
    /// The feeds that this batch takes from, in the order of the night.
    let lanes: [any Lane]
    /// Tells a person what is going on; never a patient's values.
    let progress: @Sendable (String) -> Void
    /// The batch's instant on the site's wall: the only clock that output knows.
    let localClock: Timestamp
    /// Findings about sources and destinations, which belong to no receipt.
    var troubles: [(feed: String, finding: Finding)] = []
    /// Which feed a receipt belongs to.
    private(set) var feedOfReceipt: [Int64: String] = [:]
    /// Where a receipt stands in the night's order.
    private(set) var rankOfReceipt: [Int64: Int] = [:]
    /// Where a receipt's content lies in the archive.
    private(set) var archivePlace: [Int64: String] = [:]
    private var sequences: [String: Int] = [:]

    init(
        site: Site, ledger: Ledger, clock: SiteClock, checkpoints: Checkpoints, archive: Archive,
        batch: Batch, lanes: [any Lane], progress: @escaping @Sendable (String) -> Void
    ) {
        self.site = site
        self.ledger = ledger
        self.clock = clock
        self.checkpoints = checkpoints
        self.archive = archive
        self.batch = batch
        self.lanes = lanes
        self.progress = progress
        localClock = Timestamp.local(batch.instant, zone: site.zone)
    }

    /// The folder of this batch's workspace and of files on their way out.
    var workFolder: String { site.paths.state + "/work/\(batch.name)" }

    /// What the frame around a destination's file is made of.
    func envelope(_ destination: Destination, _ numbers: LedgerNumbers) -> Envelope {
        Envelope(
            settings: destination.envelope, clock: localClock, batch: batch.name, numbers: numbers)
    }

    /// Makes receipts known, in the night's order.
    func register(_ id: Int64, feed: String, archive: String) {
        if rankOfReceipt[id] == nil { rankOfReceipt[id] = rankOfReceipt.count }
        feedOfReceipt[id] = feed
        archivePlace[id] = archive
    }

    /// The next number of a series that starts with 1 in each batch.
    func nextSequence(of series: String) -> Int {
        sequences[series, default: 0] += 1
        return sequences[series] ?? 1
    }
}
