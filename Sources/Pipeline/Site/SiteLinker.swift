import Bytes
import Exchange
import Ledger
import Mapping

/// Compiles the ways of feeds and destinations, and looks for what refers to nothing or is
/// referred to by nothing.
struct SiteLinker {
    let feeds: [Feed]
    let destinations: [String: Destination]
    let routes: [Route]
    let partners: [String: Partner]
    let dictionaries: [String: FieldDictionary]
    let rules: [Rule]
    let model: CanonicalModel
    let names: CanonicalNames
    let zone: String
    /// The batch's day, by which crosswalk rows hold.
    let day: String
    private(set) var findings: [Finding] = []

    init(
        feeds: [Feed], destinations: [String: Destination], routes: [Route],
        partners: [String: Partner], dictionaries: [String: FieldDictionary], rules: [Rule],
        model: CanonicalModel, names: CanonicalNames, zone: String, day: String
    ) {
        self.names = names
        self.zone = zone
        self.day = day
        self.feeds = feeds
        self.destinations = destinations
        self.routes = routes
        self.partners = partners
        self.dictionaries = dictionaries
        self.rules = rules
        self.model = model
    }

    private mutating func report(_ kind: FindingKind, _ mark: Mark, _ detail: String) {
        findings.append(.settings(kind, at: mark, detail))
    }

    private mutating func missing(
        _ name: String, _ what: String, among names: [String], _ mark: Mark
    ) {
        let near = NearestName.find(name, among: names).map { "; did you mean `\($0)`?" } ?? ""
        report(SiteReader.dangling, mark, "\(what) `\(name)`\(near)")
    }

    mutating func lanes() -> [any Lane] {
        var result: [any Lane] = []
        for feed in feeds {
            guard let dictionary = dictionaries[feed.dictionary] else {
                missing(feed.dictionary, "dictionary", among: Array(dictionaries.keys), feed.mark)
                continue
            }
            if let lane = lane(feed, dictionary, feed.format) { result.append(lane) }
        }
        return result
    }

    private mutating func lane<F: Format>(
        _ feed: Feed, _ dictionary: FieldDictionary, _ format: F
    ) -> (any Lane)? {
        let (map, found) = ReadingMap<F>.compile(
            dictionary, for: format, names: names, zone: Zone(named: feed.zone), on: day)
        findings += found
        var paths: [F.Path] = []
        let key = feed.contents == .snapshot ? feed.snapshot?.key ?? [] : feed.duplicates.key
        for notation in key {
            do { paths.append(try format.path(notation)) } catch {
                report(SiteReader.badPath, feed.mark, "`\(notation)`: \(error.reason)")
            }
        }
        guard let map else { return nil }
        return FeedLane(
            feed: feed, format: format, map: map, keyPaths: paths,
            answers: feed.answering.what != .none)
    }

    mutating func outlets() -> [String: any Outlet] {
        var result: [String: any Outlet] = [:]
        for (name, destination) in destinations.sorted(by: { $0.key < $1.key }) {
            guard let outlet = outlet(destination, destination.format) else { continue }
            result[name] = outlet
            tryEnvelope(outlet)
        }
        return result
    }

    /// Builds an empty file, to see that the envelope's settings are enough.
    private mutating func tryEnvelope(_ outlet: any Outlet) {
        let destination = outlet.destination
        let clock = Timestamp(microseconds: 0)
        let envelope = Envelope(
            settings: destination.envelope, clock: clock, batch: "lint", numbers: CountingNumbers())
        do throws(WriteFault) {
            var assembly = try outlet.assembly(envelope)
            _ = try assembly.begin()
        } catch {
            report(
                SiteReader.badEnvelope, destination.mark,
                "destination `\(destination.name)`: \(error.finding.message)")
        }
    }

    private mutating func outlet<F: Format>(_ destination: Destination, _ format: F) -> (
        any Outlet
    )? {
        guard let name = destination.dictionary else {
            return DestinationOutlet<F>(destination: destination, format: format, map: nil)
        }
        guard let dictionary = dictionaries[name] else {
            missing(name, "dictionary", among: Array(dictionaries.keys), destination.mark)
            return nil
        }
        let (map, found) = WritingMap<F>.compile(
            dictionary, for: format, names: names, zone: Zone(named: zone), on: day)
        findings += found
        guard let map else { return nil }
        return DestinationOutlet(destination: destination, format: format, map: map)
    }

    /// Names that refer to nothing, things that nothing refers to, SQL that does not compile.
    mutating func check() {
        let names = Array(destinations.keys)
        for route in routes {
            for name in route.to where destinations[name] == nil {
                missing(name, "destination", among: names, route.mark)
            }
        }
        for feed in feeds {
            if partners[feed.partner] == nil {
                missing(feed.partner, "partner", among: Array(partners.keys), feed.mark)
            }
            if feed.answering.what != .none, destinations[feed.answering.to] == nil {
                missing(feed.answering.to, "destination", among: names, feed.mark)
            }
        }
        let used = Set(
            feeds.map(\.dictionary) + destinations.values.compactMap(\.dictionary))
        for (name, dictionary) in dictionaries.sorted(by: { $0.key < $1.key })
        where !used.contains(name) {
            report(SiteReader.unused, dictionary.mark, "dictionary `\(name)`")
        }
        let reached = Set(routes.flatMap(\.to) + feeds.map(\.answering.to))
        for (name, destination) in destinations.sorted(by: { $0.key < $1.key })
        where !reached.contains(name) {
            report(SiteReader.unused, destination.mark, "destination `\(name)`")
        }
        checkSQL()
    }

    private mutating func checkSQL() {
        let tables = WorkspaceTables.all(model, own: WorkspaceTables.ownNames(dictionaries))
        let handle: RuleHandle
        do { handle = try RuleHandle.planning(tables) } catch {
            let mark = Mark(file: "schemas/canonical.yaml", line: 1, column: 1)
            report(SiteReader.badSQL, mark, "the model's tables cannot be made: \(error)")
            return
        }
        defer { handle.close() }
        for rule in rules {
            do { _ = try handle.prepare(rule.sql) } catch {
                report(SiteReader.badSQL, rule.mark, "rule `\(rule.id)`: \(error)")
            }
        }
        for route in routes {
            do { _ = try handle.prepare(condition: route.when) } catch {
                report(SiteReader.badSQL, route.mark, "route `\(route.name)`: \(error)")
            }
        }
    }
}
