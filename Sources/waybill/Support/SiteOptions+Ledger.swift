import Bytes
import Crypto
import Exchange
import Foundation
import Ledger
import Pipeline

extension SiteOptions {
    /// Microseconds since 1970, UTC.
    static func now() -> Int64 { SiteClock.system.now() }

    static let hash: Ledger.Hash = { bytes in Array(SHA256.hash(data: bytes)) }

    /// Opens the ledger to look only; nil when there is none yet. It may be looked at during a run.
    func reading(_ site: Site) throws -> Ledger? {
        try Ledger.reading(at: site.paths.state + "/waybill.sqlite", hash: Self.hash)
    }

    /// Opens the ledger beside a run, for what must not wait; nil when there is none yet.
    func joining(_ state: String) throws -> Ledger? {
        try Ledger.joining(at: state + "/waybill.sqlite", hash: Self.hash)
    }

    /// Opens the ledger to look only; ends with 64 when there is none yet.
    func existing(_ site: Site) throws -> Ledger {
        guard let ledger = try reading(site) else {
            throw Refusal.usage("Nothing has been run here yet. Next: waybill run")
        }
        return ledger
    }

    /// Makes a change under the site's lock; ends with 11 when a run holds it, and with 64 when
    /// the ledger says that what was asked cannot be.
    func change<T>(_ site: Site, _ body: (Ledger) throws -> T) throws -> T {
        guard try reading(site) != nil else {
            throw Refusal.usage("Nothing has been run here yet. Next: waybill run")
        }
        let lock = try lock(site)
        let ledger = try open(site)
        defer {
            try? ledger.close()
            withExtendedLifetime(lock) {}
        }
        do { return try body(ledger) } catch let error as LedgerError {
            switch error {
            case .conflict, .notFound: throw Refusal.usage("\(error)")
            default: throw error
            }
        }
    }

    /// The batch of that name; `last` is the newest. Ends with 64 when there is none.
    func batch(_ name: String, _ ledger: Ledger) throws -> Batch {
        let found =
            name == "last" ? try ledger.lastBatch() : try ledger.batch(named: name.uppercased())
        guard let found else {
            throw Refusal.usage("There is no batch \(name); `waybill batch list` lists them.")
        }
        return found
    }

    /// The record that a reference stands for; ends with 64 when it is none.
    static func record(_ reference: String) throws -> Int64 {
        guard let id = RecordID.parse(reference) else {
            throw Refusal.usage("A reference looks like R-12-3: receipt 12, its third record.")
        }
        return id
    }
}

extension Site {
    /// An instant on the site's wall clock: `2026-11-20T02:00:00-06:00`.
    func local(_ instant: Int64) -> String {
        Timestamp.local(instant, zone: zone).description
    }

    /// An instant on the site's wall clock, or nothing.
    func local(_ instant: Int64?) -> String? { instant.map { local($0) } }
}

extension SiteOptions {
    /// Ends with 64 when the site has no such feed.
    func know(_ feed: String, _ site: Site) throws {
        guard site.feed(feed) == nil else { return }
        let near = NearestName.find(feed, among: site.feeds.map(\.name))
        throw Refusal.usage(
            "There is no feed called \(feed)" + (near.map { "; did you mean \($0)?" } ?? ".")
                + " `waybill feeds` lists them.")
    }
}
