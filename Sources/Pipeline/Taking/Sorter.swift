import Exchange
import Ledger

/// Says, for everything that lies at one place, to which of its feeds it belongs and what becomes
/// of it. Pure: the run and `waybill plan` ask it alike.
struct Sorter {
    /// The feeds that take from the place, in the order of the night.
    let feeds: [Feed]
    /// What was seen before at the place, by name.
    let seen: [[UInt8]: Look]
    /// What the batch itself claimed at the place, by name.
    let claimed: [[UInt8]: Receipt]

    /// Asks the ledger what is known of the place.
    init(feeds: [Feed], endpoint: String, ledger: Ledger, batch: Int64) throws {
        self.feeds = feeds
        seen = Dictionary(
            try ledger.seen(endpoint: endpoint).map { ($0.look.name, $0.look) },
            uniquingKeysWith: { $1 })
        claimed = Dictionary(
            try ledger.receipts(batch: batch).filter { $0.endpoint == endpoint }
                .map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// What is decided at once, by feed, and what may be taken when it has stopped growing.
    struct Sorted {
        var listed: [[Listed]]
        var candidates: [(feed: Int, entry: Entry)] = []
    }

    /// Sorts a listing.
    func sort(_ entries: [Entry]) -> Sorted {
        var sorted = Sorted(listed: feeds.map { _ in [] })
        let names = Set(entries.map(\.name))
        for entry in entries {
            guard let index = feeds.firstIndex(where: { Self.belongs(entry.name, to: $0) }) else {
                // Markers and the folder that swept files go to belong to the place itself.
                let kind = isKnown(entry) ? nil : RunFindings.unmatched
                sorted.listed[0].append(Self.row(entry, .ignored, kind))
                continue
            }
            if let (fate, kind) = fate(of: entry, feeds[index], names) {
                sorted.listed[index].append(Self.row(entry, fate, kind))
            } else {
                sorted.candidates.append((index, entry))
            }
        }
        return sorted
    }

    /// What is decided about an entry of the feed; nil when it is a candidate.
    private func fate(
        of entry: Entry, _ feed: Feed, _ names: Set<[UInt8]>
    ) -> (ListingFate, FindingKind?)? {
        if let refused = refusal(entry, feed) { return refused }
        if let receipt = claimed[entry.name], receipt.size == entry.size,
            receipt.modified == entry.modified
        {
            return (.claimed, nil)
        }
        if let before = seen[entry.name], before.size == entry.size,
            before.modified == entry.modified
        {
            return (.seenBefore, nil)
        }
        if let marker = feed.ready.marker, !names.contains(entry.name + Array(marker.utf8)) {
            return (.notReady, RunFindings.growing)
        }
        return nil
    }

    /// A line of the listing.
    static func row(_ entry: Entry, _ fate: ListingFate, _ kind: FindingKind? = nil) -> Listed {
        Listed(
            name: entry.name, size: entry.size, modified: entry.modified, fate: fate,
            code: kind?.code ?? "")
    }

    static func belongs(_ name: [UInt8], to feed: Feed) -> Bool {
        feed.match.contains { NamePattern.matches($0, name) }
    }

    private func isKnown(_ entry: Entry) -> Bool {
        if entry.kind == .folder {
            return feeds.contains { feed in
                if case .move(let folder) = feed.after { return Array(folder.utf8) == entry.name }
                return false
            }
        }
        return feeds.contains { feed in
            feed.ready.marker.map { entry.name.hasSuffix($0) } ?? false
                || feed.ready.ignore.contains { NamePattern.matches($0, entry.name) }
        }
    }

    private func refusal(_ entry: Entry, _ feed: Feed) -> (ListingFate, FindingKind?)? {
        if feed.ready.ignore.contains(where: { NamePattern.matches($0, entry.name) }) {
            return (.ignored, nil)
        }
        if let marker = feed.ready.marker, entry.name.hasSuffix(marker) { return (.ignored, nil) }
        switch entry.kind {
        case .file: return nil
        case .hardLinked: return (.refused, RunFindings.hardLinked)
        case .folder, .link, .special: return (.refused, RunFindings.notRegular)
        }
    }
}

/// A place that feeds take from together: a file belongs to the first of them that it matches.
struct Place {
    /// What identifies it.
    let endpoint: String
    /// How it is reached.
    let transport: any Transport
    /// Its feeds, in the order of the night.
    var feeds: [Feed]

    /// The places of these lanes, in the order of the night.
    static func all(_ lanes: [any Lane]) -> [Place] {
        var places: [Place] = []
        for feed in lanes.map(\.feed) {
            if let index = places.firstIndex(where: { $0.endpoint == feed.endpoint }) {
                places[index].feeds.append(feed)
            } else {
                places.append(
                    Place(endpoint: feed.endpoint, transport: feed.transport, feeds: [feed]))
            }
        }
        return places
    }
}
