import ArgumentParser
import Foundation
import Ledger

/// What every command that changes state takes.
struct ChangeOptions: ParsableArguments {
    @Option(help: "Why, for the audit log. References and codes, never a patient's values.")
    var reason: String?

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    /// The reason; ends with 64 when a change is to be made without one.
    func stated() throws -> String {
        let text = (reason ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty || dryRun else {
            throw Refusal.usage("Say why with --reason TEXT: it is written to the audit log.")
        }
        return text
    }
}

/// What a command takes that cannot be undone.
struct ConfirmOptions: ParsableArguments {
    @Flag(help: "Do not ask for the id again.")
    var yes = false

    /// Asks for `id` again, on stdin; ends with 64 when something else is said.
    func confirm(_ id: String, _ what: String) throws {
        guard !yes else { return }
        Terminal.note("\(what) Type \(id) again to go on:")
        guard readLine()?.trimmingCharacters(in: .whitespaces) == id else {
            throw Refusal.usage("Nothing was done: that was not \(id).")
        }
    }
}

/// Asking for what may hold PHI.
struct RevealOptions: ParsableArguments {
    @Flag(help: "Also show what may hold PHI. Needs --reason; it is written to the audit log.")
    var reveal = false

    @Option(help: "Why it is looked at, for the audit log.")
    var reason: String?

    /// Writes to the audit log that somebody looks, before anything is shown.
    func audit(_ object: String, _ options: SiteOptions, _ root: String) throws {
        guard reveal else { return }
        let text = (reason ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw Refusal.usage("--reveal wants --reason TEXT: it is written to the audit log.")
        }
        guard let ledger = try options.joining(root) else {
            throw Refusal.usage("There is no ledger yet to note that in, so nothing is shown.")
        }
        defer { try? ledger.close() }
        try ledger.audit(
            actor: SiteOptions.actor, action: "reveal", object: object, outcome: text,
            at: SiteOptions.now())
    }
}

/// Why a command does nothing.
enum Refusal {
    /// Tells why what was asked cannot be done; the command ends with 64.
    static func usage(_ text: String) -> ExitCode {
        Terminal.note(text)
        return ExitCode(Exit.usage)
    }
}
