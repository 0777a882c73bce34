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
    private var fileSeparator: UInt8 = 0x7C
    private var batchSeparator: UInt8 = 0x7C

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
        if isBatch { output += open(record) }
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
        return closeBatch() + trailer("FTS", batches, fileSeparator)
    }

    /// Writes FHS before the first answer, and BHS when another batch begins.
    private mutating func open(_ record: Acknowledged) -> [UInt8] {
        let part = record.part
        var output: [UInt8] = []
        let file = basis.fileHeader
        let batch = basis.batchHeaders[part] ?? []
        // A header that the sender left out names the parties of the one that is there.
        let names = [file, batch, record.basis]
        if !isOpen {
            isOpen = true
            let header = header("FHS", answering: file, names: names, basis.fileNotes)
            fileSeparator = header[3]
            output += header
        }
        if self.part != part {
            if self.part != nil { output += closeBatch() }
            self.part = part
            batches += 1
            let header = header(
                "BHS", answering: batch, names: [batch] + names, basis.batchNotes[part] ?? [])
            batchSeparator = header[3]
            output += header
        }
        return output
    }

    private mutating func closeBatch() -> [UInt8] {
        defer { inBatch = 0 }
        return trailer("BTS", inBatch, batchSeparator)
    }

    /// A trailer with its count, in the field separator of its header.
    private func trailer(_ segment: String, _ count: Int, _ separator: UInt8) -> [UInt8] {
        Array(segment.utf8) + [separator] + Array("\(count)\r".utf8)
    }

    /// FHS or BHS: parties swapped, field 10 what is wrong with the totals, field 12 the control
    /// id that is answered.
    private func header(
        _ segment: String, answering line: [UInt8], names: [[UInt8]], _ notes: [String]
    ) -> [UInt8] {
        let like = names.first { $0.count > 4 } ?? []
        let heard =
            like.count > 4 ? Delimiters.read(like.span, at: 0, end: like.count) : .standard
        let speech = AnswerSpeech(heard)
        // FHS, BHS and MSH name the parties in the same fields.
        let fields = like.split(separator: heard.field, omittingEmptySubsequences: false)
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
                speech.text(notes.joined(separator: "; ")), Array(number.utf8),
                line.isEmpty ? [] : field(11),
            ])
    }
}
