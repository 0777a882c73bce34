import Exchange
public import Ledger

/// How one feed stands now.
public struct FeedStanding: Sendable {
    /// Whether what is expected has come.
    public enum Punctuality: String, Sendable, Encodable {
        /// Nothing is expected of it.
        case unscheduled
        /// What was due last has come.
        case onTime = "on time"
        /// What was due last has not come.
        case late
        /// Nothing has ever come.
        case never
    }

    /// The feed.
    public let feed: String
    /// The trading partner.
    public let partner: String
    /// Whom to ask when something is late.
    public let contact: String?
    /// When a file came last; nil for never.
    public let lastArrival: Int64?
    /// When one was due last; nil when nothing is scheduled.
    public let due: Int64?
    /// When one is due next.
    public let next: Int64?
    /// Whether what is expected has come.
    public let punctuality: Punctuality
    /// Holds that are open.
    public let held: Int
    /// The percentage of rejects above which the feed is held; nil without a breaker.
    public let breaker: Int?
    /// Holds that the breaker made and that are open.
    public let tripped: Int

    /// How every feed of the site stands at `now`; without a ledger nothing has come yet.
    public static func all(_ site: Site, _ ledger: Ledger?, at now: Int64) throws -> [FeedStanding]
    {
        let arrivals = try ledger?.lastArrivals() ?? [:]
        var held: [String: Int] = [:]
        var tripped: [String: Int] = [:]
        for age in try ledger?.heldAges(at: now) ?? [] {
            let count = Int(age.upToDay + age.upToWeek + age.upToMonth + age.over)
            held[age.feed, default: 0] += count
            if age.code == RunFindings.breaker.code { tripped[age.feed, default: 0] += count }
        }
        return site.feeds.map { feed in
            let schedule = Schedule(feed.expect, zone: site.zone)
            let due = schedule?.last(before: now)
            let last = arrivals[feed.name]?.received
            return FeedStanding(
                feed: feed.name, partner: feed.partner,
                contact: feed.expect?.contact ?? site.partners[feed.partner]?.contact,
                lastArrival: last, due: due, next: schedule?.next(after: now),
                punctuality: punctuality(schedule, due, last), held: held[feed.name] ?? 0,
                breaker: feed.breaker.reject, tripped: tripped[feed.name] ?? 0)
        }
    }

    /// Late is what did not come since the due time before the last one.
    private static func punctuality(
        _ schedule: Schedule?, _ due: Int64?, _ last: Int64?
    ) -> Punctuality {
        guard let last else { return .never }
        guard let schedule, let due else { return .unscheduled }
        let before = schedule.last(before: due - 1) ?? Int64.min
        return last > before ? .onTime : .late
    }
}
