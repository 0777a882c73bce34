import ArgumentParser
import Exchange
import Foundation
import HL7v2
import Pipeline

/// `waybill schema import nist`: an HL7 v2 guide in NIST's XML becomes an overlay.
struct SchemaImportNIST: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nist", abstract: "Imports an HL7 v2 guide in NIST's XML.",
        discussion: """
            Reads the XML files of a folder (PROFILE, CONSTRAINTS, VALUESETS, VALUESETBINDINGS; \
            they are known by their content) and writes SCHEMAS/hl7v2/NAME.yaml. A feed or \
            destination then names it: `format: {type: hl7v2, schema: NAME}`.

            Every construct that is not translated is told, and is listed in the overlay below \
            `left_out:`; so is, as a note, what NIST's own validator does not check either. Exit 0 when there is none, 3 when there are some, 64 when the folder \
            holds no guide.

            Examples:
              waybill schema import nist guides/lab --as lab-results
              waybill validate results.hl7 --schema lab-results
            """)

    @Argument(help: "The folder with the guide's XML files.")
    var folder: String

    @Option(name: .customLong("as"), help: "The overlay's name, such as lab-results.")
    var name: String

    @Option(help: "The id of the message, where the guide has several of one type.")
    var message: String?

    @Option(help: "The schemas folder to write to (default: schemas in the site's folder).")
    var schemas: String?

    @Option(help: "The site's folder.")
    var site = ProcessInfo.processInfo.environment["WAYBILL_SITE"] ?? "."

    @Flag(help: "Replace an overlay of that name.")
    var replace = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let isName =
            !name.isEmpty && name.first != "." && name.first != "/"
            && !name.split(separator: "/").contains("..")
            && name.allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) }
        guard isName else {
            throw ValidationError("--as wants letters, digits, -, _ and . such as lab-results")
        }
    }

    func run() throws {
        let target = URL(fileURLWithPath: schemas ?? site + "/schemas")
            .appendingPathComponent("hl7v2/\(name).yaml")
        if !replace, FileManager.default.fileExists(atPath: target.path) {
            throw Refusal.usage("\(target.path) is there already; --replace replaces it.")
        }
        let files = try documents()
        let result = NISTImport.run(
            files, as: name, message: message,
            schemas: SchemaStore.standard(site: site, folder: schemas ?? "schemas"))
        for finding in result.findings where !json { Terminal.note(SiteOptions.line(finding)) }
        guard let overlay = result.overlay else {
            if json { tell(result, nil) }
            throw Refusal.usage("\(folder) holds no guide that can be imported.")
        }
        let missing = result.findings.filter { $0.severity > .info }.count
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(overlay).write(to: target, options: .atomic)
        if json {
            tell(result, target.path)
        } else {
            let counts = result.counts.map { Plain.count($0.count, $0.what) }
            Terminal.out("\(target.path): \(counts.joined(separator: ", "))")
            Terminal.out(
                "\(Plain.count(missing, "construct")) not translated, "
                    + "\(Plain.count(result.findings.count - missing, "note"))")
            Terminal.note("Next: format: {type: hl7v2, schema: \(name)}, then waybill lint")
        }
        if missing > 0 { throw ExitCode(Exit.exceptions) }
    }

    /// The folder's XML files.
    private func documents() throws -> [NISTImport.File] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw Refusal.usage("There is no folder \(folder).")
        }
        return names.sorted().filter { $0.lowercased().hasSuffix(".xml") }.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)")
                .map { NISTImport.File(name: name, bytes: Array($0)) }
        }
    }

    private func tell(_ result: NISTImport.Result, _ path: String?) {
        Terminal.json(
            ImportLine(
                overlay: path,
                counts: Dictionary(
                    result.counts.map { ($0.what, $0.count) }, uniquingKeysWith: { $1 }),
                findings: result.findings.map { FindingLine($0.location.path ?? folder, $0) }))
    }
}

/// What `--json` prints of an import.
private struct ImportLine: Encodable {
    let overlay: String?
    let counts: [String: Int]
    let findings: [FindingLine]
}
