import Bytes
public import Exchange

extension HL7Format {
    /// Answers a file: one ACK for each message, as a batch when the file is one or holds several.
    public func acknowledger(_ closing: Closing, _ envelope: Envelope) -> (any Acknowledger)? {
        HL7Acknowledger(
            basis: closing.acknowledgement as? HL7EnvelopeBasis ?? HL7EnvelopeBasis(),
            envelope: envelope)
    }
}

/// Writes ACK messages (HL7 v2 ch. 2, "Acknowledgment messages"): sender and receiver swapped
/// whole, one ERR for each finding, a control id of our own. An ACK is never answered.
struct HL7Acknowledger: Acknowledger {
    let basis: HL7EnvelopeBasis
    let envelope: Envelope
    private(set) var kind = ""
    private var part: Int?
    private var inBatch = 0
    private var batches = 0
    private var isOpen = false

    init(basis: HL7EnvelopeBasis, envelope: Envelope) {
        self.basis = basis
        self.envelope = envelope
    }

    private var isBatch: Bool { basis.hasHeaders || basis.messages > 1 }

    mutating func add(_ record: Acknowledged) -> [UInt8] {
        guard let header = AcknowledgedHeader(record.basis) else { return [] }
        let record = explained(record)
        let codes = header.codes(for: record)
        guard !codes.isEmpty else { return [] }
        kind = "ACK"
        var output: [UInt8] = []
        if isBatch { output += open(record.part) }
        for (index, code) in codes.enumerated() {
            inBatch += 1
            let control = String(envelope.numbers.next("MSH-10|ACK"))
            output += header.message(
                code, record, control: control, time: HL7Time.text(envelope.clock),
                processing: envelope.production ? "P" : "T",
                tellsErrors: index == codes.count - 1)
        }
        return output
    }

    /// A message of a broken batch is told what broke the batch.
    private func explained(_ record: Acknowledged) -> Acknowledged {
        guard record.answer == .rejected, let broken = basis.broken[record.part] else {
            return record
        }
        return Acknowledged(
            number: record.number, part: record.part, answer: record.answer, basis: record.basis,
            findings: record.findings + [broken])
    }

    mutating func finish() -> [UInt8] {
        guard isBatch, isOpen else { return [] }
        return closeBatch() + Array("FTS|\(batches)\r".utf8)
    }

    /// Writes FHS before the first answer, and BHS when another batch begins.
    private mutating func open(_ part: Int) -> [UInt8] {
        var output: [UInt8] = []
        if !isOpen {
            isOpen = true
            output += header("FHS", answering: basis.fileHeader, basis.fileNotes)
        }
        if self.part != part {
            if self.part != nil { output += closeBatch() }
            self.part = part
            batches += 1
            output += header(
                "BHS", answering: basis.batchHeaders[part] ?? [], basis.batchNotes[part] ?? [])
        }
        return output
    }

    private mutating func closeBatch() -> [UInt8] {
        defer { inBatch = 0 }
        return Array("BTS|\(inBatch)\r".utf8)
    }

    /// FHS or BHS: parties swapped, field 10 what is wrong with the totals, field 12 the control
    /// id that is answered.
    private func header(
        _ segment: String, answering line: [UInt8], _ notes: [String]
    ) -> [UInt8] {
        let heard =
            line.count > 3 ? Delimiters.read(line.span, at: 0, end: line.count) : .standard
        let speech = AnswerSpeech(heard)
        let fields = line.split(separator: heard.field, omittingEmptySubsequences: false)
        func field(_ number: Int) -> [UInt8] {
            number - 1 < fields.count ? speech.field(Array(fields[number - 1])) : []
        }
        let number = String(envelope.numbers.next("\(segment)-11|ACK"))
        // The partner's own delimiters, so that its names go back as they came.
        return speech.segment(
            segment,
            [
                speech.spoken.encodingCharacters, field(5), field(6), field(3), field(4),
                Array(HL7Time.text(envelope.clock).utf8), [], [],
                speech.text(notes.joined(separator: "; ")), Array(number.utf8), field(11),
            ])
    }
}
