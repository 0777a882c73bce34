import Exchange
import Foundation
import Testing

/// One case of the corpus: a file's bytes and what must be found in it (see Corpus/README.txt).
struct CorpusCase: Sendable, CustomTestStringConvertible {
    let section: String
    let name: String
    private(set) var bytes: [UInt8] = []
    private(set) var finds: [String] = []
    private(set) var infos: [String] = []
    private(set) var fileCodes: [String] = []
    private(set) var answer = ""
    private(set) var records = 1
    private(set) var settings: [String: SettingsNode.Content] = [:]
    private(set) var parts: [Int: PartVerdict] = [:]
    private(set) var faults: [String] = []
    var testDescription: String { "\(section): \(name)" }

    /// Every case, in the order of the files.
    static let all: [CorpusCase] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.first?.isNumber == true }.sorted().flatMap { file in
            let text =
                "\n"
                + ((try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? "")
            return text.components(separatedBy: "\n== ").dropFirst().compactMap {
                part -> CorpusCase? in
                CorpusCase(section: file, part)
            }
        }
    }()

    private init(section: String, _ text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        self.section = section
        name = lines.first ?? ""
        var message: [UInt8] = []
        var before: [UInt8] = []
        var after: [UInt8] = []
        var encoding: [String] = []
        for line in lines.dropFirst() {
            let keyword = String(line.prefix { $0 != " " })
            let rest = String(line.dropFirst(keyword.count + 1))
            switch keyword {
            case "base": message = Array(Self.base(rest).utf8)
            case "replace", "all":
                let sides = rest.components(separatedBy: " ==>")
                guard sides.count == 2 else { faults.append(line); continue }
                let from = Self.bytes(sides[0])
                let to = Self.bytes(String(sides[1].drop { $0 == " " }))
                guard !message.ranges(of: from).isEmpty else { faults.append(line); continue }
                message.replace(from, with: to, maxReplacements: keyword == "all" ? .max : 1)
            case "before": before = Self.bytes(rest)
            case "after": after = Self.bytes(rest)
            case "chop": message.removeLast(min(message.count, Int(rest) ?? 0))
            case "encode": encoding = rest.split(separator: " ").map(String.init)
            case "feed":
                let words = rest.split(separator: " ", maxSplits: 1).map(String.init)
                guard words.count == 2 else { faults.append(line); continue }
                settings[words[0]] = .scalar(words[1])
            case "part":
                let words = rest.split(separator: " ").map(String.init)
                guard words.count == 2, let number = Int(words[0]) else {
                    faults.append(line)
                    continue
                }
                parts[number] = words[1] == "reject" ? .reject : .hold
            case "twice": message += message
            case "find": finds.append(rest)
            case "info": infos.append(rest)
            case "file": fileCodes.append(rest)
            case "ack": answer = rest
            case "records": records = Int(rest) ?? 0
            default: faults.append(line)
            }
        }
        bytes = before + message + after
        guard let name = encoding.first else { return }
        bytes = Framing.utf16(
            bytes, isLittle: name.hasSuffix("LE"), hasMark: encoding.contains("mark"))
    }

    private static func base(_ words: String) -> String {
        let parts = words.split(separator: " ").map(String.init)
        guard parts.count == 2 else { return "" }
        let event = String(parts[0].drop { $0 != "-" }.dropFirst())
        switch parts[0].prefix(3) {
        case "oru": return Corpus.oru(parts[1])
        case "adt": return Corpus.adt(event, parts[1])
        case "siu": return Corpus.siu(event, parts[1])
        case "orm": return Corpus.orm(parts[1])
        case "dft": return Corpus.dft(parts[1])
        case "mdm": return Corpus.mdm(parts[1])
        case "ack": return Corpus.ack(parts[1])
        default: return ""
        }
    }

    /// Text with its named bytes: `<CR>`, `<xC4>`.
    private static func bytes(_ text: String) -> [UInt8] {
        let named: [String: [UInt8]] = [
            "CR": [0x0D], "LF": [0x0A], "VT": [0x0B], "FS": [0x1C], "SUB": [0x1A], "NUL": [0],
            "BOM": [0xEF, 0xBB, 0xBF],
        ]
        var output: [UInt8] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "<") {
            output += Array(rest[..<open].utf8)
            let name = String(rest[rest.index(after: open)...].prefix { $0 != ">" })
            let byte = name.hasPrefix("x") ? UInt8(name.dropFirst(), radix: 16).map { [$0] } : nil
            if let value = named[name] ?? byte {
                output += value
                rest = rest[open...].dropFirst(name.count + 2)
            } else {
                output.append(0x3C)
                rest = rest[open...].dropFirst()
            }
        }
        return output + Array(rest.utf8)
    }
}
