/// A character set that files come in. Decoding never replaces a byte: it succeeds, or says where
/// it failed.
public enum Charset: Hashable, Sendable, CustomStringConvertible {
    case ascii, utf8, windows1252, utf16LittleEndian, utf16BigEndian
    /// A part of ISO/IEC 8859: 1 to 11 and 13 to 15.
    case iso8859(Int)

    /// Finds a set by a name as people and IANA write it, in any case: `ISO-8859-1`, `latin1`,
    /// `utf-8`, `windows-1252`, `cp1252`, `us-ascii`.
    public init?(name: String) {
        let plain = name.lowercased().filter { $0.isLetter || $0.isNumber }
        switch plain {
        case "ascii", "usascii": self = .ascii
        case "utf8", "unicodeutf8": self = .utf8
        case "windows1252", "cp1252": self = .windows1252
        case "utf16le", "utf16": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        case "latin1": self = .iso8859(1)
        default:
            for prefix in ["iso8859", "8859"] where plain.hasPrefix(prefix) {
                if let part = Int(plain.dropFirst(prefix.count)), CharsetTables.iso8859[part] != nil
                {
                    self = .iso8859(part)
                    return
                }
            }
            return nil
        }
    }

    /// A text that is safe to log.
    public var description: String {
        switch self {
        case .ascii: "ASCII"
        case .utf8: "UTF-8"
        case .windows1252: "Windows-1252"
        case .utf16LittleEndian: "UTF-16LE"
        case .utf16BigEndian: "UTF-16BE"
        case .iso8859(let part): "ISO-8859-\(part)"
        }
    }

    /// What a byte-order mark at the start of a file says: the set, and how many bytes the mark has.
    public static func byteOrderMark(_ bytes: Span<UInt8>) -> (charset: Charset, length: Int)? {
        if bytes.starts(at: 0, with: "\u{FEFF}") { return (.utf8, 3) }
        guard bytes.count >= 2 else { return nil }
        if bytes[0] == 0xFF, bytes[1] == 0xFE { return (.utf16LittleEndian, 2) }
        if bytes[0] == 0xFE, bytes[1] == 0xFF { return (.utf16BigEndian, 2) }
        return nil
    }

    /// The text in `range`, or the offset of the first byte that does not belong to the set.
    public func decode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Result<String, DecodingFault> {
        if let plain = Charset.plainASCII(bytes, range), isASCIICompatible {
            return .success(plain)
        }
        switch self {
        case .ascii:
            for index in range where bytes[index] >= 0x80 { return .failure(.init(offset: index)) }
            return .success("")
        case .utf8: return Charset.decodeUTF8(bytes, range)
        case .utf16LittleEndian: return Charset.decodeUTF16(bytes, range, low: 0)
        case .utf16BigEndian: return Charset.decodeUTF16(bytes, range, low: 1)
        case .iso8859, .windows1252:
            var text = String.UnicodeScalarView()
            for index in range {
                guard let scalar = scalar(bytes[index]) else {
                    return .failure(.init(offset: index))
                }
                text.append(scalar)
            }
            return .success(String(text))
        }
    }

    /// The bytes of `text`, or nil when the set lacks one of its characters.
    public func encode(_ text: String) -> [UInt8]? {
        switch self {
        case .utf8: return Array(text.utf8)
        case .ascii: return text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.utf8) : nil
        case .utf16LittleEndian:
            return text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16BigEndian:
            return text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .iso8859, .windows1252:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.utf8.count)
            for scalar in text.unicodeScalars {
                guard let byte = byte(scalar) else { return nil }
                bytes.append(byte)
            }
            return bytes
        }
    }

    private var isASCIICompatible: Bool {
        switch self {
        case .utf16LittleEndian, .utf16BigEndian: false
        default: true
        }
    }

    private func scalar(_ byte: UInt8) -> Unicode.Scalar? {
        if byte < 0x80 { return Unicode.Scalar(byte) }
        let code: UInt16
        switch self {
        case .windows1252:
            code = byte < 0xA0 ? CharsetTables.windows1252[Int(byte) - 0x80] : UInt16(byte)
        case .iso8859(let part):
            code =
                byte < 0xA0
                ? UInt16(byte) : CharsetTables.iso8859[part].map { $0[Int(byte) - 0xA0] } ?? 0
        default: code = 0
        }
        return code == 0 ? nil : Unicode.Scalar(code)
    }

    private func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.value < 0x80 { return UInt8(scalar.value) }
        guard scalar.value <= 0xFFFF else { return nil }
        for candidate in UInt8(0x80)...UInt8(0xFF) where self.scalar(candidate) == scalar {
            return candidate
        }
        return nil
    }

    private static func plainASCII(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String? {
        for index in range where bytes[index] >= 0x80 { return nil }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe String(decoding: UnsafeBufferPointer(rebasing: buffer[range]), as: UTF8.self)
        }
    }

    private static func decodeUTF8(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> Result<String, DecodingFault> {
        let copy = bytes.copy(range)
        if let text = String(validating: copy, as: UTF8.self) { return .success(text) }
        var decoder = UTF8()
        var iterator = copy.makeIterator()
        var offset = range.lowerBound
        scan: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput, .error: break scan
            }
        }
        return .failure(.init(offset: offset))
    }

    private static func decodeUTF16(
        _ bytes: Span<UInt8>, _ range: Range<Int>, low: Int
    ) -> Result<String, DecodingFault> {
        guard range.count % 2 == 0 else { return .failure(.init(offset: range.upperBound - 1)) }
        var units: [UInt16] = []
        units.reserveCapacity(range.count / 2)
        var index = range.lowerBound
        while index < range.upperBound {
            units.append(UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8)
            index += 2
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            return .failure(.init(offset: range.lowerBound))
        }
        return .success(text)
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
        scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x10000 ? 3 : 4
    }
}

/// A byte that does not belong to the character set.
public struct DecodingFault: Error, Hashable, Sendable {
    /// Where it is, in the span that was read.
    public let offset: Int
}
