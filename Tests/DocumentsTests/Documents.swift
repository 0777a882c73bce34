import Foundation

/// The project's documents as they lie in the working copy.
enum Documents {
    /// The project's folder.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The text of the file at `path` below the project's folder.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every page that a person reads: path below the project's folder, and text.
    static func pages() throws -> [(path: String, text: String)] {
        let folder = root.appendingPathComponent("docs").path
        let below =
            FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        let paths =
            ["README.md", "CHANGELOG.md", "samples/README.md"]
            + below.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
        return try paths.map { ($0, try text($0)) }
    }

    /// Replaces `path` by `text` when `WAYBILL_RECORD=1` asks for it.
    static func record(_ text: String, as path: String) throws {
        guard ProcessInfo.processInfo.environment["WAYBILL_RECORD"] == "1" else { return }
        try Data(text.utf8).write(to: root.appendingPathComponent(path), options: .atomic)
    }
}
