import Bytes
import Exchange
import Foundation
import Testing
import WaybillTesting

@testable import HL7v2

/// Thousands of damaged files through reader, validator and acknowledger: whatever the bytes, every
/// message has its place, its findings and at most its answers, and the answer is a file that we
/// would take ourselves.
@Suite struct MutationTests {
    /// What mutants are made of: whole files in every framing, with and without defects.
    private static let seeds: [[UInt8]] = {
        let clean = Corpus.clean().map { Array($0.text.utf8) }
        let framed = Framing.allCases.enumerated().map { number, framing in
            framing.file([clean[number % clean.count], clean[(number * 7 + 3) % clean.count]])
        }
        return framed + CorpusCase.all.map(\.bytes).filter { $0.count < 4000 }
    }()

    /// What means something somewhere in HL7.
    private static let words: [[UInt8]] = [
        "|", "^", "~", "\\", "&", "\"\"", "\r", "\n", "\r\n", "\0", "\u{0B}", "\u{1C}\r", "\u{1A}",
        "#", "MSH|^~\\&|", "MSH|", "MSH-", "FHS|^~\\&|A\r", "BHS|^~\\&|A\r", "BTS|1\r", "FTS|1\r",
        "MSA|AA|1\r", "OBX|1|", "ZZZ|1\r", "\\X0D\\", "\\.br\\", "\\E", "99999999999999999999",
        "-1", "2.7", "8859/1", "UNICODE UTF-8", "ACK", "AL", "ED", "SN", "\u{FEFF}", " ",
    ].map { Array($0.utf8) }

    private static func mutant(_ chance: inout Chance) -> [UInt8] {
        var bytes = seeds[chance.below(seeds.count)]
        for _ in 0...chance.below(6) {
            let place = chance.below(bytes.count + 1)
            let length = min(bytes.count - place, chance.below(40))
            switch chance.below(7) {
            case 0: if place < bytes.count { bytes[place] = UInt8(chance.below(256)) }
            case 1: bytes.insert(contentsOf: words[chance.below(words.count)], at: place)
            case 2: bytes.removeSubrange(place..<(place + length))
            case 3: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
            case 4:
                let word = words[chance.below(words.count)]
                bytes.replaceSubrange(place..<(place + min(length, word.count)), with: word)
            case 5: bytes.removeLast(bytes.count - place)
            default:
                let other = seeds[chance.below(seeds.count)]
                let start = chance.below(other.count + 1)
                let end = min(other.count, start + chance.below(400))
                bytes.insert(contentsOf: other[start..<end], at: place)
            }
        }
        return bytes
    }

    @Test(arguments: 1...8)
    func `a thousand mutants are read, checked and answered`(seed: Int) throws {
        let format = try HL7.format()
        var chance = Chance(seed: UInt64(seed))
        for number in 0..<1000 {
            let bytes = Self.mutant(&chance)
            let size = [1, 7, 64, 4096, .max][chance.below(5)]
            let reading = try HL7.read(bytes, chunk: size, as: format)
            let faults = try Self.faults(reading, bytes, format)
            #expect(faults == [], "seed \(seed), mutant \(number)")
        }
    }

    /// What the fuzzer begins with, and what it once stumbled over.
    private static let corpus =
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    private static let folder = ShippedSchemas.project + "/Fuzz/Corpus/hl7v2"

    @Test(arguments: corpus)
    func `what the fuzzer kept is read, checked and answered`(name: String) throws {
        let data = try #require(FileManager.default.contents(atPath: Self.folder + "/" + name))
        let format = try HL7.format()
        let reading = try HL7.read(Array(data), as: format)
        #expect(try Self.faults(reading, Array(data), format) == [])
    }

    /// What does not hold of a reading and its answer.
    private static func faults(
        _ reading: Reading, _ bytes: [UInt8], _ format: HL7Format
    ) throws -> [String] {
        var faults: [String] = []
        if reading.frames.map(\.number) != Array(1..<(reading.frames.count + 1)) {
            faults.append("numbers")
        }
        // A place lies in the file: UTF-16 is told in bytes of UTF-8, at most three for two.
        for finding in reading.findings + reading.closing.findings.kept
        where (finding.location.byte ?? 0) > bytes.count * 2 { faults.append("a byte outside") }
        let answer = try Answering.acknowledgement(reading, format)
        let back = try HL7.read(answer.bytes, as: format)
        if answer.kind.isEmpty != answer.bytes.isEmpty { faults.append("a kind without answers") }
        if answer.bytes.isEmpty { return faults }
        // Each message that asks is answered once, or twice where it asks for both.
        let wanted = reading.bases.indices.reduce(0) { sum, index in
            let answer: Acknowledged.Answer =
                Answering.isRejected(
                    reading.frames[index], reading.byRecord[index], reading.closing)
                ? .rejected : .accepted
            let header = AcknowledgedHeader(reading.bases[index])
            let record = Acknowledged(
                number: 1, part: 0, answer: answer, basis: reading.bases[index],
                findings: reading.byRecord[index])
            return sum + (header?.codes(for: record).count ?? 0)
        }
        if back.frames.count != wanted {
            faults.append("\(back.frames.count) answers, \(wanted) wanted")
        }
        // What is taken over from the sender may be wrong; what is ours may not.
        let echoed = ["MSH-3", "MSH-4", "MSH-5", "MSH-6", "MSH-11", "MSH-12", "MSH-18", "MSA"]
        for finding in back.findings where finding.severity == .error && finding.code != "HL7-110" {
            let path = finding.location.path ?? ""
            if !echoed.contains(where: path.hasPrefix) { faults.append("\(finding.code) \(path)") }
        }
        if !back.closing.counts.allSatisfy({ $0.declared == $0.counted }) {
            faults.append("counts")
        }
        // An answer is never answered.
        if try !Answering.acknowledgement(back, format).bytes.isEmpty { faults.append("a loop") }
        return faults
    }
}
