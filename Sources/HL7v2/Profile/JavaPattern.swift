/// Java's regular expressions, as NIST's constraints have them, in the notation of XML Schema.
///
/// Both match whole values. What XML Schema cannot say (look-around, back-references, anchors
/// inside, reluctant and possessive quantifiers, flags) is not translated.
enum JavaPattern {
    /// The same expression for `Pattern`; nil when there is none.
    static func translate(_ source: String) -> String? {
        var text = Array(source)
        if text.first == "^" { text.removeFirst() }
        if text.last == "$", text.dropLast().last != "\\" { text.removeLast() }
        var result = ""
        var index = 0
        var inClass = false
        while index < text.count {
            let letter = text[index]
            let next = index + 1 < text.count ? text[index + 1] : nil
            index += 1
            switch letter {
            case "\\":
                guard let next, let piece = escape(next, inClass: inClass) else { return nil }
                result += piece
                index += 1
            case "[":
                // Classes inside classes are Java's own.
                if inClass { return nil }
                inClass = true
                result.append(letter)
                if next == "^" {
                    result += "^"
                    index += 1
                }
            case "]" where inClass:
                inClass = false
                result.append(letter)
            case "&" where inClass && next == "&": return nil
            case "-" where inClass:
                let isRange = result.last != "[" && next != "]" && result.last != "^"
                result += isRange ? "-" : "\\-"
            case "(" where !inClass:
                result.append(letter)
                guard next == "?" else { continue }
                guard index + 1 < text.count, text[index + 1] == ":" else { return nil }
                index += 2
            case "^" where !inClass, "$" where !inClass: return nil
            case "*" where !inClass, "+" where !inClass, "?" where !inClass, "}" where !inClass:
                if next == "?" || next == "+" { return nil }
                result.append(letter)
            default: result.append(letter)
            }
        }
        return inClass ? nil : result
    }

    private static func escape(_ letter: Character, inClass: Bool) -> String? {
        switch letter {
        case "d": return inClass ? "0-9" : "[0-9]"
        case "w": return inClass ? "a-zA-Z0-9_" : "[a-zA-Z0-9_]"
        case "s": return inClass ? " \\t\\n\\r" : "[ \\t\\n\\r]"
        case "D": return inClass ? nil : "[^0-9]"
        case "W": return inClass ? nil : "[^a-zA-Z0-9_]"
        case "S": return inClass ? nil : "[^ \\t\\n\\r]"
        case "n", "r", "t": return "\\\(letter)"
        case "\\", "|", ".", "?", "*", "+", "(", ")", "{", "}", "-", "[", "]", "^":
            return "\\\(letter)"
        default: return letter.isLetter || letter.isNumber ? nil : String(letter)
        }
    }
}
