import Bytes
import Exchange
import HL7v2
import Testing
import WaybillTesting

/// What reading and answering a case of the corpus gave.
struct CaseResult {
    /// One finding as the table shows it.
    struct Told: Equatable {
        let code: String
        /// Its path, or its line where it has none.
        let place: String
        /// Table 0357's code; empty where it has none.
        let error: String

        init(_ finding: Finding) {
            code = finding.code
            place = finding.location.path ?? ""
            error = finding.ack["ERR-3"] ?? ""
        }

        var words: String {
            [code, place, error].filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    let records: Int
    /// What is told about messages, above info.
    let told: [Told]
    let infos: [Told]
    let aboutFile: [Told]
    let closing: Closing
    /// MSA-1 of the last answer; `none` when there is none.
    let answer: String
    /// How many errors the answers tell, and how many there are to tell.
    let errors: (told: Int, wanted: Int)

    /// Reads a case and answers it as a feed would: what has an error, or lies in a broken batch,
    /// is rejected.
    init(_ one: CorpusCase) throws {
        let format = try HL7.format(one.settings)
        let reading = try HL7.read(one.bytes, as: format)
        records = reading.frames.count
        closing = reading.closing
        told = reading.findings.filter { $0.severity > .info }.map(Told.init)
        infos = reading.findings.filter { $0.severity == .info }.map(Told.init)
        aboutFile = reading.closing.findings.kept.map(Told.init)
        let text = try Answering.answer(reading, format)
        let lines = text.split(separator: "\r")
        answer =
            lines.last { $0.dropFirst(3).first.map { !$0.isLetter } == true && $0.hasPrefix("MSA") }
            .map { String($0.dropFirst(4).prefix(2)) } ?? "none"
        // To 2.4 one ERR holds all of them as repetitions.
        let stated = lines.filter { $0.hasPrefix("ERR") }.reduce(0) { sum, error in
            sum + (error.dropFirst(3).hasPrefix("||") ? 1 : error.split(separator: "~").count)
        }
        var wanted = 0
        for (index, frame) in reading.frames.enumerated() where !reading.bases[index].isEmpty {
            let findings = reading.byRecord[index]
            guard Answering.isRejected(frame, findings, reading.closing) else { continue }
            wanted += findings.filter { $0.severity == .error || $0.ack["ERR-3"] != nil }.count
            if case .reject = reading.closing.parts[frame.part] { wanted += 1 }
        }
        errors = (stated, answer == "none" ? 0 : wanted)
    }
}

/// Answers what was read.
enum Answering {
    /// Whether a record is answered as rejected.
    static func isRejected(_ frame: Frame, _ findings: [Finding], _ closing: Closing) -> Bool {
        if case .reject = closing.parts[frame.part] { return true }
        return findings.contains { $0.severity == .error }
    }

    /// The acknowledgement file, and what it is called.
    static func acknowledgement(
        _ reading: Reading, _ format: HL7Format, duplicates: Set<Int> = []
    ) throws -> (bytes: [UInt8], kind: String) {
        let clock = try #require(
            Timestamp(year: 2026, month: 11, day: 20, hour: 2, minute: 0, second: 0, offset: 0))
        var acknowledger = try #require(
            format.acknowledger(
                reading.closing,
                Envelope(settings: nil, clock: clock, batch: "B", numbers: CountingNumbers())))
        var bytes: [UInt8] = []
        for (index, frame) in reading.frames.enumerated() {
            let findings = reading.byRecord[index]
            let answer: Acknowledged.Answer =
                isRejected(frame, findings, reading.closing)
                ? .rejected : duplicates.contains(frame.number) ? .duplicate : .accepted
            bytes += acknowledger.add(
                Acknowledged(
                    number: frame.number, part: frame.part, answer: answer,
                    basis: reading.bases[index], findings: findings))
        }
        bytes += acknowledger.finish()
        return (bytes, acknowledger.kind)
    }

    /// The same as text.
    static func answer(
        _ reading: Reading, _ format: HL7Format, duplicates: Set<Int> = []
    ) throws -> String {
        String(
            decoding: try acknowledgement(reading, format, duplicates: duplicates).bytes,
            as: UTF8.self)
    }
}
