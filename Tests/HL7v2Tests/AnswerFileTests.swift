import Exchange
import Foundation
import HL7v2
import Testing

/// The acknowledgement file that a person who knows HL7 would write by hand, with the reasons
/// beside it: `Golden/lab-batch.hl7` is what came, `Golden/lab-batch.ack` the answer.
@Suite struct AnswerFileTests {
    /// A golden file's segments: what stands behind `#` at the start of a line is a comment, and
    /// lines stand for segments.
    private static func golden(_ name: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/\(name)")
        return try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\r") + "\r"
    }

    @Test func `a batch with a wrong count, a repeat, three errors and a correction`() throws {
        let format = try HL7.format()
        let reading = try HL7.read(try Self.golden("lab-batch.hl7"), as: format)
        #expect(reading.fileCodes == ["HL7-011"])
        // The third message was taken in last night.
        let answer = try Answering.answer(reading, format, duplicates: [3])
        let expected = try Self.golden("lab-batch.ack")
        #expect(
            answer.split(separator: "\r").map(String.init)
                == expected.split(separator: "\r").map(String.init))
        #expect(answer == expected)
    }

    @Test func `the answer is itself a file without a fault`() throws {
        let reading = try HL7.read(try Self.golden("lab-batch.ack"))
        #expect(reading.faults == [])
        #expect(reading.closing.findings.total == 0)
        #expect(reading.closing.counts.allSatisfy { $0.declared == $0.counted })
        let format = try HL7.format()
        #expect(try Answering.answer(reading, format) == "")
    }
}
