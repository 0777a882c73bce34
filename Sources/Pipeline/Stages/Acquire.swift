import Bytes
import Exchange
import Foundation
import Ledger

/// Stage 1: lists the sources, waits until files are whole, copies them into the archive and
/// writes their receipts. Law 1: nothing reads a file's content for processing before this ends.
struct Acquire {
    private let context: NightContext

    /// How many files share their syncs and their transaction.
    private static let groupSize = 256

    init(_ context: NightContext) { self.context = context }

    /// What became of each file of one feed.
    private struct Sorting {
        var listed: [Listed] = []
        var ready: [Entry] = []
        var waiting: [Entry] = []
    }

    func run() async throws {
        let marker = "acquired:\(context.batch.name)"
        if try context.ledger.marker(marker) != nil { return }
        try context.archive.prepare()
        context.checkpoints.pass("acquire.begin")
        var again: [Place] = []
        for place in Place.all(context.lanes) {
            if try await take(place, mayWait: true) { again.append(place) }
        }
        if !again.isEmpty {
            // The second look: as far from the first as the most patient feed asks.
            let longest = again.flatMap(\.feeds).map(\.ready.stable).max() ?? 0
            context.progress("waiting \(longest) s to see that new files have stopped growing")
            try await context.clock.wait(Double(longest))
            for place in again { _ = try await take(place, mayWait: false) }
        }
        try context.ledger.setMarker(marker, "1")
        context.checkpoints.pass("acquire.end")
    }

    /// Takes what is ready at one place.
    /// - Returns: whether files wait for their second look.
    private func take(_ place: Place, mayWait: Bool) async throws -> Bool {
        let entries: [Entry]
        do { entries = try await place.transport.list() } catch {
            for feed in place.feeds {
                context.troubles.append(
                    (feed.name, RunFindings.unusable(error)))
            }
            return false
        }
        let now = context.clock.now()
        let sortings = try sort(entries, place, now)
        var waits = false
        let discovered = discovered(entries, place)
        for (index, sorting) in sortings.enumerated() {
            let feed = place.feeds[index]
            var listed = sorting.listed
            try await fetch(sorting.ready, feed, place, &listed, now)
            waits = waits || !sorting.waiting.isEmpty
            for entry in sorting.waiting {
                listed.append(Sorter.row(entry, .notReady, RunFindings.growing))
            }
            if context.checkpoints.strikes(.forgetFile, feed.name) { listed.removeFirst() }
            try context.ledger.record(
                listing: listed, discovered: discovered[index], batch: context.batch.id,
                feed: feed.name,
                endpoint: place.endpoint)
        }
        return mayWait && waits
    }

    // MARK: Which files are ready

    private func sort(_ entries: [Entry], _ place: Place, _ now: Int64) throws -> [Sorting] {
        let sorter = try Sorter(
            feeds: place.feeds, endpoint: place.endpoint, ledger: context.ledger,
            batch: context.batch.id)
        let sorted = sorter.sort(entries)
        let candidates = sorted.candidates
        var sortings = sorted.listed.map { Sorting(listed: $0) }
        let looks = candidates.map {
            Look(name: $0.entry.name, size: $0.entry.size, modified: $0.entry.modified)
        }
        let since = try context.ledger.looks(endpoint: place.endpoint, files: looks, at: now)
        for (candidate, unchanged) in zip(candidates, since) {
            let feed = place.feeds[candidate.feed]
            let needs = feed.ready.marker == nil ? Int64(feed.ready.stable) * 1_000_000 : 0
            // A clock that was set back makes no file wait for the time it lost.
            if max(0, now - unchanged) >= needs {
                sortings[candidate.feed].ready.append(candidate.entry)
            } else {
                sortings[candidate.feed].waiting.append(candidate.entry)
            }
        }
        return sortings
    }

    /// How many entries belong to each feed, counted apart from what becomes of them (B1).
    private func discovered(_ entries: [Entry], _ place: Place) -> [Int] {
        var counts = place.feeds.map { _ in 0 }
        for entry in entries {
            counts[place.feeds.firstIndex { Sorter.belongs(entry.name, to: $0) } ?? 0] += 1
        }
        return counts
    }

    // MARK: Copying

    private struct Copied {
        let entry: Entry
        let path: String
        let fetched: Fetched
    }

    private func fetch(
        _ entries: [Entry], _ feed: Feed, _ place: Place, _ listed: inout [Listed], _ now: Int64
    ) async throws {
        var group: [Copied] = []
        for (number, entry) in entries.enumerated() {
            let path = context.archive.incoming + "/\(feed.name)-\(number)"
            do {
                let fetched = try await place.transport.fetch(entry, to: path)
                if try isWhole(path, entry, feed, now) {
                    group.append(Copied(entry: entry, path: path, fetched: fetched))
                    listed.append(Sorter.row(entry, .claimed))
                } else {
                    try FileManager.default.removeItem(atPath: path)
                    listed.append(Sorter.row(entry, .notReady, RunFindings.growing))
                }
            } catch let error as TransportError {
                let kind: FindingKind
                switch error.kind {
                case .changed: kind = RunFindings.changed
                case .notRegular: kind = RunFindings.notRegular
                default:
                    let finding = RunFindings.unusable(error)
                    kind = finding.kind
                    context.troubles.append((feed.name, finding))
                }
                listed.append(
                    Sorter.row(entry, kind == RunFindings.notRegular ? .refused : .notReady, kind))
            }
            if group.count == Self.groupSize {
                try claim(group, feed, place)
                group = []
            }
        }
        try claim(group, feed, place)
    }

    private func claim(_ group: [Copied], _ feed: Feed, _ place: Place) throws {
        guard !group.isEmpty else { return }
        context.checkpoints.pass("acquire.copied")
        let files = group.map { copied in
            (
                path: copied.path,
                place: context.archive.place(copied.fetched.digest, instant: context.batch.instant)
            )
        }
        try context.archive.keep(files)
        context.checkpoints.pass("acquire.archived")
        let arrivals = zip(group, files).map { copied, file in
            Arrival(
                feed: feed.name, endpoint: place.endpoint, name: copied.entry.name,
                size: copied.entry.size, modified: copied.entry.modified,
                digest: copied.fetched.digest, archive: file.place, at: context.batch.instant)
        }
        _ = try context.ledger.claim(arrivals, batch: context.batch.id)
        context.checkpoints.pass("acquire.claimed")
    }

    /// Whether content that must close does; past the grace it is taken as it is, and judged.
    private func isWhole(_ path: String, _ entry: Entry, _ feed: Feed, _ now: Int64) throws -> Bool
    {
        guard feed.format.waitsForClose, entry.size > 0 else { return true }
        if try Self.closes(path, feed) { return true }
        let look = Look(name: entry.name, size: entry.size, modified: entry.modified)
        let since = try context.ledger.looks(endpoint: feed.endpoint, files: [look], at: now)
        guard let first = since.first else { return false }
        return now - first >= Int64(feed.ready.grace) * 1_000_000
    }

    /// Whether the file at `path` closes as its format says.
    static func closes(_ path: String, _ feed: Feed) throws -> Bool {
        var framer = feed.format.framer(over: try FileSource(path: path))
        while try framer.next() != nil {}
        return framer.closing.isComplete
    }
}

extension [UInt8] {
    /// Whether the bytes end with the text's.
    func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
