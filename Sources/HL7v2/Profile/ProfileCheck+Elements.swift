import Bytes

extension ProfileCheck {
    /// A group, a segment, or a part of a segment.
    struct Element {
        enum Level: UInt8, Sendable, Comparable {
            case group, segment, field, component, subcomponent
            static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
        }

        var level: Level
        /// The occurrence of a group, or the segment's index.
        var owner: Int
        var instance: Int32 = 1
        var field = 0
        var component = 0
        var subcomponent = 0
        var range = 0..<0

        init(level: Level, owner: Int) {
            self.level = level
            self.owner = owner
        }
    }

    /// Where an element is, for findings.
    func place(_ element: Element) -> Reporter.Place {
        guard element.level != .group else {
            return Reporter.Place(segment: occurrences[element.owner].firstSegment)
        }
        var place = Reporter.Place(segment: element.owner)
        guard element.level > .segment else { return place }
        place.field = element.field
        place.repetition = Int(element.instance)
        place.component = element.component
        place.subcomponent = element.subcomponent
        place.index = element.range.lowerBound
        return place
    }

    /// The delimiter between the parts of an element; 0: it has none.
    func delimiter(in level: Element.Level) -> UInt8 {
        switch level {
        case .field: record.delimiters.component
        case .component: record.delimiters.subcomponent
        default: 0
        }
    }

    /// Whether nothing but delimiters stands in a range.
    func isEmpty(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        let delimiters = record.delimiters
        let first = bytes[range.lowerBound]
        guard first == delimiters.component || first == delimiters.subcomponent, first != 0 else {
            return false
        }
        for index in range
        where bytes[index] != delimiters.component && bytes[index] != delimiters.subcomponent {
            return false
        }
        return true
    }

    /// Whether a range is `""`.
    func isNull(_ range: Range<Int>) -> Bool {
        range.count == 2 && bytes[range.lowerBound] == 0x22 && bytes[range.lowerBound + 1] == 0x22
    }

    /// Calls `body` for each repetition of a field that holds something; MSH-1 and MSH-2 have one.
    func repetitions(
        _ segment: Int, _ number: Int, _ body: (Int32, Range<Int>) -> Void
    ) {
        let entry = document.segments[segment]
        guard let field = document.field(number, of: entry), !field.isEmpty else { return }
        if entry.id == SegmentID.msh, number <= 2 { return body(1, field.range) }
        var start = field.range.lowerBound
        var instance: Int32 = 0
        while true {
            let hit =
                record.delimiters.repetition == 0
                ? nil
                : bytes.span.firstIndex(
                    of: record.delimiters.repetition, in: start..<field.range.upperBound)
            instance += 1
            let range = start..<(hit ?? field.range.upperBound)
            if !isEmpty(range) { body(instance, range) }
            guard let hit else { return }
            start = hit + 1
        }
    }

    /// The first simple value of an element.
    func simple(_ element: Element) -> Range<Int> {
        var range = element.range
        if element.level == .field, element.field <= 2,
            document.segments[element.owner].id == SegmentID.msh
        {
            return range
        }
        let span = bytes.span
        if element.level <= .field {
            range = Pieces.first(span, range, record.delimiters.component)
        }
        if element.level <= .component {
            range = Pieces.first(span, range, record.delimiters.subcomponent)
        }
        return range
    }

    /// The text of that, without escapes, in UTF-8; MSH-2 has none.
    func text(_ element: Element) -> [UInt8] {
        let range = simple(element)
        let isEncoding =
            element.level == .field && element.field <= 2
            && document.segments[element.owner].id == SegmentID.msh
        return isEncoding ? Array(bytes[range]) : text(range)
    }

    /// Whether a range reads as its bytes do: no escape sequence, ASCII only.
    func isPlain(_ range: Range<Int>) -> Bool {
        let escape = record.delimiters.escape
        return !record.hasHighBytes
            && (escape == 0 || bytes.span.firstIndex(of: escape, in: range) == nil)
    }

    /// Whether a range is text `index` of the profile.
    func isText(_ range: Range<Int>, _ index: Int) -> Bool {
        guard isPlain(range) else { return text(range) == profile.texts[index] }
        let wanted = profile.texts[index]
        guard range.count == wanted.count else { return false }
        let span = bytes.span
        for offset in 0..<wanted.count where span[range.lowerBound + offset] != wanted[offset] {
            return false
        }
        return true
    }

    /// The packed text of a range.
    func key(_ range: Range<Int>) -> UInt64 {
        isPlain(range) ? Schema.pack(bytes.span, range) : Schema.pack(text(range))
    }

    /// The text of a range without escapes, in UTF-8.
    func text(_ range: Range<Int>) -> [UInt8] {
        let escape = record.delimiters.escape
        let isEscaped = escape != 0 && bytes.span.firstIndex(of: escape, in: range) != nil
        if !isEscaped, !record.hasHighBytes { return Array(bytes[range]) }
        let plain =
            isEscaped
            ? Escapes.resolve(bytes.span, range, record.delimiters) : Array(bytes[range])
        if case .success(let text) = charset.decode(plain.span, 0..<plain.count) {
            return Array(text.utf8)
        }
        return plain
    }
}
