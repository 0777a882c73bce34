/// A message's own delimiters (HL7 v2 ch. 2, "Message delimiters"): MSH-1 is the field separator,
/// MSH-2 the others in order. 0 stands for one that is not given: fewer than four are not
/// filled up.
struct Delimiters: Sendable, Hashable {
    var field: UInt8
    var component: UInt8
    var repetition: UInt8
    var escape: UInt8
    var subcomponent: UInt8
    /// 2.7 on; 0 when not given.
    var truncation: UInt8

    /// The recommended ones: `|^~\&`.
    static let standard = Delimiters(
        field: 0x7C, component: 0x5E, repetition: 0x7E, escape: 0x5C, subcomponent: 0x26,
        truncation: 0)

    /// Reads them from `MSH|^~\&`, whose M is at `start`; the standard's where the line is too short.
    static func read(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Delimiters {
        guard start + 3 < end else { return .standard }
        let field = bytes[start + 3]
        guard !isTerminator(field) else { return .standard }
        var characters: [UInt8] = []
        var index = start + 4
        while index < end, index < start + 9, bytes[index] != field, !isTerminator(bytes[index]) {
            characters.append(bytes[index])
            index += 1
        }
        if characters == [0x5E, 0x7E, 0x5C, 0x26], field == 0x7C { return .standard }
        func at(_ place: Int) -> UInt8 { place < characters.count ? characters[place] : 0 }
        return Delimiters(
            field: field, component: at(0), repetition: at(1), escape: at(2), subcomponent: at(3),
            truncation: at(4))
    }

    @inline(__always)
    static func isTerminator(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }

    /// Those that are given, field separator first.
    var given: [UInt8] {
        [field, component, repetition, escape, subcomponent, truncation].filter { $0 != 0 }
    }

    /// Whether a byte divides a field.
    @inline(__always)
    func splits(_ byte: UInt8) -> Bool {
        byte == component || byte == repetition || byte == subcomponent
    }

    /// MSH-2 as bytes.
    var encodingCharacters: [UInt8] {
        [component, repetition, escape, subcomponent, truncation].filter { $0 != 0 }
    }

    /// Whether an answer can be written in them: all that it needs, distinct, and none that
    /// numbers, names or codes are made of.
    var canAnswer: Bool {
        let given = given
        return field != 0 && component != 0 && repetition != 0 && escape != 0 && subcomponent != 0
            && Set(given).count == given.count
            && given.allSatisfy { byte in
                switch byte {
                case 0x00...0x20, 0x22, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x5F,
                    0x61...0x7A, 0x7F...0xFF:
                    false
                default: true
                }
            }
    }

    /// What each byte means inside a field.
    var classes: [UInt8] {
        var table = [UInt8](repeating: 0, count: 256)
        for byte in 0..<32 where byte != 9 { table[byte] = ByteClass.control }
        func mark(_ byte: UInt8, _ mark: UInt8) { if byte != 0 { table[Int(byte)] |= mark } }
        mark(component, ByteClass.component)
        mark(repetition, ByteClass.repetition)
        mark(escape, ByteClass.escape)
        mark(subcomponent, ByteClass.subcomponent)
        return table
    }

    /// The classes of the recommended delimiters, made once.
    static let standardClasses = Delimiters.standard.classes
}

/// Bits that say what a byte means inside a field.
enum ByteClass {
    static let component: UInt8 = 1
    static let repetition: UInt8 = 2
    static let subcomponent: UInt8 = 4
    static let escape: UInt8 = 8
    static let control: UInt8 = 16
    /// What parts a repetition.
    static let parts: UInt8 = component | subcomponent
}
