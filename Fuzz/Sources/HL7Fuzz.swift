// What libFuzzer calls: `make fuzz`. Built only when WAYBILL_FUZZ is set, since it has no main.

import Bytes
import Exchange
import HL7v2
import WaybillTesting

/// Reads, checks and answers any bytes at all, and stops the program when something that must hold
/// for every file does not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    HL7Trial.shared.run(bytes)
    return 0
}

/// One HL7 format, and what must hold of every reading by it.
private struct HL7Trial: Sendable {
    static let shared = HL7Trial()
    private let format: any Format

    private init() {
        let mark = Mark(file: "fuzz", line: 1, column: 1)
        let type = SettingsNode.Entry(
            key: "type", mark: mark, value: SettingsNode(.scalar("hl7v2"), at: mark))
        let (made, findings) = HL7v2Family().read(
            SettingsNode(.map([type]), at: mark), schemas: ShippedSchemas())
        guard let made else { fatalError("\(findings.map(\.message))") }
        format = made
    }

    func run(_ bytes: [UInt8]) {
        let whole = read(bytes, chunk: .max, format)
        let pieces = read(bytes, chunk: 1 + bytes.count % 61, format)
        precondition(whole.told == pieces.told, "pieces of another size tell something else")
        let answer = acknowledge(whole, format)
        let back = read(answer, chunk: .max, format)
        precondition(
            back.closing.counts.allSatisfy { $0.declared == $0.counted },
            "an answer does not count itself")
        precondition(acknowledge(back, format).isEmpty, "an answer is answered")
    }

    private struct Reading {
        var records: [(frame: Frame, findings: [Finding], basis: [UInt8])] = []
        var closing = Closing()
        /// Frames and findings, in places of the file.
        var told: [String] = []
    }

    private func read<F: Format>(_ bytes: [UInt8], chunk: Int, _ format: F) -> Reading {
        var framer = format.framer(over: MemorySource(bytes, chunk: chunk))
        var reading = Reading()
        var end = 0
        do {
            while let page = try framer.next() {
                let checked = validate(Parsed(page, as: format), as: format)
                for (index, frame) in page.frames.enumerated() {
                    let start = page.offset + frame.range.range.lowerBound
                    precondition(start >= end, "records overlap")
                    end = page.offset + frame.range.range.upperBound
                    precondition(frame.number == reading.records.count + 1, "a number is wrong")
                    let findings = checked.findings[index]
                    reading.records.append(
                        (
                            frame, findings,
                            format.acknowledgementBasis(checked.document, record: index)
                        ))
                    reading.told.append("\(start) \(end) \(frame.hash)")
                    reading.told += findings.map(Self.text)
                    var census = FieldCensus()
                    format.census(checked.document, record: index, into: &census)
                    _ = format.recordType(checked.document, record: index)
                }
            }
        } catch { fatalError("\(error)") }
        precondition((try? framer.next()) == nil, "the end is not the end")
        reading.closing = framer.closing
        reading.told += reading.closing.findings.kept.map(Self.text)
        return reading
    }

    private static func text(_ finding: Finding) -> String {
        let place = finding.location
        return "\(finding.code) \(place.byte ?? -1) \(place.line ?? -1) \(place.path ?? "")"
    }

    private func acknowledge<F: Format>(_ reading: Reading, _ format: F) -> [UInt8] {
        guard let clock = Timestamp(year: 2026, month: 11, day: 20, hour: 2),
            var acknowledger = format.acknowledger(
                reading.closing,
                Envelope(settings: nil, clock: clock, batch: "F", numbers: CountingNumbers()))
        else { fatalError("no acknowledger") }
        var answer: [UInt8] = []
        for record in reading.records {
            let isRejected = record.findings.contains { $0.severity == .error }
            answer += acknowledger.add(
                Acknowledged(
                    number: record.frame.number, part: record.frame.part,
                    answer: isRejected ? .rejected : .accepted, basis: record.basis,
                    findings: record.findings))
        }
        return answer + acknowledger.finish()
    }
}
