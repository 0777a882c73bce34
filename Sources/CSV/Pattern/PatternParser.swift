/// What a pattern is made of.
indirect enum PatternNode: Hashable, Sendable {
    case empty
    case set(CharacterClass)
    case sequence([PatternNode])
    case either([PatternNode])
    /// At least and at most so often; no `most` means without end.
    case repeated(PatternNode, least: Int, most: Int?)
    case start
    case end
}

/// Why a pattern cannot be used.
struct PatternFault: Error, Hashable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// Reads regular expressions of XML Schema part 2, appendix F, and what is common elsewhere:
/// `(?:…)`, lazy quantifiers (which match the same whole cells), `^` and `$`, `\b`-less classes.
struct PatternParser {
    private let letters: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    /// Stands before `text`.
    init(_ text: String) { letters = Array(text.unicodeScalars) }

    /// The whole pattern.
    mutating func pattern() throws(PatternFault) -> PatternNode {
        let node = try alternatives()
        guard index == letters.count else { throw PatternFault("a parenthesis too many") }
        return node
    }

    private var next: Unicode.Scalar? { index < letters.count ? letters[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    private mutating func alternatives() throws(PatternFault) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw PatternFault("nested too deeply") }
        var branches = [try branch()]
        while take("|") { branches.append(try branch()) }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func branch() throws(PatternFault) -> PatternNode {
        var pieces: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { pieces.append(try piece()) }
        return pieces.isEmpty ? .empty : pieces.count == 1 ? pieces[0] : .sequence(pieces)
    }

    private mutating func piece() throws(PatternFault) -> PatternNode {
        var node = try atom()
        while true {
            if take("*") {
                node = .repeated(node, least: 0, most: nil)
            } else if take("+") {
                node = .repeated(node, least: 1, most: nil)
            } else if take("?") {
                node = .repeated(node, least: 0, most: 1)
            } else if next == "{", let (least, most) = try quantity() {
                node = .repeated(node, least: least, most: most)
            } else {
                return node
            }
            if next == "+" { throw PatternFault("possessive quantifiers are not known") }
            _ = take("?")
        }
    }

    private mutating func quantity() throws(PatternFault) -> (Int, Int?)? {
        index += 1
        guard let least = number() else { throw PatternFault("a number is wanted after {") }
        var most: Int? = least
        if take(",") { most = next == "}" ? nil : number() }
        guard take("}"), least <= most ?? least, (most ?? least) <= 1000 else {
            throw PatternFault("a quantity that cannot be used")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, scalar.value >= 0x30, scalar.value <= 0x39, value ?? 0 < 100_000 {
            value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            index += 1
        }
        return value
    }

    private mutating func atom() throws(PatternFault) -> PatternNode {
        guard let scalar = next else { return .empty }
        index += 1
        switch scalar {
        case "(":
            if take("?") {
                guard take(":") else {
                    throw PatternFault("only (?:…) is known of the (?…) groups")
                }
            }
            let node = try alternatives()
            guard take(")") else { throw PatternFault("a parenthesis is not closed") }
            return node
        case "[": return .set(try bracket())
        case ".": return .set(.any)
        case "^": return .start
        case "$": return .end
        case "\\": return .set(try escape())
        case "*", "+", "?": throw PatternFault("nothing to repeat")
        default: return .set(CharacterClass(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func bracket() throws(PatternFault) -> CharacterClass {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw PatternFault("nested too deeply") }
        var set = CharacterClass()
        set.isNegated = take("^")
        var isFirst = true
        while true {
            guard let scalar = next else { throw PatternFault("a bracket is not closed") }
            index += 1
            if scalar == "]", !isFirst { return set }
            isFirst = false
            if scalar == "-", next == "[" {
                index += 1
                set.except.append(try bracket())
                continue
            }
            if scalar == "[", next == ":" { throw PatternFault("POSIX classes are not known") }
            var low = scalar.value
            if scalar == "\\" {
                let part = try escape()
                guard let single = part.single else {
                    set.parts.append(part)
                    continue
                }
                low = single
            }
            try range(from: low, into: &set)
        }
    }

    private mutating func range(
        from low: UInt32, into set: inout CharacterClass
    ) throws(PatternFault) {
        guard next == "-", index + 1 < letters.count, letters[index + 1] != "]",
            letters[index + 1] != "["
        else {
            set.ranges.append(low...low)
            return
        }
        index += 1
        var high = letters[index].value
        index += 1
        if letters[index - 1] == "\\" {
            guard let single = try escape().single else {
                throw PatternFault("a range without end")
            }
            high = single
        }
        guard low <= high else { throw PatternFault("a range that runs backwards") }
        set.ranges.append(low...high)
    }

    private mutating func escape() throws(PatternFault) -> CharacterClass {
        guard let scalar = next else { throw PatternFault("a backslash at the end") }
        index += 1
        switch scalar {
        case "n": return CharacterClass(ranges: [0x0A...0x0A])
        case "r": return CharacterClass(ranges: [0x0D...0x0D])
        case "t": return CharacterClass(ranges: [0x09...0x09])
        case "d": return .digit
        case "D": return CharacterClass.digit.negated
        case "s": return .space
        case "S": return CharacterClass.space.negated
        case "w": return .word
        case "W": return CharacterClass.word.negated
        case "i": return .nameStart
        case "I": return CharacterClass.nameStart.negated
        case "c": return .nameCharacter
        case "C": return CharacterClass.nameCharacter.negated
        case "p", "P": return try property(isNegated: scalar == "P")
        default:
            let isName = scalar.value < 0x80 && ASCII.isLetter(UInt8(scalar.value))
            let isNumber = scalar.value < 0x80 && ASCII.isDigit(UInt8(scalar.value))
            if isName || isNumber { throw PatternFault("an escape that is not known") }
            return CharacterClass(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func property(isNegated: Bool) throws(PatternFault) -> CharacterClass {
        guard take("{") else { throw PatternFault("{ is wanted after \\p") }
        var name = ""
        while let scalar = next, scalar != "}" {
            name.unicodeScalars.append(scalar)
            index += 1
        }
        guard take("}"), (1...2).contains(name.utf8.count),
            "LMNPSZC".contains(name.prefix(1))
        else { throw PatternFault("a property that is not known") }
        return CharacterClass(properties: [.init(name: name, isNegated: isNegated)])
    }
}

extension CharacterClass {
    /// The one character it has, when it is written as one.
    fileprivate var single: UInt32? {
        guard !isNegated, properties.isEmpty, parts.isEmpty, except.isEmpty, ranges.count == 1,
            ranges[0].count == 1
        else { return nil }
        return ranges[0].lowerBound
    }
}
