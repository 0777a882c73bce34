import Bytes
import Exchange

/// The ISA segment, by its fixed form (X12.5): 106 bytes with the terminator.
struct ISAHeader {
    /// Something in it that cannot be used.
    struct Fault {
        var kind: FindingKind
        var code: String
        var path: String
        var detail = ""
    }

    /// Lengths of ISA01 to ISA16.
    static let lengths = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]
    /// TA105 for each element.
    private static let codes = [
        "010", "011", "012", "013", "005", "006", "007", "008", "014", "015", "026", "017", "018",
        "019", "020", "027",
    ]

    let delimiters: Delimiters
    let elements: [[UInt8]]
    /// The place of its terminator.
    let end: Int
    private(set) var faults: [Fault] = []

    /// Reads the segment at `start`; nil when its 16 elements cannot be told apart.
    init?(_ span: Span<UInt8>, _ start: Int) {
        guard start + 106 <= span.count || span.count - start > 20 else { return nil }
        let separator = span[start + 3]
        var marks = [start + 3]
        var index = start + 4
        let isFixed = Self.isFixed(span, start)
        let limit = min(span.count, start + 200)
        while marks.count < 16, index < limit {
            // The next interchange begins before this one's ISA is whole.
            if !isFixed, span.starts(at: index, with: "ISA"), index + 3 < limit,
                span[index + 3] == separator
            {
                return nil
            }
            if span[index] == separator { marks.append(index) }
            index += 1
        }
        guard marks.count == 16, let last = marks.last, last + 2 < span.count else { return nil }
        end = last + 2
        var parts: [[UInt8]] = []
        for (place, mark) in marks.enumerated() {
            let stop = place + 1 < marks.count ? marks[place + 1] : last + 2
            parts.append(span.copy((mark + 1)..<stop))
        }
        elements = parts
        delimiters = Delimiters(
            element: separator, component: span[last + 1], repetition: parts[10].first ?? 0,
            segment: span[end])
        if zip(parts, Self.lengths).contains(where: { $0.count != $1 }) {
            faults.append(
                Fault(
                    kind: EnvelopeFindings.malformedISA, code: "022", path: "ISA",
                    detail: "an element has not its fixed length"))
        }
        checkDelimiters()
        checkElements()
    }

    /// Whether the separators stand where the fixed form has them: an id may then end with ISA.
    static func isFixed(_ span: Span<UInt8>, _ start: Int) -> Bool {
        var place = start + 3
        for length in lengths.dropLast() {
            guard place < span.count, span[place] == span[start + 3] else { return false }
            place += length + 1
        }
        return place < span.count && span[place] == span[start + 3]
    }

    private mutating func checkDelimiters() {
        let all = [
            delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment,
        ]
        let names = ["026", "027", "026", "004"]
        let places = ["ISA", "ISA16", "ISA11", "ISA"]
        for (index, byte) in all.enumerated() {
            let repeats = all[..<index].contains(byte)
            if byte.isLetterOrDigit || byte == 0x20 || repeats || byte >= 0x80 {
                faults.append(
                    Fault(
                        kind: EnvelopeFindings.delimiters, code: names[index], path: places[index],
                        detail: repeats ? "two separators are the same" : "a letter, digit or blank"
                    ))
            }
        }
    }

    private mutating func checkElements() {
        for (index, value) in elements.enumerated() where !Self.isValid(index + 1, value) {
            let number = index + 1
            faults.append(
                Fault(
                    kind: EnvelopeFindings.isaElement, code: Self.codes[index],
                    path: "ISA" + (number < 10 ? "0" : "") + String(number)))
        }
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte <= 0x7E }

    /// Whether the value of ISA`number` may be used. Lengths are checked apart.
    static func isValid(_ number: Int, _ value: [UInt8]) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        switch number {
        case 1: return ["00", "03"].contains(text)
        case 3: return ["00", "01"].contains(text)
        case 5, 7: return ["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"].contains(text)
        case 2, 4: return value.allSatisfy(isPrintable)
        case 6, 8: return !value.trimmed.isEmpty && value.allSatisfy(isPrintable)
        case 9: return value.count != 6 || ElementRule.isDate(value)
        case 10: return value.count != 4 || ElementRule.isTime(value)
        case 12: return text == "00501"
        case 13: return value.count == 9 && value.allSatisfy(\.isDigit)
        case 14: return text == "0" || text == "1"
        case 15: return text == "P" || text == "T"
        default: return true
        }
    }
}
