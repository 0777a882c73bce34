/// A set of characters in a pattern: ranges, and properties by general category.
struct CharacterClass: Hashable, Sendable {
    /// A general category by the first letter, or both: `L`, `Lu`.
    struct Property: Hashable, Sendable {
        let name: String
        let isNegated: Bool
    }

    var ranges: [ClosedRange<UInt32>] = []
    var properties: [Property] = []
    var isNegated = false
    /// What is taken out again: `[a-z-[aeiou]]`.
    var except: [CharacterClass] = []
    /// Classes within this one: `[\d\s]`.
    var parts: [CharacterClass] = []

    static let digit = CharacterClass(ranges: [0x30...0x39])
    static let space = CharacterClass(ranges: [0x09...0x0A, 0x0D...0x0D, 0x20...0x20])
    static let word = CharacterClass(
        ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
        properties: [Property(name: "L", isNegated: false), Property(name: "N", isNegated: false)])
    static let nameStart = CharacterClass(
        ranges: [0x3A...0x3A, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6])
    static let nameCharacter = CharacterClass(
        ranges: [
            0x2D...0x2E, 0x30...0x3A, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xB7...0xB7,
            0xC0...0xD6, 0xD8...0xF6,
        ])
    static let any = CharacterClass(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true)

    /// The same with the opposite meaning.
    var negated: CharacterClass {
        var copy = self
        copy.isNegated.toggle()
        return copy
    }

    /// Whether it has the character.
    func contains(_ code: UInt32) -> Bool {
        var hit = ranges.contains { $0.contains(code) } || parts.contains { $0.contains(code) }
        if !hit, !properties.isEmpty, let scalar = Unicode.Scalar(code) {
            let category = scalar.properties.generalCategory.abbreviation
            hit = properties.contains { category.hasPrefix($0.name) != $0.isNegated }
        }
        if isNegated { hit.toggle() }
        return hit && !except.contains { $0.contains(code) }
    }
}

extension Unicode.GeneralCategory {
    /// The two letters that patterns name it by.
    fileprivate var abbreviation: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
