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
    /// The schema's rules of fields, components and results.
    let rules: [FieldRule]
    /// Whether no delimiter can be part of a number, a date or a code.
    let isUsable: Bool

    init(_ schema: Schema, _ delimiters: Delimiters) {
        self.schema = schema
        self.delimiters = delimiters
        rules = schema.fields
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

    /// Whether a field that holds no stop is without fault.
    @inline(__always)
    func acceptsPlain(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ rule: Int, _ start: Int, _ end: Int
    ) -> Bool {
        guard rules[rule].kind == .composite else { return single(bytes, rules, rule, start, end) }
        // It is the first component, and that one's first sub-component.
        guard rules[rule].count > 0,
            component(bytes, rules, Int(rules[rule].first), start, end, isDivided: false)
        else { return false }
        return isWhole(bytes, rules, rule, 1, start, end)
    }

    /// Whether a field's repetitions are all without fault.
    ///
    /// - Parameter inside: where in `stops` the field's own are.
    func accepts(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ stops: Span<UInt32>, _ inside: Range<Int>, _ rule: Int, _ start: Int, _ end: Int
    ) -> Bool {
        var next = StopCursor(inside)
        var at = start
        while true {
            let stop =
                rules[rule].kind == .composite
                ? composite(bytes, rules, classes, stops, &next, rule, at, end)
                : simple(bytes, rules, classes, stops, &next, rule, at, end)
            if stop == end { return true }
            guard stop >= 0, rules[rule].repeats else { return false }
            at = stop + 1
        }
    }

    /// Whether a text of OBX-5 is without fault, whatever its length and repetitions.
    ///
    /// - Parameter isFormatted: whether it may hold formatting commands.
    func acceptsText(
        _ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ stops: Span<UInt32>,
        _ inside: Range<Int>, _ end: Int, isFormatted: Bool
    ) -> Bool {
        var next = StopCursor(inside)
        while let stop = next.pop(stops) {
            let kind = classes[Int(bytes[stop])]
            if kind & ~ByteClass.repetition == 0 { continue }
            guard kind & ByteClass.escape != 0,
                passesEscape(bytes, stops, stop, &next, isFormatted)
            else { return false }
        }
        return true
    }

    /// Where a repetition of a simple type ends: at its delimiter, or at `end`; -1 when it has a
    /// fault.
    private func simple(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ stops: Span<UInt32>, _ next: inout StopCursor, _ rule: Int, _ start: Int, _ end: Int
    ) -> Int {
        var stop = end
        while let place = next.pop(stops) {
            let kind = classes[Int(bytes[place])]
            if kind == 0 { continue }
            if kind == ByteClass.repetition {
                stop = place
                break
            }
            guard kind == ByteClass.escape,
                passesEscape(bytes, stops, place, &next, rules[rule].isFormatted)
            else { return -1 }
        }
        if stop <= start { return stop }
        return single(bytes, rules, rule, start, stop) ? stop : -1
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
            return schema.table(table, holds: Schema.short(bytes, start, range.count))
        case .open, .text: return true
        case .composite, .varies: return false
        }
    }

    /// A value with components: where it ends, or -1.
    private func composite(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ stops: Span<UInt32>, _ next: inout StopCursor, _ rule: Int, _ start: Int, _ end: Int
    ) -> Int {
        let components = Int(rules[rule].count)
        let first = Int(rules[rule].first)
        var number = 0
        var present: UInt32 = 0
        var at = start
        while true {
            var index = end
            var isLast = true
            var isDivided = false
            while let stop = next.pop(stops) {
                let kind = classes[Int(bytes[stop])]
                if kind & (ByteClass.component | ByteClass.repetition) != 0 {
                    index = stop
                    isLast = kind & ByteClass.component == 0
                    break
                }
                if kind == ByteClass.subcomponent {
                    isDivided = true
                } else if kind == ByteClass.escape {
                    guard passesEscape(bytes, stops, stop, &next, false) else { return -1 }
                } else if kind != 0 {
                    return -1
                }
            }
            if index > at {
                guard number < components else { return -1 }
                present |= 1 &<< UInt32(truncatingIfNeeded: number)
                guard
                    component(bytes, rules, first &+ number, at, index, isDivided: isDivided)
                else { return -1 }
            }
            if isLast {
                if index == start { return index }
                // `""` deletes, whatever the type requires.
                return isWhole(bytes, rules, rule, present, start, index) ? index : -1
            }
            number &+= 1
            at = index &+ 1
        }
    }

    /// Whether what a value's type requires of its components is there.
    ///
    /// - Parameter present: the components that are valued, as bits.
    @inline(__always)
    private func isWhole(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ rule: Int, _ present: UInt32,
        _ start: Int, _ end: Int
    ) -> Bool {
        let with = rules[rule].with
        if with != 0, present & with == with, present & rules[rule].without == 0 { return false }
        let anyOf = rules[rule].anyOf
        if rules[rule].required & ~present == 0,
            anyOf == 0 ? present != 0 : present & anyOf != 0
        {
            return true
        }
        // `""` deletes, whatever the type requires.
        return present == 1 && end - start == 2 && bytes[start] == 0x22 && bytes[start + 1] == 0x22
    }

    /// One component that is valued.
    @inline(__always)
    private func component(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ rule: Int, _ start: Int, _ end: Int,
        isDivided: Bool
    ) -> Bool {
        switch rules[rule].kind {
        case .open: return true
        case .composite where isDivided: return parts(bytes, rules, rule, start, end)
        case .composite:
            guard rules[rule].count > 0 else { return false }
            let inner = Int(rules[rule].first)
            let kind = rules[inner].kind
            return kind == .composite || kind == .open || single(bytes, rules, inner, start, end)
        default: return !isDivided && single(bytes, rules, rule, start, end)
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

    /// Whether the escape character at `open` begins a known sequence, which is passed over.
    ///
    /// The next stop must be its end: a delimiter or control character in it is a fault.
    private func passesEscape(
        _ bytes: Span<UInt8>, _ stops: Span<UInt32>, _ open: Int, _ next: inout StopCursor,
        _ isFormatted: Bool
    ) -> Bool {
        guard let shut = next.pop(stops), bytes[shut] == delimiters.escape, shut - open < 64
        else { return false }
        switch EscapeSyntax.kind(bytes, (open + 1)..<shut) {
        case .plain: return true
        case .formatting: return isFormatted
        case .unknown: return false
        }
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

/// Goes through the stops of one field.
private struct StopCursor {
    private var next: Int
    private let end: Int

    @inline(__always)
    init(_ inside: Range<Int>) {
        next = inside.lowerBound
        end = inside.upperBound
    }

    /// The next stop; nil when there is none left.
    @inline(__always)
    mutating func pop(_ stops: Span<UInt32>) -> Int? {
        guard next < end else { return nil }
        let stop = Int(stops[next])
        next &+= 1
        return stop
    }
}
