import Foundation
import Testing

/// The surface that people and scripts see: every command's help is committed text.
@Suite struct HelpTests {
    static let commands = [
        "", "init", "lint", "plan", "run", "validate", "status", "feeds", "feeds list",
        "feeds baseline", "batch", "batch list", "batch show", "batch report", "record",
        "record show", "explain", "quarantine", "quarantine list", "quarantine show",
        "quarantine assign", "quarantine release", "quarantine discard", "failsafe",
        "failsafe status", "failsafe trip", "failsafe clear", "claims", "claims list",
        "claims show", "claims collect", "claims unapplied", "schema", "schema import",
        "schema import nist",
        "doctor",
    ]

    private static func snapshot(_ command: String) -> URL {
        let name = command.isEmpty ? "waybill" : command.replacingOccurrences(of: " ", with: "-")
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Snapshots/help/\(name).txt")
    }

    /// To change help on purpose: WAYBILL_RECORD=1 swift test --filter HelpTests, then read the diff.
    @Test(arguments: commands) func `the help of a command is the committed text`(_ command: String)
        throws
    {
        let words = command.split(separator: " ").map(String.init)
        let help = try Binary.run(words + ["--help"])
        #expect(help.status == 0)
        let url = Self.snapshot(command)
        if ProcessInfo.processInfo.environment["WAYBILL_RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(help.out.utf8).write(to: url)
        }
        let committed = try String(decoding: Data(contentsOf: url), as: UTF8.self)
        #expect(help.out == committed)
    }

    @Test func `every subcommand that help lists has a snapshot`() throws {
        let experimental = try Binary.run(["--experimental-dump-help"])
        let tree = try #require(try experimental.object()["command"] as? [String: Any])
        var found: Set<String> = [""]
        func walk(_ command: [String: Any], _ path: [String]) {
            for child in command["subcommands"] as? [[String: Any]] ?? [] {
                guard let name = child["commandName"] as? String, name != "help" else { continue }
                found.insert((path + [name]).joined(separator: " "))
                walk(child, path + [name])
            }
        }
        walk(tree, [])
        #expect(found == Set(Self.commands))
    }

    @Test(arguments: commands.filter { !$0.isEmpty })
    func `help shows an example that names the command`(_ command: String) throws {
        let help = try Binary.run(command.split(separator: " ").map(String.init) + ["--help"])
        let verb = try #require(command.split(separator: " ").first)
        #expect(help.out.contains("Example"))
        #expect(help.out.contains("waybill \(verb)"))
    }
}
