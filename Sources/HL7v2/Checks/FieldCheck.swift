import Bytes
import Exchange

/// Checks every field of a message against its segment's rules: usage, repetition, components.
struct FieldCheck {
    static let required = FindingKind(
        "HL7-301", .error, owner: .analyst, what: "a required field is empty",
        fix: "Ask the sender to value it.")
    static let expected = FindingKind(
        "HL7-302", .warning, owner: .analyst, what: "a field that this version requires is empty",
        fix: "Nothing to do; real senders leave it empty.")
    static let repeats = FindingKind(
        "HL7-303", .error, owner: .analyst, what: "a field repeats that may be stated once only",
        fix: "Ask the sender to state one value.")
    static let extraField = FindingKind(
        "HL7-304", .warning, owner: .analyst, what: "a segment has more fields than its version",
        fix: "Check MSH-12, or ask the sender to use a Z segment.")
    static let extraComponent = FindingKind(
        "HL7-305", .warning, owner: .analyst, what: "a value has more components than its type",
        fix: "Check whether a delimiter in the text should be escaped.")
    static let unsplit = FindingKind(
        "HL7-306", .warning, owner: .analyst, what: "a value of a simple type has components",
        fix: "Check whether a delimiter in the text should be escaped.")
    static let requiredComponent = FindingKind(
        "HL7-307", .error, owner: .analyst, what: "a required component is empty",
        fix: "Ask the sender to value it.")
    static let control = FindingKind(
        "HL7-308", .warning, owner: .analyst, what: "a control character stands in a field",
        fix: "Ask the sender to escape it.")
    static let escape = FindingKind(
        "HL7-309", .warning, owner: .analyst, what: "an escape sequence is unknown or not closed",
        fix: "Ask the sender to escape the escape character itself (\\E\\).")
    static let noIdentity = FindingKind(
        "HL7-310", .warning, owner: .analyst, what: "a coded value has neither code nor text",
        fix: "Ask the sender for the code, its text or both.")
    static let noSystem = FindingKind(
        "HL7-311", .warning, owner: .analyst, what: "a code does not name its coding system",
        fix: "Ask the sender to value the third component (LN, SCT, 99zzz for its own codes).")
    static let checkDigit = FindingKind(
        "HL7-312", .warning, owner: .analyst, what: "an identifier's check digit does not fit",
        fix: "Ask the sender whether the identifier is mistyped.")
    static let formatting = FindingKind(
        "HL7-313", .info, owner: .analyst,
        what: "a formatting command stands in a value that is no formatted text (FT)",
        fix: "Nothing to do; it is read like one in formatted text.")
    static let kinds = [
        required, expected, repeats, extraField, extraComponent, unsplit, requiredComponent,
        control, escape, noIdentity, noSystem, checkDigit, formatting,
    ]

    let schema: Schema
    let delimiters: Delimiters
    let classes: [UInt8]
    let types: [TypeRule]
    let rules: [FieldRule]
    let acceptor: Acceptor
    var reporter: Reporter
    var document: HL7Document { reporter.document }

    init(_ reporter: consuming Reporter) {
        schema = reporter.schema
        delimiters = reporter.record.delimiters
        types = reporter.schema.types
        rules = reporter.schema.fields
        acceptor = Acceptor(reporter.schema, reporter.record.delimiters)
        classes = acceptor.classes
        self.reporter = reporter
    }

    /// Checks all segments of the record.
    mutating func check(everyField: Bool) {
        let bytes = reporter.document.bytes
        let document = reporter.document
        let rules = rules
        for index in reporter.record.segments {
            let segment = document.segments[index]
            guard segment.rule != 0xFF else { continue }
            let rule = schema.segments[Int(segment.rule)]
            guard !rule.isOpen else { continue }
            let isClean =
                !everyField && acceptor.accepts(document, rules.span, segment, rule)
            if !isClean { check(bytes.span, index, segment, rule) }
        }
    }

    private mutating func check(
        _ bytes: Span<UInt8>, _ index: Int, _ segment: SegmentEntry, _ rule: SegmentRule
    ) {
        let count = Int(segment.fieldCount)
        let isHeader = segment.id == SegmentID.msh
        let isResult = segment.id == SegmentID.obx
        var number = isHeader ? 3 : 1
        let known = min(count, rule.count)
        while number <= known {
            let range = document.fields[Int(segment.firstField) + number - 1]
            let field = rules[rule.first + number - 1]
            if range.isEmpty {
                if field.isRequired || field.isSoft { absent(index, number, field, isHeader) }
            } else if isResult, number == 5 {
                ObservationCheck.value(&self, bytes, index, segment, range.range)
            } else {
                check(bytes, field, range.range, Reporter.Place(segment: index, field: number))
            }
            number += 1
        }
        while number <= rule.lastRequired {
            let field = rules[rule.first + number - 1]
            if field.isRequired || field.isSoft { absent(index, number, field, isHeader) }
            number += 1
        }
        if count > rule.count { extra(index, segment, rule) }
    }

    private mutating func absent(_ index: Int, _ number: Int, _ field: FieldRule, _ isHeader: Bool)
    {
        let place = Reporter.Place(segment: index, field: number)
        if field.isRequired {
            // HL7 v2 ch. 2, table 0357: what makes a message unacceptable has codes of its own.
            let code =
                isHeader ? ["9": "200", "11": "202", "12": "203"]["\(number)"] ?? "101" : "101"
            reporter.report(Self.required, place, code)
        } else {
            reporter.report(Self.expected, place)
        }
    }

    private mutating func extra(_ index: Int, _ segment: SegmentEntry, _ rule: SegmentRule) {
        for number in (rule.count + 1)...Int(segment.fieldCount)
        where document.field(number, of: segment)?.isEmpty == false {
            reporter.report(
                Self.extraField, Reporter.Place(segment: index, field: number), nil,
                "\(schema.version) has \(rule.count)")
            return
        }
    }

    /// Checks a field's repetitions.
    mutating func check(
        _ bytes: Span<UInt8>, _ rule: FieldRule, _ range: Range<Int>, _ place: Reporter.Place
    ) {
        let seen = acceptor.classes(in: bytes, classes.span, range)
        if seen & ByteClass.control != 0 { control(bytes, range, place) }
        guard seen & ByteClass.repetition != 0 else {
            return repetition(bytes, rule, range, seen, place)
        }
        let pieces = Pieces.all(bytes, range, delimiters.repetition)
        if !rule.repeats {
            var place = place
            place.repetition = 2
            place.index = pieces[1].lowerBound
            reporter.report(Self.repeats, place, reporter.cardinality("102"))
        }
        for (offset, piece) in pieces.enumerated() where !piece.isEmpty {
            var place = place
            place.repetition = offset + 1
            repetition(bytes, rule, piece, seen, place)
        }
    }

    /// A text of OBX-5, whose length is not checked: delimiters that should be escaped, escape
    /// sequences, control characters.
    mutating func checkText(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ place: Reporter.Place, isFormatted: Bool
    ) {
        let seen = acceptor.classes(in: bytes, classes.span, range)
        if seen & ByteClass.control != 0 { control(bytes, range, place) }
        if seen & ByteClass.parts != 0 {
            var place = place
            place.index = range.first { classes[Int(bytes[$0])] & ByteClass.parts != 0 }
            reporter.report(Self.unsplit, place)
        }
        if seen & ByteClass.escape != 0 {
            escapes(bytes, range, place, isFormatted: isFormatted)
        }
    }

    private mutating func repetition(
        _ bytes: Span<UInt8>, _ rule: FieldRule, _ range: Range<Int>, _ seen: UInt8,
        _ place: Reporter.Place
    ) {
        // HL7 v2 ch. 2: `""` deletes, whatever the type.
        if range.count == 2, bytes[range.lowerBound] == 0x22, bytes[range.lowerBound + 1] == 0x22 {
            return
        }
        let type = types[Int(rule.type)]
        if type.kind == .open { return }
        if type.kind != .composite {
            return simple(bytes, rule, type, range, seen, ByteClass.component, place)
        }
        components(bytes, type, range, seen, place)
        let isStated = range.contains {
            bytes[$0] != delimiters.component
                && (bytes[$0] != delimiters.subcomponent || delimiters.subcomponent == 0)
        }
        if !isStated {
            // Delimiters alone state nothing.
            if rule.isRequired { reporter.report(Self.required, place, "101") }
        } else if rule.anyOf != 0, !states(rule.anyOf, bytes, range) {
            reporter.report(
                Self.noIdentity, place, "101", "", severity: rule.isRequired ? .error : nil)
        } else if rule.with != 0 {
            identity(bytes, rule, range, place)
        }
    }

    /// HL7 v2 ch. 2A: a code is one of a system; the digit behind a number proves it.
    private mutating func identity(
        _ bytes: Span<UInt8>, _ rule: FieldRule, _ range: Range<Int>, _ place: Reporter.Place
    ) {
        var place = place
        if rule.needsSystem {
            guard states(0b1, bytes, range), !states(0b100, bytes, range) else { return }
            place.component = 3
            place.index = range.upperBound
            reporter.report(Self.noSystem, place)
        } else {
            let parts = (1...3).compactMap {
                Pieces.piece(bytes, range, delimiters.component, $0)
            }
            guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty,
                !CheckDigit.fits(bytes, number: parts[0], digit: parts[1], scheme: parts[2])
            else { return }
            place.component = 2
            place.index = parts[1].lowerBound
            reporter.report(Self.checkDigit, place)
        }
    }

    /// Whether one of the components in `mask` holds something.
    private func states(_ mask: UInt32, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for number in 0..<16 where mask & (1 << UInt32(number)) != 0 {
            let piece = Pieces.piece(bytes, range, delimiters.component, number + 1)
            if let piece, !piece.isEmpty { return true }
        }
        return false
    }

    /// A value of a simple type. One `^` or `&` in it is a warning, not a second value.
    private mutating func simple(
        _ bytes: Span<UInt8>, _ rule: FieldRule, _ type: TypeRule, _ range: Range<Int>,
        _ seen: UInt8, _ splitters: UInt8, _ place: Reporter.Place
    ) {
        var range = range
        var place = place
        place.index = range.lowerBound
        if seen & (splitters | ByteClass.subcomponent) != 0 {
            let whole = range
            if splitters != 0 { range = Pieces.first(bytes, range, delimiters.component) }
            range = Pieces.first(bytes, range, delimiters.subcomponent)
            let rest = range.upperBound..<whole.upperBound
            let hasMore = rest.contains {
                bytes[$0] != delimiters.component && bytes[$0] != delimiters.subcomponent
            }
            // TS.2, the precision to 2.5.1, is let pass.
            if hasMore, type.kind != .timestamp { reporter.report(Self.unsplit, place) }
        }
        if seen & ByteClass.escape != 0 {
            escapes(bytes, range, place, isFormatted: rule.isFormatted)
        }
        // `""` deletes a component too.
        let isNull =
            range.count == 2 && bytes[range.lowerBound] == 0x22
            && bytes[range.lowerBound + 1] == 0x22
        guard !range.isEmpty, !isNull else { return }
        ValueCheck.check(&self, bytes, rule, type, range, place)
    }

    private mutating func components(
        _ bytes: Span<UInt8>, _ type: TypeRule, _ range: Range<Int>, _ seen: UInt8,
        _ place: Reporter.Place
    ) {
        var place = place
        var start = range.lowerBound
        var number = 1
        let mask = seen & (ByteClass.subcomponent | ByteClass.escape)
        while true {
            let end =
                delimiters.component == 0
                ? range.upperBound
                : bytes.firstIndex(of: delimiters.component, in: start..<range.upperBound)
                    ?? range.upperBound
            if number > type.count {
                if end > start {
                    place.component = number
                    place.index = start
                    reporter.report(
                        Self.extraComponent, place, nil,
                        "\(Schema.text(type.key)) has \(type.count)")
                    return
                }
            } else {
                let rule = rules[type.first + number - 1]
                place.component = number
                if end > start {
                    component(bytes, rule, start..<end, mask, place)
                } else if rule.isRequired {
                    place.index = start
                    reporter.report(Self.requiredComponent, place, "101")
                }
            }
            if end >= range.upperBound { break }
            start = end + 1
            number += 1
        }
        guard type.needsMore, number < type.count else { return }
        for missing in (number + 1)...type.count where rules[type.first + missing - 1].isRequired {
            place.component = missing
            place.index = range.upperBound
            reporter.report(Self.requiredComponent, place, "101")
        }
    }

    private mutating func component(
        _ bytes: Span<UInt8>, _ rule: FieldRule, _ range: Range<Int>, _ seen: UInt8,
        _ place: Reporter.Place
    ) {
        let type = types[Int(rule.type)]
        if type.kind == .text, seen == 0, range.count <= type.length { return }
        guard type.kind == .composite else {
            if type.kind != .open { simple(bytes, rule, type, range, seen, 0, place) }
            return
        }
        var place = place
        let pieces =
            seen & ByteClass.subcomponent == 0
            ? [range] : Pieces.all(bytes, range, delimiters.subcomponent)
        for (offset, piece) in pieces.enumerated() where !piece.isEmpty {
            place.subcomponent = pieces.count > 1 ? offset + 1 : 0
            guard offset < type.count else {
                place.index = piece.lowerBound
                reporter.report(
                    Self.extraComponent, place, nil, "\(Schema.text(type.key)) has \(type.count)")
                return
            }
            let inner = rules[type.first + offset]
            let kind = types[Int(inner.type)]
            if kind.kind == .composite { continue }
            simple(bytes, inner, kind, piece, seen & ByteClass.escape, 0, place)
        }
    }

    mutating func control(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ place: Reporter.Place
    ) {
        for index in range where classes[Int(bytes[index])] & ByteClass.control != 0 {
            // A line break inside a segment was told already.
            if Delimiters.isTerminator(bytes[index]) { continue }
            var place = place
            place.index = index
            reporter.report(Self.control, place)
            return
        }
    }

    /// HL7 v2 ch. 2, "Use of escape sequences in text fields".
    mutating func escapes(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ place: Reporter.Place, isFormatted: Bool
    ) {
        var index = range.lowerBound
        var place = place
        var isTold = isFormatted
        while let open = bytes.firstIndex(of: delimiters.escape, in: index..<range.upperBound) {
            place.index = open
            guard
                let shut = bytes.firstIndex(
                    of: delimiters.escape, in: (open + 1)..<range.upperBound),
                case let kind = EscapeSyntax.kind(bytes, (open + 1)..<shut), kind != .unknown
            else { return reporter.report(Self.escape, place) }
            if kind == .formatting, !isTold {
                isTold = true
                reporter.report(Self.formatting, place)
            }
            index = shut + 1
        }
    }
}
