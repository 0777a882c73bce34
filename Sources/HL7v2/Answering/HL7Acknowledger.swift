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
        guard let header = AcknowledgedHeader(record.basis), let code = header.code(for: record)
        else { return [] }
        kind = "ACK"
        var output: [UInt8] = []
        if isBatch { output += open(record.part) }
        inBatch += 1
        let control = String(envelope.numbers.next("MSH-10|ACK"))
        output += header.message(
            code, record, control: control, time: HL7Time.text(envelope.clock),
            processing: envelope.production ? "P" : "T")
        return output
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
            output += header("FHS", answering: basis.fileHeader)
        }
        if self.part != part {
            if self.part != nil { output += closeBatch() }
            self.part = part
            batches += 1
            output += header("BHS", answering: basis.batchHeaders[part] ?? [])
        }
        return output
    }

    private mutating func closeBatch() -> [UInt8] {
        defer { inBatch = 0 }
        return Array("BTS|\(inBatch)\r".utf8)
    }

    /// FHS or BHS: parties swapped, field 12 the control id that is answered.
    private func header(_ segment: String, answering line: [UInt8]) -> [UInt8] {
        let separator = line.count > 3 ? line[3] : 0x7C
        let fields = line.split(separator: separator, omittingEmptySubsequences: false)
        func field(_ number: Int) -> [UInt8] {
            number - 1 < fields.count ? Array(fields[number - 1]) : []
        }
        let number = String(envelope.numbers.next("\(segment)-11|ACK"))
        // The partner's own delimiters, so that its names go back as they came.
        let encoding = fields.count > 1 ? field(2) : Array("^~\\&".utf8)
        let values: [[UInt8]] = [
            encoding, field(5), field(6), field(3), field(4),
            Array(HL7Time.text(envelope.clock).utf8), [], [], [], Array(number.utf8), field(11),
        ]
        var bytes = Array(segment.utf8) + [separator]
        bytes += Array(values.joined(separator: [separator]))
        while bytes.last == separator { bytes.removeLast() }
        return bytes + [0x0D]
    }
}
