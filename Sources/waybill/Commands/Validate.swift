import ArgumentParser
import Bytes
import Exchange
import Foundation
import Pipeline

/// `waybill validate`: findings for any file, without a site.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says everything that is wrong with a file, without a site.",
        discussion: """
            Reads HL7 v2, X12, CSV and XML, and tells them apart by their content. `-` or no file \
            reads standard input. Exit 0 when all is accepted, 3 when not.

            Examples:
              waybill validate claims.x12 --level 5
              waybill validate --json --ack answer.hl7 < results.hl7
            """)

    @Argument(help: "Files to read; - is standard input.")
    var files: [String] = ["-"]

    @Option(help: "A schema, guide or profile by name or path.")
    var schema: String?

    @Option(
        name: .customLong("as"),
        help:
            "The format, instead of what the content shows: \(Waybill.registry.formats.map(\.name).joined(separator: ", "))."
    )
    var format: String?

    @Option(help: "How deep X12 is checked, 1 to 7.")
    var level = 5

    @Option(help: "Write the acknowledgement that the sender would get to this file.")
    var ack: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws {
        guard (1...7).contains(level) else { throw ValidationError("--level wants 1 to 7") }
        if let format, !Waybill.registry.formats.contains(where: { $0.name == format }) {
            throw ValidationError("--as knows no format called \(format)")
        }
    }

    func run() async throws {
        let store = SchemaStore.standard(site: nil)
        var options = Inspection.Options(
            clock: Timestamp.local(SiteClock.system.now(), zone: TimeZone.current.identifier))
        options.schema = schema
        options.level = level
        options.format = format
        options.acknowledges = ack != nil
        let inspection = Inspection(Waybill.registry, schemas: store, options: options)
        var isClean = true
        var answers: [UInt8] = []
        for file in files {
            let summary = await inspect(file, inspection)
            if summary.verdict != "accepted" { isClean = false }
            answers += summary.acknowledgement?.bytes ?? []
        }
        if let ack { try Data(answers).write(to: URL(fileURLWithPath: ack), options: .atomic) }
        if !isClean { throw ExitCode(Exit.exceptions) }
    }

    private func inspect(_ file: String, _ inspection: Inspection) async -> Inspection.Summary {
        let name = file == "-" ? "stdin" : file
        var summary = Inspection.Summary()
        do {
            let source = file == "-" ? FileSource(adopting: 0) : try regular(file)
            summary = await inspection.run(source) { tell($0, name) }
        } catch {
            let finding = Finding(Identify.unreadable, "\(error)")
            tell(finding, name)
            summary.isCondemned = true
            summary.findings = 1
        }
        if json {
            Terminal.json(SummaryLine(name, summary))
        } else {
            let format = [summary.format, summary.version].compactMap { $0 }.joined(separator: " ")
            Terminal.out(
                "\(name): \(summary.verdict)\(format.isEmpty ? "" : " (\(format))"), "
                    + "\(summary.records) records, \(summary.accepted) accepted, "
                    + "\(summary.rejected) rejected, \(summary.findings) findings")
        }
        return summary
    }

    private func regular(_ path: String) throws -> FileSource {
        // A folder opens and only then refuses to be read, which the inspection tells.
        try FileSource(path: path)
    }

    private func tell(_ finding: Finding, _ file: String) {
        if json {
            Terminal.json(FindingLine(file, finding))
            return
        }
        var place = file
        if let line = finding.location.line { place += ":\(line)" }
        if let byte = finding.location.byte { place += " byte \(byte)" }
        if let record = finding.location.record { place += " record \(record)" }
        if let path = finding.location.path { place += " \(path)" }
        Terminal.out("\(place): \(finding.severity.rawValue) \(finding.code): \(finding.message)")
        Terminal.out("    \(finding.fix)")
    }
}

/// A finding as `--json` prints it.
struct FindingLine: Encodable {
    let file: String
    let record: Int?
    let code: String
    let severity: Severity
    let byte: Int?
    let line: Int?
    let path: String?
    let message: String
    let fix: String
    let ack: [String: String]?

    init(_ file: String, _ finding: Finding) {
        self.file = file
        record = finding.location.record
        code = finding.code
        severity = finding.severity
        byte = finding.location.byte
        line = finding.location.line
        path = finding.location.path
        message = finding.message
        fix = finding.fix
        ack = finding.ack.isEmpty ? nil : finding.ack
    }
}

/// The last line for each file.
struct SummaryLine: Encodable {
    let file: String
    let format: String?
    let version: String?
    let records: Int
    let accepted: Int
    let rejected: Int
    let findings: Int
    let verdict: String

    init(_ file: String, _ summary: Inspection.Summary) {
        self.file = file
        format = summary.format
        version = summary.version
        records = summary.records
        accepted = summary.accepted
        rejected = summary.rejected
        findings = summary.findings
        verdict = summary.verdict
    }
}
