import Bytes

/// How numbers are written in a column (Table Schema, "number" and "integer").
struct NumberForm: Hashable, Sendable {
    /// The decimal point.
    var decimal = UInt8(ascii: ".")
    /// The byte between groups of digits; 0 for none.
    var group: UInt8 = 0
    /// Whether the cell holds the number alone; else what stands around it (`$`, `%`) is passed by.
    var isBare = true
    /// Whether fractions and exponents are refused.
    var isInteger = false

    /// The number in `range`: XSD decimal and double forms, `NaN`, `INF`, `-INF`.
    @inline(__always)
    func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        var index = range.lowerBound
        let end = range.upperBound
        var isNegative = false
        if index < end, bytes[index] == 0x2D || bytes[index] == 0x2B {
            isNegative = bytes[index] == 0x2D
            index += 1
        }
        guard end - index <= 18 else { return readSlow(bytes, range) }
        var mantissa: Int64 = 0
        var digits = 0
        var pointAt = -1
        while index < end {
            let byte = bytes[index]
            if ASCII.isDigit(byte) {
                mantissa = mantissa &* 10 &+ Int64(byte &- 0x30)
                digits += 1
            } else if byte == decimal, pointAt < 0, !isInteger {
                pointAt = digits
            } else {
                return readSlow(bytes, range)
            }
            index += 1
        }
        guard digits > 0 else { return readSlow(bytes, range) }
        return .exact(isNegative ? -mantissa : mantissa, scale: pointAt < 0 ? 0 : digits - pointAt)
    }

    /// Numbers with groups, exponents, signs of currency, or many digits.
    private func readSlow(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        let range = isBare ? range : stripped(bytes, range)
        var text: [UInt8] = []
        var exponent = false
        var afterPoint = false
        for index in range {
            let byte = bytes[index]
            if byte == decimal, decimal != 0 {
                guard !isInteger, !afterPoint else { return .invalid }
                afterPoint = true
                text.append(0x2E)
            } else if byte == group, group != 0 {
                // A group mark stands between digits, before the point.
                guard !afterPoint, let last = text.last, ASCII.isDigit(last),
                    index + 1 < range.upperBound, ASCII.isDigit(bytes[index + 1])
                else { return .invalid }
            } else if byte | 0x20 == UInt8(ascii: "e"), let last = text.last,
                ASCII.isDigit(last) || last == 0x2E
            {
                guard !isInteger, !exponent else { return .invalid }
                exponent = true
                text.append(byte)
            } else if byte == 0x2E {
                return .invalid
            } else {
                text.append(byte)
            }
        }
        return exponent ? real(text) : whole(text)
    }

    private func whole(_ text: [UInt8]) -> Measure {
        let count = text.count
        if let value = ExactDecimal(text.span, 0..<count) { return .wide(value) }
        guard !isInteger else {
            // More than 36 digits are still an integer; only their size is unknown.
            let digits = text.first == 0x2D || text.first == 0x2B ? text.dropFirst() : text[...]
            guard !digits.isEmpty, digits.allSatisfy(ASCII.isDigit) else { return .invalid }
            return Double(String(decoding: text, as: UTF8.self)).map(Measure.real) ?? .invalid
        }
        switch String(decoding: text, as: UTF8.self) {
        case "NaN": return .real(.nan)
        case "INF": return .real(.infinity)
        case "-INF": return .real(-.infinity)
        default: return real(text)
        }
    }

    private func real(_ text: [UInt8]) -> Measure {
        let isPlain = text.allSatisfy {
            ASCII.isDigit($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x2B || $0 | 0x20 == 0x65
        }
        guard isPlain, text.contains(where: ASCII.isDigit) else { return .invalid }
        return Double(String(decoding: text, as: UTF8.self)).map(Measure.real) ?? .invalid
    }

    /// The number without what stands before and behind it.
    private func stripped(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        func belongs(_ byte: UInt8) -> Bool {
            ASCII.isDigit(byte) || byte == 0x2D || byte == 0x2B || byte == decimal
        }
        while start < end, !belongs(bytes[start]) { start += 1 }
        while end > start, !ASCII.isDigit(bytes[end - 1]), bytes[end - 1] != decimal { end -= 1 }
        return start..<end
    }
}
