import Crypto
import Exchange
import Foundation
import Testing
import WaybillTesting

@testable import Ledger

/// A site of its own in a temporary folder: the sample clinic's settings, schemas and nights.
/// Nothing waits in it: `stable:` is zero, so every file is ready at the first look.
final class Clinic: Sendable {
    /// The two sample nights' instants.
    static let instants = [
        "night-0": "2026-11-19T02:00:00-06:00", "night-1": "2026-11-20T02:00:00-06:00",
    ]

    /// The site's folder.
    let root: String

    /// Makes a site from the repository's settings, or copies one as it stands.
    init(copy template: Clinic? = nil, at root: String? = nil) throws {
        self.root = root ?? NSTemporaryDirectory() + "waybill-night-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: self.root, withIntermediateDirectories: true)
        if let template {
            try shell("cp", ["-a", template.root + "/.", self.root])
            return
        }
        for name in ["config", "schemas"] {
            try shell("cp", ["-a", ShippedSchemas.project + "/" + name, self.root + "/" + name])
        }
        try editSettings("feeds") { $0.replacing("stable: 1s", with: "stable: 0s") }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func shell(_ tool: String, _ arguments: [String]) throws {
        let ended = try Program.run("/bin/" + tool, arguments)
        guard ended.code == 0 else { throw Program.Missing(description: "\(tool): \(ended)") }
    }

    /// Rewrites every settings file below `config/<folder>`.
    func editSettings(_ folder: String, _ edit: (String) -> String) throws {
        let path = root + "/config/" + folder
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let file = path + "/" + name
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try edit(text).write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    // MARK: Files

    /// Puts a sample night's files into the inbox; only those below `folders`, when named.
    func drop(_ night: String, only folders: [String] = []) throws {
        let source = ShippedSchemas.project + "/samples/\(night)/inbox"
        try make("inbox")
        for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted()
        where folders.isEmpty || folders.contains(name) {
            try make("inbox/" + name)
            try shell("cp", ["-a", "\(source)/\(name)/.", "\(root)/inbox/\(name)"])
        }
    }

    func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: root + "/" + folder, withIntermediateDirectories: true)
    }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        try make((path as NSString).deletingLastPathComponent)
        try Data(bytes).write(to: URL(fileURLWithPath: root + "/" + path))
    }

    func text(_ path: String) throws -> String {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }

    /// Every file below `folder`, by its path there, with its bytes.
    func files(_ folder: String) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        let names = try? FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder)
        for name in names ?? [] {
            let path = root + "/" + folder + "/" + name
            let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
            guard kind as? FileAttributeType == .typeRegular else { continue }
            found[name] = FileManager.default.contents(atPath: path).map(Array.init) ?? []
        }
        return found
    }

    /// What partners find: the outboxes, with the reports when asked for.
    func outbox(reports: Reports = .without) -> [String: [UInt8]] {
        files("outbox").filter { reports == .with || !$0.key.hasPrefix("reports/") }
    }

    enum Reports { case with, without }

    // MARK: Running

    /// Runs `waybill run` at a night's hour.
    @discardableResult
    func run(
        _ night: String = "night-1", feeds: [String] = [], environment: [String: String] = [:],
        json: Bool = false, isWatched: Bool = false
    ) throws -> Program.Ended {
        let instant = Clinic.instants[night] ?? night
        return try Program.run(
            Command.waybill(),
            ["run", "--site", root, "--as-of", instant] + feeds.flatMap { ["--feed", $0] }
                + (json ? ["--json"] : []),
            environment: environment, isWatched: isWatched)
    }

    /// The ledger, for reading.
    func ledger() throws -> Ledger {
        try Ledger.open(at: root + "/var/waybill.sqlite") { Array(SHA256.hash(data: $0)) }
    }

    /// The equations of all batches that test Waybill and do not hold.
    func imbalance() throws -> [String] {
        let ledger = try ledger()
        defer { try? ledger.close() }
        return try ledger.batches(limit: 100).flatMap { batch in
            try ledger.storedEquations(batch: batch.id).filter { $0.gates && !$0.isOK }
                .map { "\(batch.name) \($0.unit) \($0.law) \($0.feed) \($0.name)" }
        }
    }

    /// What lies in quarantine, by feed and code.
    func held() throws -> [String] {
        let ledger = try ledger()
        defer { try? ledger.close() }
        return try ledger.held().map { "\($0.feed) \($0.code)" }.sorted()
    }

    /// Which laws were computed for the last batch.
    func laws() throws -> Set<String> {
        let ledger = try ledger()
        defer { try? ledger.close() }
        guard let batch = try ledger.lastBatch() else { return [] }
        return Set(try ledger.storedEquations(batch: batch.id).map(\.law))
    }
}

/// The names that differ between two folders, and how.
func differences(_ left: [String: [UInt8]], _ right: [String: [UInt8]]) -> [String] {
    Set(left.keys).union(right.keys).sorted().compactMap { name in
        switch (left[name], right[name]) {
        case (let one?, let two?): one == two ? nil : "\(name): other bytes"
        case (nil, _): "\(name): only in the second"
        default: "\(name): only in the first"
        }
    }
}
