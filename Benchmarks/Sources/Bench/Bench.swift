import ArgumentParser
import CLinux
import CSV
import Exchange
import Foundation
import HL7v2
import Pipeline
import Transports
import X12
import XML

/// `waybill-bench`: measures the work that design section 8 sets budgets for, and prints one table.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waybill-bench",
        abstract: "Measures speed and memory on synthetic files, beside their budgets.",
        discussion: """
            Every ratio is taken within one run: what must be done anyway (reading, SHA-256, a synced \
            copy) is measured a moment before the work it is compared with.
            """,
        subcommands: [Table.self, Stages.self, Make.self], defaultSubcommand: Table.self)

    /// The same lists as in the program itself.
    static let registry = Registry(
        formats: [HL7v2Family(), X12Family(), XMLFamily(), CSVFamily()],
        transports: [DropFolderFamily(), SFTPFamily()])

    /// Reading is measured with memory kept as the program keeps it.
    static func main() async {
        waybill_keep_freed_memory()
        await main(nil)
    }
}

/// The table of budgets.
struct Table: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Measures, and prints the table.")

    @Flag(help: "All sizes and more runs: about a quarter of an hour.")
    var full = false

    @Option(help: "Only these groups: reading, editing, cores, night, small, memory, linear.")
    var only: [String] = []

    @Option(help: "The release build of waybill.")
    var waybill = ".build/release/waybill"

    @Option(help: "Where synthetic files and sites are made.")
    var work = ".build/bench"

    @Option(help: "Write the table here as well.")
    var record: String?

    @Flag(help: "End with 1 when a row is short of what must be reached.")
    var strict = false

    @Flag(help: "A file of 10 GB too.")
    var tenGigabytes = false

    func run() async throws {
        let plan = Plan(
            isFull: full, hasHuge: tenGigabytes, waybill: Self.absolute(waybill),
            work: Self.absolute(work))
        try plan.prepare()
        var scores = Scorecard()
        let groups: [(String, (inout Scorecard) async throws -> Void)] = [
            ("reading", { try ReadingWork(plan).run(&$0) }),
            ("editing", { try EditingWork(plan).run(&$0) }),
            ("cores", { try await CoresWork(plan).run(&$0) }),
            ("night", { try NightWork(plan).run(&$0) }),
            ("small", { try SmallFilesWork(plan).run(&$0) }),
            ("linear", { try LinearWork(plan).run(&$0) }),
            ("memory", { try MemoryWork(plan).run(&$0) }),
        ]
        for (name, work) in groups where only.isEmpty || only.contains(name) {
            Self.note("\(name) …")
            try await work(&scores)
        }
        let text = scores.markdown(Machine.description(seed: plan.seed))
        print(text)
        if let record { try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: record)) }
        if strict, scores.isShort { throw ExitCode(1) }
    }

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
