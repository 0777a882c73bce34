import Bytes
import CLinux
import Exchange
import Foundation
import Glibc
public import Ledger

/// Checks each thing that a site needs, and says what to do for each that is missing.
public struct Doctor: Sendable {
    /// How a check ended.
    public enum State: String, Sendable, Encodable { case ok, warning, problem }

    /// One check.
    public struct Check: Sendable, Encodable {
        /// What was looked at.
        public let name: String
        /// How it is.
        public let state: State
        /// What was found; never a value from the data.
        public let detail: String
        /// What to do; nil when it is well.
        public let fix: String?

        /// States a check that went well.
        init(_ name: String, ok detail: String) {
            (self.name, state, self.detail, fix) = (name, .ok, detail, nil)
        }

        /// States a check that found something.
        init(_ name: String, _ state: State, _ detail: String, fix: String) {
            (self.name, self.state, self.detail, self.fix) = (name, state, detail, fix)
        }
    }

    private let site: Site
    private let now: Int64

    /// Examines a site whose settings could be read.
    public init(_ site: Site, at now: Int64) {
        self.site = site
        self.now = now
    }

    /// All checks, in the order in which a person would mend things.
    /// - Parameters:
    ///   - warnings: how many warnings lint has.
    ///   - open: opens the ledger for reading; nil when there is none.
    ///   - deep: whether stored totals are computed anew and the whole ledger is read.
    public func examine(
        warnings: Int, deep: Bool, open: () throws -> Ledger?
    ) async -> [Check] {
        var checks = [settings(warnings), zone(), schemas()]
        checks += await folders()
        checks += [state(), space(), lock()]
        do {
            guard let ledger = try open() else {
                return checks + [
                    Check(
                        "ledger", .warning, "there is none yet",
                        fix:
                            "Nothing: the first run makes it. After a restore, bring it back first."
                    )
                ]
            }
            defer { try? ledger.close() }
            checks += try self.ledger(ledger, deep: deep)
        } catch {
            checks.append(
                Check(
                    "ledger", .problem, "\(error)",
                    fix: "Stop the schedule, keep var/ as it is, and restore it from the backup."))
        }
        return checks
    }

    // MARK: Settings

    private func settings(_ warnings: Int) -> Check {
        let detail = "\(site.feeds.count) feeds, \(site.destinations.count) destinations"
        guard warnings > 0 else { return Check("settings", ok: detail) }
        return Check(
            "settings", .warning, "\(detail), \(warnings) warnings",
            fix: "Run `waybill lint` and mend what it names.")
    }

    private func zone() -> Check {
        let zone = Timestamp.local(now, zone: site.zone)
        return Check("time zone", ok: "\(site.zone), where it is \(zone)")
    }

    private func schemas() -> Check {
        guard !site.schemas.roots.isEmpty else {
            return Check(
                "schemas", .problem, "no folder of schemas is found",
                fix: "Set WAYBILL_SCHEMAS, or install them beside the program.")
        }
        return Check("schemas", ok: site.schemas.roots.joined(separator: ", "))
    }

    // MARK: Folders

    private func folders() async -> [Check] {
        var failures: [String] = []
        var missing: [String] = []
        var count = 0
        var looked: Set<String> = []
        let places =
            site.feeds.map { ("feed \($0.name)", $0.endpoint, $0.transport) }
            + site.destinations.values.sorted { $0.name < $1.name }
            .map { ("destination \($0.name)", $0.endpoint, $0.transport) }
        for (name, endpoint, transport) in places where looked.insert(endpoint).inserted {
            count += 1
            do { _ = try await transport.list() } catch {
                if error.kind == .notFound {
                    missing.append(name)
                } else {
                    failures.append("\(name): \(error.kind.rawValue)")
                }
            }
        }
        if !failures.isEmpty {
            return [
                Check(
                    "folders", .problem, failures.joined(separator: "; "),
                    fix: "Give the account that runs Waybill access to them: owner, group, mode.")
            ]
        }
        if !missing.isEmpty {
            return [
                Check(
                    "folders", .warning, "not there yet: \(missing.joined(separator: ", "))",
                    fix:
                        "Nothing: a run makes them. If they were there before, find out who removed them."
                )
            ]
        }
        return [Check("folders", ok: "\(count) sources and destinations can be listed")]
    }

    /// The state folder is the account's own: others could read patients' data there.
    private func state() -> Check {
        var status = stat()
        guard unsafe stat(site.paths.state, &status) == 0 else {
            return Check(
                "state folder", .warning, "not there yet", fix: "Nothing: the first run makes it.")
        }
        guard status.st_uid == getuid() else {
            return Check(
                "state folder", .problem, "it belongs to another account",
                fix: "Run Waybill as that account, or chown the folder.")
        }
        guard status.st_mode & 0o077 == 0 else {
            return Check(
                "state folder", .problem, "others may enter it",
                fix: "chmod 700 \(site.paths.state)")
        }
        return Check("state folder", ok: "mode 700, owned by this account")
    }

    private func space() -> Check {
        let places = [site.paths.state, site.paths.outbox, site.paths.root]
        var least = Int64.max
        for place in places {
            let folder = unsafe open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { continue }
            defer { close(folder) }
            let free = waybill_free_bytes(folder)
            if free >= 0 { least = min(least, Int64(free)) }
        }
        let text = "\(least >> 20) MB free"
        if least < 256 << 20 {
            return Check(
                "free space", .problem, text,
                fix: "Make room before the next run: a night needs three times its input.")
        }
        if least < 2 << 30 {
            return Check("free space", .warning, text, fix: "Make room soon.")
        }
        return Check("free space", ok: text)
    }

    private func lock() -> Check {
        guard access(site.paths.state) else { return Check("lock", ok: "free") }
        guard RunLock.take(site.paths.state + "/waybill.lock") != nil else {
            return Check(
                "lock", .warning, "a run is under way", fix: "Nothing, unless it never ends.")
        }
        return Check("lock", ok: "free")
    }

    private func access(_ path: String) -> Bool { unsafe Glibc.access(path, W_OK) == 0 }

    // MARK: Ledger

    private func ledger(_ ledger: Ledger, deep: Bool) throws -> [Check] {
        var checks: [Check] = []
        do {
            try ledger.verifyIntegrity()
            checks.append(
                Check("ledger", ok: "whole; every run sets synchronous=FULL and reads it back"))
        } catch {
            checks.append(
                Check(
                    "ledger", .problem, "\(error)",
                    fix: "Stop the schedule, keep var/ as it is, and restore it from the backup."))
        }
        checks.append(try clock(ledger))
        checks.append(try interrupted(ledger))
        checks.append(try unswept(ledger))
        checks.append(try numbers(ledger))
        checks.append(try audit(ledger))
        let failsafe = try ledger.failsafe()
        if failsafe.isEngaged {
            checks.append(
                Check(
                    "fail-safe", .warning, "engaged by \(failsafe.actor): \(failsafe.reason)",
                    fix: "When the cause is gone: waybill failsafe clear --reason TEXT"))
        }
        if deep { checks.append(try totals(ledger)) }
        return checks
    }

    private func clock(_ ledger: Ledger) throws -> Check {
        let last = try ledger.lastBatch()
        let limit: Int64 = 5 * 60_000_000
        if let last, last.instant > now + limit {
            return Check(
                "clock", .problem, "the last batch states a later time than this machine's clock",
                fix: "Set the clock (timedatectl status), or leave out --as-of.")
        }
        return Check("clock", ok: "not behind the last batch")
    }

    private func interrupted(_ ledger: Ledger) throws -> Check {
        guard let open = try ledger.openBatch() else {
            return Check("last run", ok: "finished")
        }
        return Check(
            "last run", .warning, "batch \(open.batch.name) was interrupted",
            fix: "waybill run finishes it first, under its own id.")
    }

    private func unswept(_ ledger: Ledger) throws -> Check {
        let left = try ledger.unswept().filter { site.feed($0.key)?.after != .leave }
        guard !left.isEmpty else { return Check("sources", ok: "every file taken in was swept") }
        let text = left.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return Check(
            "sources", .warning, "not swept: \(text.joined(separator: ", "))",
            fix: "Nothing is taken twice. See that the account may move files in these folders.")
    }

    private func numbers(_ ledger: Ledger) throws -> Check {
        let gaps = try ledger.unexplainedGaps()
        guard let first = gaps.first else {
            return Check("control numbers", ok: "no unexplained gap")
        }
        return Check(
            "control numbers", .problem,
            "\(gaps.count) unexplained gaps, the first in \(first.series) at \(first.first)",
            fix: "Find the file that bore the number before anything else is sent to that partner.")
    }

    private func audit(_ ledger: Ledger) throws -> Check {
        guard let broken = try ledger.verifyAudit() else {
            return Check("audit log", ok: "its chain of hashes holds")
        }
        return Check(
            "audit log", .problem, "line \(broken.seq): \(broken.reason)",
            fix: "Tell the privacy officer; keep var/ as it is and compare it with the backup.")
    }

    private func totals(_ ledger: Ledger) throws -> Check {
        let found = try ledger.deepCheck()
        guard !found.isEmpty else {
            return Check("stored totals", ok: "all come out the same again")
        }
        let text = found.prefix(5).map {
            "batch \($0.batch) \($0.what): \($0.stored), now \($0.computed)"
        }
        return Check(
            "stored totals", .problem, "\(found.count) differ: \(text.joined(separator: "; "))",
            fix:
                "Report it with the batch's id: either the ledger was changed by hand or it is our fault."
        )
    }
}
