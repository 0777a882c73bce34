import ArgumentParser
import CLinux
import CSV
import Exchange
import HL7v2
import Pipeline
import Transports
import X12
import XML

/// The command line: one file a command, below `Commands`.
@main
struct Waybill: AsyncParsableCommand {
    static let version = "0.1.0"

    /// The standards and places that this program knows, each in one list.
    static let registry = Registry(
        formats: [HL7v2Family(), X12Family(), XMLFamily(), CSVFamily()],
        transports: [DropFolderFamily(), SFTPFamily()])

    static let configuration = CommandConfiguration(
        commandName: "waybill",
        abstract: "Exchanges files between a clinic's PMS and EHR, and accounts for every record.",
        discussion: """
            Start with `waybill init DIR` for a new site, `waybill lint` after every change of \
            settings, `waybill plan` to see what a run would do, and `waybill run` to do it.

            Exit codes: 0 ok, 1 internal error, 2 plan found work, 3 finished with exceptions, \
            4 out of balance, 5 fail-safe engaged, 6 transport failed, 7 expected file missing, \
            11 another run holds the lock, 12 not authorised, 64 usage, 78 settings invalid, \
            130 interrupted.
            """,
        version: version,
        subcommands: [
            Init.self, Lint.self, PlanCommand.self, Run.self, Validate.self, Status.self,
            Feeds.self, BatchCommand.self, RecordCommand.self, Explain.self, Quarantine.self,
            Failsafe.self, Claims.self, SchemaCommand.self, DoctorCommand.self,
        ])

    static func main() async {
        waybill_keep_freed_memory()
        await main(nil)
    }
}
