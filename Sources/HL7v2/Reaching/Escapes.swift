import Bytes

/// HL7's escape sequences (v2 ch. 2, "Use of escape sequences in text fields").
enum Escapes {
    /// The bytes of a value with its sequences resolved, once; unknown ones are kept as they are.
    static func resolve(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters
    ) -> [UInt8] {
        guard delimiters.escape != 0,
            bytes.firstIndex(of: delimiters.escape, in: range) != nil
        else { return bytes.copy(range) }
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var index = range.lowerBound
        while let open = bytes.firstIndex(of: delimiters.escape, in: index..<range.upperBound) {
            text += bytes.copy(index..<open)
            guard
                let shut = bytes.firstIndex(
                    of: delimiters.escape, in: (open + 1)..<range.upperBound)
            else {
                index = open
                break
            }
            text += meaning(bytes, (open + 1)..<shut, delimiters)
            index = shut + 1
        }
        text += bytes.copy(index..<range.upperBound)
        return text
    }

    private static func meaning(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiters: Delimiters
    ) -> [UInt8] {
        let asIs = bytes.copy((range.lowerBound - 1)..<(range.upperBound + 1))
        guard EscapeSyntax.kind(bytes, range) != .unknown, let first = range.first else {
            return asIs
        }
        switch bytes[first] {
        case UInt8(ascii: "F"): return [delimiters.field]
        case UInt8(ascii: "S"): return [delimiters.component]
        case UInt8(ascii: "R"): return [delimiters.repetition]
        case UInt8(ascii: "E"): return [delimiters.escape]
        case UInt8(ascii: "T"): return [delimiters.subcomponent]
        case UInt8(ascii: "P"): return [delimiters.truncation == 0 ? 0x23 : delimiters.truncation]
        case UInt8(ascii: "H"), UInt8(ascii: "N"): return []
        case UInt8(ascii: "X"):
            var value: [UInt8] = []
            var index = first + 1
            while index + 1 < range.upperBound {
                guard let high = hex(bytes[index]), let low = hex(bytes[index + 1]) else {
                    return asIs
                }
                value.append(high << 4 | low)
                index += 2
            }
            return value
        case UInt8(ascii: "."):
            let breaks = [".br", ".sp", ".ce"].contains {
                range.count >= 3 && bytes.equals(first..<(first + 3), Array($0.utf8))
            }
            return breaks ? [0x0A] : asIs
        default: return asIs
        }
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Text made safe for a field: delimiters and line breaks become sequences; nil where the
    /// message has no escape character and needs one.
    static func escape(_ text: String, _ delimiters: Delimiters) -> String? {
        let needsIt = text.utf8.contains { byte in
            byte < 0x20 || byte == delimiters.field || byte == delimiters.component
                || byte == delimiters.repetition || byte == delimiters.escape
                || byte == delimiters.subcomponent || byte == delimiters.truncation
        }
        guard needsIt else { return text }
        guard delimiters.escape != 0 else { return nil }
        let mark = String(UnicodeScalar(delimiters.escape))
        var escaped = ""
        for scalar in text.unicodeScalars {
            guard scalar.value < 0x80 else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            let byte = UInt8(scalar.value)
            let letter: String? =
                switch byte {
                case delimiters.field: "F"
                case delimiters.component where byte != 0: "S"
                case delimiters.repetition where byte != 0: "R"
                case delimiters.escape where byte != 0: "E"
                case delimiters.subcomponent where byte != 0: "T"
                case delimiters.truncation where byte != 0: "P"
                case 0x0A: ".br"
                case 0x00..<0x20 where byte != 0x09:
                    "X" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                default: nil
                }
            if let letter {
                escaped += mark + letter + mark
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
