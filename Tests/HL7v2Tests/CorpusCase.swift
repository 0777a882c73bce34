import Bytes
import Exchange
import Foundation
import HL7v2
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
            case "chop": message.removeLast(Int(rest) ?? 0)
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

@Suite struct CorpusTests {
    @Test func `the corpus has its cases`() {
        #expect(CorpusCase.all.count >= 100)
    }

    @Test(arguments: CorpusCase.all)
    func `a defect is found with its code, its place and its answer, and nothing else is`(
        one: CorpusCase
    ) throws {
        #expect(one.faults == [])
        let format = try HL7.format()
        let reading = try HL7.read(one.bytes, as: format)
        #expect(reading.frames.count == one.records)
        let told = reading.findings.filter { $0.severity > .info }.map { finding in
            [finding.code, finding.location.path ?? "", finding.ack["ERR-3"] ?? ""]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        #expect(told == one.finds)
        #expect(reading.findings.filter { $0.severity == .info }.map(\.code) == one.infos)
        #expect(reading.fileCodes == one.fileCodes)
        guard !one.answer.isEmpty else { return }
        let (code, errors) = try answer(reading, format)
        #expect(code == one.answer)
        let wrong = reading.findings.filter { $0.severity == .error }.count
        #expect(errors == (one.answer == "none" ? 0 : wrong))
    }

    /// MSA-1 of the last answer, and how many errors its ERR segments tell.
    private func answer(_ reading: Reading, _ format: HL7Format) throws -> (String, Int) {
        let clock = try #require(Timestamp(year: 2026, month: 11, day: 20, hour: 2))
        var acknowledger = try #require(
            format.acknowledger(
                reading.closing,
                Envelope(settings: nil, clock: clock, batch: "B", numbers: CountingNumbers())))
        var bytes: [UInt8] = []
        for (index, frame) in reading.frames.enumerated() {
            let findings = reading.byRecord[index]
            let isRejected = findings.contains { $0.severity == .error }
            bytes += acknowledger.add(
                Acknowledged(
                    number: frame.number, part: frame.part,
                    answer: isRejected ? .rejected : .accepted, basis: reading.bases[index],
                    findings: findings))
        }
        bytes += acknowledger.finish()
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r")
        guard let line = lines.last(where: { $0.hasPrefix("MSA") }) else { return ("none", 0) }
        let errors = lines.filter { $0.hasPrefix("ERR") }
        // To 2.4 one ERR holds all of them as repetitions.
        let count = errors.reduce(0) { sum, error in
            sum + (error.hasPrefix("ERR||") ? 1 : error.split(separator: "~").count)
        }
        return (String(line.dropFirst(4).prefix(2)), count)
    }
}
