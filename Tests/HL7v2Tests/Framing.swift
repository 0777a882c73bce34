import Exchange
import HL7v2

/// The shapes in which the same messages come.
enum Framing: String, CaseIterable, Sendable {
    case plain = "CR"
    case lineFeed = "LF"
    case both = "CRLF"
    case mixed
    case mllp = "MLLP"
    case mllpWithoutReturn = "MLLP without CR"
    case mark = "UTF-8 mark"
    case wideLittle = "UTF-16LE"
    case wideBig = "UTF-16BE, no mark"
    case blankLines = "blank lines"
    case padding = "NUL and SUB"
    case noLastTerminator = "no last CR"
    case batch = "FHS BHS BTS FTS"
    case batchLineFeed = "batch in CRLF"
    case batchOnly = "BHS BTS"
    case fileOnly = "FHS FTS"
    case batches = "a batch each"

    private static let file = "FHS|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120||F1||77\r"
    private static let group = "BHS|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120||B1||78\r"

    /// A file of `messages`, whose segments end in CR.
    func file(_ messages: [[UInt8]]) -> [UInt8] {
        let plain = Array(messages.joined())
        let count = messages.count
        func text(_ text: String) -> [UInt8] { Array(text.utf8) }
        switch self {
        case .plain: return plain
        case .lineFeed: return Self.ends(plain, [0x0A])
        case .both: return Self.ends(plain, [0x0D, 0x0A])
        case .mixed:
            let forms: [[UInt8]] = [[0x0D], [0x0A], [0x0D, 0x0A]]
            return messages.enumerated().flatMap { Self.ends($1, forms[$0 % 3]) }
        case .mllp: return messages.flatMap { [0x0B] + $0 + [0x1C, 0x0D] }
        case .mllpWithoutReturn: return messages.flatMap { [0x0B] + $0.dropLast() + [0x1C] }
        case .mark: return [0xEF, 0xBB, 0xBF] + plain
        case .wideLittle: return Self.utf16(plain, isLittle: true, hasMark: true)
        case .wideBig: return Self.utf16(plain, isLittle: false, hasMark: false)
        case .blankLines: return [0x0D, 0x0A] + messages.flatMap { $0 + [0x0D, 0x0A, 0x0D] }
        case .padding: return plain + [0x1A] + [UInt8](repeating: 0, count: 100)
        case .noLastTerminator: return plain.dropLast()
        case .batch:
            return text(Self.file + Self.group) + plain + text("BTS|\(count)\rFTS|1\r")
        case .batchLineFeed: return Self.ends(Framing.batch.file(messages), [0x0D, 0x0A])
        case .batchOnly: return text(Self.group) + plain + text("BTS|\(count)\r")
        case .fileOnly: return text(Self.file) + plain + text("FTS|1\r")
        case .batches:
            return text(Self.file)
                + messages.flatMap { text(Self.group) + $0 + text("BTS|1\r") }
                + text("FTS|\(count)\r")
        }
    }

    private static func ends(_ bytes: [UInt8], _ end: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 == 0x0D ? end : [$0] }
    }

    /// UTF-8 as UTF-16.
    static func utf16(_ bytes: [UInt8], isLittle: Bool, hasMark: Bool) -> [UInt8] {
        let text = (hasMark ? "\u{FEFF}" : "") + String(decoding: bytes, as: UTF8.self)
        return text.utf16.flatMap { unit in
            isLittle
                ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)]
        }
    }
}
