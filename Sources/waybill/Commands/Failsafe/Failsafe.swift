import ArgumentParser
import Foundation
import Ledger
import Pipeline

/// `waybill failsafe`: the booking flag.
struct Failsafe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows, engages or clears the fail-safe that stops bookings.",
        discussion: """
            While it is engaged the flag file stands that the PMS reads before booking. Taking in \
            and archiving never stop, and balanced results flow.

            Examples:
              waybill failsafe status
              waybill failsafe trip --reason "EHR shows wrong patients"
              waybill failsafe clear --reason "checked with the EHR's support"
            """,
        subcommands: [FailsafeStatus.self, FailsafeTrip.self, FailsafeClear.self],
        defaultSubcommand: FailsafeStatus.self)
}

/// `waybill failsafe status`.
struct FailsafeStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Says whether the fail-safe is engaged.",
        discussion: """
            Exit 5 when it is engaged, else 0.

            Example:
              waybill failsafe status --json
            """)

    @OptionGroup var options: SiteOptions

    func run() throws {
        let site = try options.read()
        let ledger = try options.reading(site)
        defer { try? ledger?.close() }
        let state = try ledger?.failsafe()
        if options.json {
            Terminal.json(FailsafeOutput(state, site))
        } else if let state, state.isEngaged {
            Terminal.out(
                "ENGAGED since \(site.local(state.since)) by \(state.actor): \(state.reason)")
            Terminal.note("Next, when the cause is gone: waybill failsafe clear --reason TEXT")
        } else {
            Terminal.out("Not engaged.")
        }
        if state?.isEngaged == true { throw ExitCode(Exit.failsafe) }
    }
}

/// The fail-safe as JSON.
struct FailsafeOutput: Encodable {
    let engaged: Bool
    let since: String?
    let by: String?
    let reason: String?
    let flag: String?
    let flagStands: Bool

    init(_ state: FailsafeState?, _ site: Site) {
        engaged = state?.isEngaged ?? false
        since = state.flatMap { $0.since > 0 ? site.local($0.since) : nil }
        by = state.flatMap { $0.actor.isEmpty ? nil : $0.actor }
        reason = state.flatMap { $0.reason.isEmpty ? nil : $0.reason }
        flag = site.bookingFlag
        flagStands = site.bookingFlag.map { FileManager.default.fileExists(atPath: $0) } ?? false
    }
}

/// `waybill failsafe trip`.
struct FailsafeTrip: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trip", abstract: "Engages the fail-safe: the PMS stops booking.",
        discussion: """
            Works during a run too: it does not wait for the lock. When the ledger cannot be \
            written the flag file is raised all the same, and the exit is 1.

            Example:
              waybill failsafe trip --reason "two charts mixed up"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions

    func run() throws {
        let reason = try change.stated()
        let site = try options.read()
        guard let flag = site.bookingFlag else {
            throw Refusal.usage("The settings name no flag file: add `failsafe: {flag: PATH}`.")
        }
        if change.dryRun {
            Terminal.out("Would engage the fail-safe and write \(flag).")
            return
        }
        let now = SiteOptions.now()
        do {
            // The first thing a site ever does may be this.
            let ledger = try options.joining(site.paths.state) ?? options.open(site)
            defer { try? ledger.close() }
            try ledger.trip(reason: reason, by: SiteOptions.actor, at: now)
            try BookingFlag.update(site, try ledger.failsafe())
        } catch {
            try BookingFlag.update(
                site, FailsafeState(engaged: reason, by: SiteOptions.actor, since: now))
            Terminal.note("The flag file stands, but the ledger could not be written: \(error)")
            throw ExitCode(Exit.internalError)
        }
        try finish(site, "The fail-safe is engaged; \(flag) stands.", "waybill failsafe status")
    }

    private func finish(_ site: Site, _ text: String, _ next: String) throws {
        if options.json {
            let ledger = try options.reading(site)
            defer { try? ledger?.close() }
            Terminal.json(FailsafeOutput(try ledger?.failsafe(), site))
        } else {
            Terminal.out(text)
            Terminal.note("Next: \(next)")
        }
    }
}

/// `waybill failsafe clear`.
struct FailsafeClear: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Clears the fail-safe: the PMS may book again.",
        discussion: """
            Works during a run too: it does not wait for the lock. Exit 64 when it is not engaged.

            Example:
              waybill failsafe clear --reason "registrations balanced again, seen with J. at 07:40"
            """)

    @OptionGroup var options: SiteOptions
    @OptionGroup var change: ChangeOptions

    func run() throws {
        let reason = try change.stated()
        let site = try options.read()
        guard let ledger = try options.joining(site.paths.state) else {
            throw Refusal.usage("Nothing has been run here yet, so nothing is engaged.")
        }
        defer { try? ledger.close() }
        guard try ledger.failsafe().isEngaged else {
            // A flag file that nobody accounts for stops bookings too.
            let state = try ledger.failsafe()
            if !change.dryRun { try BookingFlag.update(site, state) }
            throw Refusal.usage("The fail-safe is not engaged.")
        }
        if change.dryRun {
            Terminal.out("Would clear the fail-safe and remove \(site.bookingFlag ?? "no flag").")
            return
        }
        try ledger.clearFailsafe(reason: reason, by: SiteOptions.actor, at: SiteOptions.now())
        let state = try ledger.failsafe()
        try BookingFlag.update(site, state)
        if options.json {
            Terminal.json(FailsafeOutput(state, site))
        } else {
            Terminal.out("The fail-safe is cleared; the PMS may book again.")
            Terminal.note("Next: waybill status")
        }
    }
}
