import Bytes

extension Acceptor {
    /// Whether a segment has no fault in its fields; what is in doubt is checked one by one.
    func accepts(
        _ document: HL7Document, _ rules: Span<FieldRule>, _ segment: SegmentEntry,
        _ rule: SegmentRule
    ) -> Bool {
        guard isUsable, rule.lastRequired <= 64 else { return false }
        let bytes = document.bytes.span
        let fields = document.fields.span
        let bounds = document.stopBounds.span
        let stops = document.stops.span
        let classes = classes.span
        let isHeader = segment.id == SegmentID.msh
        let first = Int(segment.firstField)
        let count = Int(segment.fieldCount)
        let known = min(count, rule.count)
        var present: UInt64 = isHeader ? 3 : 0
        var number = isHeader ? 2 : 0
        while number < known {
            let place = first &+ number
            let range = fields[place]
            if !range.isEmpty {
                let field = rule.first &+ number
                if number < 64 { present |= 1 &<< UInt64(truncatingIfNeeded: number) }
                let start = Int(range.start)
                let end = Int(range.end)
                let inside = Int(bounds[place])..<Int(bounds[place &+ 1])
                if rules[field].kind == .varies {
                    let type = fields[first &+ 1]
                    if !acceptsResult(bytes, rules, classes, stops, inside, type, start, end) {
                        return false
                    }
                } else if inside.isEmpty {
                    if !acceptsPlain(bytes, rules, field, start, end) { return false }
                } else if !accepts(bytes, rules, classes, stops, inside, field, start, end) {
                    return false
                }
            }
            number &+= 1
        }
        while number < count {
            if !fields[first &+ number].isEmpty { return false }
            number &+= 1
        }
        return rule.required & ~present == 0
    }

    /// OBX-5, whose type stands in OBX-2.
    @inline(__always)
    private func acceptsResult(
        _ bytes: Span<UInt8>, _ rules: Span<FieldRule>, _ classes: Span<UInt8>,
        _ stops: Span<UInt32>, _ inside: Range<Int>, _ name: ByteRange, _ start: Int, _ end: Int
    ) -> Bool {
        guard !name.isEmpty, name.count <= 8 else { return false }
        let key = Schema.short(bytes, Int(name.start), name.count)
        let type = schema.type(key)
        guard type >= 0 else { return false }
        let rule = schema.firstValue + type
        if rules[rule].kind == .text {
            return acceptsText(
                bytes, classes, stops, inside, end, isFormatted: rules[rule].isFormatted)
        }
        if inside.isEmpty {
            guard acceptsPlain(bytes, rules, rule, start, end) else { return false }
        } else {
            guard accepts(bytes, rules, classes, stops, inside, rule, start, end) else {
                return false
            }
        }
        return key != ObservationCheck.structuredType
            || ObservationCheck.structuredFault(bytes, start..<end, delimiters) == nil
    }

    /// Whether all segments of a record are without fault and stand where they should.
    func accepts(_ document: HL7Document, _ record: RecordEntry) -> Bool {
        guard record.faults.isEmpty else { return false }
        let segments = document.segments.span
        let segmentRules = schema.segments
        let rules = rules.span
        for index in record.segments {
            let segment = segments[index]
            if segment.isBroken { return false }
            guard segment.rule != 0xFF else { continue }
            let rule = segmentRules[Int(segment.rule)]
            if rule.isOpen { continue }
            if !accepts(document, rules, segment, rule) { return false }
        }
        return true
    }
}
