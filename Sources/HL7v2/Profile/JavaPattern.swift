/// Java's regular expressions, as NIST's constraints have them, in the notation of XML Schema.
///
/// Both match whole values. What XML Schema cannot say (look-around, back-references, anchors
/// inside, reluctant and possessive quantifiers, flags) is not translated.
enum JavaPattern {
    /// The same expression for `Pattern`; nil when there is none.
    static func translate(_ source: String) -> String? {
        // The one look-ahead that guides use: the value is not blank.
        let blank = #"^(?!\s*$)."#
        if source.hasPrefix(blank), ["+", "*", "+$", "*$"].contains(source.dropFirst(blank.count)) {
            return ".*[^ \\t\\n\\r].*"
        }
        var translation = Translation(source)
        return translation.run()
    }

    /// One pass over an expression.
    private struct Translation {
        private let text: [Character]
        private var index = 0
        private var depth = 0
        private var inClass = false
        private var result = ""

        init(_ source: String) { text = Array(source) }

        private var next: Character? { index < text.count ? text[index] : nil }

        mutating func run() -> String? {
            while index < text.count {
                let letter = text[index]
                index += 1
                guard inClass ? member(letter) : outside(letter) else { return nil }
            }
            return inClass ? nil : result
        }

        /// A letter in a class; false when there is no translation.
        private mutating func member(_ letter: Character) -> Bool {
            switch letter {
            case "\\": return escaped()
            case "[": return false  // Classes inside classes are Java's own.
            case "]":
                inClass = false
                result.append(letter)
            case "&" where next == "&": return false
            case "-":
                let isRange = result.last != "[" && next != "]" && result.last != "^"
                result += isRange ? "-" : "\\-"
            default: result.append(letter)
            }
            return true
        }

        private mutating func outside(_ letter: Character) -> Bool {
            switch letter {
            case "\\": return escaped()
            case "[":
                inClass = true
                result.append(letter)
                if next == "^" {
                    result += "^"
                    index += 1
                }
            case "(":
                depth += 1
                result.append(letter)
                guard next == "?" else { return true }
                guard index + 1 < text.count, text[index + 1] == ":" else { return false }
                index += 2
            case ")":
                depth -= 1
                result.append(letter)
            // Where a whole value begins and ends anyway, anchors say nothing.
            case "^":
                return depth == 0
                    && (result.isEmpty || (result.last == "|" && !result.hasSuffix("\\|")))
            case "$": return depth == 0 && (next == nil || next == "|")
            case "*", "+", "?", "}":
                if next == "?" || next == "+" { return false }
                result.append(letter)
            default: result.append(letter)
            }
            return true
        }

        private mutating func escaped() -> Bool {
            guard let letter = next else { return false }
            index += 1
            if letter == "x" || letter == "u" {
                let count = letter == "x" ? 2 : 4
                guard index + count <= text.count,
                    let code = UInt32(String(text[index..<(index + count)]), radix: 16),
                    let scalar = Unicode.Scalar(code), code >= 0x20
                else { return false }
                index += count
                let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                result +=
                    isWord
                    ? String(scalar)
                    : JavaPattern.escape(Character(scalar), inClass: inClass) ?? String(scalar)
                return true
            }
            guard let piece = JavaPattern.escape(letter, inClass: inClass) else { return false }
            result += piece
            return true
        }
    }

    fileprivate static func escape(_ letter: Character, inClass: Bool) -> String? {
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
