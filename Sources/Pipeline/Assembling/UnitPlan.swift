import Exchange
import Ledger

/// A release unit with the destinations its feeds share.
struct UnitPlan {
    var unit: ReleaseUnit
    var destinations: [String]

    /// Feeds that put records into one destination tonight stand and fall together; so do
    /// destinations whose settings name the same `unit:`.
    static func form(_ context: NightContext, _ routed: Routed) -> [UnitPlan] {
        let feeds = context.lanes.map(\.feed)
        var group = Dictionary(uniqueKeysWithValues: feeds.enumerated().map { ($1.name, $0) })
        func join(_ names: Set<String>) {
            guard let target = names.compactMap({ group[$0] }).min() else { return }
            let old = Set(names.compactMap { group[$0] })
            for (name, number) in group where old.contains(number) { group[name] = target }
        }
        var feedsOf: [String: Set<String>] = [:]
        let feedOfReceipt = context.feedOfReceipt
        for (name, records) in routed.legs {
            for run in records.runs {
                if let feed = feedOfReceipt[RecordID.receipt(run.lowerBound)] {
                    feedsOf[name, default: []].insert(feed)
                }
            }
        }
        var named: [String: Set<String>] = [:]
        for (name, mine) in feedsOf {
            join(mine)
            if let unit = context.site.destinations[name]?.unit {
                named[unit, default: []].formUnion(mine)
            }
        }
        for mine in named.values { join(mine) }
        var plans: [Int: UnitPlan] = [:]
        for feed in feeds {
            let number = group[feed.name] ?? 0
            let known = plans[number]?.unit
            plans[number] = UnitPlan(
                unit: ReleaseUnit(
                    name: known?.name ?? feed.name, feeds: (known?.feeds ?? []) + [feed.name]),
                destinations: [])
        }
        for (name, mine) in feedsOf.sorted(by: { $0.key < $1.key }) {
            guard let first = mine.first, let number = group[first] else { continue }
            plans[number]?.destinations.append(name)
        }
        return plans.sorted { $0.key < $1.key }.map(\.value)
    }
}
