import Bytes

/// Passes values that have nothing wrong with them, quickly and without places or findings.
///
/// It is one-sided: what it accepts would give no finding, what it does not accept is looked at
/// again by `FieldCheck`, which alone reports. Almost all values of real feeds pass here.
struct Acceptor {
    let schema: Schema
    let delimiters: Delimiters
    /// What each byte means inside a field.
    let classes: [UInt8]
    /// Whether no delimiter can be part of a number, a date or a code.
    let isUsable: Bool

    init(_ schema: Schema, _ delimiters: Delimiters) {
        self.schema = schema
        self.delimiters = delimiters
        classes = delimiters == .standard ? Delimiters.standardClasses : delimiters.classes
        isUsable =
            delimiters == .standard
            || !delimiters.given.contains { byte in
                switch byte {
                case 0x00...0x20, 0x22, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x61...0x7A,
                    0x7F...0xFF:
                    true
                default: false
                }
            }
    }

    /// Whether a field's repetitions are all without fault.
    func accepts(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ rule: Int, _ start: Int, _ end: Int
    ) -> Bool {
        var at = start
        while true {
            let stop = repetition(bytes, rules, classes, rule, at, end)
            if stop == end { return true }
            guard stop >= 0, rules[rule].repeats else { return false }
            at = stop + 1
        }
    }

    /// Whether a text of OBX-5 is without fault, whatever its length and repetitions.
    ///
    /// - Parameter isFormatted: whether it may hold formatting commands.
    func acceptsText(
        _ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ end: Int, isFormatted: Bool
    ) -> Bool {
        var index = start
        while index < end {
            if end - index >= 32 { index = skipPlain(bytes, index, end) }
            while index < end, classes[Int(bytes[index])] & ~ByteClass.repetition == 0 {
                index += 1
            }
            guard index < end else { return true }
            guard classes[Int(bytes[index])] & ByteClass.escape != 0 else { return false }
            index = afterEscape(bytes, index, end, isFormatted)
            if index < 0 { return false }
        }
        return true
    }

    /// Where a repetition without fault ends: at its delimiter, or at `end`; -1 when it has one.
    @inline(__always)
    private func repetition(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ rule: Int, _ start: Int, _ end: Int
    ) -> Int {
        if rules[rule].kind == .composite {
            return composite(bytes, rules, classes, rule, start, end)
        }
        let stop = text(bytes, classes, start, end, rules[rule].isFormatted)
        if stop <= start { return stop }
        return single(bytes, rules, rule, start, stop) ? stop : -1
    }

    /// Where a run of text ends: at a repetition delimiter or the end; -1 at anything else.
    @inline(__always)
    private func text(
        _ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ end: Int,
        _ isFormatted: Bool
    ) -> Int {
        var index = start
        if end - index >= 32 { index = skipPlain(bytes, index, end) }
        while index < end {
            let kind = classes[Int(bytes[index])]
            if kind == 0 {
                index += 1
            } else if kind == ByteClass.repetition {
                return index
            } else if kind == ByteClass.escape {
                index = afterEscape(bytes, index, end, isFormatted)
                if index < 0 { return -1 }
            } else {
                return -1
            }
        }
        return index
    }

    /// One value without delimiters in it.
    @inline(__always)
    private func single(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ rule: Int, _ start: Int, _ end: Int
    ) -> Bool {
        let range = start..<end
        let kind = rules[rule].kind
        if kind == .text { return range.count <= Int(rules[rule].length) }
        if range.count == 2, bytes[start] == 0x22, bytes[start + 1] == 0x22 { return true }
        guard range.count <= Int(rules[rule].length) else { return false }
        switch kind {
        case .number: return Lexical.isNumber(bytes, range)
        case .integer: return Lexical.isInteger(bytes, range)
        case .date: return Lexical.isDate(bytes, range)
        case .time: return Lexical.isTime(bytes, range)
        case .timestamp: return Lexical.isTimestamp(bytes, range)
        case .coded, .userCoded:
            let table = Int(rules[rule].table)
            if table < 0 { return true }
            guard range.count <= 8 else { return false }
            if rules[rule].ignoresCase { return schema.holdsUppercase(table, bytes, range) }
            return schema.table(table, holds: Schema.pack(bytes, range))
        case .open, .text: return true
        case .composite, .varies: return false
        }
    }

    /// A value with components: where it ends, or -1.
    private func composite(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ rule: Int, _ start: Int, _ end: Int
    ) -> Int {
        let components = Int(rules[rule].count)
        let first = Int(rules[rule].first)
        var number = 0
        var present: UInt32 = 0
        var at = start
        while true {
            var index = at
            var seen: UInt8 = 0
            if end - index >= 64 { index = skipPlain(bytes, index, end) }
            while index < end {
                let kind = classes[Int(bytes[index])]
                if kind == 0 {
                    index += 1
                    continue
                }
                if kind & (ByteClass.component | ByteClass.repetition) != 0 { break }
                seen |= kind
                if kind == ByteClass.subcomponent {
                    index += 1
                } else if kind == ByteClass.escape {
                    index = afterEscape(bytes, index, end, false)
                    if index < 0 { return -1 }
                } else {
                    return -1
                }
            }
            if index > at {
                guard number < components else { return -1 }
                present |= 1 << UInt32(number)
                let kind = rules[first + number].kind
                if kind == .composite {
                    if !parts(bytes, rules, first + number, at, index) { return -1 }
                } else if kind != .open {
                    if seen & ByteClass.subcomponent != 0 { return -1 }
                    if !single(bytes, rules, first + number, at, index) { return -1 }
                }
            }
            guard index < end, classes[Int(bytes[index])] & ByteClass.component != 0 else {
                // `""` deletes, whatever the type requires.
                let isNull =
                    number == 0 && index - start == 2 && bytes[start] == 0x22
                    && bytes[start + 1] == 0x22
                let anyOf = rules[rule].anyOf
                let isWhole =
                    rules[rule].required & ~present == 0
                    && (present & anyOf != 0 || (anyOf == 0 && present != 0))
                    || index == start || isNull
                let with = rules[rule].with
                if with != 0, present & with == with, present & rules[rule].without == 0 {
                    return -1
                }
                return isWhole ? index : -1
            }
            number += 1
            at = index + 1
        }
    }

    /// A component with sub-components.
    private func parts(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ rule: Int, _ start: Int,
        _ end: Int
    ) -> Bool {
        var number = 0
        var at = start
        while true {
            var index = at
            while index < end, bytes[index] != delimiters.subcomponent { index += 1 }
            if index > at {
                guard number < Int(rules[rule].count) else { return false }
                let inner = Int(rules[rule].first) + number
                let kind = rules[inner].kind
                if kind != .composite, kind != .open, !single(bytes, rules, inner, at, index) {
                    return false
                }
            }
            if index >= end { return true }
            number += 1
            at = index + 1
        }
    }

    /// Where text goes on behind a known escape sequence; -1 when it is unknown or holds delimiters.
    private func afterEscape(
        _ bytes: Span<UInt8>, _ open: Int, _ end: Int, _ isFormatted: Bool
    ) -> Int {
        guard let shut = bytes.firstIndex(of: delimiters.escape, in: (open + 1)..<end),
            shut - open < 64
        else { return -1 }
        switch EscapeSyntax.kind(bytes, (open + 1)..<shut) {
        case .plain: break
        case .formatting: guard isFormatted else { return -1 }
        case .unknown: return -1
        }
        for index in (open + 1)..<shut
        where bytes[index] < 0x20 || delimiters.splits(bytes[index]) { return -1 }
        return shut + 1
    }

    /// Which kinds of bytes `range` holds.
    func classes(
        in bytes: Span<UInt8>, _ classes: Span<UInt8>, _ range: Range<Int>
    ) -> UInt8 {
        var seen: UInt8 = 0
        var index = range.lowerBound
        while index < range.upperBound {
            if range.upperBound - index >= 32 { index = skipPlain(bytes, index, range.upperBound) }
            let near = min(range.upperBound, index + 16)
            while index < near {
                seen |= classes[Int(bytes[index])]
                index += 1
            }
        }
        return seen
    }

    /// Passes over bytes that are no delimiter inside a field and no control character, 16 at a
    /// time; stops up to 15 bytes before the first that is.
    private func skipPlain(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        bytes.skip(
            start, end, without: delimiters.component, delimiters.repetition, delimiters.escape,
            delimiters.subcomponent)
    }
}
