import Bytes

/// Serves UTF-16 as UTF-8, and everything else as it is.
///
/// What has no place in Unicode (half of a surrogate pair, a last odd byte) is written so that it
/// is no UTF-8 either: the check of the message that holds it finds it, and nothing is replaced.
struct TranscodingSource: ByteSource {
    private var source: any ByteSource
    private var isStarted = false
    /// UTF-16 little or big endian; nil when bytes go through as they are.
    private(set) var charset: Charset?
    /// What was read and not yet decoded.
    private var raw: [UInt8] = []
    private var high: UInt16?
    private var isAtEnd = false

    init(_ source: any ByteSource) { self.source = source }

    mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        if !isStarted { try begin() }
        guard let charset else {
            if raw.isEmpty { return try source.read(into: &buffer, count: count) }
            let first = raw
            raw = []
            buffer += first
            return first.count
        }
        let before = buffer.count
        while buffer.count == before, !isAtEnd {
            if try source.read(into: &raw, count: max(2, count)) == 0 { isAtEnd = true }
            decode(into: &buffer, low: charset == .utf16LittleEndian ? 0 : 1)
        }
        return buffer.count - before
    }

    /// Reads what tells UTF-16: its mark, or the first letters of a header in two bytes each.
    mutating func begin() throws(SystemError) {
        guard !isStarted else { return }
        isStarted = true
        while raw.count < 4 {
            if try source.read(into: &raw, count: 4 - raw.count) == 0 { break }
        }
        if let mark = Charset.byteOrderMark(raw.span), mark.charset != .utf8 {
            charset = mark.charset
            raw.removeFirst(mark.length)
        } else {
            charset = Self.unmarked(raw)
        }
    }

    /// UTF-16 without a mark: M, F or B of MSH, FHS or BHS beside a NUL, twice.
    static func unmarked(_ bytes: [UInt8]) -> Charset? {
        guard bytes.count >= 4 else { return nil }
        let letters: [UInt8] = [0x4D, 0x46, 0x42]
        let seconds: [UInt8] = [0x53, 0x48]
        if letters.contains(bytes[0]), bytes[1] == 0, seconds.contains(bytes[2]), bytes[3] == 0 {
            return .utf16LittleEndian
        }
        if bytes[0] == 0, letters.contains(bytes[1]), bytes[2] == 0, seconds.contains(bytes[3]) {
            return .utf16BigEndian
        }
        return nil
    }

    private mutating func decode(into buffer: inout [UInt8], low: Int) {
        var index = 0
        while index + 1 < raw.count {
            let unit = UInt16(raw[index + low]) | UInt16(raw[index + 1 - low]) << 8
            index += 2
            if unit < 0x80, high == nil {
                buffer.append(UInt8(unit))
                continue
            }
            append(unit, to: &buffer)
        }
        raw.removeFirst(index)
        guard isAtEnd else { return }
        if let high { Self.encode(UInt32(high), into: &buffer) }
        high = nil
        // An odd last byte has no meaning.
        buffer += raw.map { _ in 0xFF }
        raw = []
    }

    private mutating func append(_ unit: UInt16, to buffer: inout [UInt8]) {
        if let first = high {
            high = nil
            if unit & 0xFC00 == 0xDC00 {
                let scalar = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit & 0x3FF))
                return Self.encode(scalar, into: &buffer)
            }
            Self.encode(UInt32(first), into: &buffer)
        }
        if unit & 0xFC00 == 0xD800 {
            high = unit
        } else {
            Self.encode(UInt32(unit), into: &buffer)
        }
    }

    /// UTF-8's pattern for any number; for half of a surrogate pair it is not valid.
    private static func encode(_ scalar: UInt32, into buffer: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift & 0x3F)) }
        switch scalar {
        case 0..<0x80: buffer.append(UInt8(scalar))
        case 0x80..<0x800: buffer += [UInt8(0xC0 | scalar >> 6), tail(0)]
        case 0x800..<0x10000: buffer += [UInt8(0xE0 | scalar >> 12), tail(6), tail(0)]
        default: buffer += [UInt8(0xF0 | scalar >> 18), tail(12), tail(6), tail(0)]
        }
    }
}
