import Foundation
import Testing

/// A site of its own in a temporary folder, made by `waybill init`.
final class TestSite {
    private let folder: Folder
    let root: String

    /// Makes a site of a template, whose files are ready at once.
    init(_ template: String = "clinic") throws {
        folder = try Folder()
        root = folder.path + "/site"
        let made = try Binary.run([
            "init", root, "--template", template, "--stable", "0s", "--zone", "America/Chicago",
        ])
        try #require(made.status == 0, "\(made.err)")
    }

    /// Runs a command on the site.
    func run(_ arguments: String..., input: String = "") throws -> Binary.Result {
        try Binary.run(arguments + ["--site", root], input: input)
    }

    /// Puts a sample night's files into the inbox; only those below `part` where it is given.
    func drop(_ night: String, _ part: String = "") throws {
        let from = Binary.repository + "/samples/\(night)/inbox"
        for path in try FileManager.default.subpathsOfDirectory(atPath: from).sorted()
        where path.hasPrefix(part) {
            let data = FileManager.default.contents(atPath: "\(from)/\(path)")
            guard let data else { continue }
            let target = "\(root)/inbox/\(path)"
            try FileManager.default.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: target))
        }
    }

    /// Runs both sample nights.
    func nights() throws {
        try drop("night-0")
        let first = try run("run", "--quiet", "--as-of", "2026-11-19T02:00:00-06:00")
        try #require(first.status == 0, "\(first.out)\(first.err)")
        try drop("night-1")
        let second = try run("run", "--quiet", "--as-of", "2026-11-20T02:00:00-06:00")
        try #require(second.status == 3, "\(second.out)\(second.err)")
    }

    /// Adds a line to a file of the settings.
    func append(_ line: String, to path: String) throws {
        let url = URL(fileURLWithPath: root + "/config/" + path)
        var data = try Data(contentsOf: url)
        data += Data((line + "\n").utf8)
        try data.write(to: url)
    }

    /// Everything below a folder of the site that is a file.
    func files(_ path: String) -> [String] {
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: root + "/" + path)) ?? []
        return all.filter { name in
            var isFolder: ObjCBool = false
            let place = "\(root)/\(path)/\(name)"
            return unsafe FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    /// The references of what is held, with their codes.
    func held() throws -> [String: String] {
        let list = try run("quarantine", "list", "--json").object()["held"] as? [[String: Any]]
        var found: [String: String] = [:]
        for line in try #require(list) {
            found[try #require(line["record"] as? String)] = line["code"] as? String
        }
        return found
    }

    /// The newest lines of the audit log, read by `sqlite3`'s own library through the program.
    func batch(_ name: String = "last") throws -> [String: Any] {
        try run("batch", "show", name, "--json").object()
    }
}
