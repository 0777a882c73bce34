import Bytes

/// How an answer is written: in the sender's delimiters where an answer can be, else in the
/// standard's; what is taken over from the sender keeps its meaning.
struct AnswerSpeech {
    /// The sender's delimiters.
    let heard: Delimiters
    /// The answer's.
    let spoken: Delimiters

    /// - Parameter version: the answer's; a truncation character is stated from 2.7 on.
    init(_ heard: Delimiters, version: String = "") {
        self.heard = heard
        var spoken = heard.canAnswer ? heard : .standard
        if !version.hasPrefix("2.7"), !version.hasPrefix("2.8") { spoken.truncation = 0 }
        self.spoken = spoken
    }

    /// A field as it came: unchanged, unless the answer's delimiters are others.
    func field(_ bytes: [UInt8]) -> [UInt8] {
        let isSame = heard.canAnswer
        if isSame, bytes.allSatisfy({ $0 >= 0x20 }) { return bytes }
        var output: [UInt8] = []
        for byte in bytes {
            if byte < 0x20 {
                output += escaped("X" + (byte < 16 ? "0" : "") + hex(byte))
            } else if isSame {
                output.append(byte)
            } else {
                output += other(byte)
            }
        }
        return output
    }

    private func other(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case heard.component: return [spoken.component]
        case heard.repetition: return [spoken.repetition]
        case heard.subcomponent: return [spoken.subcomponent]
        case heard.escape: return [spoken.escape]
        case spoken.field: return escaped("F")
        case spoken.component: return escaped("S")
        case spoken.repetition: return escaped("R")
        case spoken.escape: return escaped("E")
        case spoken.subcomponent: return escaped("T")
        default: return [byte]
        }
    }

    private func escaped(_ text: String) -> [UInt8] {
        [spoken.escape] + Array(text.utf8) + [spoken.escape]
    }

    private func hex(_ byte: UInt8) -> String { String(byte, radix: 16, uppercase: true) }

    /// Text of our own, made safe.
    func text(_ text: String) -> [UInt8] { Array((Escapes.escape(text, spoken) ?? "").utf8) }

    /// Components without trailing empty ones.
    func components(_ parts: [String]) -> [UInt8] {
        var bytes = Array(parts.map { Array($0.utf8) }.joined(separator: [spoken.component]))
        while bytes.last == spoken.component { bytes.removeLast() }
        return bytes
    }

    /// A segment of `fields`, without trailing empty ones.
    func segment(_ name: String, _ fields: [[UInt8]]) -> [UInt8] {
        var bytes = Array(name.utf8)
        for field in fields {
            bytes.append(spoken.field)
            bytes += field
        }
        while bytes.last == spoken.field { bytes.removeLast() }
        return bytes + [0x0D]
    }
}
