/// The four separators of an interchange, as its ISA states them (X12.5, "ISA").
public struct Delimiters: Sendable, Hashable {
    /// Between elements: byte 3 of the ISA.
    public var element: UInt8
    /// Between components: ISA16.
    public var component: UInt8
    /// Between repetitions: ISA11.
    public var repetition: UInt8
    /// After each segment: the byte behind ISA16.
    public var segment: UInt8

    /// Names the four.
    public init(element: UInt8, component: UInt8, repetition: UInt8, segment: UInt8) {
        self.element = element
        self.component = component
        self.repetition = repetition
        self.segment = segment
    }

    /// `* : ^ ~`, what we write.
    public static let usual = Delimiters(
        element: UInt8(ascii: "*"), component: UInt8(ascii: ":"), repetition: UInt8(ascii: "^"),
        segment: UInt8(ascii: "~"))

    /// Whether `byte` is one of the four.
    func contains(_ byte: UInt8) -> Bool {
        byte == element || byte == component || byte == repetition || byte == segment
    }

    /// The delimiters for a page that comes without its context: the byte behind the first segment
    /// id separates elements, the last byte that is no line break ends segments.
    static func guess(_ bytes: [UInt8]) -> Delimiters {
        var made = Delimiters.usual
        if let place = bytes.prefix(4).firstIndex(where: { !$0.isLetterOrDigit }) { made.element = bytes[place] }
        if let last = bytes.last(where: { $0 != 0x0A && $0 != 0x0D }), !last.isLetterOrDigit {
            made.segment = last
        }
        return made
    }
}

extension UInt8 {
    /// A–Z, a–z, 0–9.
    var isLetterOrDigit: Bool { isDigit || (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    /// 0–9.
    @inline(__always) var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// CR or LF.
    @inline(__always) var isBreak: Bool { self == 0x0A || self == 0x0D }
}
