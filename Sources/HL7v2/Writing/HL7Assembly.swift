import Bytes
public import Exchange

extension HL7Format {
    /// Builds a destination file: messages one after the other, in FHS/BHS … BTS/FTS when the
    /// envelope says `batch: true`.
    public func assembly(_ envelope: Envelope) throws(WriteFault) -> any Assembly {
        let (settings, findings) = EnvelopeSettings.read(envelope.settings)
        if let fault = findings.first(where: { $0.severity == .error }) { throw WriteFault(fault) }
        return HL7Assembly(settings: settings, envelope: envelope, charset: self.settings.charset)
    }
}

/// The `envelope:` settings of an HL7 destination.
struct EnvelopeSettings: Sendable {
    var isBatch = false
    var application = ""
    var facility = ""
    var receivingApplication = ""
    var receivingFacility = ""

    static func read(_ node: SettingsNode?) -> (EnvelopeSettings, [Finding]) {
        var settings = EnvelopeSettings()
        guard let node else { return (settings, []) }
        var reader = SettingsReader(node)
        settings.isBatch = reader.flag("batch") ?? false
        settings.application = reader.string("application") ?? ""
        settings.facility = reader.string("facility") ?? ""
        settings.receivingApplication = reader.string("receiving_application") ?? ""
        settings.receivingFacility = reader.string("receiving_facility") ?? ""
        return (settings, reader.finish())
    }
}

/// Puts messages together into a file; every segment ends with CR, counts are true.
struct HL7Assembly: Assembly {
    let settings: EnvelopeSettings
    let envelope: Envelope
    let charset: Charset
    private(set) var controlNumbers: [String: String] = [:]
    private var messages = 0

    init(settings: EnvelopeSettings, envelope: Envelope, charset: Charset) {
        self.settings = settings
        self.envelope = envelope
        self.charset = charset
    }

    mutating func begin() throws(WriteFault) -> [UInt8] {
        guard settings.isBatch else { return [] }
        let file = try header("FHS")
        let batch = try header("BHS")
        return file + batch
    }

    mutating func add(_ record: [UInt8]) throws(WriteFault) -> [UInt8] {
        messages += 1
        return Self.terminated(record)
    }

    mutating func finish() throws(WriteFault) -> [UInt8] {
        guard settings.isBatch else { return [] }
        return Array("BTS|\(messages)\rFTS|1\r".utf8)
    }

    /// FHS and BHS have the same fields: 3 to 6 parties, 7 time, 9 name, 11 control id.
    private mutating func header(_ segment: String) throws(WriteFault) -> [UInt8] {
        let parties = [
            settings.application, settings.facility, settings.receivingApplication,
            settings.receivingFacility,
        ]
        let series = "\(segment)-11|\(settings.application)|\(settings.facility)"
        let number = String(envelope.numbers.next(series))
        controlNumbers["\(segment)-11"] = number
        var fields: [String] = []
        for party in parties {
            // Escaping can fail for lack of an escape character only, and there is one.
            fields.append(Escapes.escape(party, .standard) ?? "")
        }
        fields += [HL7Time.text(envelope.clock), "", envelope.batch, "", number]
        let line = "\(segment)|^~\\&|" + fields.joined(separator: "|") + "\r"
        guard let bytes = charset.encode(line) else {
            throw WriteFault(Finding(Writing.charset, at: Location(path: segment)))
        }
        return bytes
    }

    /// The record with CR after every segment and at its end.
    static func terminated(_ record: [UInt8]) -> [UInt8] {
        var output = record
        if record.span.firstIndex(of: 0x0A, in: 0..<record.count) != nil {
            output = []
            output.reserveCapacity(record.count)
            var last: UInt8 = 0
            for byte in record {
                if byte == 0x0A {
                    if last != 0x0D { output.append(0x0D) }
                } else {
                    output.append(byte)
                }
                last = byte
            }
        }
        if let last = output.last, last != 0x0D { output.append(0x0D) }
        return output
    }
}

/// Time stamps in HL7's form.
enum HL7Time {
    /// `YYYYMMDDHHMMSS[+/-ZZZZ]`, to the second.
    static func text(_ stamp: Timestamp) -> String {
        func pad(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        var text = pad(stamp.year, 4) + pad(stamp.month, 2) + pad(stamp.day, 2)
        guard stamp.precision >= .hour else { return text }
        text += pad(stamp.hour, 2) + pad(stamp.minute, 2) + pad(stamp.second, 2)
        if let offset = stamp.offset {
            text += offset < 0 ? "-" : "+"
            text += pad(abs(offset) / 60, 2) + pad(abs(offset) % 60, 2)
        }
        return text
    }
}
