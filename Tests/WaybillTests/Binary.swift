import Foundation
import Testing

/// The built program, run as people run it.
struct Binary {
    /// What a command came to.
    struct Result {
        let status: Int32
        let out: String
        let err: String

        /// Standard output as one JSON value.
        func json() throws -> Any {
            try JSONSerialization.jsonObject(with: Data(out.utf8), options: .fragmentsAllowed)
        }

        /// Standard output as a JSON object.
        func object() throws -> [String: Any] {
            try #require(try json() as? [String: Any], "not a JSON object: \(out) \(err)")
        }
    }

    /// The program is not there.
    struct Missing: Error, CustomStringConvertible {
        let looked: [String]
        var description: String { "no built waybill at \(looked.joined(separator: " or "))" }
    }

    private static var package: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// The repository, for its samples.
    static var repository: String { package.path }

    /// Where the program lies: beside the tests that run, else in the package's debug build.
    static func path() throws -> String {
        let own = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
        let looked = [
            own.deletingLastPathComponent().appendingPathComponent("waybill").path,
            package.appendingPathComponent(".build/debug/waybill").path,
        ]
        guard let found = looked.first(where: FileManager.default.isExecutableFile) else {
            throw Missing(looked: looked)
        }
        return found
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try path())
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        variables["COLUMNS"] = "80"
        variables["WAYBILL_SCHEMAS"] = repository + "/schemas"
        variables.merge(environment) { $1 }
        process.environment = variables
        // Files rather than pipes: a pipe that nobody empties stops the program.
        let folder = try Folder()
        let inputPath = folder.path + "/in"
        try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
        for name in ["out", "err"] {
            try Data().write(to: URL(fileURLWithPath: folder.path + "/" + name))
        }
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        process.standardOutput = FileHandle(forWritingAtPath: folder.path + "/out")
        process.standardError = FileHandle(forWritingAtPath: folder.path + "/err")
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, out: try folder.text("out"),
            err: try folder.text("err"))
    }
}

/// A folder that goes away with its owner.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "waybill-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(_ name: String) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
    }
}
