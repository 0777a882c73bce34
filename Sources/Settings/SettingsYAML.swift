public import Exchange
import Yams

/// Settings files: YAML 1.1 as Yams reads it, turned into nodes that know where they stand.
///
/// Scalars stay text: `no`, `1e3` and `0640` mean what whoever reads the key makes of them. Anchors
/// and aliases are allowed; what they expand to is counted, so that a few lines cannot become a
/// million nodes. Tags are ignored.
public enum SettingsYAML {
    /// Text that is not YAML.
    public static let malformed = FindingKind(
        "SET-104", .error, owner: .analyst, what: "a settings file is not valid YAML",
        fix: "Correct the text at this line and column.", reach: .file)
    /// A key given twice.
    public static let duplicateKey = FindingKind(
        "SET-105", .error, owner: .analyst, what: "a setting is given twice in one map",
        fix: "Keep one of the two.", reach: .file)
    /// A file, or what its aliases expand to, that is too large.
    public static let tooLarge = FindingKind(
        "SET-106", .error, owner: .analyst, what: "a settings file is too large",
        fix: "Split it into several files, or use fewer aliases.", reach: .file)
    /// A key that is a list or a map.
    public static let compoundKey = FindingKind(
        "SET-107", .error, owner: .analyst, what: "a key of a map is not a single value",
        fix: "Write the key as text.", reach: .file)
    /// All kinds of finding made here.
    public static let kinds = [malformed, duplicateKey, tooLarge, compoundKey]

    /// The largest file that is read, in bytes.
    public static let sizeLimit = 4 << 20
    /// How many nodes a file may have after its aliases are expanded.
    public static let nodeLimit = 200_000
    /// How deep maps and lists may nest.
    public static let depthLimit = 64

    /// Reads every document of a file.
    ///
    /// Documents before a mistake are returned with the finding about it; empty documents are left
    /// out.
    /// - Parameters:
    ///   - bytes: the file, in UTF-8 (a byte-order mark is skipped).
    ///   - file: its name for marks, relative to the site.
    public static func parse(
        _ bytes: [UInt8], file: String
    ) -> (documents: [SettingsNode], findings: [Finding]) {
        guard bytes.count <= sizeLimit else {
            let mark = Mark(file: file, line: 1, column: 1)
            return ([], [.settings(tooLarge, at: mark, "more than \(sizeLimit >> 20) MB")])
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            let mark = Mark(file: file, line: firstBadLine(body), column: 1)
            return ([], [.settings(malformed, at: mark, "the file is not UTF-8")])
        }
        if let deep = flowTooDeep(text, file: file) { return ([], [deep]) }
        var builder = NodeBuilder(file: file)
        var documents: [SettingsNode] = []
        do {
            let parser = try Parser(yaml: text, resolver: .basic)
            while let root = try parser.nextRoot() {
                if let node = builder.node(root, depth: 0), !isEmpty(node) {
                    documents.append(node)
                }
                if builder.isExhausted { break }
            }
        } catch let error as YamlError {
            builder.report(error)
        } catch {
            builder.report(malformed, Mark(file: file, line: 1, column: 1), "unreadable")
        }
        return (documents, builder.findings)
    }

    private static func isEmpty(_ node: SettingsNode) -> Bool {
        node.text.map { $0.isEmpty && !node.isQuoted } ?? false
    }

    /// The 1-based line of the first byte that is not UTF-8.
    private static func firstBadLine(_ bytes: ArraySlice<UInt8>) -> Int {
        var line = 1
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { return line }
            line += 1
        }
        return line
    }

    /// Bounds flow nesting before the parser, which recurses, sees it.
    private static func flowTooDeep(_ text: String, file: String) -> Finding? {
        var run = 0
        var line = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                run += 1
                if run > depthLimit * 4 {
                    return .settings(
                        tooLarge, at: Mark(file: file, line: line, column: 1),
                        "brackets nest more than \(depthLimit) deep")
                }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): run = max(0, run - 1)
            case 0x0A: line += 1
            default: break
            }
        }
        return nil
    }
}
