import ArgumentParser
import Foundation
import Testing

@testable import waybill

/// What the pages say must be there.
@Suite struct PageTests {
    /// The commands that the program has.
    private static let commands = Set(
        Waybill.configuration.subcommands.map { $0._commandName } + ["help"])

    @Test func `every command that a page names exists`() throws {
        var unknown: [String] = []
        for page in try Documents.pages() {
            for name in Self.commandsNamed(in: page.text) where !Self.commands.contains(name) {
                unknown.append("\(page.path): waybill \(name)")
            }
        }
        #expect(unknown == [])
    }

    /// The words after `waybill` in inline code and in blocks of code.
    private static func commandsNamed(in text: String) -> [String] {
        let inline = /`(?:[^`\n]*[ \/])?waybill ([a-z][a-z-]*)[^`\n]*`/
        let line = /^(?:.*[ \/])?waybill ([a-z][a-z-]*)/
        var names: [String] = []
        var isBlock = false
        for row in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if row.hasPrefix("```") {
                isBlock.toggle()
            } else if isBlock {
                if let match = row.firstMatch(of: line) { names.append(String(match.output.1)) }
            } else {
                names += row.matches(of: inline).map { String($0.output.1) }
            }
        }
        return names
    }

    @Test func `every link between pages leads to a file`() throws {
        var broken: [String] = []
        for page in try Documents.pages() {
            let folder = Documents.root.appendingPathComponent(page.path)
                .deletingLastPathComponent()
            for match in page.text.matches(of: /\]\(([^)#]+)(?:#[^)]*)?\)/) {
                let target = String(match.output.1)
                guard !target.contains("://") else { continue }
                let place = folder.appendingPathComponent(target).path
                if !FileManager.default.fileExists(atPath: place) {
                    broken.append("\(page.path): \(target)")
                }
            }
        }
        #expect(broken == [])
    }

    @Test func `every file of the project that a page names is there`() throws {
        let all = Set(
            try ["Sources", "Tests", "schemas", "config", "samples", "scripts", "docs"].flatMap {
                folder in
                try FileManager.default.subpathsOfDirectory(
                    atPath: Documents.root.appendingPathComponent(folder).path
                ).map { folder + "/" + $0 } + [folder]
            })
        var missing: [String] = []
        for page in try Documents.pages() {
            for match in page.text.matches(of: /`([A-Za-z0-9+._\/-]+)`/) {
                var path = String(match.output.1)
                let isOwn =
                    path.hasPrefix("Sources/") || path.hasPrefix("schemas/")
                    || path.hasPrefix("samples/")
                // `hillside` is the lab that the reader adds.
                guard isOwn || (path.hasSuffix(".swift") && path != "Package.swift"),
                    !path.contains("hillside")
                else { continue }
                if path.hasSuffix("/") { path.removeLast() }
                if !all.contains(path), !all.contains(where: { $0.hasSuffix("/" + path) }) {
                    missing.append("\(page.path): \(path)")
                }
            }
        }
        #expect(missing == [])
    }

    @Test func `docs/settings.md names every key that a reader of settings asks for`() throws {
        let page = try Documents.text("docs/settings.md")
        let code = page.matches(of: /`([^`\n]+)`/).flatMap {
            $0.output.1.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        }
        let keys = try Self.keysAskedFor()
        #expect(keys.count > 80)
        #expect(keys.subtracting(code).sorted() == [])
    }

    @Test(arguments: [
        "site", "partner", "feed", "dictionary", "rules", "routes", "destinations",
    ])
    func `editors are offered no key that the settings' readers do not know`(kind: String) throws {
        let data = Data(try Documents.text("schemas/settings/\(kind).json").utf8)
        let offered = Self.properties(try JSONSerialization.jsonObject(with: data))
        #expect(!offered.isEmpty)
        // Accepted and not read further yet; asked for under a name that is no literal.
        let others: Set = ["limits", "file", "retention", "entity", "rules", "routes"]
        #expect(offered.subtracting(try Self.keysAskedFor()).subtracting(others).sorted() == [])
    }

    /// The names of all properties in a JSON Schema.
    private static func properties(_ value: Any) -> Set<String> {
        var found: Set<String> = []
        if let object = value as? [String: Any] {
            if let properties = object["properties"] as? [String: Any] {
                found.formUnion(properties.keys)
            }
            for inner in object.values { found.formUnion(properties(inner)) }
        } else if let list = value as? [Any] {
            for inner in list { found.formUnion(properties(inner)) }
        }
        return found
    }

    /// The keys that stand as literals in the readers' calls, in all sources.
    private static func keysAskedFor() throws -> Set<String> {
        let sources = Documents.root.appendingPathComponent("Sources").path
        let paths =
            FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
        let call =
            /(?:\.(?:string|requiredString|strings|int|flag|choice|seconds|node|required)|percent|range|column|bytes)\((?:&reader, )?"([a-z0-9_]+)"/
        let child = /(?:\]\?|node\??|settings\?|need\(node, "[a-z_]+")(?:\[|, )"([a-z_]+)"/
        var keys: Set<String> = []
        for path in paths where path.hasSuffix(".swift") {
            let text = try Documents.text("Sources/" + path)
            guard
                text.contains("SettingsReader") || text.contains("SettingsNode")
                    || text.contains("envelope.settings")
            else { continue }
            keys.formUnion(text.matches(of: call).map { String($0.output.1) })
            keys.formUnion(text.matches(of: child).map { String($0.output.1) })
        }
        return keys
    }
}
