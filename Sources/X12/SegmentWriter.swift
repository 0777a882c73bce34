import Bytes
import Exchange

/// Writes segments with the usual delimiters, never with separators at the end.
struct SegmentWriter {
    private(set) var bytes: [UInt8] = []
    /// Segments since `beginSet`.
    private(set) var count = 0
    private let newline: Bool

    init(newline: Bool) { self.newline = newline }

    /// Starts counting the segments of a set.
    mutating func beginSet() { count = 0 }

    /// Writes one segment; values are trusted to hold no delimiter but `:` and `^`.
    mutating func segment(_ fields: [String]) {
        let last = fields.lastIndex { !$0.isEmpty } ?? 0
        for (index, field) in fields[...last].enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "*")) }
            bytes += field.utf8
        }
        end()
    }

    /// Writes one segment that is bytes already, without its terminator.
    mutating func raw(_ segment: some Collection<UInt8>) {
        bytes += segment
        end()
    }

    private mutating func end() {
        bytes.append(UInt8(ascii: "~"))
        if newline { bytes.append(0x0A) }
        count += 1
    }

    /// Takes what was written so far.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Writes the ISA in its fixed form.
    mutating func isa(
        sender: (qualifier: String, id: String), receiver: (qualifier: String, id: String),
        clock: Timestamp, control: String, usage: String
    ) {
        let pad = { (text: String) in
            String(text.prefix(15)) + String(repeating: " ", count: max(0, 15 - text.utf8.count))
        }
        segment([
            "ISA", "00", String(repeating: " ", count: 10), "00", String(repeating: " ", count: 10),
            sender.qualifier, pad(sender.id), receiver.qualifier, pad(receiver.id),
            String(Envelope.date(clock).dropFirst(2)), Envelope.time(clock), "^", "00501", control,
            "0", usage, ":",
        ])
    }

    /// Text of another file as it may stand in ours: what is a separator or not printable here
    /// becomes a hyphen, and blanks at the end go.
    static func plain(_ text: String) -> String {
        let bytes = text.utf8.map { byte in
            byte < 0x20 || byte > 0x7E || Delimiters.usual.contains(byte)
                ? UInt8(ascii: "-") : byte
        }
        return String(decoding: bytes.trimmed, as: UTF8.self)
    }
}

extension Envelope {
    /// CCYYMMDD.
    static func date(_ clock: Timestamp) -> String {
        padded(Int64(clock.year), 4) + padded(Int64(clock.month), 2) + padded(Int64(clock.day), 2)
    }
    /// HHMM.
    static func time(_ clock: Timestamp) -> String {
        padded(Int64(clock.hour), 2) + padded(Int64(clock.minute), 2)
    }
    /// A number with zeros in front.
    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    /// The next number of a series for an answer: of at most nine digits, never 0. An answer must
    /// go out: after the last number its series begins again.
    static func number(_ envelope: Envelope, _ series: String) -> Int64 {
        let number = envelope.numbers.next(series)
        return (number - 1) % 999_999_999 + 1
    }

    /// The next number of a series for a file of ours: of at most nine digits and never used twice,
    /// so that a series that is used up is a fault.
    static func unused(_ envelope: Envelope, _ series: String) throws(WriteFault) -> Int64 {
        let number = envelope.numbers.next(series)
        guard number <= 999_999_999 else {
            throw WriteFault(Finding(WriteFindings.usedUp, at: Location(path: "envelope"), series))
        }
        return number
    }
}
